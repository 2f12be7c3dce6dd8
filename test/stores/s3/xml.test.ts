/** Reading and writing of S3's XML documents. */
import { expect } from '@open-wc/testing';
import { completeMultipartUploadXml, elementText, parseListPartsResult, parseS3Error } from '../../../src/stores/s3/xml.js';

describe('XML', () => {
  it('reads the text of an element', () => {
    const xml = `<?xml version="1.0" encoding="UTF-8"?>
      <InitiateMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <Bucket>b</Bucket><Key>a &amp; &lt;b&gt; &quot;c&quot; &#39;d&#x27; &#x1F389; &unknown;</Key><UploadId> 2~u </UploadId><Empty/><Also></Also>
      </InitiateMultipartUploadResult>`;
    expect(elementText(xml, 'Key')).to.equal(`a & <b> "c" 'd' 🎉 &unknown;`);
    expect(elementText(xml, 'UploadId')).to.equal('2~u');
    expect(elementText(xml, 'Empty')).to.equal('');
    expect(elementText(xml, 'Also')).to.equal('');
    expect(elementText(xml, 'Upload')).to.equal(undefined);
    expect(elementText('<s3:Key xml:space="preserve">k</s3:Key>', 'Key')).to.equal('k');
    expect(elementText('<Key><![CDATA[a & </Key>&amp;]]> b</Key>', 'Key')).to.equal('a & </Key>&amp; b');
  });

  it('reads markup in an element as text', () => {
    expect(elementText('<Message>&lt;img src=x onerror=alert(1)&gt;</Message>', 'Message')).to.equal('<img src=x onerror=alert(1)>');
    expect(elementText('<Message>&#x110000;&#99999999;&#0;</Message>', 'Message')).to.equal('&#x110000;&#99999999;\0');
    expect(elementText('<Key>never closed', 'Key')).to.equal(undefined);
    expect(elementText('{"Key": 1}', 'Key')).to.equal(undefined);
  });

  it('skips comments and instructions, and reads attributes and end tags of any form', () => {
    expect(elementText('<Error><!-- <Key>no</Key> --><Key>yes</Key></Error>', 'Key')).to.equal('yes');
    expect(elementText('<Error><?pi <Key>no</Key>?><Key>a<!-- b -->c</Key></Error>', 'Key')).to.equal('ac');
    expect(elementText(`<Error a="/>" b='>'><Key a=">">yes</Key ><Key>no</Key></Error>`, 'Key')).to.equal('yes');
    expect(elementText('<Error><Key><![CDATA[<!-- ]]>a</Key><Key>--></Key></Error>', 'Key')).to.equal('<!-- a');
  });

  it('reads nothing after a section without an end, and nothing of a document with a DTD', () => {
    expect(elementText('<Error><Key>a</Key><!-- <UploadId>no</UploadId>', 'UploadId')).to.equal(undefined);
    expect(elementText('<!DOCTYPE Error [<!ENTITY x "y">]><Error><Key>&x;</Key></Error>', 'Key')).to.equal(undefined);
  });

  it('takes time in proportion to the length, also for malicious documents', () => {
    const malicious = [
      `${'<Key '.repeat(100_000)}>`,
      '<Key>'.repeat(100_000),
      `<Key>${'&'.repeat(300_000)}</Key>`,
      '<Part>'.repeat(50_000) + '</Part>',
      ...['<![CDATA[', '<!--', '<?', '<!', '<Key "', '<Key></Key ', '</Key '].map((piece) => piece.repeat(20_000)),
    ];
    const startTime = performance.now();
    for (const xml of malicious) for (const name of ['Key', 'Part', 'Error']) elementText(xml, name);
    parseListPartsResult(`<ListPartsResult>${malicious[3]}</ListPartsResult>`);
    expect(performance.now() - startTime).to.be.lessThan(2000);
  });

  it('parses an Error', () => {
    expect(
      parseS3Error(
        '<Error><Code>RequestTimeTooSkewed</Code><Message>Too large.</Message><RequestTime>20261122T203000Z</RequestTime><ServerTime>2026-11-22T21:30:00Z</ServerTime></Error>',
      ),
    ).to.deep.equal({ code: 'RequestTimeTooSkewed', message: 'Too large.', serverTime: Date.UTC(2026, 10, 22, 21, 30) });
    expect(parseS3Error('<Error/>')).to.deep.equal({ code: '', message: '', serverTime: undefined });
    expect(parseS3Error('<CompleteMultipartUploadResult><Key>Error</Key></CompleteMultipartUploadResult>')).to.equal(undefined);
    expect(parseS3Error('')).to.equal(undefined);
  });

  it('parses a page of ListPartsResult', () => {
    const part = (number: number) =>
      `<Part><PartNumber>${number}</PartNumber><LastModified>x</LastModified><ETag>&quot;e${number}&quot;</ETag><Size>5</Size></Part>`;
    expect(
      parseListPartsResult(
        `<ListPartsResult><NextPartNumberMarker>2</NextPartNumberMarker><IsTruncated>true</IsTruncated>${part(1)}${part(2)}</ListPartsResult>`,
      ),
    ).to.deep.equal({
      parts: [
        { partNumber: 1, etag: '"e1"', size: 5 },
        { partNumber: 2, etag: '"e2"', size: 5 },
      ],
      nextPartNumberMarker: '2',
    });
    expect(
      parseListPartsResult(
        '<ListPartsResult><IsTruncated>false</IsTruncated><NextPartNumberMarker>0</NextPartNumberMarker></ListPartsResult>',
      ),
    ).to.deep.equal({ parts: [], nextPartNumberMarker: undefined });
    expect(parseListPartsResult('<html>')).to.equal(undefined);
  });

  it('writes CompleteMultipartUpload', () => {
    expect(completeMultipartUploadXml([{ partNumber: 1, etag: '"a&<b>"' }])).to.equal(
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"a&amp;&lt;b&gt;"</ETag></Part></CompleteMultipartUpload>',
    );
  });
});
