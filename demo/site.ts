/**
 * The demo's pages: HTML with a few values filled in, their scripts (TypeScript, stripped of its types as it is served), the built files
 * under /dist/. Every page comes with a Content Security Policy as strict as they get, so the demo shows that the elements live under it.
 */
import { transform } from 'esbuild';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { pathOf } from './servers/http.js';
import type { Handler } from './servers/http.js';

/** What the pages need to know. */
export interface SiteOptions {
  /** The folder that `npm run build` fills. */
  readonly distFolder: string;
  /** Origins besides its own that pages may talk to and show images from: the store's and the identity provider's. */
  readonly otherOrigins: () => readonly string[];
  /** What stands in the pages as `{{name}}`. */
  readonly values: () => Readonly<Record<string, string>>;
}

/** A page: its address, the file in pages/, its title, its script if it has one. */
interface Page {
  readonly path: string;
  readonly file: string;
  readonly title: string;
  readonly script?: string;
  /** What the navigation calls it; '' for a frame of another page. */
  readonly label: string;
  /** What the link at its beginning skips to. */
  readonly subject?: string;
  /** Below it stand what is stored, the HTML of the page, and the log of events. */
  readonly workbench?: boolean;
  /** Of a frame: its stylesheets. */
  readonly styles?: readonly string[];
}

const PAGES: readonly Page[] = [
  { path: '/', file: 's3.html', title: 'Straight to S3', label: 'Straight to S3', script: '/pages/page.js', workbench: true },
  {
    path: '/traditional',
    file: 'traditional.html',
    title: 'To your own server',
    label: 'Your own server',
    script: '/pages/page.js',
    workbench: true,
  },
  {
    path: '/no-server',
    file: 'no-server.html',
    title: 'Without a server',
    label: 'No server',
    script: '/pages/no-server.js',
    workbench: true,
  },
  { path: '/gallery', file: 'gallery.html', title: 'Every state', label: 'Gallery', script: '/pages/gallery.js', subject: 'gallery' },
  {
    path: '/gallery/question',
    file: 'gallery-question.html',
    title: 'A question',
    label: '',
    script: '/pages/gallery-dialog.js',
    styles: ['/style.css'],
  },
  {
    path: '/gallery/prompt',
    file: 'gallery-prompt.html',
    title: 'A prompt',
    label: '',
    script: '/pages/gallery-dialog.js',
    styles: ['/style.css'],
  },
  { path: '/styles', file: 'styles.html', title: 'At home on any page', label: 'Styles', subject: 'examples' },
  ...['plain', 'bootstrap', 'webawesome', 'tailwind'].map((name) => ({
    path: `/styles/${name}`,
    file: `styles/${name}.html`,
    title: name,
    label: '',
    script: '/pages/styles-frame.js',
    styles: [...(name === 'bootstrap' ? ['/bootstrap.css'] : []), `/pages/styles/${name}-page.css`],
  })),
];

const ASSETS: Readonly<Record<string, string>> = {
  '/style.css': 'style.css',
  '/favicon.svg': 'favicon.svg',
  '/pages/colours.js': 'colours.ts',
  '/pages/gallery.js': 'gallery.ts',
  '/pages/gallery-dialog.js': 'gallery-dialog.ts',
  '/pages/gallery-files.js': 'gallery-files.ts',
  '/pages/no-server.js': 'no-server.ts',
  '/pages/page.js': 'page.ts',
  '/pages/signing-in.js': 'signing-in.ts',
  '/pages/styles-frame.js': 'styles-frame.ts',
  '/pages/styles/bootstrap-page.css': 'styles/bootstrap-page.css',
  '/pages/styles/plain-page.css': 'styles/plain-page.css',
  '/pages/styles/tailwind-page.css': 'styles/tailwind-page.css',
  '/pages/styles/webawesome-page.css': 'styles/webawesome-page.css',
  // A path out of here: Bootstrap as its package brings it.
  '/bootstrap.css': fileURLToPath(import.meta.resolve('bootstrap/dist/css/bootstrap.min.css')),
};

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ts': 'text/plain; charset=utf-8',
};

const FOLDER = fileURLToPath(new URL('pages', import.meta.url));

