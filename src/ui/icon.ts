import { html } from 'lit';
import type { SVGTemplateResult, TemplateResult } from 'lit';

/** The lines of a drawing, 24 by 24, for an `<svg class="icon">` around them. */
export type Icon = SVGTemplateResult;

/** A drawing, in the colour of the text around it. It says nothing that words do not say too. */
export function icon(drawing: Icon): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${drawing}</svg>`;
}
