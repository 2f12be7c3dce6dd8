/** The page that plays scenarios: our elements, used as a Fine Uploader page uses its uploader. Bundled by the test; `play` is called by name. */
import '../../src/index.js';
import type { FineUploaderElement, FineUploaderS3Element, UploaderEventMap } from '../../src/index.js';
import type { PageResult } from './recorded-run.js';
import { scenarios } from './scenarios.js';
import type { PageTools, Started } from './scenario.js';

type Args = unknown[];
type Callback = (...args: Args) => unknown;
type Detail<Name extends keyof UploaderEventMap> = UploaderEventMap[Name]['detail'];

const chunk = ({ partIndex, startByte, endByte, totalParts }: Detail<'uploadChunk'>) => ({ partIndex, startByte, endByte, totalParts });

/** Every event's detail as the arguments that Fine Uploader's callback of that name has, without its XMLHttpRequest and button. */
const argumentsOf: { [Name in keyof UploaderEventMap]: (detail: Detail<Name>) => Args } = {
  validateBatch: ({ files }) => [files.map(({ name, size }) => ({ name, size }))],
  validate: ({ name, size }) => [{ name, size }],
  submit: ({ id, name }) => [id, name],
  submitted: ({ id, name }) => [id, name],
  upload: ({ id, name }) => [id, name],
  uploadChunk: (detail) => [detail.id, detail.name, chunk(detail)],
  uploadChunkSuccess: (detail) => [detail.id, chunk(detail), detail.response],
  resume: (detail) => [detail.id, detail.name, chunk(detail), detail.customResumeData],
  resumeWait: ({ id, name }) => [id, name],
  progress: ({ id, name, uploadedBytes, totalBytes }) => [id, name, uploadedBytes, totalBytes],
  totalProgress: ({ uploadedBytes, totalBytes }) => [uploadedBytes, totalBytes],
  autoRetry: ({ id, name, attempt }) => [id, name, attempt],
  manualRetry: ({ id, name }) => [id, name],
  complete: ({ id, name, response }) => [id, name, response],
  allComplete: ({ succeeded, failed }) => [succeeded, failed],
  cancel: ({ id, name }) => [id, name],
  error: ({ id, name, reason }) => [id, id === null ? null : name, reason],
  statusChange: ({ id, oldStatus, newStatus }) => [id, oldStatus, newStatus],
  submitDelete: ({ id }) => [id],
  delete: ({ id }) => [id],
  deleteComplete: ({ id, isError }) => [id, isError],
  pasteReceived: ({ blob }) => [blob],
  sessionRequestComplete: ({ response, success }) => [response, success],
  credentialsExpired: () => [],
};
const eventNames = Object.keys(argumentsOf) as (keyof UploaderEventMap)[];

/** What can be handed over to Node, as the recorder wrote it down; a copy, because what a page is given may change later. */
function asData(value: unknown): unknown {
  if (value === undefined) return 'undefined';
  if (value instanceof XMLHttpRequest) return `xhr:${value.status}`;
  if (value instanceof Element) return '<el>';
  if (value instanceof Blob) return `blob:${value.size}`;
  return JSON.parse(JSON.stringify(value)) as unknown;
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Plays one scenario; never longer than some seconds, and then hands over what has happened. */
async function play(name: string, origins: { store: string }): Promise<PageResult> {
  const scenario = scenarios.find((one) => one.name === name);
  if (!scenario) throw new Error(`There is no scenario ${name}.`);
  const calls: [string, ...unknown[]][] = [];
  const events: [string, ...unknown[]][] = [];
  const waiting = new Set<() => void>();

  function happens(event: string, times = 1): Promise<void> {
    const happened = () => events.filter(([one]) => one === event).length >= times;
    return new Promise((resolve) => {
      const look = () => {
        if (!happened()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  }

  function start<Tag extends 'fine-uploader' | 'fine-uploader-s3'>(
    tag: Tag,
    options: object,
    pageCallbacks: Readonly<Record<string, Callback>> = {},
    into: HTMLElement = document.body,
  ): Started<Tag> {
    const element = document.createElement(tag) as FineUploaderElement | FineUploaderS3Element;
    const callbacks: Record<string, Callback> = {};
    for (const event of eventNames) {
      const callback = `on${event.charAt(0).toUpperCase()}${event.slice(1)}`;
      callbacks[callback] = (...args) => {
        calls.push([event, ...args.map(asData)]);
        return pageCallbacks[callback]?.(...args);
      };
      element.addEventListener(event, (dispatched: Event) => {
        const { detail } = dispatched as CustomEvent<unknown>;
        events.push([event, ...(argumentsOf[event] as (detail: unknown) => Args)(detail).map(asData)]);
        // Looked at in a task of its own: the page has had its callbacks by then.
        setTimeout(() => waiting.forEach((look) => look()));
      });
    }
    element.options = { ...options, callbacks };
    into.append(element);
    return {
      element: element as Started<Tag>['element'],
      finished: happens('allComplete').then(() => wait(60)),
      status: () => element.getUploads().map(({ id, name, size, status, uuid }) => ({ id, name, size, status, uuid })),
    };
  }

  const tools: PageTools = {
    start,
    happens,
    wait,
    arrived: async (requests, method = '') => void (await fetch(`/arrived?requests=${requests}&method=${method}`)),
    release: async () => void (await fetch('/release')),
    store: origins.store,
    file: (name, length, type) => new File([new Uint8Array(length).fill(97)], name, { type, lastModified: 0 }),
  };
  const tooLong = wait(scenario.timeout ?? 6000).then(() => ({ error: 'The scenario does not come to its end.' }));
  const result = await Promise.race([scenario.run(tools), tooLong]);
  return { callbacks: calls, events, result: asData(result) as Record<string, unknown> };
}

declare global {
  interface Window {
    play: typeof play;
  }
}
window.play = play;
