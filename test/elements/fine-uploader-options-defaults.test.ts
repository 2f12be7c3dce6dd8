/** Fine Uploader 5.16's defaults: what holds where `options` are given and silent. Its tables are the documented defaults of its traditional, S3 and Azure uploaders. */
import { expect } from '@open-wc/testing';
import { extraOptions, optionTargets } from '../../src/elements/fine-uploader-options.js';
import type { PropertyMap } from '../../src/elements/settings.js';
import type { UploaderElement } from '../../src/elements/uploader-element.js';
import { FineUploaderAzureElement, FineUploaderElement, FineUploaderS3Element } from '../../src/index.js';
import type { SeenRequest } from '../servers/fault-proxy.js';
import { clearStorage } from '../resume/storage.js';
import { commandTestServers, testServers } from '../tools/test-servers.js';
import { picture, refuse, unfinished } from './callbacks.js';
import { cleanUp, makeFile, next, put, putS3, putTraditional, upload } from './page.js';

/** The path of an option, Fine Uploader's default, the element's property, and its setting. */
type Row = readonly [path: string, fineUploader: unknown, property: string, setting: unknown];

const shared: readonly Row[] = [
  ['autoUpload', true, 'manualUpload', false],
  ['multiple', true, 'multiple', true],
  ['maxConnections', 3, 'maxConnections', 3],
  ['warnBeforeUnload', true, 'noUnloadWarning', false],
  ['button', null, 'extraButtons', []],
  ['extraButtons', [], 'extraButtons', []],
  ['request.method', 'POST', 'method', 'POST'],
  ['request.params', {}, 'params', {}],
  ['request.customHeaders', {}, 'customHeaders', {}],
  ['cors.sendCredentials', false, 'withCredentials', false],
  ['validation.acceptFiles', null, 'accept', ''],
  ['validation.allowedExtensions', [], 'allowedExtensions', []],
  ['validation.sizeLimit', 0, 'sizeLimit', 0],
  ['validation.minSizeLimit', 0, 'minSizeLimit', 0],
  ['validation.itemLimit', 0, 'itemLimit', 0],
  ['validation.allowEmpty', false, 'allowEmpty', false],
  ['validation.image.minWidth', 0, 'imageMinWidth', 0],
  ['validation.image.maxWidth', 0, 'imageMaxWidth', 0],
  ['validation.image.minHeight', 0, 'imageMinHeight', 0],
  ['validation.image.maxHeight', 0, 'imageMaxHeight', 0],
  ['chunking.enabled', false, 'chunking', false],
  ['chunking.concurrent.enabled', false, 'concurrentChunks', false],
  ['chunking.mandatory', false, 'chunkingMandatory', false],
  ['chunking.success.endpoint', null, 'chunkingSuccessEndpoint', ''],
  ['resume.enabled', false, 'resume', false],
  ['resume.recordsExpireIn', 7, 'resumeRecordsExpireIn', 7],
  ['retry.enableAuto', false, 'maxAutoAttempts', 0],
  ['retry.maxAutoAttempts', 3, 'maxAutoAttempts', 0],
  ['retry.autoAttemptDelay', 5, 'autoAttemptDelay', 5000],
  ['deleteFile.method', 'DELETE', 'deleteMethod', 'DELETE'],
  ['session.endpoint', null, 'sessionEndpoint', ''],
  ['editFilename.enabled', false, 'editFilename', false],
  ['scaling', {}, 'scaling', undefined],
  ['paste.targetElement', null, 'pasteTarget', null],
  ['paste.promptForName', false, 'pastePromptForName', false],
  ['showMessage', undefined, 'showMessage', undefined],
  ['showConfirm', undefined, 'showConfirm', undefined],
  ['showPrompt', undefined, 'showPrompt', undefined],
  ['dragAndDrop.extraDropzones', [], 'extraDropzones', []],
  // Only where there is a form: see form-option.test.ts.
  ['form.element', undefined, 'formParams', false],
  ['form.autoUpload', undefined, 'manualUpload', false],
  ['form.interceptSubmit', undefined, 'uploadOnSubmit', false],
  // Fine Uploader's `/server/upload` is a placeholder.
  ['request.endpoint', undefined, 'endpoint', ''],
  ['deleteFile.endpoint', undefined, 'deleteEndpoint', ''],
];

