/** The elements of the scenarios: the public ones, and the two with a store whose answers the scenario decides. */
import type { Store, UploadFile } from '../../src/core/types.js';
import { UploadError } from '../../src/core/errors.js';
import { readSize } from '../../src/elements/attribute-converters.js';
import type { UploaderElement } from '../../src/elements/uploader-element.js';
import { FineUploaderElement, FineUploaderS3Element } from '../../src/index.js';
import { testServers } from '../tools/test-servers.js';
import { AnsweringStore, ScenarioServer } from './answering-store.js';

/** What a scenario needs of its element. */
export type ModelElement = UploaderElement & {
  /** Undefined for an element with its own store and a real server. */
  readonly server?: ScenarioServer;
  /** What the element's own store throws where it is created, beside the errors for people. */
  readonly storeErrors?: unknown[];
};

/** The element's own store is created, too: that reads all settings. */
function answeringStore(
  element: Required<Pick<ModelElement, 'server' | 'storeErrors'>> & UploaderElement,
  own: () => Promise<Store> | Store,
): Store {
  const report = (error: unknown) => {
    if (!(error instanceof UploadError)) element.storeErrors.push(error);
  };
  try {
    Promise.resolve(own()).catch(report);
  } catch (error) {
    report(error);
  }
  return new AnsweringStore(element.server, element.chunking ? readSize(element.partSize) || 4 : Infinity);
}

class ModelUploaderElement extends FineUploaderElement {
  readonly server = new ScenarioServer();
  readonly storeErrors: unknown[] = [];
  protected override storeFor(file: UploadFile, settings: never): Promise<Store> {
    return Promise.resolve(answeringStore(this, () => super.storeFor(file, settings)));
  }
}

class ModelS3UploaderElement extends FineUploaderS3Element {
  readonly server = new ScenarioServer();
  readonly storeErrors: unknown[] = [];
  protected override storeFor(file: UploadFile, settings: never): Promise<Store> {
    return Promise.resolve(answeringStore(this, () => super.storeFor(file, settings)));
  }
}

customElements.define('model-uploader', ModelUploaderElement);
customElements.define('model-uploader-s3', ModelS3UploaderElement);

/** Where a scenario's files are uploaded to. */
export interface Subject {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const attributes = { endpoint: '/uploads', multiple: '', chunking: '', 'part-size': '4', 'auto-attempt-delay': '0', name: 'files' };

/** The answers of the server are steps of the scenario. */
export const answeredSubjects: readonly Subject[] = [
  { tag: 'model-uploader', attributes: { ...attributes, 'max-connections': '2', 'delete-endpoint': '/delete' } },
  {
    tag: 'model-uploader-s3',
    attributes: { ...attributes, 'max-connections': '2', 'delete-endpoint': '/delete', 'access-key': 'key', 'signature-endpoint': '/sign' },
  },
];

const { endpoint, store, signer } = testServers;

/** The real elements, with the test servers. */
export const realSubjects: readonly Subject[] = [
  { tag: 'fine-uploader', attributes: { ...attributes, endpoint: endpoint.uploads, 'delete-endpoint': endpoint.uploads } },
  {
    tag: 'fine-uploader-s3',
    attributes: {
      ...attributes,
      endpoint: store.endpoint,
      'access-key': store.accessKey,
      'signature-endpoint': signer.signature,
      'success-endpoint': signer.success,
      region: store.region,
      'path-style': '',
    },
  },
];
