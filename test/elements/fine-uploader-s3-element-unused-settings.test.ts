/** Settings that mean nothing to S3, or not what the page may think: each is a warning, once. */
import { expect } from '@open-wc/testing';
import { cleanUp, makeFile, putS3, upload } from './page.js';

describe('a setting of <fine-uploader-s3>', () => {
  const { warn } = console;
  let warnings: string[] = [];
  beforeEach(() => {
    warnings = [];
    console.warn = (...words: unknown[]) => warnings.push(words.join(' '));
  });
  afterEach(async () => {
    console.warn = warn;
    await cleanUp();
  });

  it('key with a typing error is a warning, and files get the default key', async () => {
    const element = putS3({ key: 'filenme' });
    const { success, key, uuid } = await upload(element, makeFile('a.bin', 10));
    expect([success, key]).to.deep.equal([true, `${uuid}.bin`]);
    await upload(element, makeFile('b.bin', 10));
    expect(warnings).to.deep.equal(['<fine-uploader-s3>: key="filenme" is not uuid, filename or a function; the default is used.']);
  });

  it('batch-policy says that it needs keys in one folder', async () => {
    const element = putS3({ 'batch-policy': true });
    await upload(element, makeFile('a.bin', 10));
    await upload(element, makeFile('b.bin', 10));
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/^<fine-uploader-s3>: batch-policy has no effect with key="uuid".*Set the property key to a function/);
    warnings = [];
    const withFolder = putS3({ 'batch-policy': true });
    withFolder.key = (id) => `folder/${withFolder.getUuid(id)}`;
    await upload(withFolder, makeFile('a.bin', 10));
    expect(warnings).to.deep.equal([]);
  });

  it('method, custom-headers and chunking-success-endpoint say that S3 has its own', async () => {
    const element = putS3({ method: 'PUT', 'custom-headers': '{"X-A":"1"}', 'chunking-success-endpoint': '/done' });
    element.method = 'PATCH';
    element.setCustomHeaders({ 'X-B': '1' });
    expect((await upload(element, makeFile('a.bin', 10))).success).to.equal(true);
    expect(warnings.map((warning) => /^<fine-uploader-s3>: (\S+) has no effect: S3 /.exec(warning)?.[1]).sort()).to.deep.equal([
      ...['chunking-success-endpoint', 'custom-headers', 'method'],
    ]);
    warnings = [];
    await upload(putS3({ method: 'POST' }), makeFile('a.bin', 10));
    expect(warnings).to.deep.equal([]);
  });

  it('the changes of an uploadChunk promise say that S3 takes none', async () => {
    const element = putS3({ chunking: true, 'part-size': '5MiB' });
    element.addEventListener('uploadChunk', (event) => event.waitUntil(Promise.resolve({ headers: { 'X-A': '1' } })));
    expect((await upload(element, makeFile('a.bin', 6 * 2 ** 20))).success).to.equal(true);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/^<fine-uploader-s3>: What a promise of uploadChunk resolves to has no effect: S3 /);
  });
});