const tables = {
  'fine-uploader': [
    ...shared,
    ['failedUploadTextDisplay.mode', 'default', 'failedUploadText', 'default'],
    ['deleteFile.enabled', false, 'deleteEndpoint', ''],
    // The store's own default: see below.
    ['chunking.partSize', undefined, 'partSize', 0],
  ],
  'fine-uploader-s3': [
    ...shared,
    ['failedUploadTextDisplay.mode', 'custom', 'failedUploadText', 'custom'],
    ['deleteFile.enabled', false, 'deleteEndpoint', ''],
    ['chunking.partSize', undefined, 'partSize', 0],
    ['request.accessKey', null, 'accessKey', ''],
    ['request.clockDrift', 0, 'clockDrift', 0],
    ['signature.endpoint', null, 'signatureEndpoint', ''],
    ['signature.version', 2, 'signatureVersion', 2],
    ['credentials', null, 'credentials', undefined],
    ['objectProperties.acl', 'private', 'acl', 'private'],
    ['objectProperties.key', 'uuid', 'key', 'uuid'],
    // Found in the endpoint; Fine Uploader's region is us-east-1 for any endpoint.
    ['objectProperties.region', undefined, 'region', ''],
    ['objectProperties.bucket', undefined, 'bucket', ''],
    ['objectProperties.host', undefined, 'host', ''],
    ['objectProperties.reducedRedundancy', false, 'storageClass', ''],
    ['objectProperties.serverSideEncryption', false, 'serverSideEncryption', false],
    ['uploadSuccess.endpoint', null, 'successEndpoint', ''],
    ['uploadSuccess.params', {}, 'successParams', {}],
  ],
  'fine-uploader-azure': [
    ...shared,
    ['failedUploadTextDisplay.mode', 'custom', 'failedUploadText', 'custom'],
    ['deleteFile.enabled', false, 'canDelete', false],
    ['chunking.partSize', 4_000_000, 'partSize', 4_000_000],
    ['signature.endpoint', null, 'signatureEndpoint', ''],
    ['blobProperties.name', 'uuid', 'blobName', 'uuid'],
    ['uploadSuccess.endpoint', null, 'successEndpoint', ''],
    ['uploadSuccess.params', {}, 'successParams', {}],
  ],
} as const satisfies Record<string, readonly Row[]>;

const classes = {
  'fine-uploader': FineUploaderElement,
  'fine-uploader-s3': FineUploaderS3Element,
  'fine-uploader-azure': FineUploaderAzureElement,
};

/** `a.b`, 1 -> `{a: {b: 1}}`. */
const nested = (path: string, value: unknown) => path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;

const settingsOf = (element: UploaderElement) => element.settings as unknown as Record<string, unknown>;

/** What the behaviours below cover. */
const shown = new Set<string>();

/** A test of options that no property shows. */
function show(title: string, paths: string, test: () => Promise<void>): void {
  for (const path of paths.split(' ')) shown.add(path);
  it(title, test);
}

const requests = async (proxy: 'endpoint' | 'store' | 'signer' = 'endpoint') =>
  (await commandTestServers('requests', { proxy })).requests.filter(({ method }) => method !== 'OPTIONS');
const fieldsOf = ({ bodyStart }: SeenRequest) => Array.from(bodyStart.matchAll(/ name="([^"]+)"/g), ([, name]) => name);
const formOf = ({ bodyStart }: SeenRequest) => [...new URLSearchParams(bodyStart).keys()];

