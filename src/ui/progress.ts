import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { wholePercent } from './amounts.js';
import { variables } from './variables.js';

/** A bar as it stands. */
export interface Bar {
  readonly part: 'progress' | 'total-progress';
  /** 0 to 1, or undefined where nobody knows how far it is. */
  readonly share: number | undefined;
  /** What a screen reader calls it. */
  readonly label: string;
  /** How far it is, in words. */
  readonly text: string;
  /** Nothing moves, and that is meant to be. */
  readonly idle?: boolean;
  /** Something has begun, but there is no progress to show yet: it moves without saying how far. */
  readonly waiting?: boolean;
  /** It moves in steps: gliding, in each frame, would cost more than it is worth. */
  readonly stepwise?: boolean;
}

/** From this speed (bytes/s) on, bars move in steps: what draws each frame of a glide is missing where a file is read, hashed and sent. */
export const swift = 32e6;

/** A progress bar. */
export function progressBar({ part, share, label, text, idle = false, waiting = false, stepwise = false }: Bar): TemplateResult {
  const known = share !== undefined;
  return html`<div
    part=${part}
    class="progress ${part === 'progress' ? '' : 'total'} ${known && !waiting ? '' : 'unknown'} ${idle ? 'idle' : ''} ${stepwise ? 'stepwise' : ''}"
    role="progressbar"
    aria-label=${label}
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${known ? wholePercent(share) : nothing}
    aria-valuetext=${text}
  >
    <div class="bar" ${variables({ '--progress': known && !waiting ? Math.min(1, Math.max(0, share)) : 0 })}></div>
  </div>`;
}
