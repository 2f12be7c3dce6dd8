/** Warnings about Fine Uploader's options that have no effect. Loaded only where there may be such an option. */

import { findForm } from './form-option.js';
import { messagesFor } from '../ui/messages/messages.js';

const oldBrowsers = 'not needed: for old browsers only';
const parts = 'CSS: parts and custom properties';

/** What replaces the options that no property and no store reads, by path; a `*` at the end covers every option below. README's migration table contains the same texts. */
export const ignoredOptions: Readonly<Record<string, string>> = {
  formatFileName: 'dropped: the list shows names unchanged; `setName` changes one',
  debug: 'dropped: the console shows a warning for each mistake in the page; failures are `error` events',
  disableCancelForFormUploads: oldBrowsers,
  'chunking.paramNames.totalFileSize': '`options`: `request.totalFileSizeName` (Fine Uploader ignores this option)',
  'retry.showAutoRetryNote': 'dropped: the note is always shown',
  'validation.stopOnFirstInvalidFile': 'dropped: each file is validated separately',
  'deleteFile.forceConfirm': 'dropped: the Delete button always asks for confirmation',
  'cors.expected': 'not needed: derived from the endpoint',
  'cors.allowXdr': oldBrowsers,
  'camera.*': '`capture`',
  'workarounds.*': oldBrowsers,
  element: 'the element itself',
  listElement: 'the element itself',
  template: `the element itself; ${parts}, slots`,
  'dragAndDrop.reportDirectoryPaths': 'dropped: the parameter `qqpath` is always sent',
  'display.fileSizeOnSubmit': 'dropped: the size is always shown',
  'chunking.minFileSize': 'dropped: files larger than `part-size` are uploaded in blocks',
  'display.prependFiles': 'dropped: the list keeps the order in which files are added',
  'failedUploadTextDisplay.responseProperty': 'dropped: the property is always `error`',
  'failedUploadTextDisplay.enableTooltip': 'dropped: the row shows the reason',
  'thumbnails.maxCount': '`no-thumbnails` disables thumbnails; only visible rows have one',
  'thumbnails.timeBetweenThumbs': 'dropped: thumbnails do not block the page',
  'thumbnails.customResizer': 'dropped: the browser draws thumbnails; `drawThumbnail` accepts a resizer',
  'thumbnails.placeholders.*': 'dropped: an icon for the file type is shown while there is no thumbnail',
  'classes.*': parts,
  'iframeSupport.*': oldBrowsers,
  'messages.onLeave': 'dropped: browsers show a text of their own before a page is left',
  'messages.unsupportedBrowser*': oldBrowsers,
};

/** The element that has the options. */
interface Host extends Pick<HTMLElement, 'localName' | 'isConnected'> {
  readonly form: HTMLFormElement | null;
  /** The element deletes files without an endpoint. */
  readonly canDelete?: boolean;
}

/** Writes {@link optionWarnings} to the console. */
export async function warnOfOptions(host: Host, options: Readonly<Record<string, unknown>>): Promise<void> {
  for (const warning of await optionWarnings(host, options)) console.warn(warning);
}

/**
 * One warning for each option that does nothing, or less than in Fine Uploader, with what replaces it. Options that only switch something off, and those that are not
 * needed, are no reason for one.
 * @param options - options that are not read, by path; `messages`, `text` and `form`; and `deleteFile.enabled` without an endpoint. Their values may contain further
 * options.
 */
export async function optionWarnings(
  host: Host,
  { form, 'deleteFile.enabled': deletes, ...options }: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const { localName: element } = host;
  const noEndpoint = `<${element}>: deleteFile.enabled needs deleteFile.endpoint, the URL that deletes uploaded files.`;
  const texts = new Set(options['messages'] || options['text'] ? await textNames() : []);
  return [...(deletes && !host.canDelete ? [noEndpoint] : []), ...formWarnings(host, form), ...ignoredWarnings(element, options, texts)];
}

/** @param texts - paths of texts that are shown. */
function ignoredWarnings(element: string, options: Readonly<Record<string, unknown>>, texts: ReadonlySet<string>): string[] {
  return leaves(options).flatMap(([path, value]) => {
    if (value === undefined || texts.has(path)) return [];
    const text =
      ignoredOptions[path] ?? Object.entries(ignoredOptions).find(([key]) => key.endsWith('*') && path.startsWith(key.slice(0, -1)))?.[1];
    if (text === undefined) return [`<${element}>: options has no "${path}"; it is ignored.`];
    if (!value || text.startsWith('not needed')) return [];
    const [, dropped] = /^dropped: (.*)$/.exec(text) ?? [];
    return [`<${element}>: the option "${path}" has no effect${dropped ? `: ${dropped}` : `. In its place: ${text}`}.`];
  });
}

/** What Fine Uploader does with a form and the element does not. */
function formWarnings(host: Host, option: unknown): string[] {
  if (typeof option !== 'object' || option === null) return [];
  const { element, interceptSubmit } = option as { element?: unknown; interceptSubmit?: unknown };
  const form = findForm(option);
  if (!form && element === undefined) return [];
  if (!form || (host.isConnected && host.form !== form)) {
    const reason = form ? 'the element belongs to another form' : 'there is no such form';
    return [
      `<${host.localName}>: the option "form.element" has no effect: ${reason}. Place the element in the form, or set its attribute \`form\`.`,
    ];
  }
  if (interceptSubmit === false) return [];
  return [
    `<${host.localName}>: form.interceptSubmit uploads to the endpoint, not to the form’s action, and submits the form when its files are uploaded. To stay on the page, set these options, then add a listener to the form’s \`submit\` that calls \`preventDefault()\`.`,
  ];
}

/** The paths of all texts. Those of the list are registered by the files view. */
async function textNames(): Promise<string[]> {
  await import('../ui/files-view/index.js');
  const keys = ['sizeSymbols', ...messagesFor('en').flatMap(Object.keys)];
  return ['messages', 'text'].flatMap((group) => keys.map((key) => `${group}.${key}`));
}

/** The options of a group whose name is known; any other value is an option itself. */
function leaves(options: Readonly<Record<string, unknown>>, prefix = ''): [path: string, value: unknown][] {
  return Object.entries(options).flatMap(([name, value]): [string, unknown][] => {
    const path = prefix + name;
    const isGroup = path === 'text' || Object.keys(ignoredOptions).some((key) => key.startsWith(`${path}.`));
    if (isGroup && Object.prototype.toString.call(value) === '[object Object]') return leaves(value as Record<string, unknown>, `${path}.`);
    return [[path, value]];
  });
}
