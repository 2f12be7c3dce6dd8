import { html, svg } from 'lit';
import type { SVGTemplateResult, TemplateResult } from 'lit';

/** Wraps the paths of a 24 × 24 icon. It has the text colour and is hidden from screen readers. */
const icon = (paths: SVGTemplateResult): TemplateResult => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${paths}</svg>`;

export const crossIcon = icon(svg`<path d="m7 7 10 10M17 7 7 17"/>`);
export const pauseIcon = icon(svg`<path d="M9 6.5v11m6-11v11"/>`);
export const playIcon = icon(svg`<path d="M8.5 6v12l9.5-6z"/>`);
export const retryIcon = icon(svg`<path d="M18.5 12a6.5 6.5 0 1 1-2-4.7L18.5 9m0-4v4h-4"/>`);
export const trashIcon = icon(
  svg`<path d="M5 7h14M10 7V4.5h4V7m-7.5 0 .8 11a1.6 1.6 0 0 0 1.6 1.5h6.2a1.6 1.6 0 0 0 1.6-1.5l.8-11M10.3 11v5m3.4-5v5"/>`,
);
export const pencilIcon = icon(svg`<path d="m5 19 1-4L15.5 5.5l3 3L9 18z"/>`);
export const checkIcon = icon(svg`<path d="m6 12.5 4 4 8-9"/>`);
export const warningIcon = icon(svg`<path d="M12 5 3.5 19h17zm0 5.5v3.5m0 2.5v.01"/>`);

const documentPaths = svg`<path d="M14 3.5H7.5A1.5 1.5 0 0 0 6 5v14a1.5 1.5 0 0 0 1.5 1.5h9A1.5 1.5 0 0 0 18 19V7.5zm0 0v4h4"/>`;
const pathsByType: readonly [RegExp, SVGTemplateResult][] = [
  [
    /^image\//,
    svg`<path d="M6 4.5h12A1.5 1.5 0 0 1 19.5 6v12a1.5 1.5 0 0 1-1.5 1.5H6A1.5 1.5 0 0 1 4.5 18V6A1.5 1.5 0 0 1 6 4.5zM5 17l4.5-5 3.5 3.5 2-2 4.5 4.5M15.5 8.8v.01"/>`,
  ],
  [
    /^video\//,
    svg`<path d="M5 5.5h14A1.5 1.5 0 0 1 20.5 7v10a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 17V7A1.5 1.5 0 0 1 5 5.5zM10 9v6l5-3z"/>`,
  ],
  [/^audio\//, svg`<path d="M9 17V6l9.5-2v11M9 17a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zm9.5-2a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z"/>`],
  [/zip|compressed|x-tar|x-7z|x-rar|gzip/, svg`${documentPaths}<path d="M11 5v1m0 2v1m0 2v1m0 2v3"/>`],
  [/^text\/|pdf|document|msword|rtf/, svg`${documentPaths}<path d="M9 11.5h6m-6 3h6m-6 3h3.5"/>`],
];

/** Returns the icon for a MIME type. */
export function fileTypeIcon(type: string): TemplateResult {
  return icon(pathsByType.find(([pattern]) => pattern.test(type))?.[1] ?? documentPaths);
}
