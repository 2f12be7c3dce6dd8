import { expect } from '@open-wc/testing';
import { file, viewHost } from '../view-host.js';
import type { ViewHost } from '../view-host.js';

describe('the focus, when its row is removed,', () => {
  let host: ViewHost;
  const threeFiles = [1, 2, 3].map((id) => file(id, { can: ['pause', 'cancel'] }));
  beforeEach(async () => {
    host = await viewHost();
  });
  const focusedButton = () => {
    const element = host.focused as HTMLElement | null;
    return [element?.closest<HTMLElement>('[part=file]')?.dataset['id'], element?.dataset['action']];
  };

  it('moves to the same button of the next row', async () => {
    await host.show(threeFiles);
    host.get('[data-id="2"] [part=cancel]').focus();
    await host.show(threeFiles.filter(({ id }) => id !== 2));
    expect(focusedButton()).to.deep.equal(['3', 'cancel']);
  });

  it('moves to the previous row if it was the last one', async () => {
    await host.show(threeFiles);
    host.get('[data-id="3"] [part=cancel]').focus();
    await host.show(threeFiles.slice(0, 2));
    expect(focusedButton()).to.deep.equal(['2', 'cancel']);
  });

  it('moves to the file picker if it was the only one', async () => {
    await host.show([file(1, { can: ['cancel'] })]);
    host.get('[part=cancel]').focus();
    await host.show([]);
    expect(host.focused).to.equal(host.get('[part=button]'));
  });

  it('moves to the row if only the button is removed', async () => {
    await host.show([file(1, { status: 'uploading', can: ['cancel'] })]);
    host.get('[part=cancel]').focus();
    await host.show([file(1, { status: 'upload finalizing' })]);
    expect(host.focused).to.equal(host.get('[part=file]'));
  });

  it('stays on the pause button when it becomes the continue button', async () => {
    await host.show([file(1, { status: 'uploading', can: ['pause', 'cancel'] })]);
    host.get('[part=pause]').focus();
    await host.show([file(1, { status: 'paused', can: ['continue', 'cancel'] })]);
    expect(host.focused).to.equal(host.get('[part=continue]'));
  });

  it('does not move if it is outside of the uploader', async () => {
    const input = document.body.appendChild(document.createElement('input'));
    await host.show(threeFiles);
    input.focus();
    await host.show([]);
    expect(document.activeElement).to.equal(input);
    input.remove();
  });
});
