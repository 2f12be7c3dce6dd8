/** Rows of transfers: a large file in parts, and many small files. */

import type { Work, Outcome } from '../pages/contestant.js';
import type { Conditions } from '../bench-server.js';
import type { Lab } from '../lab.js';
import type { Contestant, Measurement, Row, Scale } from '../row.js';

const mebibyte = 2 ** 20;
const connections = 6;

interface Transfer {
  readonly count: number;
  /** Size of each file, in bytes. */
  readonly size: number;
  readonly partSize: number;
  readonly conditions: Partial<Conditions>;
  readonly http2?: boolean;
  /** Slowdown factor of the processor. */
  readonly slowdown?: number;
}

/** Measures an upload and checks the stored content. */
async function transfer(
  lab: Lab,
  page: string,
  { count, size, partSize, conditions, http2, slowdown = 1 }: Transfer,
): Promise<Measurement> {
  const files = partSize ? [await lab.largeFile(size)] : lab.smallFiles(count, size);
  const store = http2 ? lab.servers.store2 : lab.servers.store;
  const opened = await lab.open({ page, files, slowdown });
  try {
    await lab.conditions({ partSize, ...conditions });
    const work: Work = { bucket: `${store}/bench`, page: lab.servers.page, connections, partSize };
    const { ms, longestTask, blocked } = await withLimit(
      opened.page.evaluate((given: Work): Promise<Outcome> => benchmark(given), work),
      300_000,
    );
    const [processors, memory] = [await opened.processors(), opened.memory()];
    const account = await lab.account();
    const wrong =
      account.error || (partSize ? sizeProblem(account.bytes, size) : contentProblem(account.sha256, lab.smallHashes(count, size)));
    if (wrong) throw new Error(`the stored content differs: ${wrong}`);
    return {
      seconds: ms / 1000,
      processorSeconds: processors,
      longestTask,
      blocked,
      memoryMB: memory / 1e6,
      requestsPerFile: account.requests / count,
      preflightsPerFile: account.preflights / count,
      signaturesPerFile: account.signatures / count,
      parallel: account.maxParallel,
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

/** Rejects if the work takes longer than `limit` ms. */
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

/** Names and pages of the contestants for large files. */
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
/** Names and pages of the contestants for small files. */
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

/** Contestants that `--fast` skips: they take longer than all others together. */
const slow = new Set(['lib-storage', 'lib-storage no checksums', 'Evaporate', 'ours headless', 'ours headless batch-policy']);

const pagesOf = (who: Readonly<Record<string, string>>) => [...new Set(Object.values(who).map((page) => page.replace(/\?.*/, '')))];

function contestantsOf(who: Readonly<Record<string, string>>, work: (scale: Scale) => Transfer) {
  return (lab: Lab, scale: Scale): Contestant[] =>
    Object.entries(who)
      .filter(([name]) => !scale.fast || !slow.has(name))
      .map(([name, page]) => ({ name, measure: () => transfer(lab, page, work(scale)) }));
}

/** Contestants over HTTP/2. Empty without openssl, which creates the certificate. */
const contestantsOverHttp2 =
  (who: Readonly<Record<string, string>>, work: (scale: Scale) => Transfer) =>
  (lab: Lab, scale: Scale): Contestant[] =>
    lab.servers.store2 ? contestantsOf(who, (given) => ({ ...work(given), http2: true }))(lab, scale) : [];

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

/** Contestants for slow networks and processors. */
const patient = { floor: 'floor', ours: 'ours', 'ours batch-policy': 'ours?batch', Uppy: 'uppy', 'Uppy credentials': 'uppy?credentials' };
/** Slowdown factors of a current and an old phone. */
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
      { contestant: 'ours unsigned', measure: 'ratio', atMost: 1.05 },
      { contestant: 'ours signed', measure: 'ratio', atMost: 1.5 },
      { contestant: 'ours unsigned', measure: 'longestTask', atMost: 50, unit: ' ms' },
      { contestant: 'ours signed', measure: 'longestTask', atMost: 50, unit: ' ms' },
      { contestant: 'ours unsigned', measure: 'memoryMB', atMost: 20 },
      { contestant: 'ours signed', measure: 'memoryMB', atMost: 60 },
    ],
    contestants: contestantsOf(senders, (scale) => large(scale)),
  },
  {
    id: 'gigabit',
    title: 'The same over a link of 1 Gbit/s',
    pages: pagesOf(gigabit),
    ratio: 'seconds',
    goals: [{ contestant: 'ours signed', measure: 'ratio', atMost: 1.02 }],
    contestants: contestantsOf(gigabit, (scale) => large(scale, { link: 125e6 })),
  },
  {
    id: 'small',
    title: '1,000 files of 10 KiB, 6 connections',
    pages: pagesOf(smallSenders),
    ratio: 'seconds',
    goals: [
      { contestant: 'ours', measure: 'ratio', atMost: 1.0 },
      { contestant: 'ours batch-policy', measure: 'ratio', atMost: 0.85 },
    ],
    contestants: contestantsOf(smallSenders, (scale) => small(scale)),
  },
  {
    id: 'latency',
    title: 'The same with 50 ms per request',
    pages: pagesOf(smallSenders),
    ratio: 'seconds',
    goals: [
      { contestant: 'ours', measure: 'ratio', atMost: 0.6 },
      { contestant: 'ours', measure: 'requestsPerFile', atMost: 1.03 },
      { contestant: 'ours batch-policy', measure: 'ratio', atMost: 0.6 },
      { contestant: 'ours batch-policy', measure: 'requestsPerFile', atMost: 1.03 },
      { contestant: 'ours batch-policy', measure: 'signaturesPerFile', atMost: 0.01 },
    ],
    contestants: contestantsOf(smallSenders, (scale) => small(scale, { delay: 50 })),
  },
  {
    id: 'slow-link',
    title: '100 files of 10 KiB over 1 Mbit/s with 300 ms per request',
    pages: pagesOf(patient),
    ratio: 'seconds',
    goals: [
      { contestant: 'ours', measure: 'ratio', atMost: 1 },
      { contestant: 'ours batch-policy', measure: 'ratio', atMost: 1 },
    ],
    contestants: contestantsOf(patient, (scale) => ({ ...small(scale, { delay: 300, link: 125e3 }), count: scale.fast ? 10 : 100 })),
  },
  {
    id: 'slow-link-large',
    title: 'A file of 12 MiB in parts over 1 Mbit/s with 300 ms per request',
    pages: pagesOf(senders),
    ratio: 'seconds',
    goals: [{ contestant: 'ours signed', measure: 'ratio', atMost: 1.05 }],
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
    goals: [{ contestant: 'ours batch-policy, auto', measure: 'ratio', atMost: 0.4 }],
    contestants: contestantsOverHttp2(manyOverHttp2, (scale) => small(scale, { delay: 100 })),
  },
];