/** Makes the handler of the pages. It declines every address that it does not have. */
export function createSite(options: SiteOptions): Handler {
  const dist = resolve(options.distFolder);

  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const path = pathOf(request);
    const page = PAGES.find((candidate) => candidate.path === path);
    if (page) await sendPage(page, response);
    else if (ASSETS[path]) await sendAsset(ASSETS[path], response);
    else if (path.startsWith('/dist/')) await sendBuilt(path, response);
    else return false;
    return true;
  };

  async function sendPage(page: Page, response: ServerResponse): Promise<void> {
    const isFrame = page.label === '';
    const [layout, source, workbench] = await Promise.all([
      readPageFile(isFrame ? 'frame.html' : 'layout.html'),
      readPageFile(page.file),
      page.workbench ? readPageFile('workbench.html') : '',
    ]);
    const values = Object.fromEntries(Object.entries(options.values()).map(([name, value]) => [name, escapeHtml(value)]));
    const main = fill(source.replace(/<!-- also -->.*$/s, ''), values);
    const links = PAGES.filter(({ label }) => label !== '').map(
      ({ path, label }) => `<a href="${path}"${path === page.path ? ' aria-current="page"' : ''}>${label}</a>`,
    );
    const html = fill(layout, {
      ...values,
      title: escapeHtml(page.title),
      script: page.script ? `<script type="module" src="${page.script}"></script>` : '',
      subject: page.subject ?? 'uploader',
      navigation: links.join('\n        '),
      styles: (page.styles ?? []).map((address) => `<link rel="stylesheet" href="${address}" />`).join('\n    '),
      main: main + fill(workbench, { snippet: escapeHtml(fill(elementIn(source), options.values())) }),
    });
    response.writeHead(200, { ...headers('text/html; charset=utf-8'), 'Content-Security-Policy': policy(options.otherOrigins(), isFrame) });
    response.end(html);
  }

  async function sendAsset(file: string, response: ServerResponse): Promise<void> {
    const text = await readPageFile(file);
    const isScript = file.endsWith('.ts');
    response.writeHead(200, headers(TYPES[isScript ? '.js' : extname(file)] ?? 'text/plain'));
    response.end(isScript ? (await transform(text, { loader: 'ts', target: 'es2022' })).code : text);
  }

  async function sendBuilt(path: string, response: ServerResponse): Promise<void> {
    const file = resolve(join(dist, path.slice('/dist/'.length)));
    const found = file.startsWith(dist + sep) ? await stat(file).catch(() => undefined) : undefined;
    if (!found?.isFile()) {
      response.writeHead(404, headers('text/plain; charset=utf-8'));
      response.end('There is no such built file. "npm run build" makes them.');
      return;
    }
    response.writeHead(200, { ...headers(TYPES[extname(file)] ?? 'application/octet-stream'), 'Content-Length': found.size });
    await pipeline(createReadStream(file), response).catch(() => response.destroy());
  }
}

/** Nothing is allowed but what is named, and no string ever becomes script. */
function policy(otherOrigins: readonly string[], isFrame: boolean): string {
  const origins = otherOrigins.map((origin) => ` ${origin}`).join('');
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self'`,
    `img-src 'self' data: blob:${origins}`,
    // The picture of a video is one of its frames.
    `media-src blob:`,
    `connect-src 'self'${origins}`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-src 'self'`,
    `frame-ancestors ${isFrame ? `'self'` : `'none'`}`,
    `require-trusted-types-for 'script'`,
  ].join('; ');
}

function headers(type: string): Record<string, string> {
  return {
    'Content-Type': type,
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
  };
}

/** A file of pages/ (or, with an absolute path, of elsewhere), as text. */
export function readPageFile(name: string): Promise<string> {
  return readFile(resolve(FOLDER, name), 'utf8');
}

/** Puts values in place of `{{name}}`. Names without a value stay, so that they are seen. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (all, name: string) => values[name] ?? all);
}

/**
 * The element as it stands in the page between its two comments, so that what is shown is what is used. A page that does more in its script has the
 * gist of it in a comment marked "also".
 */
function elementIn(html: string): string {
  const element = /<!-- element -->\n(.*?)\n\s*<!-- \/element -->/s.exec(html)?.[1] ?? '';
  const lines = element.split('\n').filter((line) => !line.includes('prettier-ignore'));
  const indent = Math.min(...lines.map((line) => line.search(/\S|$/)));
  const also = /<!-- also -->\s*<!--\n(.*?)\n-->/s.exec(html)?.[1];
  return [
    '<script type="module" src="/dist/cdn/fine-uploader.esm.min.js"></script>',
    '',
    ...lines.map((line) => line.slice(indent)),
    ...(also ? ['', also] : []),
  ].join('\n');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
