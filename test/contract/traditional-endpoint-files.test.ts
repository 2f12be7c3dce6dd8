import { expect, waitUntil } from '@open-wc/testing';
import { collect, makeFile, next, upload } from '../elements/page.js';
import { commandTestServers } from '../tools/test-servers.js';
import { describeOnEachServer, putFor, seen, statusOf, stored, whole } from './traditional-endpoint.js';

const json = { 'Content-Type': 'application/json' };

describeOnEachServer('A file that has arrived', (server) => {
  for (const method of ['DELETE', 'POST']) {
    it(`is deleted by ${method}`, async () => {
      const element = putFor(server, { 'delete-endpoint': server.minimal.uploads, 'delete-method': method });
      const { uuid } = await upload(element, makeFile('a.bin', 1000));
      expect(await stored(server, uuid)).not.to.equal(null);
      const asked = next(element, 'delete');
      const deleted = next(element, 'deleteComplete');
      expect(element.deleteFile(0)).to.equal(true);
      expect(await asked).to.deep.equal({ id: 0, name: 'a.bin' });
      expect(await deleted).to.deep.equal({ id: 0, name: 'a.bin', success: true, isError: false });
      expect(await stored(server, uuid)).to.equal(null);
      expect(statusOf(element, 0)).to.equal('deleted');
      expect(element.getNetUploads()).to.equal(0);
      expect(element.deleteFile(0)).to.equal(false);
      expect((await seen(server)).at(-1)?.method).to.equal(method);
    });

    it(`may be gone already when ${method} comes: then it is deleted`, async () => {
      const element = putFor(server, { 'delete-endpoint': server.minimal.uploads, 'delete-method': method });
      const { uuid } = await upload(element, makeFile('a.bin', 1000));
      await fetch(`${server.minimal.uploads}/${uuid}`, { method: 'DELETE' });
      const errors = collect(element, 'error');
      const deleted = next(element, 'deleteComplete');
      expect(element.deleteFile(0)).to.equal(true);
      expect(await deleted).to.include({ success: true, isError: false });
      expect((await seen(server)).at(-1)).to.include({ method, status: 404 });
      expect(errors).to.deep.equal([]);
      expect(statusOf(element, 0)).to.equal('deleted');
    });
  }

  it('is deleted with params and headers, those of all or its own', async () => {
    const { uploads } = server.cookies;
    const element = putFor(server, { endpoint: uploads, 'delete-endpoint': uploads });
    element.options = { deleteFile: { params: { all: 'yes' }, customHeaders: { 'X-All': 'yes' } } };
    await upload(element, makeFile('0.bin', 5));
    await upload(element, makeFile('1.bin', 5));
    element.setDeleteFileParams({ own: 'yes' }, 1);
    element.setDeleteFileCustomHeaders({ 'X-Own': 'yes' }, 1);
    for (const id of [0, 1]) {
      const deleted = next(element, 'deleteComplete');
      element.deleteFile(id);
      expect((await deleted).success).to.equal(true);
    }
    const [first, second] = (await seen(server, 'cookies')).slice(-2);
    expect(first?.path).to.match(/\?all=yes$/);
    expect(first?.headers).to.include({ 'x-all': 'yes' });
    expect(second?.path).to.match(/\?own=yes$/);
    expect(second?.headers).to.include({ 'x-own': 'yes' }).and.not.have.property('x-all');
  });

  it('stays where the page says no', async () => {
    const element = putFor(server, { 'delete-endpoint': server.minimal.uploads });
    const file = makeFile('a.bin', 1000);
    const { uuid } = await upload(element, file);
    element.addEventListener('submitDelete', (event) => event.preventDefault(), { once: true });
    element.deleteFile(0);
    expect(statusOf(element, 0)).to.equal('upload successful');
    expect(await stored(server, uuid)).to.deep.equal(await whole(file));
  });

  it('is listed in the next session, and can be deleted there', async () => {
    const { uuid } = await upload(putFor(server), makeFile('there <b>.bin', 1000));
    const element = putFor(server, { 'session-endpoint': server.minimal.uploads, 'delete-endpoint': server.minimal.uploads });
    expect((await next(element, 'sessionRequestComplete')).success).to.equal(true);
    const listed = element.getUploads({ uuid });
    expect(listed).to.include({ name: 'there <b>.bin', size: 1000, status: 'upload successful' });
    const deleted = next(element, 'deleteComplete');
    expect(element.deleteFile(listed?.id ?? -1)).to.equal(true);
    expect((await deleted).success).to.equal(true);
    expect(await stored(server, uuid)).to.equal(null);
  });

  it('is listed though another item of the list is none', async () => {
    const { uuid } = await upload(putFor(server), makeFile('good.bin', 1000));
    const list = [
      { name: 'first.bin', uuid: 'first-of-the-list' },
      { name: 'no uuid' },
      null,
      'text',
      { name: 'good.bin', uuid, size: 1000 },
    ];
    const answer = { kind: 'answer', status: 200, headers: json, body: JSON.stringify(list), match: { method: 'GET' } } as const;
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [answer] });
    const element = putFor(server, { 'delete-endpoint': server.minimal.uploads });
    const errors = collect(element, 'error');
    const answered = next(element, 'sessionRequestComplete');
    element.setAttribute('session-endpoint', server.minimal.uploads);
    expect(await answered).to.deep.equal({ success: false, response: list });
    expect(errors.map(({ reason }) => reason)).to.deep.equal([
      'Item 2 of the list of files has no uuid.',
      'Item 3 of the list of files is not an object.',
      'Item 4 of the list of files is not an object.',
    ]);
    expect(element.getUploads().map(({ name }) => name)).to.deep.equal(['first.bin', 'good.bin']);
    const deleted = next(element, 'deleteComplete');
    element.deleteFile(1);
    expect((await deleted).success).to.equal(true);
    expect(await stored(server, uuid)).to.equal(null);
  });

  it('is deleted where the list says, with the params that the list says', async () => {
    const { uuid } = await upload(putFor(server), makeFile('elsewhere.bin', 1000));
    const item = { name: 'elsewhere.bin', uuid, deleteFileEndpoint: server.minimal.uploads, deleteFileParams: { token: 'abc' } };
    const answer = { kind: 'answer', status: 200, headers: json, body: JSON.stringify([item]), match: { method: 'GET' } } as const;
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [answer] });
    const element = putFor(server, { 'session-endpoint': server.minimal.uploads });
    await next(element, 'sessionRequestComplete');
    const button = () => element.shadowRoot?.querySelector('[part~=delete]');
    await waitUntil(button, 'there is no button for it');
    expect(button()?.getAttribute('aria-label')).to.equal('Delete elsewhere.bin');
    const deleted = next(element, 'deleteComplete');
    expect(element.deleteFile(0)).to.equal(true);
    expect((await deleted).success).to.equal(true);
    expect((await seen(server)).at(-1)?.path).to.match(/\?token=abc$/);
    expect(await stored(server, uuid)).to.equal(null);
  });
});
