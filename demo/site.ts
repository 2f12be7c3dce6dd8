/**
 * Serves the demo's pages (HTML templates), their scripts (TypeScript, compiled when it is served) and the built files under /dist/. Every page has a
 * strict Content Security Policy, which shows that the elements work under it.
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

/** Options of `createSite`. */
export interface SiteOptions {
  /** Folder with the output of `npm run build`. */
  readonly distFolder: string;
  /** Other origins that the pages may send requests to and load images from: the store's and the identity provider's. */
  readonly otherOrigins: () => readonly string[];
  /** Values for `{{name}}` in the templates. */
  readonly values: () => Readonly<Record<string, string>>;
}

/** A page of the demo. */
interface Page {
  /** Path of its URL. */
  readonly path: string;
  /** Its template in pages/. */
  readonly file: string;
  readonly title: string;
  /** URL of its script. */
  readonly script?: string;
  /** Text of its link in the navigation; '' for a frame of another page. */
  readonly label: string;
  /** Noun in the skip link: "Skip to the …". Default "uploader". */
  readonly subject?: string;
  /** A value that the page needs, and the template that is shown without it. */
  readonly needs?: { readonly value: string; readonly otherwise: string };
  /** Whether the page shows the stored files, the HTML of the element and the event log. */
  readonly workbench?: boolean;
  /** URLs of a frame's stylesheets. */
  readonly styles?: readonly string[];
}

