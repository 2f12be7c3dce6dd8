/** Rows of transfers: one large file in parts, and many small ones. */

import type { Work, Outcome } from '../pages/contestant.js';
import type { Conditions } from '../bench-server.js';
import type { Lab } from '../lab.js';
import type { Contestant, Measurement, Row, Scale } from '../row.js';

const mebibyte = 2 ** 20;
const connections = 6;

interface Transfer {
  readonly count: number;
  /** Of each file, bytes. */
  readonly size: number;
  readonly partSize: number;
  readonly conditions: Partial<Conditions>;
  readonly http2?: boolean;
  /** How many times slower the processor is. */
  readonly slowdown?: number;
}

/** Uploads once, and makes sure that everything is there. */
async function transfer(
  lab: Lab,
  page: string,
  { count, size, partSize, conditions, http2, slowdown = 1 }: Transfer,
): Promise<Measurement> {
  const files = partSize ? [await lab.largeFile(size)] : lab.smallFiles(count, size);
  const store = http2 ? lab.far.store2 : lab.far.store;
  const opened = await lab.open({ page, files, slowdown });
  try {
    await lab.conditions({ partSize, ...conditions });
    const work: Work = { bucket: `${store}/bench`, page: lab.far.page, connections, partSize };
    const { ms, longestTask, blocked } = await withLimit(
      opened.page.evaluate((given: Work): Promise<Outcome> => benchmark(given), work),
      300_000,
    );
    const [processors, memory] = [await opened.processors(), opened.memory()];
    const account = await lab.account();
    const wrong =
      account.wrong || (partSize ? sizeProblem(account.bytes, size) : contentProblem(account.sha256, lab.smallHashes(count, size)));
    if (wrong) throw new Error(`what arrived is not what was sent: ${wrong}`);
    return {
      seconds: ms / 1000,
      processorSeconds: processors,
      longestTask,
      blocked,
      memoryMB: memory / 1e6,
      requestsPerFile: account.requests / count,
      preflightsPerFile: account.preflights / count,
      signaturesPerFile: account.signatures / count,
      parallel: account.parallel,
    };
  } finally {
    await opened.close();
  }
}

const sizeProblem = (is: number, size: number) => (is === size ? '' : `${is} bytes in place of ${size}`);

function contentProblem(are: readonly string[], hashes: readonly string[]): string {
  const wrong = hashes.filter((hash, index) => hash !== are[index]).length;
  return are.length === hashes.length && !wrong ? '' : `${are.length} of ${hashes.length} objects, ${wrong} hashes differ`;
}

