/**
 * Evaporate, as https://github.com/TTLabs/EvaporateJS/wiki/Evaporate.create() recommends: version 4, an MD5 of every part, signed by the page's server. `?v2` uses
 * version 2 without MD5.
 */
import Evaporate from 'evaporate';
import { md5 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { contestant, keyOf } from './contestant.js';

const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

contestant(async (files, { bucket, page, connections, partSize }) => {
  const v2 = new URLSearchParams(location.search).has('v2');
  const evaporate = await Evaporate.create({
    signerUrl: `${page}/sign/evaporate`,
    signParams: { v: v2 ? '2' : '4' },
    aws_key: 'bench',
    bucket: 'bench',
    aws_url: new URL(bucket).origin,
    awsRegion: 'us-east-1',
    logging: false,
    maxConcurrentParts: connections,
    ...(partSize ? { partSize } : {}),
    ...(v2
      ? { awsSignatureVersion: '2' }
      : {
          awsSignatureVersion: '4',
          computeContentMd5: true,
          cryptoMd5Method: (data: ArrayBuffer) => base64(md5(new Uint8Array(data))),
          cryptoHexEncodedHash256: (data: string | ArrayBuffer) =>
            bytesToHex(sha256(typeof data === 'string' ? utf8ToBytes(data) : new Uint8Array(data))),
        }),
  });
  await Promise.all(files.map((file) => evaporate.add({ name: keyOf(file), file })));
});
