/** Rows of lists: ten thousand files, photos with thumbnails, and the first paint. */

import type { Lab } from '../lab.js';
import type { Contestant, Measurement, Row, Scale } from '../row.js';

/** The uploaders with a user interface, and their pages. */
const uploaders = {
  'bare Lit list': 'bare-list',
  ours: 'ours-list',
  'Uppy Dashboard': 'uppy-list',
  Uploadcare: 'uploadcare-list',
  'Fine Uploader': 'fine-uploader-list',
};
const pages = Object.values(uploaders);

const contestants = (measure: (lab: Lab, page: string, scale: Scale) => Promise<Measurement>) => (lab: Lab, scale: Scale) =>
  Object.entries(uploaders).map(([name, page]): Contestant => ({ name, measure: () => measure(lab, page, scale) }));

/** Time limit, in ms. */
const limitOf = ({ fast }: Scale) => (fast ? 3000 : 60_000);

async function many(lab: Lab, page: string, scale: Scale): Promise<Measurement> {
  const count = scale.fast ? 2000 : 10_000;
  const opened = await lab.open({ page });
  try {
    const call = (limit: number) => opened.page.evaluate((n: number, ms: number) => addFiles(n, ms), count, limit);
    await call(0);
    const before = await heap();
    const { firstRows, ready, listed, longestTask, nodes } = await call(limitOf(scale));
    const after = await heap();
    const fps = await opened.page.evaluate((ms: number) => scrollList(ms), scale.fast ? 1000 : 3000);
    return { firstRows, ready, longestTask, nodes, fps, heapPerFile: (after - before) / Math.max(1, listed), listed: listed / count };
  } finally {
    await opened.close();
  }

  async function heap(): Promise<number> {
    await opened.devtools.send('HeapProfiler.collectGarbage');
    return (await opened.devtools.send('Runtime.getHeapUsage')).usedSize;
  }
}

async function takePhoto(lab: Lab): Promise<Buffer> {
  const opened = await lab.open({ page: 'photo' });
  try {
    return Buffer.from(await opened.page.evaluate(() => makePhoto()), 'base64');
  } finally {
    await opened.close();
  }
}
const photos = new WeakMap<Lab, Promise<Buffer>>();

async function photosInView(lab: Lab, page: string, scale: Scale): Promise<Measurement> {
  let photo = photos.get(lab);
  if (!photo) photos.set(lab, (photo = takePhoto(lab)));
  const files = lab.copies(scale.fast ? 40 : 300, await photo, (index) => `IMG_${1000 + index}.jpg`);
  const opened = await lab.open({ page, files });
  try {
    const { visible, ms, longestTask } = await opened.page.evaluate((limit: number) => showPhotos(limit), scale.fast ? 3000 : 30_000);
    return { seconds: ms / 1000, msPerPhoto: ms / Math.max(1, visible), visible, longestTask, memoryMB: opened.memory() / 1e6 };
  } finally {
    await opened.close();
  }
}

async function firstPaint(lab: Lab, page: string): Promise<Measurement> {
  const opened = await lab.open({ page, slowdown: 4 });
  try {
    const ms = await opened.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const observer = new PerformanceObserver((list) => {
            const paint = list.getEntriesByName('first-contentful-paint')[0];
            if (paint) resolve(paint.startTime);
          });
          observer.observe({ type: 'paint', buffered: true });
        }),
    );
    return { ms };
  } finally {
    await opened.close();
  }
}

export const lists: readonly Row[] = [
  {
    id: 'many',
    title: '10,000 files added, with the list',
    pages,
    ratio: 'ready',
    goals: [
      { contestant: 'ours', measure: 'firstRows', atMost: 100, unit: ' ms' },
      { contestant: 'ours', measure: 'ready', atMost: 1000, unit: ' ms' },
      { contestant: 'ours', measure: 'longestTask', atMost: 50, unit: ' ms' },
      { contestant: 'ours', measure: 'nodes', atMost: 2000 },
      { contestant: 'ours', measure: 'fps', atLeast: 59 },
      { contestant: 'ours', measure: 'heapPerFile', atMost: 2000, unit: ' bytes' },
    ],
    contestants: contestants(many),
  },
  {
    id: 'photos',
    title: '300 photos of 2.5 MB with thumbnails',
    pages: [...pages, 'photo'],
    // The number of visible photos depends on the height of the rows.
    ratio: 'msPerPhoto',
    goals: [
      { contestant: 'ours', measure: 'ratio', atMost: 1.2 },
      { contestant: 'ours', measure: 'memoryMB', atMost: 250 },
      { contestant: 'ours', measure: 'longestTask', atMost: 100, unit: ' ms' },
    ],
    contestants: contestants(photosInView),
  },
  {
    id: 'paint',
    title: 'First paint with a processor 4 times slower',
    pages,
    ratio: 'ms',
    goals: [{ contestant: 'ours', measure: 'ratio', atMost: 1.1 }],
    contestants: contestants(firstPaint),
  },
];
