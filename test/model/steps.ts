/** The steps of a scenario, as data: a failure prints them. */
import * as fc from 'fast-check';
import { answers } from './answering-store.js';
import type { Answer } from './answering-store.js';
import { anyId, anyValue } from './values.js';
import type { ValueName } from './values.js';

/** Beside a value: one that only a method takes. */
export type Argument = ValueName | number | 'deleted' | 'delete failed' | 'initial files';

/** What a listener does with the next event of a name. */
export const behaviours = [
  'throw',
  'preventDefault',
  'wait for ever',
  'wait for a later step',
  'reject nothing',
  'reject an error',
  'resolve nothing',
  'resolve a value',
  'resolve {pause: true}',
  'cancel',
  'pause',
  'retry',
  'reset',
  'add',
] as const;
export type Behaviour = (typeof behaviours)[number];

export const additions = [
  'file',
  'files',
  'empty',
  'image',
  'blob',
  'named blob',
  'canvas',
  'input',
  'DataTransfer',
  'array of all',
  'array with null',
] as const;
export type Addition = (typeof additions)[number];

export const pageActions = [
  'remove',
  'append',
  'move',
  'clone',
  'reset the form',
  'disable the form',
  'submit the form',
  'render',
] as const;
export type PageAction = (typeof pageActions)[number];

export type Step =
  | { readonly do: 'add'; readonly what: Addition; readonly size: number; readonly params?: ValueName; readonly endpoint?: ValueName }
  | { readonly do: 'call'; readonly method: string; readonly args: readonly Argument[] }
  | { readonly do: 'attribute'; readonly name: string; readonly value: string | null }
  | { readonly do: 'property'; readonly name: string; readonly value: ValueName }
  | { readonly do: 'listen'; readonly event: string; readonly behaviour: Behaviour }
  | { readonly do: 'answer'; readonly position: number; readonly answer: Answer }
  | { readonly do: 'settle'; readonly position: number; readonly rejects: boolean }
  | { readonly do: 'wait'; readonly for: 'microtask' | 'task' | 'timer' | 'frame' }
  | { readonly do: 'page'; readonly action: PageAction }
  | { readonly do: 'click'; readonly part: string; readonly position: number };

const questions = [
  ...['validateBatch', 'validate', 'submit', 'upload', 'uploadChunk', 'resume', 'manualRetry', 'cancel', 'submitDelete'],
] as const;
const facts = [
  'submitted',
  'statusChange',
  'progress',
  'autoRetry',
  'error',
  'complete',
  'allComplete',
  'delete',
  'deleteComplete',
] as const;

/** The methods that take an id and nothing else. */
const idMethods = [
  ...['cancel', 'pauseUpload', 'continueUpload', 'retry', 'deleteFile', 'removeFileRef'],
  ...['getEndpoint', 'getFile', 'getName', 'getParentId', 'getSize', 'getUuid', 'isResumable', 'getBucket', 'getKey'],
];
const plainMethods = [
  ...['cancelAll', 'clearStoredFiles', 'continueAll', 'pauseAll', 'retryAll', 'uploadStoredFiles', 'reset'],
  ...[
    'getInProgress',
    'getNetUploads',
    'getRemainingAllowedItems',
    'getResumableFilesData',
    'getUploads',
    'checkValidity',
    'reportValidity',
  ],
];
/** Methods that take a value, and an id or none. */
const valueMethods = [
  ...['setCustomHeaders', 'setDeleteFileCustomHeaders', 'setDeleteFileEndpoint', 'setDeleteFileParams', 'setEndpoint', 'setParams'],
  ...['setAcl', 'setUploadSuccessEndpoint', 'setUploadSuccessParams'],
];
/** Methods that take an id and a value. */
const idValueMethods = ['setCustomResumeData', 'setName', 'setUuid', 'setStatus', 'drawThumbnail', 'scaleImage'];
/** Methods that take one value. */
const singleValueMethods = [
  ...['setItemLimit', 'setForm', 'setCredentials', 'getUploads', 'addFiles', 'addInitialFiles'],
  ...['addExtraDropzone', 'removeExtraDropzone', 'addExtraButton', 'removeExtraButton'],
];

const call = (method: fc.Arbitrary<string>, ...args: readonly fc.Arbitrary<Argument>[]): fc.Arbitrary<Step> =>
  fc.tuple(method, fc.tuple(...args)).map(([name, values]) => ({ do: 'call', method: name, args: values }));

