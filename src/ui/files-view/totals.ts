import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { TotalsSnapshot } from '../../core/snapshot.js';
import type { Language } from '../language.js';
import { windowingThreshold } from './file-list.js';
import { formatPercent } from './formats.js';
import { minStepwiseSpeed, progressBar } from './progress-bar.js';
import { speedAndTimeLeft } from './status-text.js';

/** Renders the line above the file list: the number of files by status, and the total progress. */
export function totalsLine(totals: TotalsSnapshot, count: number, language: Language): TemplateResult {
  const { active, paused, totalBytes, uploadedBytes, speed } = totals;
  const texts = describeTotals(totals, language);
  const fraction = totalBytes > 0 ? uploadedBytes / totalBytes : 0;
  const unfinished = active + paused > 0;
  return html`<div class="totals">
    <span>${texts.length > 0 ? language.join(texts) : language.text('fileCount', { count })}</span>
    ${unfinished ? html`<span>${language.join([formatPercent(fraction, language), ...speedAndTimeLeft(speed, totalBytes - uploadedBytes, language)])}</span>` : nothing}
    ${
      unfinished
        ? progressBar({
            part: 'total-progress',
            fraction,
            label: language.text('totalProgress'),
            valueText: formatPercent(fraction, language),
            paused: active === 0,
            // Each of many files moves the bar by less than a pixel.
            stepwise: count > windowingThreshold || speed >= minStepwiseSpeed,
          })
        : nothing
    }
  </div>`;
}

/** Returns the number of files by status, one text for each: `2 files uploaded`, `1 failed`. */
export function describeTotals({ active, succeeded, paused, failed }: TotalsSnapshot, language: Language): string[] {
  const texts: string[] = [];
  if (active > 0) texts.push(language.text('uploadingFiles', { count: active }));
  if (succeeded > 0) texts.push(language.text('uploadedFiles', { count: succeeded }));
  if (paused > 0) texts.push(language.text('pausedFiles', { count: paused }));
  if (failed > 0) texts.push(language.text('failedFiles', { count: failed }));
  return texts;
}