describe('Fine Uploader’s defaults', () => {
  afterEach(async () => {
    await cleanUp();
    await clearStorage();
  });

  for (const [tag, rows] of Object.entries(tables) as [keyof typeof tables, readonly Row[]][]) {
    describe(`of <${tag}>`, () => {
      it('hold where the options are silent', () => {
        const element = put<UploaderElement>(tag);
        element.options = {};
        const actual = rows.map(([path, , property]) => [path, settingsOf(element)[property]]);
        expect(actual).to.deep.equal(rows.map(([path, , , setting]) => [path, setting]));
      });

      it('are the same as options that say them', () => {
        for (const [path, value, property] of rows) {
          if (value === undefined || path === 'scaling') continue;
          const [silent, explicit] = [put<UploaderElement>(tag), put<UploaderElement>(tag)];
          silent.options = {};
          explicit.options = nested(path, value);
          expect(settingsOf(explicit)[property], path).to.deep.equal(settingsOf(silent)[property]);
        }
      });

      it('are known of every option that sets a property', () => {
        const paths = [...optionTargets(classes[tag].elementProperties as unknown as PropertyMap).keys()];
        expect(rows.map(([path]) => path)).to.have.members(paths);
      });
    });
  }

  it('are three retries where only retrying is enabled, and none where only their number is given', () => {
    const [enabled, counted] = [putTraditional(), putTraditional()];
    enabled.options = { retry: { enableAuto: true } };
    counted.options = { retry: { maxAutoAttempts: 2 } };
    expect([enabled.maxAutoAttempts, counted.maxAutoAttempts]).to.deep.equal([3, 0]);
  });

  describe('without a property', () => {
    const traditional = (options: object = {}) => {
      const element = putTraditional({ multiple: false });
      element.options = options;
      return element;
    };

    show(
      'send a multipart form, with Fine Uploader’s names of fields',
      'request.paramsInBody request.forceMultipart request.inputName request.uuidName request.filenameParam request.totalFileSizeName request.omitDefaultParams',
      async () => {
        expect((await upload(traditional({ request: { params: { album: 'x' } } }), makeFile('a.bin', 10))).success).to.equal(true);
        const [request] = await requests();
        expect(request?.path).to.not.contain('?');
        expect(request && fieldsOf(request)).to.deep.equal(['album', 'qquuid', 'qqfilename', 'qqtotalfilesize', 'qqfile']);
      },
    );

    show(
      'send chunks of 2 MB, one after the other, and a form when all have arrived',
      'chunking.paramNames.partIndex chunking.paramNames.partByteOffset chunking.paramNames.chunkSize chunking.paramNames.totalParts chunking.success.method chunking.success.headers chunking.success.params chunking.success.jsonPayload chunking.success.resetOnStatus',
      async () => {
        const refused = { kind: 'answer', status: 503, match: { path: 'done$' } } as const;
        await commandTestServers('faults', { proxy: 'endpoint', faults: [refused] });
        const options = { chunking: { enabled: true, success: { endpoint: testServers.endpoint.done } } };
        const element = traditional({ ...options, request: { customHeaders: { 'X-Token': 'abc' } } });
        expect((await upload(element, makeFile('a.bin', 2_000_010))).success).to.equal(false);
        const complete = next(element, 'complete');
        element.retry(0);
        expect((await complete).success).to.equal(true);
        const { maxParallel } = await commandTestServers('requests', { proxy: 'endpoint' });
        const [first, second, failed, done, ...others] = await requests();
        if (!first || !second || !failed || !done) return expect.fail('There are four requests.');
        expect([maxParallel, others]).to.deep.equal([1, []]);
        const chunkFields = [
          'qqpartindex',
          'qqpartbyteoffset',
          'qqchunksize',
          'qqtotalparts',
          'qqtotalfilesize',
          'qqfilename',
          'qquuid',
          'qqfile',
        ];
        expect(fieldsOf(first)).to.deep.equal(chunkFields);
        expect(first.bodyStart)
          .to.match(/name="qqchunksize"\s+2000000\s/)
          .and.match(/name="qqtotalparts"\s+2\s/);
        for (const request of [failed, done]) {
          expect(request.method).to.equal('POST');
          expect(request.headers['content-type']).to.match(/^application\/x-www-form-urlencoded/);
          expect(request.headers['x-token']).to.equal('abc');
          expect(formOf(request)).to.deep.equal(['qquuid', 'qqfilename', 'qqtotalfilesize', 'qqtotalparts']);
        }
      },
    );

    show('mark the first chunk of a resumed upload', 'resume.paramNames.resuming resume.customKeys', async () => {
      const { file, attributes } = await unfinished();
      const element = putTraditional({ ...attributes });
      const { length } = await requests();
      element.options = {};
      expect((await upload(element, file)).success).to.equal(true);
      const [request] = (await requests()).slice(length);
      expect(request?.bodyStart).to.match(/name="qqresume"\s+true\s/);
    });

    show('take only a response with success, and try no request again', 'request.requireSuccessJson', async () => {
      await refuse(200, 2, '{}');
      expect((await upload(traditional(), makeFile('a.bin', 10))).success).to.equal(false);
      expect(await requests()).to.have.length(1);
    });

    show('forbid to retry a file whose response has preventRetry', 'retry.preventRetryResponseProperty', async () => {
      await refuse(500, 1, '{"preventRetry":true}');
      const element = traditional();
      await upload(element, makeFile('a.bin', 10));
      expect(element.retry(0)).to.equal(false);
    });

    show('delete by the uuid alone', 'deleteFile.params deleteFile.customHeaders', async () => {
      const element = traditional({ deleteFile: { enabled: true, endpoint: testServers.endpoint.uploads } });
      const { uuid } = await upload(element, makeFile('a.bin', 10));
      const deleted = next(element, 'deleteComplete');
      element.deleteFile(0);
      expect((await deleted).success).to.equal(true);
      const [, request] = await requests();
      expect([request?.method, request?.path.endsWith(`/${uuid}`)]).to.deep.equal(['DELETE', true]);
    });

    show(
      'request the session again on reset, without parameters',
      'session.params session.customHeaders session.refreshOnReset',
      async () => {
        const element = traditional({ session: { endpoint: testServers.endpoint.uploads } });
        await next(element, 'sessionRequestComplete');
        const again = next(element, 'sessionRequestComplete');
        element.reset();
        await again;
        // Files of other tests may have thumbnails.
        const paths = (await requests()).map(({ path }) => path).filter((path) => path.includes('?'));
        expect(paths.map((path) => path.replace(/\d{10,}/, 'NOW').replace(/.*\?/, '?'))).to.deep.equal([
          '?qqtimestamp=NOW',
          '?qqtimestamp=NOW',
        ]);
      },
    );

    show('name Blobs misc_data, and pasted images pasted_image', 'blobs.defaultName paste.defaultName', async () => {
      const element = traditional({ paste: { targetElement: document } });
      expect((await upload(element, new Blob(['x']))).name).to.equal('misc_data');
      await element.updateComplete;
      const completed = next(element, 'complete');
      document.dispatchEvent(picture());
      expect((await completed).name).to.equal('pasted_image.png');
    });

    show('have the texts of the page’s language, no callbacks and no form', 'messages text callbacks form', async () => {
      const element = traditional();
      expect(element.form).to.equal(null);
      const error = next(element, 'error');
      element.addFiles(makeFile('a.bin', 0));
      const texts = put<FineUploaderElement>('fine-uploader', { multiple: true });
      const own = next(texts, 'error');
      texts.addFiles(makeFile('a.bin', 0));
      expect((await error).reason).to.equal((await own).reason);
    });

    show(
      'of S3 sign with version 2, and say the file’s name in metadata and to the success endpoint',
      'signature.customHeaders uploadSuccess.method uploadSuccess.customHeaders',
      async () => {
        const element = putS3();
        element.options = {};
        const { key, uuid } = await upload(element, makeFile('a b.txt', 10, { type: 'text/plain' }));
        expect(key).to.equal(`${uuid}.txt`);
        const [form] = await requests('store');
        const fields = [
          'key',
          'Content-Type',
          'success_action_status',
          'acl',
          'x-amz-meta-qqfilename',
          'AWSAccessKeyId',
          'policy',
          'signature',
          'file',
        ];
        expect(form && fieldsOf(form)).to.deep.equal(fields);
        const [, success] = await requests('signer');
        expect(success?.method).to.equal('POST');
        expect(success && formOf(success)).to.deep.equal(['key', 'uuid', 'name', 'bucket', 'etag']);
      },
    );

    it('of S3 send parts of 5 MiB', async () => {
      const element = putS3();
      element.options = { chunking: { enabled: true } };
      expect((await upload(element, makeFile('a.bin', 5 * 2 ** 20 + 1))).success).to.equal(true);
      const parts = (await requests('store')).filter(({ method }) => method === 'PUT').map(({ requestBytes }) => requestBytes);
      expect(parts.sort()).to.have.members([1, 5 * 2 ** 20]);
    });

    it('are known of every option', () => {
      const store = [FineUploaderElement, FineUploaderS3Element].flatMap(({ storeOptions }) => Object.keys(storeOptions));
      expect([...extraOptions, ...store].filter((path) => !shown.has(path))).to.deep.equal([]);
    });
  });
});
