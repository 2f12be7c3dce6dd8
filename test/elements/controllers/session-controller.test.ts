/** Previously uploaded files: `session-endpoint`. */
import { expect } from '@open-wc/testing';
import { testServers } from '../../tools/test-servers.js';
import { cleanUp, makeFile, next, putTraditional, upload } from '../page.js';

describe('session-endpoint', () => {
  afterEach(cleanUp);

  it('adds the files that the server lists', async () => {
    const { uuid } = await upload(putTraditional(), makeFile('there.bin', 1000));
    const element = putTraditional({ 'session-endpoint': testServers.endpoint.uploads });
    expect((await next(element, 'sessionRequestComplete')).success).to.equal(true);
    expect(element.getUploads({ uuid })).to.include({ name: 'there.bin', size: 1000, status: 'upload successful' });
  });
});
