/** Uploadcare's list, as https://uploadcare.com/docs/file-uploader/ shows it in a page; files wait for confirmation. */
import * as uploadcare from '@uploadcare/file-uploader';
import style from '@uploadcare/file-uploader/web/uc-file-uploader-inline.min.css';
import { list } from './list.js';

interface Api {
  addFileFromObject(file: File): void;
  getOutputCollectionState(): { readonly totalCount: number };
}

const sheet = new CSSStyleSheet();
sheet.replaceSync(style);
document.adoptedStyleSheets = [sheet];
uploadcare.defineComponents(uploadcare);

const make = (tag: string, attributes: Readonly<Record<string, string>>) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  document.body.append(element);
  return element;
};
make('uc-config', {
  'ctx-name': 'bench',
  pubkey: 'demopublickey',
  multiple: 'true',
  'confirm-upload': 'true',
  'quality-insights': 'false',
});
make('uc-file-uploader-inline', { 'ctx-name': 'bench' });
const context = make('uc-upload-ctx-provider', { 'ctx-name': 'bench' }) as HTMLElement & { getAPI(): Api };

list({
  add: (files) => {
    const api = context.getAPI();
    for (const file of files) api.addFileFromObject(file);
  },
  count: () => document.querySelectorAll('uc-file-item').length,
  pictures: 'uc-file-item uc-thumb, uc-file-item .uc-thumb',
  drawn: (picture) =>
    /url\("?blob:/.test(getComputedStyle(picture).backgroundImage) || !!picture.querySelector('img[src^="blob:"], [style*="blob:"]'),
});
