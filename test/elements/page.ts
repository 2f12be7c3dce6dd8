/** What tests of the elements do again and again: put one on a page, give it files, wait for its events. */

import { fixtureCleanup } from '@open-wc/testing';
import type { UploaderEventMap } from '../../src/elements/events.js';
import type { UploaderElement } from '../../src/elements/uploader-element.js';
import type { FineUploaderElement } from '../../src/fine-uploader.js';
import type { FineUploaderS3Element } from '../../src/fine-uploader-s3.js';
import '../../src/index.js';
import { testServers, commandTestServers } from '../tools/test-servers.js';

/** A file whose every byte depends on its place and on a seed, so that parts in a wrong order or from another file are found out. */
export function makeFile(name: string, size: number, { type = 'application/octet-stream', seed = 1 } = {}): File {
  const bytes = new Uint8Array(size);
  let state = seed >>> 0;
  for (let place = 0; place < size; place++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[place] = state >>> 24;
  }
  return new File([bytes], name, { type });
}

export async function sha256(blob: Blob): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

type Attributes = Readonly<Record<string, string | number | boolean>>;

export function put<Element extends HTMLElement>(tag: string, attributes: Attributes = {}, parent: HTMLElement = document.body): Element {
  const element = document.createElement(tag) as Element;
  for (const [name, value] of Object.entries(attributes))
    if (value !== false) element.setAttribute(name, value === true ? '' : String(value));
  parent.append(element);
  placed.add(element);
  return element;
}
const placed = new Set<Element>();

/** Removes all elements from the page and all faults from the test servers. Call it after each test. */
export async function cleanUp(): Promise<void> {
  for (const element of placed) {
    (element as unknown as UploaderElement).reset();
    element.remove();
  }
  placed.clear();
  fixtureCleanup();
  await commandTestServers('reset');
}

/** `<fine-uploader-s3>` with the store and its signing server. Retry delays are short, because tests wait for events, not for the clock. */
export function putS3(attributes: Attributes = {}, parent?: HTMLElement): FineUploaderS3Element {
  const { store, signer } = testServers;
  const usual = {
    endpoint: store.endpoint,
    'access-key': store.accessKey,
    'signature-endpoint': signer.signature,
    'success-endpoint': signer.success,
    region: store.region,
    'path-style': true,
    multiple: true,
    'auto-attempt-delay': 0.1,
  };
  return put('fine-uploader-s3', { ...usual, ...attributes }, parent);
}

/** `<fine-uploader>` with the demo's endpoint. */
export function putTraditional(attributes: Attributes = {}, parent?: HTMLElement): FineUploaderElement {
  return put('fine-uploader', { endpoint: testServers.endpoint.uploads, multiple: true, 'auto-attempt-delay': 0.1, ...attributes }, parent);
}

/** Waits for an event that fits. Rejects, with what came instead, after a while. */
export function next<Name extends keyof UploaderEventMap>(
  element: UploaderElement,
  name: Name,
  fits: (detail: UploaderEventMap[Name]['detail']) => boolean = () => true,
  patience = 30_000,
): Promise<UploaderEventMap[Name]['detail']> {
  return new Promise((resolve, reject) => {
    const others: string[] = [];
    const onOther = (event: UploaderEventMap['statusChange'] | UploaderEventMap['error']) => others.push(JSON.stringify(event.detail));
    const end = () => {
      clearTimeout(timer);
      element.removeEventListener(name, onEvent);
      element.removeEventListener('statusChange', onOther);
      element.removeEventListener('error', onOther);
    };
    const onEvent = (event: UploaderEventMap[Name]) => {
      if (!fits(event.detail)) return;
      end();
      resolve(event.detail);
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(`No fitting ${name} event within ${patience} ms, but: ${others.join(', ') || 'nothing'}`));
    }, patience);
    element.addEventListener(name, onEvent);
    element.addEventListener('statusChange', onOther);
    element.addEventListener('error', onOther);
  });
}

/** Adds a file and waits for what comes of it. */
export function upload(
  element: UploaderElement,
  file: File | Blob | { blob: Blob; name: string },
  patience?: number,
): Promise<UploaderEventMap['complete']['detail']> {
  const id = element.getUploads().length;
  const completed = next(element, 'complete', (detail) => detail.id === id, patience);
  element.addFiles(file);
  return completed;
}

/** Details of all events of a name, as they come. */
export function collect<Name extends keyof UploaderEventMap>(element: UploaderElement, name: Name): UploaderEventMap[Name]['detail'][] {
  const details: UploaderEventMap[Name]['detail'][] = [];
  element.addEventListener(name, (event: UploaderEventMap[Name]) => details.push(event.detail));
  return details;
}
