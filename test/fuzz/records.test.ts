/** Records of unfinished uploads, as another version or another script may have left them, and what stores make of them. */
import * as fc from 'fast-check';
import { UploadError } from '../../src/core/errors.js';
import type { Json, Opened, Saved, Send, SendResponse, StoreContext } from '../../src/core/types.js';
import { isResumeRecord } from '../../src/resume/records.js';
import type { RecordStorage, StoredRecord } from '../../src/resume/records.js';
import { LocalStorageRecords } from '../../src/resume/local-storage-records.js';
import { WebResumeStore } from '../../src/resume/web-resume-store.js';
import { allParts, confirmedReceipts, isS3Session, openedUpload, validReceipts } from '../../src/stores/s3/session.js';
import { S3Store } from '../../src/stores/s3/s3-store.js';
import type { S3Signer } from '../../src/stores/s3/signers/signer.js';
import { TraditionalStore } from '../../src/stores/traditional/traditional-store.js';
import { assert, fuzz, settleOrUploadError } from './fuzz.js';
import { anyJson, anyObject, anyText, changed, file, sendOf, storeContext } from './inputs.js';

const honest = [
  '{"key":"s3-1","name":"a.bin","size":12,"uuid":"u","time":1e15,"custom":null,"saved":{"session":{"kind":"s3","url":"https://b.example.com","host":"b.example.com","pathPrefix":"","bucket":"b","region":"us-east-1","acceptsFormPosts":true,"key":"k","size":12,"partSize":5,"uploadId":"2~x","initiated":0,"stored":false},"receipts":[{"index":0,"start":0,"end":5,"data":{"etag":"\\"e\\""}}]}}',
  '{"key":"traditional-1","name":"a.bin","size":12,"uuid":"u","time":1e15,"saved":{"session":{"uuid":"u","size":12,"chunked":true,"partSize":5,"resumedAt":1},"receipts":[{"index":0,"start":0,"end":5}]}}',
];
const recordFields = ['key', 'name', 'size', 'uuid', 'time', 'saved', 'custom'];
const sessionFields = [
  'kind',
  'url',
  'host',
  'pathPrefix',
  'bucket',
  'region',
  'key',
  'size',
  'partSize',
  'uploadId',
  'initiated',
  'stored',
  'uuid',
  'chunked',
  'resumedAt',
];

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return json;
  }
};
const changedRecord = changed(honest).map(parsed);
const anySession = fc.oneof(
  fc.tuple(fc.constantFrom(...honest), anyObject(sessionFields)).map(([json, some]) => {
    const { saved } = JSON.parse(json) as { saved: { session: object } };
    return { ...saved.session, ...some };
  }),
  anyObject(sessionFields),
  anyJson,
);
const anyReceipts = fc.oneof(
  fc.array(
    fc.oneof(
      anyObject(['index', 'start', 'end', 'data']),
      fc.nat(3).map((index) => ({ index, start: index * 5, end: Math.min(12, index * 5 + 5), data: { etag: `"${index}"` } })),
      anyJson,
    ),
  ),
  anyJson,
);
const anyRecord = fc.oneof(
  changedRecord,
  anyObject(recordFields),
  fc
    .tuple(anySession, anyReceipts)
    .map(([session, receipts]) => ({ name: 'a.bin', size: 12, uuid: 'u', time: 1e15, saved: { session, receipts } })),
  anyJson,
);

/** A storage with these records and nothing else. */
const storageOf = (records: readonly unknown[]): RecordStorage => ({
  get: async () => records[0] as StoredRecord,
  put: async () => {},
  delete: async () => {},
  all: async () => records as StoredRecord[],
});