const PAGES: readonly Page[] = [
  { path: '/', file: 's3.html', title: 'Upload straight to S3', label: 'S3', script: '/pages/workbench.js', workbench: true },
  {
    path: '/traditional',
    file: 'traditional.html',
    title: 'Upload to your own server',
    label: 'Your own server',
    script: '/pages/workbench.js',
    workbench: true,
  },
  {
    path: '/azure',
    file: 'azure.html',
    title: 'Upload to Azure Blob Storage',
    label: 'Azure',
    script: '/pages/workbench.js',
    needs: { value: 'containerUrl', otherwise: 'azure-install.html' },
    workbench: true,
  },
  {
    path: '/no-server',
    file: 'no-server.html',
    title: 'Upload without a server',
    label: 'No server',
    script: '/pages/no-server.js',
    workbench: true,
  },
  { path: '/gallery', file: 'gallery.html', title: 'Every state', label: 'Gallery', script: '/pages/gallery.js', subject: 'gallery' },
  {
    path: '/gallery/question',
    file: 'gallery-question.html',
    title: 'A confirmation',
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
  { path: '/styles', file: 'styles.html', title: 'Styling', label: 'Styles', subject: 'examples' },
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
  '/pages/color-scheme.js': 'color-scheme.ts',
  '/pages/gallery.js': 'gallery.ts',
  '/pages/gallery-dialog.js': 'gallery-dialog.ts',
  '/pages/gallery-files.js': 'gallery-files.ts',
  '/pages/no-server.js': 'no-server.ts',
  '/pages/workbench.js': 'workbench.ts',
  '/pages/sign-in.js': 'sign-in.ts',
  '/pages/styles-frame.js': 'styles-frame.ts',
  '/pages/styles/bootstrap-page.css': 'styles/bootstrap-page.css',
  '/pages/styles/plain-page.css': 'styles/plain-page.css',
  '/pages/styles/tailwind-page.css': 'styles/tailwind-page.css',
  '/pages/styles/webawesome-page.css': 'styles/webawesome-page.css',
  // An absolute path, into Bootstrap's package.
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

/** Creates the handler of the pages. It returns false for unknown paths. */
export function createSite(options: SiteOptions): Handler {
  const dist = resolve(options.distFolder);

  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const path = pathOf(request);
    const page = pageAt(path);
    if (page) await sendPage(page, response);
    else if (ASSETS[path]) await sendAsset(ASSETS[path], response);
    else if (path.startsWith('/dist/')) await sendBuiltFile(path, response);
    else return false;
    return true;
  };

  function pageAt(path: string): Page | undefined {
    const page = PAGES.find((candidate) => candidate.path === path);
    if (!page?.needs || page.needs.value in options.values()) return page;
    const { script: _script, workbench: _workbench, ...others } = page;
    return { ...others, file: page.needs.otherwise, subject: 'instructions' };
  }

  async function sendPage(page: Page, response: ServerResponse): Promise<void> {
    const isFrame = page.label === '';
    const [layout, source, workbench] = await Promise.all([
      readPageFile(isFrame ? 'frame.html' : 'layout.html'),
      readPageFile(page.file),
      page.workbench ? readPageFile('workbench.html') : '',
    ]);
    const values = Object.fromEntries(Object.entries(options.values()).map(([name, value]) => [name, escapeHtml(value)]));
    const main = fillTemplate(source.replace(/<!-- also -->.*$/s, ''), values);
    const links = PAGES.filter(({ label }) => label !== '').map(
      ({ path, label }) => `<a href="${path}"${path === page.path ? ' aria-current="page"' : ''}>${label}</a>`,
    );
    const html = fillTemplate(layout, {
      ...values,
      title: escapeHtml(page.title),
      script: page.script ? `<script type="module" src="${page.script}"></script>` : '',
      subject: page.subject ?? 'uploader',
      navigation: links.join('\n        '),
      styles: (page.styles ?? []).map((address) => `<link rel="stylesheet" href="${address}" />`).join('\n    '),
      main: main + fillTemplate(workbench, { snippet: escapeHtml(fillTemplate(extractSnippet(source), options.values())) }),
    });
    response.writeHead(200, {
      ...responseHeaders('text/html; charset=utf-8'),
      'Content-Security-Policy': contentSecurityPolicy(options.otherOrigins(), isFrame),
    });
    response.end(html);
  }

  async function sendAsset(file: string, response: ServerResponse): Promise<void> {
    const text = await readPageFile(file);
    const isScript = file.endsWith('.ts');
    response.writeHead(200, responseHeaders(TYPES[isScript ? '.js' : extname(file)] ?? 'text/plain'));
    response.end(isScript ? (await transform(text, { loader: 'ts', target: 'es2022' })).code : text);
  }

  async function sendBuiltFile(path: string, response: ServerResponse): Promise<void> {
    const file = resolve(join(dist, path.slice('/dist/'.length)));
    const info = file.startsWith(dist + sep) ? await stat(file).catch(() => undefined) : undefined;
    if (!info?.isFile()) {
      response.writeHead(404, responseHeaders('text/plain; charset=utf-8'));
      response.end('This file does not exist in dist/. Run "npm run build".');
      return;
    }
    response.writeHead(200, { ...responseHeaders(TYPES[extname(file)] ?? 'application/octet-stream'), 'Content-Length': info.size });
    await pipeline(createReadStream(file), response).catch(() => response.destroy());
  }
}

/** The Content Security Policy of a page: everything is forbidden by default, and Trusted Types are required. */
function contentSecurityPolicy(otherOrigins: readonly string[], isFrame: boolean): string {
  const origins = otherOrigins.map((origin) => ` ${origin}`).join('');
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self'`,
    `img-src 'self' data: blob:${origins}`,
    // The thumbnail of a video is one of its frames.
    `media-src blob:`,
    `connect-src 'self'${origins}`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-src 'self'`,
    `frame-ancestors ${isFrame ? `'self'` : `'none'`}`,
    `require-trusted-types-for 'script'`,
  ].join('; ');
}

function responseHeaders(type: string): Record<string, string> {
  return {
    'Content-Type': type,
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
  };
}

/** Reads a text file: a name in pages/, or an absolute path. */
export function readPageFile(name: string): Promise<string> {
  return readFile(resolve(FOLDER, name), 'utf8');
}

/** Replaces `{{name}}` with values. Names without a value stay, so that they are noticed. */
function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (all, name: string) => values[name] ?? all);
}

/**
 * Extracts the HTML that the page shows as its example: the element between the comments `element` and `/element`, and the example script in the comment
 * after `also`.
 */
function extractSnippet(html: string): string {
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
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
