/**
 * The growth of time and memory with the number of files and with the size of a file. Each contestant is one size; the last line shows the exponents: 1 is linear.
 * For the size of a file, up to 100 GiB, the page contains a store that accepts everything without a network, so that only the uploader is measured.
 */

import type { Lab } from '../lab.js';
import type { Contestant, Measurement, Row, Scale } from '../row.js';

const counts = [100, 1000, 10_000, 100_000];
const gibibyte = 2 ** 30;
const sizes = [gibibyte / 1024, gibibyte / 64, gibibyte, 10 * gibibyte, 100 * gibibyte];

async function manyFiles(lab: Lab, count: number): Promise<Measurement> {
  const opened = await lab.open({ page: 'ours-list' });
  const heap = async () => {
    await opened.devtools.send('HeapProfiler.collectGarbage');
    return (await opened.devtools.send('Runtime.getHeapUsage')).usedSize;
  };
  try {
    const call = () => opened.page.evaluate((n: number, limit: number) => addFiles(n, limit), count, 120_000);
    await call();
    const before = await heap();
    const { ready, longestTask, nodes } = await call();
    return { size: count, ms: ready, bytes: Math.max(1, (await heap()) - before), longestTask, nodes };
  } finally {
    await opened.close();
  }
}

async function largeFile(lab: Lab, size: number): Promise<Measurement> {
  const opened = await lab.open({ page: 'no-wire' });
  try {
    await opened.page.evaluate((bytes: number) => uploadWithoutWire(bytes), gibibyte / 1024);
    await opened.devtools.send('HeapProfiler.collectGarbage');
    const { ms, heap, parts } = await opened.page.evaluate((bytes: number) => uploadWithoutWire(bytes), size);
    return { size, ms, bytes: Math.max(1, heap), parts };
  } finally {
    await opened.close();
  }
}

const named = (bytes: number) => (bytes < gibibyte ? `${bytes / 2 ** 20} MiB` : `${bytes / gibibyte} GiB`);

export const growth: readonly Row[] = [
  {
    id: 'growth-count',
    title: 'Time and memory against the number of files added (ours)',
    pages: ['ours-list'],
    grows: ['ms', 'bytes'],
    goals: [
      { contestant: 'exponent', measure: 'ms', atMost: 1.1 },
      { contestant: 'exponent', measure: 'bytes', atMost: 1.1 },
    ],
    contestants: (lab: Lab, { fast }: Scale) =>
      counts.slice(0, fast ? 3 : 4).map((count): Contestant => ({ name: `${count} files`, measure: () => manyFiles(lab, count) })),
  },
  {
    id: 'growth-size',
    title: 'Time and memory of the uploader itself against the size of one file (ours, no wire)',
    pages: ['no-wire'],
    grows: ['ms', 'bytes'],
    goals: [
      { contestant: 'exponent', measure: 'ms', atMost: 1.1 },
      { contestant: 'exponent', measure: 'bytes', atMost: 1.1 },
    ],
    contestants: (lab: Lab, { fast }: Scale) =>
      sizes.slice(0, fast ? 4 : 5).map((size): Contestant => ({ name: named(size), measure: () => largeFile(lab, size) })),
  },
];
