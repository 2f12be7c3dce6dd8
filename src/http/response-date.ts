/** Reads the time at which a response was sent. */

/**
 * The time (ms since 1970) of the server that has sent a response, by its `Date` header; undefined if the page cannot read it. A cache keeps the `Date` of the response
 * that it has stored, and says in `Age` for how long it has kept it: https://www.rfc-editor.org/rfc/rfc9111#name-age
 */
export function responseDate(header: (name: string) => string | null): number | undefined {
  const date = Date.parse(header('date') ?? '');
  const age = Number(header('age') ?? 0);
  return Number.isNaN(date) || !(age >= 0) ? undefined : date + age * 1000;
}
