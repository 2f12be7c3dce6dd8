import { expect } from '@open-wc/testing';
import { sharesConnection } from '../../src/elements/shares-connection.js';

describe('sharesConnection', () => {
  afterEach(() => Reflect.deleteProperty(performance, 'getEntriesByType'));

  /** The resources that the page has loaded. */
  function loaded(...resources: readonly (readonly [name: string, nextHopProtocol: string])[]): void {
    const entries = resources.map(([name, nextHopProtocol]) => ({ name, nextHopProtocol }));
    Object.defineProperty(performance, 'getEntriesByType', { value: () => entries, configurable: true });
  }

  it('tells HTTP/2 and HTTP/3 from HTTP/1.1', () => {
    loaded(['https://a.example/x', 'h2'], ['https://b.example/x', 'h3'], ['https://c.example/x', 'http/1.1']);
    expect(['a', 'b', 'c'].map((host) => sharesConnection(`https://${host}.example/upload`))).to.deep.equal([true, true, false]);
  });

  it('counts hosts below that of the URL, such as that of a bucket', () => {
    loaded(['https://photos.s3.example/x', 'h2']);
    expect(sharesConnection('https://s3.example/photos')).to.equal(true);
  });

  it('is unknown without a request to the server, without its permission, and for what is no URL', () => {
    loaded(['https://a.example/x', ''], ['https://other-a.example/x', 'h2'], ['http://a.example/x', 'h2']);
    expect(sharesConnection('https://a.example/')).to.equal(undefined);
    expect(sharesConnection('https://')).to.equal(undefined);
  });
});
