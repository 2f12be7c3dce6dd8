/** A scenario whose outcome is known from measurements of Fine Uploader 5.16.2, without a recording. */
import type { Call, Run } from './recorded-run.js';
import type { Scenario } from './scenario.js';

/** What is compared; what is not there is not compared. */
export interface Outcome {
  /** What `run` returns. */
  readonly result?: object;
  /** The callbacks that `names` lists, in order, as {@link storyOf} writes them. */
  readonly story?: readonly string[];
  /** What the page has put into its requests, as {@link fieldsOf} writes it. */
  readonly fields?: readonly string[];
}

/** One scenario: `answers` runs in Node, `run` in the page. */
export interface FactScenario extends Scenario {
  /** The callbacks of `story`. */
  readonly names?: readonly string[];
  /** Mistakes of the page are expected in the console. */
  readonly withErrors?: boolean;
  /** What Fine Uploader does. */
  readonly fineUploader: Outcome;
  /** What differs here, if it is meant to; the reason is for people who migrate. */
  readonly here?: Outcome & { readonly reason: string };
}

/** A change of status as `0 submitted > uploading`, any other call as `cancel(0,"a.txt")`. An XMLHttpRequest, or the null in its place, is left out. */
export function storyOf({ callbacks = [] }: Run, names: readonly string[]): string[] {
  const line = ({ name, args }: Call) => {
    if (name === 'statusChange') return `${String(args[0])} ${String(args[1])} > ${String(args[2])}`;
    const told = name === 'deleteComplete' ? args.filter((arg) => arg !== null) : args;
    return `${name}(${JSON.stringify(told).slice(1, -1)})`;
  };
  return callbacks.filter(({ name }) => names.includes(name)).map(line);
}

/** The method (but POST) and URL of each request, its fields that are not of the protocol, and its headers that are of the test. */
export function fieldsOf({ wire }: Run): string[] {
  return wire.map(({ method, url, body, headers }) => {
    const fields = Array.isArray(body)
      ? body.filter(([name]) => !name.startsWith('qq')).map(([name, value]) => `${name}=${String(value)}`)
      : [];
    const own = Object.entries(headers).flatMap(([name, value]) => (name.startsWith('x-test') ? [`${name}:${value}`] : []));
    return [...(method === 'POST' ? [] : [method]), url, ...fields, ...own].join(' ');
  });
}
