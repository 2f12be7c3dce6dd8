/** `String.prototype.toWellFormed` for all browsers: replaces lone surrogates, which file names on Windows may contain. */
export function toWellFormed(text: string): string {
  const { toWellFormed } = text as { toWellFormed?: () => string };
  return toWellFormed ? toWellFormed.call(text) : new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text));
}
