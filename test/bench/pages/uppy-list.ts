/** Uppy's Dashboard, as https://uppy.io/docs/dashboard/ shows it in a page. */
import Uppy from '@uppy/core';
import Dashboard from '@uppy/dashboard';
import AwsS3 from '@uppy/aws-s3';
import style from '@uppy/dashboard/css/style.min.css';
import { list } from './list.js';

const sheet = new CSSStyleSheet();
sheet.replaceSync(style);
document.adoptedStyleSheets = [sheet];
const uppy = new Uppy().use(Dashboard, { inline: true, target: 'body' }).use(AwsS3, { signRequest: async () => ({ url: '' }) });

list({
  add: (files) => uppy.addFiles(files.map((file) => ({ name: file.name, type: file.type, data: file, source: 'bench' }))),
  count: () => (document.querySelector('.uppy-Dashboard-Item') ? uppy.getFiles().length : 0),
  pictures: '.uppy-Dashboard-Item-preview',
  drawn: (picture) => !!picture.querySelector<HTMLImageElement>('img')?.naturalWidth,
});
