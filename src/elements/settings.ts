/** Pure: what a page has set on an element -> typed settings, and a list of what could not be understood, in words. */

import { readCount, readList, readNumber, readObject, readSize, readText, readWord } from './attribute-converters.js';
import type { Size } from './attribute-converters.js';

/** What can be set on both elements, as it was written. */
export interface SharedProperties {
  endpoint: string | undefined;
  method: string;
  params: unknown;
  customHeaders: unknown;
  withCredentials: boolean;
  accept: string;
  multiple: boolean;
  manualUpload: boolean;
  maxConnections: number | string;
  stallTimeout: number | string | undefined;
  allowedExtensions: string | readonly string[];
  sizeLimit: Size | undefined;
  minSizeLimit: Size | undefined;
  itemLimit: number | string | undefined;
  totalSizeLimit: Size | undefined;
  allowEmpty: boolean;
  imageMinWidth: number | string | undefined;
  imageMaxWidth: number | string | undefined;
  imageMinHeight: number | string | undefined;
  imageMaxHeight: number | string | undefined;
  chunking: boolean;
  partSize: Size | ((id: number, size: number) => number) | undefined;
  concurrentChunks: boolean;
  chunkingMandatory: boolean;
  chunkingSuccessEndpoint: string | ((id: number) => string | null) | undefined;
  resume: boolean;
  resumeRecordsExpireIn: number | string;
  maxAutoAttempts: number | string;
  autoAttemptDelay: number | string;
  deleteEndpoint: string | undefined;
  deleteMethod: string;
  sessionEndpoint: string | undefined;
  failedUploadText: string;
}

/** A value that was not understood. */
export interface SettingProblem {
  /** The property's name. */
  readonly property: string;
  readonly value: unknown;
  /** What would be understood. */
  readonly expected: string;
}

/** Reads one property: its value where it can be understood, else the default. */
export type Read = <T>(property: string, value: unknown, reader: (value: unknown) => T | undefined, fallback: T, expected: string) => T;

/** A {@link Read} that takes note of what it could not understand. A property that is not set is no problem. */
export function reader(problems: SettingProblem[]): Read {
  return (property, value, read, fallback, expected) => {
    if (value === undefined || value === null || value === '') return fallback;
    const understood = read(value);
    if (understood !== undefined) return understood;
    problems.push({ property, value, expected });
    return fallback;
  };
}

const aSize = 'a size in bytes, or with a unit as in 20MB or 5MiB';
const aCount = 'a whole number, 0 or more';
const aNumber = 'a number, 0 or more';
const anObject = 'an object (JSON in the attribute)';
const aMethod = 'an HTTP method';

/** As many connections as browsers open to one host over HTTP/1.1. */
export const defaultConnections = 6;

/** The settings that both elements share. */
export function readShared(properties: SharedProperties, read: Read) {
  const count = (property: keyof SharedProperties, fallback: number) => read(property, properties[property], readCount, fallback, aCount);
  const size = (property: keyof SharedProperties) => read(property, properties[property], readSize, 0, aSize);
  const object = (property: keyof SharedProperties) =>
    read<Readonly<Record<string, unknown>>>(property, properties[property], readObject, {}, anObject);
  const { partSize } = properties;
  return {
    endpoint: properties.endpoint?.trim() ?? '',
    method: read('method', properties.method, readMethod, 'POST', aMethod),
    params: object('params'),
    customHeaders: object('customHeaders'),
    withCredentials: properties.withCredentials,
    accept: properties.accept,
    multiple: properties.multiple,
    autoUpload: !properties.manualUpload,
    findConnections: readWord(properties.maxConnections, ['auto']) !== undefined,
    maxConnections: read(
      'maxConnections',
      properties.maxConnections,
      readConnections,
      defaultConnections,
      'a whole number, 1 or more, or auto',
    ),
    /** ms, or undefined to learn it. */
    stallTimeout: seconds(read('stallTimeout', properties.stallTimeout, readNumber, undefined, 'a number of seconds')),
    allowedExtensions: read(
      'allowedExtensions',
      properties.allowedExtensions,
      readList,
      [],
      'a list of extensions, separated by spaces or commas',
    ),
    sizeLimit: size('sizeLimit'),
    minSizeLimit: size('minSizeLimit'),
    itemLimit: count('itemLimit', 0),
    totalSizeLimit: size('totalSizeLimit'),
    allowEmpty: properties.allowEmpty,
    imageMinWidth: count('imageMinWidth', 0),
    imageMaxWidth: count('imageMaxWidth', 0),
    imageMinHeight: count('imageMinHeight', 0),
    imageMaxHeight: count('imageMaxHeight', 0),
    chunking: properties.chunking,
    partSize: typeof partSize === 'function' ? partSize : read('partSize', partSize, readPositiveSize, undefined, aSize),
    concurrentChunks: properties.concurrentChunks,
    chunkingMandatory: properties.chunkingMandatory,
    chunkingSuccessEndpoint: properties.chunkingSuccessEndpoint ?? '',
    resume: properties.resume,
    resumeRecordsExpireIn: read('resumeRecordsExpireIn', properties.resumeRecordsExpireIn, readNumber, 7, 'a number of days'),
    maxAutoAttempts: count('maxAutoAttempts', 3),
    /** ms */
    autoAttemptDelay: 1000 * read('autoAttemptDelay', properties.autoAttemptDelay, readNumber, 1, `${aNumber} (seconds)`),
    deleteEndpoint: properties.deleteEndpoint?.trim() ?? '',
    deleteMethod: read('deleteMethod', properties.deleteMethod, (value) => readWord(value, ['DELETE', 'POST']), 'DELETE', 'DELETE or POST'),
    sessionEndpoint: properties.sessionEndpoint?.trim() ?? '',
    failedUploadText: read<'custom' | 'default' | 'none'>(
      'failedUploadText',
      properties.failedUploadText,
      (value) => readWord(value, ['custom', 'default', 'none']),
      'custom',
      'custom, default or none',
    ),
  };
}

/** What {@link readShared} makes of the properties. */
export type SharedSettings = ReturnType<typeof readShared>;

function readConnections(value: unknown): number | undefined {
  if (readWord(value, ['auto'])) return defaultConnections;
  const count = readCount(value);
  return count === 0 ? undefined : count;
}

function readPositiveSize(value: unknown): number | undefined {
  return readSize(value) || undefined;
}

function readMethod(value: unknown): string | undefined {
  const method = readText(value)?.toUpperCase();
  return method && /^[A-Z]+$/.test(method) ? method : undefined;
}

function seconds(value: number | undefined): number | undefined {
  return value === undefined || value === 0 ? undefined : value * 1000;
}

/** A problem in a sentence for the page's console. */
export function problemSentence(element: string, { property, value, expected }: SettingProblem): string {
  const shown =
    typeof value === 'string'
      ? JSON.stringify(value)
      : typeof value === 'function'
        ? 'a function'
        : (JSON.stringify(value) ?? String(value));
  return `<${element}>: ${attributeName(property)}=${shown} is not ${expected}; the default is used.`;
}

/** `sizeLimit` -> `size-limit`. */
export function attributeName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
