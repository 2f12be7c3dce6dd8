/** Uploads to S3: signed by a server and in the browser, whole and in parts. */
import type { Scenario } from './scenario.js';

/**
 * The size of a part on S3. The recorder's parts had 4 bytes; stores take none below 5 MiB, and our element makes none. So the files have as many parts of 5 MiB as
 * the recorder's had of 4 bytes, and the same rest.
 */
export const s3PartSize = 5 * 1024 * 1024;

const bucket = { bucket: 'fineuploadertest', host: 'fineuploadertest.s3.amazonaws.com' };
const credentials = {
  accessKey: 'AKCLIENT',
  secretKey: 'clientsecret',
  sessionToken: 'TOKEN/abc==',
  expiration: '2026-11-22T19:00:00Z',
};

export const s3Scenarios: readonly Scenario[] = [
  ...[2, 4].map((version): Scenario => ({
    name: `x01-simple-v${version}`,
    async run({ start, file, store }) {
      const { element, finished, status } = start('fine-uploader-s3', {
        request: {
          endpoint: store,
          accessKey: 'AKTEST',
          params: { Foo: 'b r/é', 'Cache-Control': 'max-age=1', fn: () => 'x', 'x-amz-server-side-encryption-aws-kms-key-id': 'kk' },
        },
        objectProperties: { ...bucket, reducedRedundancy: true, serverSideEncryption: true, acl: 'public-read', region: 'eu-central-1' },
        validation: { minSizeLimit: 1, sizeLimit: 1000 },
        signature: { endpoint: '/sign', version, customHeaders: { 'X-Test': 'sig' } },
        uploadSuccess: { endpoint: '/success?success', params: { isBrowserPreviewCapable: true }, customHeaders: { 'X-Test': 'succ' } },
      });
      element.addFiles([file("wei rd'!()*é.JPG", 10, 'image/jpeg')]);
      await finished;
      return { st: status(), key: element.getKey(0), bucket: element.getBucket(0) };
    },
  })),
  ...[2, 4].map((version): Scenario => ({
    name: `x02-chunked-v${version}`,
    async run({ start, file, store }) {
      const { element, finished, status } = start('fine-uploader-s3', {
        request: { endpoint: store, accessKey: 'AKTEST', params: { Foo: 'b r/é', 'Cache-Control': 'max-age=1' } },
        objectProperties: { ...bucket, key: 'filename', reducedRedundancy: true, serverSideEncryption: true, region: 'eu-central-1' },
        chunking: { enabled: true, partSize: 4 },
        signature: { endpoint: '/sign', version },
        uploadSuccess: { endpoint: '/success', params: { a: 1 } },
      });
      element.addFiles([file("wei rd+&='!()*é.JPG", s3PartSize + 2, 'image/jpeg')]);
      await finished;
      return { st: status(), key: element.getKey(0), bucket: element.getBucket(0) };
    },
  })),
  ...[2, 4].map((version): Scenario => ({
    name: `x03-serverless-simple-v${version}`,
    async run({ start, file, store }) {
      const { element, finished, status } = start('fine-uploader-s3', {
        request: { endpoint: store },
        credentials,
        objectProperties: { bucket: 'fineuploadertest', host: 'h.example' },
        signature: { version },
      });
      element.addFiles([file('a.txt', 10, 'text/plain')]);
      await finished;
      return { st: status() };
    },
  })),
  {
    name: 'x08-delete',
    async run({ start, file, store, happens, wait }) {
      const { element, finished, status } = start('fine-uploader-s3', {
        request: { endpoint: store, accessKey: 'AKTEST' },
        objectProperties: bucket,
        signature: { endpoint: '/sign', version: 4 },
        deleteFile: { enabled: true, endpoint: '/s3handler' },
      });
      element.addFiles([file('a b.txt', 10, 'text/plain')]);
      await finished;
      element.deleteFile(0);
      await happens('deleteComplete');
      await wait(50);
      return { st: status() };
    },
  },
  {
    name: 'x09-cancel-chunked-aborts',
    // The second part is answered without an ETag.
    answers: () => ({
      s3: ({ method, url }) => (method === 'PUT' && url.searchParams.get('partNumber') === '2' ? { status: 200, body: '' } : undefined),
    }),
    async run({ start, file, store, happens, arrived, wait }) {
      const { element, status } = start(
        'fine-uploader-s3',
        {
          request: { endpoint: store, accessKey: 'AKTEST' },
          objectProperties: bucket,
          chunking: { enabled: true, partSize: 4 },
          resume: { enabled: true },
          signature: { endpoint: '/sign', version: 4 },
        },
        {
          onUploadChunk: (_id: number, _name: string, { partIndex }: { partIndex: number }) => (partIndex === 2 ? wait(400) : undefined),
        },
      );
      element.addFiles([file('a.txt', 4 * s3PartSize + 2, 'text/plain')]);
      await happens('uploadChunk', 3);
      await wait(200);
      element.cancel(0);
      await arrived(2, 'DELETE');
      await wait(50);
      return { st: status() };
    },
  },
  {
    name: 'x10-cancel-chunked-noresume-noabort',
    withoutEvents: true,
    async run({ start, file, store, happens, arrived, wait }) {
      const { element, status } = start(
        'fine-uploader-s3',
        {
          request: { endpoint: store, accessKey: 'AKTEST' },
          objectProperties: bucket,
          chunking: { enabled: true, partSize: 4 },
          signature: { endpoint: '/sign', version: 4 },
        },
        {
          onUploadChunk: (_id: number, _name: string, { partIndex }: { partIndex: number }) => (partIndex === 2 ? wait(400) : undefined),
        },
      );
      element.addFiles([file('a.txt', 4 * s3PartSize + 2, 'text/plain')]);
      await happens('uploadChunk', 3);
      await wait(200);
      element.cancel(0);
      await arrived(2, 'DELETE');
      await wait(50);
      return { st: status() };
    },
  },
  ...[1, 2].map((part): Scenario => ({
    name: `x11-s3-resume-part${part}`,
    ...(part === 2 && { after: 'x11-s3-resume-part1' }),
    answers: () => ({
      s3: ({ method, url }) =>
        part === 1 && method === 'PUT' && url.searchParams.get('partNumber') === '3' ? { status: 500, body: '', held: true } : undefined,
    }),
    async run({ start, file, store, wait, happens, release }) {
      const { element, finished, status } = start('fine-uploader-s3', {
        request: { endpoint: store, accessKey: 'AKTEST' },
        objectProperties: bucket,
        chunking: { enabled: true, partSize: 4 },
        resume: { enabled: true },
        signature: { endpoint: '/sign', version: 4 },
      });
      // The records are read from a database, which takes a moment.
      for (let turn = 0; element.getResumableFilesData().length === 0 && turn < (part === 1 ? 4 : 40); turn++) await wait(50);
      const before = element.getResumableFilesData();
      element.addFiles([file('r.bin', 3 * s3PartSize + 2, '')]);
      const isR = element.isResumable(0);
      // The part fails when the others are there.
      if (part === 1) void happens('uploadChunkSuccess', 3).then(release);
      await finished;
      return { before, isR, st: status() };
    },
  })),
  {
    name: 'x12-clockdrift',
    withoutEvents: true,
    async run({ start, file, store }) {
      const { element, finished, status } = start('fine-uploader-s3', {
        request: { endpoint: store, accessKey: 'AKTEST', clockDrift: 86400000 },
        objectProperties: bucket,
        signature: { endpoint: '/sign', version: 4 },
      });
      element.addFiles([file('a.txt', 10, 'text/plain')]);
      await finished;
      return { st: status() };
    },
  },
  {
    name: 'x13-clockdrift-chunked',
    withoutEvents: true,
    async run({ start, file, store }) {
      const { element, finished, status } = start('fine-uploader-s3', {
        request: { endpoint: store, accessKey: 'AKTEST', clockDrift: 86400000 },
        objectProperties: bucket,
        chunking: { enabled: true, partSize: 4 },
        signature: { endpoint: '/sign', version: 4 },
      });
      element.addFiles([file('a.txt', s3PartSize + 2, 'text/plain')]);
      await finished;
      return { st: status() };
    },
  },
  {
    name: 'x14-derive',
    withoutEvents: true,
    withoutWire: true,
    timeout: 20_000,
    // Helpers that format dates (the other scenarios have them on the wire), sizes for people, and names in an address.
    recorded: ({ pol: _dates, sizes: _sizes, esc, ...rest }) => ({ ...rest, esc: (esc as string[][]).map((row) => row.slice(0, 2)) }),
    async run({ start, file, wait }) {
      const { open, send } = XMLHttpRequest.prototype;
      const asked = new Map<string, string>();
      const addresses = new WeakMap<XMLHttpRequest, string>();
      XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, ...args: Parameters<XMLHttpRequest['open']>) {
        addresses.set(this, String(args[1]));
        open.apply(this, args);
      } as typeof open;
      XMLHttpRequest.prototype.send = function (body) {
        const turn = /turn=\d+/.exec(addresses.get(this) ?? '')?.[0];
        if (typeof body === 'string' && turn && !asked.has(turn)) asked.set(turn, body);
        send.call(this, body);
      };
      let turns = 0;
      /** What the signer is asked about a file. */
      const signed = async (options: object, name = 'a.txt') => {
        const turn = `turn=${++turns}`;
        const signature = { endpoint: `/sign?${turn}`, version: 4 };
        // Outside of the page: nobody has to see dozens of uploaders.
        const { element, status } = start('fine-uploader-s3', { signature, ...options }, {}, document.createElement('div'));
        element.addFiles([file(name, 1, '')]);
        const failed = () => (status() as { status: string }[])[0]?.status === 'upload failed';
        while (!asked.has(turn) && !failed()) await wait(10);
        element.cancelAll();
        element.remove();
        return (asked.get(turn) ?? '').replace(element.getUuid(0) ?? '', 'UUID');
      };
      const chunking = { enabled: true, mandatory: true };
      const endpoints = [
        ...['http://foo.s3.amazonaws.com', 'https://foo.s3.amazonaws.com', 'https://foo.s3-eu-west-1.amazonaws.com'],
        ...['https://foo.s3.eu-west-1.amazonaws.com', 'https://foo.s3.dualstack.us-east-1.amazonaws.com'],
        ...[
          'https://foo.s3-accelerate.amazonaws.com',
          'foo.s3.amazonaws.com',
          'http://foo.bar.com',
          'https://s3.amazonaws.com/foo.bar.com',
        ],
        ...['https://s3-us-west-2.amazonaws.com/buck_et', 'https://s3.us-west-2.amazonaws.com/bucket'],
        ...['https://minio.example.com:9000/bucket', 'http://127.0.0.1:9000/bucket', 'https://acct.r2.cloudflarestorage.com/bucket'],
        ...['https://my.bucket.s3.amazonaws.com/', 'https://cdn.example.com/a/b'],
      ];
      const out = endpoints.map(async (endpoint) => {
        const request = { endpoint, accessKey: 'a' };
        const [policy, headers] = await Promise.all([signed({ request }), signed({ request, chunking })]);
        return [endpoint, /"bucket":"([^"]*)"/.exec(policy)?.[1], /host:([^\\]*)/.exec(headers)?.[1]];
      });
      const request = { endpoint: 'https://foo.s3.amazonaws.com', accessKey: 'a' };
      const keys = ['a.txt', 'noext', 'a.tar.gz', '.hidden', 'a.', 'UP.JPG'].map(async (name) => [
        name,
        /"key":"([^"]*)"/.exec(await signed({ request }, name))?.[1],
      ]);
      const esc = ['a b', 'a+b', 'a/b c', "!'()*", '~-_.', 'é', 'a%b', '日本'].map(async (key) => {
        const headers = await signed({ request, chunking, objectProperties: { key: () => key } });
        return [key, /POST\\n\/([^\\]*)/.exec(headers)?.[1]];
      });
      return { out: await Promise.all(out), keys: await Promise.all(keys), esc: await Promise.all(esc) };
    },
  },
  {
    name: 'x15-s3-session',
    answers: () => ({
      app: ({ url }) =>
        url.pathname === '/session'
          ? {
              body: [
                { name: 'one', uuid: 'u1', s3Key: 'k1', s3Bucket: 'b1' },
                { name: 'two', uuid: 'u2' },
              ],
            }
          : undefined,
    }),
    async run({ start, store, happens, wait }) {
      const { element, status } = start('fine-uploader-s3', {
        request: { endpoint: store, accessKey: 'A' },
        signature: { endpoint: '/sign' },
        session: { endpoint: '/session' },
        deleteFile: { enabled: true, endpoint: '/del', method: 'POST' },
      });
      await happens('sessionRequestComplete');
      await wait(200);
      element.deleteFile(0);
      await happens('deleteComplete');
      await wait(50);
      return { st: status(), k: element.getKey(0), b: element.getBucket(0) };
    },
  },
  {
    name: 'x18-notype-file',
    withoutEvents: true,
    async run({ start, file, store }) {
      const { element, finished, status } = start('fine-uploader-s3', {
        request: { endpoint: store, accessKey: 'A', params: { meta: '', zero: 0, und: undefined, UPPER: 'X' } },
        signature: { endpoint: '/sign', version: 4 },
        objectProperties: bucket,
      });
      element.addFiles([file('a.unknownext', 10, '')]);
      await finished;
      return { st: status() };
    },
  },
  {
    name: 'x19-cors-sign-headers',
    withoutEvents: true,
    async run({ start, file, store }) {
      const { element, finished, status } = start('fine-uploader-s3', {
        request: { endpoint: store, accessKey: 'A' },
        signature: { endpoint: `${store}/sign`, version: 4 },
        objectProperties: { bucket: 'fineuploadertest', host: 'h' },
        cors: { expected: true, sendCredentials: true },
      });
      element.addFiles([file('a.txt', 10, 'text/plain')]);
      await finished;
      return { st: status() };
    },
  },
];
