/** The S3 store as its tests use it: against the far sides, from Node. */

import type { Send, UploadFile } from '../../../src/core/types.js';
import type { S3StoreOptions } from '../../../src/stores/s3/options.js';
import { S3Store } from '../../../src/stores/s3/s3-store.js';
import { browserSigner } from '../../../src/stores/s3/signing/browser-signer.js';
import { StoreClock } from '../../../src/stores/s3/signing/clock.js';
import { CredentialsProvider } from '../../../src/stores/s3/signing/credentials.js';
import { serverSigner } from '../../../src/stores/s3/signing/server-signer.js';
import type { FarSideAddresses } from '../../servers/far-sides.js';

/** Bytes: S3 takes no smaller ones. */
export const partSize = 5 * 2 ** 20;

/** What of the options is the same wherever signatures come from. */
export type Rest = Partial<Omit<S3StoreOptions, 'send' | 'signer'>>;

/** A store that has everything signed by the signing server. */
export function serverSigned(
  { store, signer }: Pick<FarSideAddresses, 'store' | 'signer'>,
  send: Send,
  version: 2 | 4 = 4,
  rest: Rest = {},
): S3Store {
  return new S3Store({
    endpoint: store.endpoint,
    region: store.region,
    chunking: true,
    partSize,
    successEndpoint: signer.success,
    deleteEndpoint: signer.files,
    send,
    signer: serverSigner({ endpoint: signer.signature, accessKey: store.accessKey, version, send }),
    ...rest,
  });
}

/** A store that signs by itself. */
export function browserSigned(
  { store, signer }: Pick<FarSideAddresses, 'store' | 'signer'>,
  send: Send,
  version: 2 | 4 = 4,
  rest: Rest = {},
): S3Store {
  const clock = rest.clock ?? new StoreClock();
  const provider = new CredentialsProvider(() => clock.now());
  const { accessKey, secretKey } = store;
  provider.set({ accessKey, secretKey });
  const { endpoint, region } = store;
  return new S3Store({
    endpoint,
    region,
    chunking: true,
    partSize,
    deleteEndpoint: signer.files,
    send,
    signer: browserSigner(provider, version),
    ...rest,
    clock,
  });
}

/** Enough of a file to be told apart. */
export type Found = Pick<UploadFile, 'uuid'>;
