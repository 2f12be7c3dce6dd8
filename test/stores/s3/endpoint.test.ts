import { expect } from '@open-wc/testing';
import { UploadError } from '../../../src/core/errors.js';
import { resolveEndpoint } from '../../../src/stores/s3/endpoint.js';
import type { S3TargetOptions } from '../../../src/stores/s3/endpoint.js';

/** `host` and `path` are those that the store sees. */
type Row = readonly [endpoint: string, options: S3TargetOptions, url: string, host: string, path: string, bucket: string, region: string];

const account = '0123456789abcdef0123456789abcdef';

const rows: Readonly<Record<string, readonly Row[]>> = {
  'Amazon, the bucket in the host': [
    ['https://b.s3.amazonaws.com', {}, 'https://b.s3.amazonaws.com', 'b.s3.amazonaws.com', '', 'b', 'us-east-1'],
    ['b.s3.eu-west-1.amazonaws.com', {}, 'https://b.s3.eu-west-1.amazonaws.com', 'b.s3.eu-west-1.amazonaws.com', '', 'b', 'eu-west-1'],
    [
      'http://b.s3-eu-west-1.amazonaws.com/',
      {},
      'http://b.s3-eu-west-1.amazonaws.com',
      'b.s3-eu-west-1.amazonaws.com',
      '',
      'b',
      'eu-west-1',
    ],
    [
      'https://my.dotted.bucket.s3.amazonaws.com',
      {},
      'https://my.dotted.bucket.s3.amazonaws.com',
      'my.dotted.bucket.s3.amazonaws.com',
      '',
      'my.dotted.bucket',
      'us-east-1',
    ],
    [
      'https://s3-photos.s3.amazonaws.com',
      {},
      'https://s3-photos.s3.amazonaws.com',
      's3-photos.s3.amazonaws.com',
      '',
      's3-photos',
      'us-east-1',
    ],
    [
      'https://b.s3.dualstack.ap-southeast-2.amazonaws.com',
      {},
      'https://b.s3.dualstack.ap-southeast-2.amazonaws.com',
      'b.s3.dualstack.ap-southeast-2.amazonaws.com',
      '',
      'b',
      'ap-southeast-2',
    ],
    [
      'https://b.s3-accelerate.amazonaws.com',
      { region: 'eu-central-1' },
      'https://b.s3-accelerate.amazonaws.com',
      'b.s3-accelerate.amazonaws.com',
      '',
      'b',
      'eu-central-1',
    ],
    [
      'https://b.s3-accelerate.dualstack.amazonaws.com',
      {},
      'https://b.s3-accelerate.dualstack.amazonaws.com',
      'b.s3-accelerate.dualstack.amazonaws.com',
      '',
      'b',
      'us-east-1',
    ],
    [
      'https://b.s3-external-1.amazonaws.com',
      {},
      'https://b.s3-external-1.amazonaws.com',
      'b.s3-external-1.amazonaws.com',
      '',
      'b',
      'us-east-1',
    ],
    [
      'https://b.s3.us-gov-west-1.amazonaws.com',
      {},
      'https://b.s3.us-gov-west-1.amazonaws.com',
      'b.s3.us-gov-west-1.amazonaws.com',
      '',
      'b',
      'us-gov-west-1',
    ],
    [
      'https://b.s3-fips.dualstack.us-gov-east-1.amazonaws.com',
      {},
      'https://b.s3-fips.dualstack.us-gov-east-1.amazonaws.com',
      'b.s3-fips.dualstack.us-gov-east-1.amazonaws.com',
      '',
      'b',
      'us-gov-east-1',
    ],
    [
      'https://b.s3.cn-north-1.amazonaws.com.cn',
      {},
      'https://b.s3.cn-north-1.amazonaws.com.cn',
      'b.s3.cn-north-1.amazonaws.com.cn',
      '',
      'b',
      'cn-north-1',
    ],
    [
      'HTTPS://B.S3.EU-WEST-1.AMAZONAWS.COM',
      {},
      'https://b.s3.eu-west-1.amazonaws.com',
      'b.s3.eu-west-1.amazonaws.com',
      '',
      'b',
      'eu-west-1',
    ],
    [
      'https://b.s3.eu-west-1.amazonaws.com',
      { region: 'eu-west-3' },
      'https://b.s3.eu-west-1.amazonaws.com',
      'b.s3.eu-west-1.amazonaws.com',
      '',
      'b',
      'eu-west-3',
    ],
    ['https://b.s3.amazonaws.com', { pathStyle: true }, 'https://b.s3.amazonaws.com', 'b.s3.amazonaws.com', '', 'b', 'us-east-1'],
  ],
  'Amazon, the bucket in the path': [
    ['https://s3.amazonaws.com/b', {}, 'https://s3.amazonaws.com/b', 's3.amazonaws.com', '/b', 'b', 'us-east-1'],
    ['s3.eu-west-1.amazonaws.com/b/', {}, 'https://s3.eu-west-1.amazonaws.com/b', 's3.eu-west-1.amazonaws.com', '/b', 'b', 'eu-west-1'],
    [
      'https://s3-us-west-2.amazonaws.com/my.bucket',
      {},
      'https://s3-us-west-2.amazonaws.com/my.bucket',
      's3-us-west-2.amazonaws.com',
      '/my.bucket',
      'my.bucket',
      'us-west-2',
    ],
    [
      'https://s3.dualstack.us-west-2.amazonaws.com',
      { bucket: 'b' },
      'https://s3.dualstack.us-west-2.amazonaws.com/b',
      's3.dualstack.us-west-2.amazonaws.com',
      '/b',
      'b',
      'us-west-2',
    ],
    [
      'https://s3.cn-northwest-1.amazonaws.com.cn/b',
      {},
      'https://s3.cn-northwest-1.amazonaws.com.cn/b',
      's3.cn-northwest-1.amazonaws.com.cn',
      '/b',
      'b',
      'cn-northwest-1',
    ],
  ],
  'a machine of one’s own': [
    ['http://localhost:9000/b', {}, 'http://localhost:9000/b', 'localhost:9000', '/b', 'b', 'us-east-1'],
    ['localhost:9000/b', {}, 'https://localhost:9000/b', 'localhost:9000', '/b', 'b', 'us-east-1'],
    ['http://127.0.0.1:7480/b//', {}, 'http://127.0.0.1:7480/b', '127.0.0.1:7480', '/b', 'b', 'us-east-1'],
    ['http://[::1]:9000/b', {}, 'http://[::1]:9000/b', '[::1]:9000', '/b', 'b', 'us-east-1'],
    ['http://minio:9000', { bucket: 'b', pathStyle: true }, 'http://minio:9000/b', 'minio:9000', '/b', 'b', 'us-east-1'],
    ['http://127.0.0.1:9000', { bucket: 'b' }, 'http://127.0.0.1:9000/b', '127.0.0.1:9000', '/b', 'b', 'us-east-1'],
    ['http://b.s3.localhost:7480', {}, 'http://b.s3.localhost:7480', 'b.s3.localhost:7480', '', 'b', 'us-east-1'],
    ['http://s3.localhost:7480/b', {}, 'http://s3.localhost:7480/b', 's3.localhost:7480', '/b', 'b', 'us-east-1'],
    ['https://localhost:443/b', {}, 'https://localhost/b', 'localhost', '/b', 'b', 'us-east-1'],
  ],
  'other services': [
    [
      `https://${account}.r2.cloudflarestorage.com/b`,
      {},
      `https://${account}.r2.cloudflarestorage.com/b`,
      `${account}.r2.cloudflarestorage.com`,
      '/b',
      'b',
      'auto',
    ],
    [
      `https://b.${account}.eu.r2.cloudflarestorage.com`,
      {},
      `https://b.${account}.eu.r2.cloudflarestorage.com`,
      `b.${account}.eu.r2.cloudflarestorage.com`,
      '',
      'b',
      'auto',
    ],
    [
      'https://b.nyc3.digitaloceanspaces.com',
      {},
      'https://b.nyc3.digitaloceanspaces.com',
      'b.nyc3.digitaloceanspaces.com',
      '',
      'b',
      'nyc3',
    ],
    [
      'https://nyc3.digitaloceanspaces.com/b',
      {},
      'https://nyc3.digitaloceanspaces.com/b',
      'nyc3.digitaloceanspaces.com',
      '/b',
      'b',
      'nyc3',
    ],
    [
      'https://b.s3.eu-central-1.wasabisys.com',
      {},
      'https://b.s3.eu-central-1.wasabisys.com',
      'b.s3.eu-central-1.wasabisys.com',
      '',
      'b',
      'eu-central-1',
    ],
    ['https://s3.wasabisys.com/b', {}, 'https://s3.wasabisys.com/b', 's3.wasabisys.com', '/b', 'b', 'us-east-1'],
    [
      'https://b.s3.us-west-004.backblazeb2.com',
      {},
      'https://b.s3.us-west-004.backblazeb2.com',
      'b.s3.us-west-004.backblazeb2.com',
      '',
      'b',
      'us-west-004',
    ],
    ['https://b.storage.googleapis.com', {}, 'https://b.storage.googleapis.com', 'b.storage.googleapis.com', '', 'b', 'auto'],
    ['https://storage.googleapis.com/b', {}, 'https://storage.googleapis.com/b', 'storage.googleapis.com', '/b', 'b', 'auto'],
    ['https://b.s3.fr-par.scw.cloud', {}, 'https://b.s3.fr-par.scw.cloud', 'b.s3.fr-par.scw.cloud', '', 'b', 'fr-par'],
    [
      'https://b.eu-central-1.linodeobjects.com',
      {},
      'https://b.eu-central-1.linodeobjects.com',
      'b.eu-central-1.linodeobjects.com',
      '',
      'b',
      'eu-central-1',
    ],
  ],
  'a domain of one’s own, or a CDN': [
    ['https://uploads.example.com', {}, 'https://uploads.example.com', 'uploads.example.com', '', 'uploads.example.com', 'us-east-1'],
    ['https://cdn.localhost:7480', {}, 'https://cdn.localhost:7480', 'cdn.localhost:7480', '', 'cdn.localhost', 'us-east-1'],
    ['https://cdn.example.com/', { bucket: 'b' }, 'https://cdn.example.com', 'cdn.example.com', '', 'b', 'us-east-1'],
    ['https://storage.example.com/b', {}, 'https://storage.example.com/b', 'storage.example.com', '/b', 'b', 'us-east-1'],
    [
      'https://storage.example.com',
      { bucket: 'b', pathStyle: true },
      'https://storage.example.com/b',
      'storage.example.com',
      '/b',
      'b',
      'us-east-1',
    ],
    // The CDN changes the Host header to that of the bucket.
    [
      'https://cdn.example.com',
      { host: 'b.s3.eu-west-1.amazonaws.com' },
      'https://cdn.example.com',
      'b.s3.eu-west-1.amazonaws.com',
      '',
      'b',
      'eu-west-1',
    ],
    [
      'https://cdn.example.com/up/',
      { host: 'b.s3.eu-west-1.amazonaws.com' },
      'https://cdn.example.com/up',
      'b.s3.eu-west-1.amazonaws.com',
      '',
      'b',
      'eu-west-1',
    ],
    // The CDN maps / to /b/ of a service.
    [
      'https://cdn.example.com',
      { host: 's3.eu-west-1.amazonaws.com', bucket: 'b' },
      'https://cdn.example.com',
      's3.eu-west-1.amazonaws.com',
      '/b',
      'b',
      'eu-west-1',
    ],
    [
      'https://cdn.example.com',
      { host: 'origin.example.com', bucket: 'b', pathStyle: true },
      'https://cdn.example.com',
      'origin.example.com',
      '/b',
      'b',
      'us-east-1',
    ],
    [
      'https://cdn.example.com',
      { host: 'http://127.0.0.1:7480/', bucket: 'b' },
      'https://cdn.example.com',
      '127.0.0.1:7480',
      '/b',
      'b',
      'us-east-1',
    ],
    // Options that equal what the endpoint says.
    [
      'https://b.s3.amazonaws.com',
      { host: 'b.s3.amazonaws.com', bucket: 'b' },
      'https://b.s3.amazonaws.com',
      'b.s3.amazonaws.com',
      '',
      'b',
      'us-east-1',
    ],
    ['http://127.0.0.1:9000/b', { host: '127.0.0.1:9000' }, 'http://127.0.0.1:9000/b', '127.0.0.1:9000', '/b', 'b', 'us-east-1'],
    // A host that only looks like that of a bucket.
    ['https://cdn.s3.example.com/b', { bucket: 'b' }, 'https://cdn.s3.example.com/b', 'cdn.s3.example.com', '/b', 'b', 'us-east-1'],
    // The page's own server forwards requests.
    ['/s3', { host: 'b.s3.amazonaws.com' }, `${location.origin}/s3`, 'b.s3.amazonaws.com', '', 'b', 'us-east-1'],
  ],
};