describe('resume records, random ones', () => {
  fuzz('are complete, or not used', 6, fc.array(anyRecord, { maxLength: 3 }), async (records) => {
    const store = new WebResumeStore({
      storages: [storageOf(records.filter((record) => typeof record === 'object' && record !== null))],
      now: () => 1e15,
    });
    const loaded = await store.load('key');
    for (const record of [...(await store.all()), ...(loaded ? [loaded] : [])]) {
      assert(isResumeRecord(record), 'an incomplete record');
      assert(
        record.name.length >= 0 && record.uuid.length >= 0 && record.size + record.time < Infinity && Array.isArray(record.saved.receipts),
        'wrong types',
      );
    }
  });

  fuzz('in localStorage of any content are read or not', 2, fc.tuple(anyText, fc.oneof(changed(honest), anyText)), async ([key, json]) => {
    const records = new LocalStorageRecords();
    localStorage.setItem(`fine-uploader-elements:${key}`, json);
    try {
      const record = await records.get(key);
      assert(record?.key === key, `the record of ${key} has the key ${record?.key}`);
      await records.all();
      const store = new WebResumeStore({ storages: [records] });
      await store.all();
      await store.load(key);
    } finally {
      localStorage.removeItem(`fine-uploader-elements:${key}`);
    }
  });

  fuzz('of S3 continue with parts of this file only', 6, fc.tuple(anySession, anyReceipts), async ([session, receipts]) => {
    if (!isS3Session(session as never)) return;
    const result = await settleOrUploadError(() => {
      const valid = validReceipts(session as never, receipts);
      return {
        opened: openedUpload(session as never, valid),
        confirmed: confirmedReceipts(session as never, [{ partNumber: 1, etag: '"0"', size: 5 }], valid),
      };
    });
    if (result instanceof UploadError) return;
    const all = allParts(session as never);
    assert(all.length <= 10_001, `${all.length} parts`);
    for (const { index, start, end } of [...result.opened.parts, ...result.opened.receipts, ...result.confirmed])
      assert(all[index]?.start === start && all[index]?.end === end && start >= 0 && end >= start, `part ${index} from ${start} to ${end}`);
  });

  const context = (size: number): StoreContext => ({ ...storeContext(), file: { ...file, size, blob: new Blob(['x'.repeat(size)]) } });

  fuzz('of an own server continue with parts of this file only', 4, fc.tuple(anySession, anyReceipts), async ([session, receipts]) => {
    const store = new TraditionalStore({ send: sendOf(answer('')), endpoint: '/uploads', chunking: true, partSize: 5 });
    const opened = await settleOrUploadError(() => store.open({ session, receipts } as Saved<never>, context(12)));
    assert(!(opened instanceof UploadError), 'a record fails its file');
    checkOpened(opened, 12);
  });

  const lists = changed([
    '<ListPartsResult><IsTruncated>false</IsTruncated><Part><PartNumber>1</PartNumber><ETag>"0"</ETag><Size>5</Size></Part><Part><PartNumber>3</PartNumber><ETag>"2"</ETag><Size>2</Size></Part></ListPartsResult>',
    '<ListPartsResult><IsTruncated>true</IsTruncated><NextPartNumberMarker>1</NextPartNumberMarker><Part><PartNumber>1</PartNumber><ETag>"0"</ETag><Size>5</Size></Part></ListPartsResult>',
    '<Error><Code>NoSuchUpload</Code></Error>',
  ]);
  const begun = '<InitiateMultipartUploadResult><UploadId>2~new</UploadId></InitiateMultipartUploadResult>';
  fuzz('of S3 continue with what the store lists', 5, fc.tuple(anySession, anyReceipts, lists), async ([session, receipts, list]) => {
    const send: Send = async ({ method }) => answer(method === 'POST' ? begun : list);
    const signer: S3Signer = { sign: async () => ({ url: 'https://b.example.com/k', headers: {} }) };
    const store = new S3Store({ send, signer, endpoint: 'https://b.example.com', chunking: true, chunkingMandatory: true });
    const opened = await settleOrUploadError(() => store.open({ session, receipts } as Saved<never>, context(12)));
    if (!(opened instanceof UploadError)) checkOpened(opened, 12);
  });
});

/** The parts that are still to be sent and those that have arrived are the whole file, each byte once. */
function checkOpened({ parts, receipts, session, totalParts }: Opened<Json>, size: number): void {
  if ((session as { readonly stored?: boolean }).stored) return assert(parts.length === 0, 'parts of an object that is stored');
  const all = [...parts, ...receipts].sort((one, other) => one.index - other.index);
  let end = 0;
  for (const [position, part] of all.entries()) {
    assert(part.index === position && part.start === end, `part ${part.index} begins at ${part.start}, not ${end}`);
    end = part.end;
  }
  assert(end === size && all.length === totalParts, `${end} of ${size} bytes in ${totalParts} parts`);
}

const answer = (text: string): SendResponse => ({ status: 200, text, url: 'https://b.example.com/k?uploadId=1', header: () => null });
