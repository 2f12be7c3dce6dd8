import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { cssVariables } from './css-variables.js';
import { toPercent } from './formats.js';

/** Options of a progress bar. */
export interface ProgressBarOptions {
  readonly part: 'progress' | 'total-progress';
  /** Progress from 0 to 1; undefined if it is unknown. */
  readonly fraction: number | undefined;
  /** Accessible name. */
  readonly label: string;
  /** Progress in words, for screen readers. */
  readonly valueText: string;
  /** Draws the bar in a neutral colour. */
  readonly paused?: boolean;
  /** Draws the bar without a position. An unknown fraction does so, too. */
  readonly indeterminate?: boolean;
  /** Moves the bar without a transition. */
  readonly stepwise?: boolean;
}

/** Speed (bytes/s) from which bars move without a transition: drawing its frames takes CPU time from reading, hashing and sending. */
export const minStepwiseSpeed = 32e6;

/** Renders a progress bar. */
export function progressBar({
  part,
  fraction,
  label,
  valueText,
  paused = false,
  indeterminate = false,
  stepwise = false,
}: ProgressBarOptions): TemplateResult {
  const known = fraction !== undefined;
  return html`<div
    part=${part}
    class="progress ${part === 'progress' ? '' : 'total'} ${known && !indeterminate ? '' : 'indeterminate'} ${paused ? 'paused' : ''} ${stepwise ? 'stepwise' : ''}"
    role="progressbar"
    aria-label=${label}
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${known ? toPercent(fraction) : nothing}
    aria-valuetext=${valueText}
  >
    <div class="bar" ${cssVariables({ '--progress': known && !indeterminate ? Math.min(1, Math.max(0, fraction)) : 0 })}></div>
  </div>`;
}
