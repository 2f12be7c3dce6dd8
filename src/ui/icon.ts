import { html, svg } from 'lit';
import type { SVGTemplateResult, TemplateResult } from 'lit';

/** The lines of a drawing, 24 by 24, for an `<svg class="icon">` around them. */
export type Icon = SVGTemplateResult;

/** A drawing, in the colour of the text around it. It says nothing that words do not say too. */
export function icon(drawing: Icon): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${drawing}</svg>`;
}

export const upload = svg`<path d="M12 15V4m-4.5 4.5L12 4l4.5 4.5M4 14.5v3A2.5 2.5 0 0 0 6.5 20h11a2.5 2.5 0 0 0 2.5-2.5v-3"/>`;