/** Nobody is waited for longer than this (ms). */
async function withLimit<T>(work: Promise<T>, limit: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limit / 1000} s`)), limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}

/** Names and pages of everybody who sends large files. */
const senders = {
  floor: 'floor',
  'ours unsigned': 'ours?unsigned',
  'ours signed': 'ours',
  'ours headless': 'ours-headless',
  'Fine Uploader v4': 'fine-uploader',
  'Fine Uploader v2': 'fine-uploader?v2',
  Uppy: 'uppy',
  'Uppy credentials': 'uppy?credentials',
  'lib-storage': 'lib-storage',
  'lib-storage no checksums': 'lib-storage?plain',
  Evaporate: 'evaporate',
  'Evaporate v2': 'evaporate?v2',
};
/** And small ones. */
const smallSenders = {
  floor: 'floor',
  ours: 'ours',
  'ours batch-policy': 'ours?batch',
  'ours credentials': 'ours?credentials',
  'ours headless': 'ours-headless',
  'ours headless batch-policy': 'ours-headless?batch',
  'bare form posts': 'bare-form',
  'bare form posts signed': 'bare-form?signed',
  'Fine Uploader': 'fine-uploader',
  Uppy: 'uppy',
  'Uppy credentials': 'uppy?credentials',
  'lib-storage': 'lib-storage',
  Evaporate: 'evaporate',
};

/** They take longer than all others together: `--fast` leaves them out. */
const slow = new Set(['lib-storage', 'lib-storage no checksums', 'Evaporate', 'ours headless', 'ours headless batch-policy']);

const pagesOf = (who: Readonly<Record<string, string>>) => [...new Set(Object.values(who).map((page) => page.replace(/\?.*/, '')))];

function contestantsOf(who: Readonly<Record<string, string>>, work: (scale: Scale) => Transfer) {
  return (lab: Lab, scale: Scale): Contestant[] =>
    Object.entries(who)
      .filter(([name]) => !scale.fast || !slow.has(name))
      .map(([name, page]) => ({ name, measure: () => transfer(lab, page, work(scale)) }));
}

/** Nobody where the machine has nothing to make a certificate with. */
const contestantsOverHttp2 =
  (who: Readonly<Record<string, string>>, work: (scale: Scale) => Transfer) =>
  (lab: Lab, scale: Scale): Contestant[] =>
    lab.far.store2 ? contestantsOf(who, (given) => ({ ...work(given), http2: true }))(lab, scale) : [];

const large = (scale: Scale, conditions: Partial<Conditions> = {}): Transfer => ({
  count: 1,
  size: (scale.fast ? 128 : 1024) * mebibyte,
  partSize: 8 * mebibyte,
  conditions,
});
const small = (scale: Scale, conditions: Partial<Conditions> = {}): Transfer => ({
  count: scale.fast ? 100 : 1000,
  size: 10 * 1024,
  partSize: 0,
  conditions,
});

/** Who takes part where something is slow. */
const patient = { floor: 'floor', ours: 'ours', 'ours batch-policy': 'ours?batch', Uppy: 'uppy', 'Uppy credentials': 'uppy?credentials' };
/** A phone of today, and an old one. */
const phone = (slowdown: number, name: string): Row => ({
  id: `phone-${slowdown}x`,
  title: `200 files of 10 KiB, processor ${slowdown} times slower (${name})`,
  pages: pagesOf(patient),
  ratio: 'seconds',
  goals: [],
  contestants: contestantsOf(patient, (scale) => ({ ...small(scale), count: scale.fast ? 25 : 200, slowdown })),
});

const gigabit = { floor: 'floor', 'ours signed': 'ours' };
const manyOverHttp2 = { floor: 'floor', 'ours batch-policy': 'ours?batch', 'ours batch-policy, auto': 'ours?batch&auto' };
const overHttp2 = { floor: 'floor', 'ours unsigned': 'ours?unsigned', 'ours signed': 'ours' };

export const transfers: readonly Row[] = [
  {
    id: 'large',
    title: '1 GiB in parts of 8 MiB, 6 connections',
    pages: pagesOf(senders),
    ratio: 'seconds',
    goals: [
      { of: 'ours unsigned', measure: 'ratio', atMost: 1.05 },
      { of: 'ours signed', measure: 'ratio', atMost: 1.5 },
      { of: 'ours unsigned', measure: 'longestTask', atMost: 50, unit: ' ms' },
      { of: 'ours signed', measure: 'longestTask', atMost: 50, unit: ' ms' },
      { of: 'ours unsigned', measure: 'memoryMB', atMost: 20 },
      { of: 'ours signed', measure: 'memoryMB', atMost: 60 },
    ],
    contestants: contestantsOf(senders, (scale) => large(scale)),
  },
  {
    id: 'gigabit',
    title: 'The same over a link of 1 Gbit/s',
    pages: pagesOf(gigabit),
    ratio: 'seconds',
    goals: [{ of: 'ours signed', measure: 'ratio', atMost: 1.02 }],
    contestants: contestantsOf(gigabit, (scale) => large(scale, { link: 125e6 })),
  },
  {
    id: 'small',
    title: '1,000 files of 10 KiB, 6 connections',
    pages: pagesOf(smallSenders),
    ratio: 'seconds',
    goals: [
      { of: 'ours', measure: 'ratio', atMost: 1.0 },
      { of: 'ours batch-policy', measure: 'ratio', atMost: 0.85 },
    ],
    contestants: contestantsOf(smallSenders, (scale) => small(scale)),
  },
  {
    id: 'latency',
    title: 'The same with 50 ms per request',
    pages: pagesOf(smallSenders),
    ratio: 'seconds',
    goals: [
      { of: 'ours', measure: 'ratio', atMost: 0.6 },
      { of: 'ours', measure: 'requestsPerFile', atMost: 1.03 },
      { of: 'ours batch-policy', measure: 'ratio', atMost: 0.6 },
      { of: 'ours batch-policy', measure: 'requestsPerFile', atMost: 1.03 },
      { of: 'ours batch-policy', measure: 'signaturesPerFile', atMost: 0.01 },
    ],
    contestants: contestantsOf(smallSenders, (scale) => small(scale, { delay: 50 })),
  },
  {
    id: 'slow-link',
    title: '100 files of 10 KiB over 1 Mbit/s with 300 ms per request',
    pages: pagesOf(patient),
    ratio: 'seconds',
    goals: [
      { of: 'ours', measure: 'ratio', atMost: 1 },
      { of: 'ours batch-policy', measure: 'ratio', atMost: 1 },
    ],
    contestants: contestantsOf(patient, (scale) => ({ ...small(scale, { delay: 300, link: 125e3 }), count: scale.fast ? 10 : 100 })),
  },
  {
    id: 'slow-link-large',
    title: 'A file of 12 MiB in parts over 1 Mbit/s with 300 ms per request',
    pages: pagesOf(senders),
    ratio: 'seconds',
    goals: [{ of: 'ours signed', measure: 'ratio', atMost: 1.05 }],
    contestants: (lab, scale) =>
      scale.fast
        ? []
        : contestantsOf(gigabit, () => ({
            ...{ count: 1, size: 12 * mebibyte, partSize: 5 * mebibyte },
            conditions: { delay: 300, link: 125e3 },
          }))(lab, scale),
  },
  phone(4, 'a phone'),
  phone(6, 'an old one'),
  {
    id: 'http2',
    title: '1 GiB in parts of 8 MiB over HTTP/2 and TLS',
    pages: pagesOf(overHttp2),
    ratio: 'seconds',
    goals: [],
    contestants: contestantsOverHttp2(overHttp2, large),
  },
  {
    id: 'http2-small',
    title: '1,000 files of 10 KiB over HTTP/2 and TLS with 100 ms per request; max-connections="auto"',
    pages: pagesOf(manyOverHttp2),
    ratio: 'seconds',
    goals: [{ of: 'ours batch-policy, auto', measure: 'ratio', atMost: 0.4 }],
    contestants: contestantsOverHttp2(manyOverHttp2, (scale) => small(scale, { delay: 100 })),
  },
];
