/** Sizes of the scripts that a page downloads, minified and compressed with brotli. */

import { download as rolledUp } from '../download.mjs';
import { download } from '../bundles.js';
import type { Contestant, Row } from '../row.js';

const s3 = 'dist/fine-uploader-s3.js';
const own = 'dist/fine-uploader.js';

/** Bundled with Rollup and terser, like the project's own bundles. */
const ours = {
  'Lit alone': `export { LitElement, html, css } from 'lit'; export { repeat } from 'lit/directives/repeat.js'; export { classMap } from 'lit/directives/class-map.js';`,
  'ours: <fine-uploader-s3>': `import '${s3}';`,
  'ours: <fine-uploader>': `import '${own}';`,
  'ours: both': `import '${s3}'; import '${own}';`,
  'ours: headless s3': `export { Uploader, S3Store } from 'dist/headless.js';`,
};

/** The imports of a page with the same features, bundled with esbuild, which supports packages that Rollup does not. */
const others = {
  'Fine Uploader S3 with UI': `import 'fine-uploader/s3.fine-uploader/s3.fine-uploader.min.js';`,
  'Uppy, Dashboard and S3': `import Uppy from '@uppy/core'; import Dashboard from '@uppy/dashboard'; import AwsS3 from '@uppy/aws-s3'; console.log(Uppy, Dashboard, AwsS3);`,
  'Uppy and S3, no UI': `import Uppy from '@uppy/core'; import AwsS3 from '@uppy/aws-s3'; console.log(Uppy, AwsS3);`,
  'lib-storage, no UI': `import { S3Client } from '@aws-sdk/client-s3'; import { Upload } from '@aws-sdk/lib-storage'; console.log(S3Client, Upload);`,
  'Evaporate, no UI': `import Evaporate from 'evaporate'; console.log(Evaporate);`,
  Uploadcare: `export * from '@uploadcare/file-uploader/web/file-uploader.min.js';`,
};

export const sizes: Row = {
  id: 'sizes',
  title: 'Script, minified and compressed with brotli',
  pages: [],
  goals: [
    { contestant: 'ours: <fine-uploader-s3>', measure: 'kB', atMost: 30 },
    { contestant: 'ours: <fine-uploader>', measure: 'kB', atMost: 24 },
    { contestant: 'ours: both', measure: 'kB', atMost: 34 },
    { contestant: 'ours: headless s3', measure: 'kB', atMost: 14 },
  ],
  contestants: (_lab, { fromSources }) => [
    ...Object.entries(ours).map(([name, code]): Contestant => ({
      name,
      measure: async () => {
        const { first, later } = await rolledUp(code);
        return { kB: first / 1000, allKB: (first + later) / 1000 };
      },
    })),
    ...Object.entries(others).map(([name, code]): Contestant => ({
      name,
      measure: async () => {
        const { first, all } = await download(code, fromSources);
        return { kB: first / 1000, allKB: all / 1000 };
      },
    })),
  ],
};
