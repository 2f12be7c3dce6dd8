/** Previously uploaded files: `session-endpoint`. */
import { expect } from '@open-wc/testing';
import { commandTestServers, testServers } from '../../tools/test-servers.js';
import { cleanUp, makeFile, next, putTraditional, upload } from '../page.js';

describe('session-endpoint', () => {
  afterEach(cleanUp);

  it('adds the files that the server lists', async () => {
    const { uuid } = await upload(putTraditional(), makeFile('there.bin', 1000));
    const element = putTraditional({ 'session-endpoint': testServers.endpoint.uploads });
    expect((await next(element, 'sessionRequestComplete')).success).to.equal(true);
    expect(element.getUploads({ uuid })).to.include({ name: 'there.bin', size: 1000, status: 'upload successful' });
  });

  for (const first of ['the state', 'the list']) {
    it(`lists a file once, and sends it once with the form, that the browser has restored, too: ${first} first`, async () => {
      const { uuid } = await upload(putTraditional(), makeFile('there.bin', 1000));
      const form = document.createElement('form');
      document.body.append(form);
      const element = putTraditional({ name: 'f', 'delete-endpoint': testServers.endpoint.uploads }, form);
      const state = JSON.stringify([
        { name: 'there.bin', uuid, size: 1000 },
        { name: 'other.bin', uuid: 'u-2', size: 5 },
      ]);
      const listed = next(element, 'sessionRequestComplete');
      if (first === 'the state') element.formStateRestoreCallback(state);
      element.sessionEndpoint = testServers.endpoint.uploads;
      await listed;
      if (first === 'the list') element.formStateRestoreCallback(state);
      await new Promise(requestAnimationFrame);
      await element.updateComplete;
      const uuids = element.getUploads().map((file) => file.uuid);
      expect(uuids.filter((one) => one === uuid)).to.deep.equal([uuid]);
      expect(uuids).to.include('u-2');
      expect(new FormData(form).getAll('f').filter((one) => one === uuid)).to.deep.equal([uuid]);
      form.remove();
    });
  }

  it('tells more about a file that the browser has restored', async () => {
    const answer = [{ name: 'there.bin', uuid: 'u-1', deleteFileEndpoint: '/own', thumbnailUrl: '/t.png' }];
    const body = JSON.stringify(answer);
    const faults = [{ kind: 'answer', status: 200, body, times: 1, headers: { 'Content-Type': 'application/json' } }] as const;
    await commandTestServers('faults', { proxy: 'endpoint', faults: [...faults] });
    const element = putTraditional({ 'no-thumbnails': true });
    element.formStateRestoreCallback(JSON.stringify([{ name: 'there.bin', uuid: 'u-1', size: 3 }]));
    const listed = next(element, 'sessionRequestComplete');
    element.sessionEndpoint = testServers.endpoint.uploads;
    expect(await listed).to.deep.equal({ response: answer, success: true });
    expect(element.getUploads().map(({ id, size }) => [id, size])).to.deep.equal([[0, 3]]);
    await element.updateComplete;
    await new Promise(requestAnimationFrame);
    await element.updateComplete;
    expect(element.shadowRoot?.querySelector('[part~=delete]')).to.not.equal(null);
  });
});
