/**
 * What differs from Fine Uploader 5.16.2 and is to be mended: by cause. An entry goes when its cause is mended (the run says that it is needed no more), and this file
 * with the last one. Scenarios can be taken out of an entry one by one.
 */
import type { Difference } from './compare.js';

/** A difference that must go. */
export interface KnownDefect extends Difference {
  /** What Fine Uploader did, and what is done here. */
  readonly defect: string;
  /** Where in src/ it comes from. */
  readonly cause: string;
}

export const knownDefects: readonly KnownDefect[] = [
  {
    defect: 'A canvas without a name is `misc_data.png`, by its type. Here it is `misc_data`.',
    cause: 'src/elements/file-inputs.ts: readCanvas() uses the name of nameless Blobs as it is.',
    scenarios: ['t13-blob-and-canvas'],
    expected: (run) => {
      for (const key of ['callbacks', 'events', 'wire', 'result'] as const) {
        Object.assign(run, { [key]: JSON.parse((JSON.stringify(run[key]) ?? 'null').replaceAll('misc_data.png', 'misc_data')) as unknown });
      }
      run.callbacks ??= undefined;
      // The file in the form keeps the name that the browser gives it.
    },
  },
];