const booleans = ['multiple', 'chunking', 'manual-upload', 'resume', 'disabled', 'required', 'concurrent-chunks', 'allow-empty', 'paste'];
const texts: Readonly<Record<string, readonly string[]>> = {
  'max-connections': ['1', '2', '6', 'auto', '0', '-1', 'x', ''],
  'item-limit': ['0', '1', '3', '100', '-2', 'x'],
  'size-limit': ['0', '10', '1kB', 'x', '1e99'],
  'total-size-limit': ['0', '100', 'x'],
  'part-size': ['1', '4', '1kB', '0', '-1', 'x'],
  'max-auto-attempts': ['0', '1', '3', 'x'],
  'allowed-extensions': ['', 'bin', 'bin,png', ',,', '*'],
  accept: ['', '.bin', 'image/*', '<', ',,,'],
  endpoint: ['/uploads', '', 'x:y', 'http://['],
  name: ['files', '', '__proto__'],
  params: ['{}', '{"a":1}', '[', 'null', '{"__proto__":{"polluted":1}}'],
  'custom-headers': ['{}', '{"a b":"\\n"}', '7'],
  'delete-endpoint': ['/delete', ''],
  lang: ['de', 'ar', 'xx', ''],
  key: ['uuid', 'filename', 'typo'],
  'signature-version': ['2', '4', '3'],
  'failed-upload-text': ['custom', 'none', 'x'],
  'image-max-width': ['0', '1', 'x'],
};
// Not accessKey: on <fine-uploader> it is HTML's own property, whose setter throws for what has no text form.
const properties = [
  ...[
    'endpoint',
    'method',
    'params',
    'customHeaders',
    'accept',
    'allowedExtensions',
    'sizeLimit',
    'itemLimit',
    'partSize',
    'maxConnections',
  ],
  ...[
    'maxAutoAttempts',
    'stallTimeout',
    'answerTimeout',
    'resumeRecordsExpireIn',
    'chunkingSuccessEndpoint',
    'deleteEndpoint',
    'deleteMethod',
  ],
  ...[
    'failedUploadText',
    'scaling',
    'pasteTarget',
    'showMessage',
    'showConfirm',
    'showPrompt',
    'extraDropzones',
    'extraButtons',
    'options',
  ],
  ...['credentials', 'key', 'bucket', 'region', 'host', 'pathStyle', 'acl', 'storageClass', 'successEndpoint', 'successParams'],
  ...['clockDrift', 'signatureVersion', 'signatureEndpoint', 'name', 'chunking', 'multiple', 'manualUpload', 'capture'],
];

const attribute: fc.Arbitrary<Step> = fc
  .oneof(
    fc.tuple(fc.constantFrom(...booleans), fc.constantFrom('', null)),
    fc.constantFrom(...Object.keys(texts)).chain((name) => fc.tuple(fc.constant(name), fc.constantFrom(...(texts[name] ?? []), null))),
  )
  .map(([name, value]) => ({ do: 'attribute', name, value }));

const listen: fc.Arbitrary<Step> = fc
  .oneof(
    { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...questions), fc.constantFrom(...behaviours)) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...facts), fc.constantFrom('throw', 'cancel', 'pause', 'retry', 'reset', 'add')) },
  )
  .map(([event, behaviour]) => ({ do: 'listen', event, behaviour }));

/** Promises that hold files, for a while or for ever. */
const hold: fc.Arbitrary<Step> = fc
  .tuple(fc.constantFrom('upload', 'uploadChunk', 'submit'), fc.constantFrom('wait for ever', 'wait for a later step'))
  .map(([event, behaviour]) => ({ do: 'listen', event, behaviour }));

const add: fc.Arbitrary<Step> = fc
  .record(
    { do: fc.constant('add'), what: fc.constantFrom(...additions), size: fc.nat(20), params: anyValue, endpoint: anyValue },
    { requiredKeys: ['do', 'what', 'size'] },
  )
  .map((step) => step as Step);

const answer = fc.record({ do: fc.constant('answer'), position: fc.nat(5), answer: fc.constantFrom(...answers, 'succeed', 'succeed') });
const wait = fc.record({ do: fc.constant('wait'), for: fc.constantFrom('microtask', 'task', 'timer') });
const settle = fc.record({ do: fc.constant('settle'), position: fc.nat(3), rejects: fc.boolean() });
const page = fc.record({ do: fc.constant('page'), action: fc.constantFrom(...pageActions) });
const buttons = fc.constantFrom('cancel', 'pause', 'continue', 'retry', 'delete');
const click = fc.record({ do: fc.constant('click'), part: buttons, position: fc.nat(3) });
const setProperty = fc.record({ do: fc.constant('property'), name: fc.constantFrom(...properties), value: anyValue });
const addFiles = fc.record({ do: fc.constant('add'), what: fc.constantFrom('file', 'files'), size: fc.nat(20) });
const id = fc.nat(5);
const deletedStatus = fc.constantFrom<Argument>('deleted', 'delete failed');

const weighted = (weight: number, arbitrary: fc.Arbitrary<unknown>) => ({ weight, arbitrary: arbitrary as fc.Arbitrary<Step> });

const usual = [
  weighted(12, addFiles),
  weighted(20, answer),
  weighted(12, wait),
  weighted(1, fc.constant({ do: 'wait', for: 'frame' })),
  weighted(20, call(fc.constantFrom(...idMethods), id)),
  weighted(8, call(fc.constantFrom(...plainMethods))),
  weighted(3, call(fc.constant('setStatus'), id, deletedStatus)),
  weighted(2, call(fc.constant('setName'), id, fc.constant<Argument>("'a.bin'"))),
  weighted(2, call(fc.constant('addInitialFiles'), fc.constant<Argument>('initial files'))),
  weighted(8, attribute),
  weighted(10, listen),
  weighted(3, hold),
  weighted(4, settle),
  weighted(4, page),
  weighted(3, click),
];

/** Steps of a page that means well, with promises that it forgets. */
export const usualStep: fc.Arbitrary<Step> = fc.oneof(...usual);

/** Any step, also with values that no documentation allows. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  ...usual,
  weighted(3, add),
  weighted(10, call(fc.constantFrom(...idMethods), anyId)),
  weighted(4, call(fc.constantFrom(...valueMethods), anyValue, anyId)),
  weighted(2, call(fc.constantFrom(...valueMethods), anyValue)),
  weighted(4, call(fc.constantFrom(...idValueMethods), anyId, anyValue)),
  weighted(3, call(fc.constantFrom(...singleValueMethods), anyValue)),
  weighted(5, setProperty),
);

/** One line for a step. */
export function describeStep(step: Step): string {
  if (step.do === 'call') return `${step.method}(${step.args.join(', ')})`;
  const { do: what, ...rest } = step;
  return `${what} ${JSON.stringify(rest)}`;
}