describe('resolveEndpoint', () => {
  for (const [kind, table] of Object.entries(rows))
    for (const [endpoint, options, url, host, path, bucket, region] of table) {
      it(`${kind}: ${endpoint} ${JSON.stringify(options)}`, () => {
        const { acceptsFormPosts, ...target } = resolveEndpoint(endpoint, options);
        expect(target).to.deep.equal({ url, host, pathPrefix: path, bucket, region });
        expect(acceptsFormPosts).to.equal(!/r2\.cloudflare|backblaze/.test(endpoint));
      });
    }

  it('has a URL for any bucket that a page may name', () => {
    expect(resolveEndpoint('https://s3.example.com', { bucket: '\ud800' }).pathPrefix).to.equal('/%EF%BF%BD');
  });

  const invalid: readonly (readonly [endpoint: string, options: S3TargetOptions, reason: RegExp])[] = [
    ['', {}, /is not a URL/],
    ['https://', {}, /is not a URL/],
    ['ftp://b.s3.amazonaws.com', {}, /neither an https nor an http URL/],
    ['https://s3.amazonaws.com', {}, /names no bucket/],
    ['http://localhost:9000/', {}, /names no bucket/],
    ['https://cdn.example.com', { host: 's3.eu-west-1.amazonaws.com' }, /names no bucket/],
    ['https://cdn.example.com/b', { host: 'b.example.com\nx' }, /is not a host name/],
    ['https://cdn.example.com/b', { host: 'https://' }, /is not a host name/],
    ['https://b.s3.amazonaws.com/folder', {}, /Folders belong in the key/],
    ['https://s3.amazonaws.com/b/folder', {}, /Folders belong in the key/],
    ['https://cdn.example.com/other', { bucket: 'b' }, /path that is not its bucket “b”/],
    ['https://b.s3.amazonaws.com/?x=1', {}, /without a query/],
    ['https://b.s3.amazonaws.com/#x', {}, /without a query/],
    ['https://user:secret@b.s3.amazonaws.com/', {}, /without a query, a fragment or a user/],
  ];
  for (const [endpoint, options, reason] of invalid) {
    it(`throws for “${endpoint}” ${JSON.stringify(options)}`, () => {
      expect(() => resolveEndpoint(endpoint, options))
        .to.throw(UploadError, reason)
        .with.property('retry', 'never');
    });
  }
});
