import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { blockId, blockListXml, parseUncommittedBlocks } from '../../../src/stores/azure/block-list.js';
import type { AzureSession } from '../../../src/stores/azure/session.js';

const session: AzureSession = { kind: 'azure', container: 'c', blobName: 'b', size: 1, partSize: 1, blockPrefix: '', stored: false };

describe('blockId', () => {
  it('is base64 of five digits, as Fine Uploader’s', () => assert.equal(atob(blockId(session, 42)), '00042'));
  it('has one length for all blocks of an upload', () => {
    const ids = [0, 9, 49_999].map((index) => blockId({ ...session, blockPrefix: 'a'.repeat(32) }, index));
    assert.equal(new Set(ids.map(({ length }) => length)).size, 1);
    // https://learn.microsoft.com/rest/api/storageservices/put-block: 64 bytes before it is encoded.
    assert.ok(atob(ids[0] ?? '').length <= 64);
  });
});

describe('blockListXml', () => {
  it('names the blocks in order', () =>
    assert.equal(
      blockListXml(['YQ==', 'Yg==']),
      '<?xml version="1.0" encoding="utf-8"?><BlockList><Latest>YQ==</Latest><Latest>Yg==</Latest></BlockList>',
    ));
});

describe('parseUncommittedBlocks', () => {
  it('reads names and sizes of the uncommitted blocks only', () => {
    const xml =
      '<?xml version="1.0"?><BlockList><CommittedBlocks><Block><Name>Yw==</Name><Size>1</Size></Block></CommittedBlocks>' +
      '<UncommittedBlocks><Block><Name>YQ==</Name><Size>10</Size></Block><Block><Name>Yg==</Name><Size>7</Size></Block></UncommittedBlocks></BlockList>';
    assert.deepEqual(parseUncommittedBlocks(xml), [
      { id: 'YQ==', size: 10 },
      { id: 'Yg==', size: 7 },
    ]);
  });
  it('is empty where there are none, and undefined for another document', () => {
    assert.deepEqual(parseUncommittedBlocks('<BlockList><CommittedBlocks/><UncommittedBlocks/></BlockList>'), []);
    for (const text of ['', 'text', '<html></html>', '<Error><Code>x</Code></Error>'])
      assert.equal(parseUncommittedBlocks(text), undefined);
  });
});
