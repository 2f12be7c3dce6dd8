/** Alerts, confirmations and prompts, answered with the keyboard. */
import { expect, oneEvent } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { viewHost } from '../view-host.js';
import type { ViewHost } from '../view-host.js';

const hostileName = '<img src=x onerror="document.title=1">.txt';

describe('dialogs', () => {
  let host: ViewHost;
  const dialog = () => host.get('[part=dialog]') as HTMLDialogElement;
  const focused = () => host.focused;
  beforeEach(async () => {
    host = await viewHost();
  });

  it('show a message until Enter', async () => {
    const closed = host.view.alert('All is well.');
    await host.updateComplete;
    expect(dialog().matches(':modal')).to.equal(true);
    expect(dialog().textContent).to.contain('All is well.');
    expect(host.all('dialog button').map((button) => button.textContent?.trim())).to.deep.equal(['OK']);
    expect(focused()?.textContent?.trim()).to.equal('OK');
    await expect(host).to.be.accessible();
    await sendKeys({ press: 'Enter' });
    await closed;
    expect(dialog().open).to.equal(false);
  });

  it('confirm with Enter', async () => {
    const answer = host.view.confirm('Go on?');
    await host.updateComplete;
    expect(focused()?.textContent?.trim()).to.equal('OK');
    await sendKeys({ press: 'Enter' });
    expect(await answer).to.equal(true);
  });

  it('cancel with Escape', async () => {
    const answer = host.view.confirm('Go on?');
    await host.updateComplete;
    await sendKeys({ press: 'Escape' });
    expect(await answer).to.equal(false);
  });

  it('focus Cancel before a deletion, and show the file name as text', async () => {
    const answer = host.view.confirmDelete(hostileName);
    await host.updateComplete;
    expect(dialog().textContent).to.contain(hostileName);
    expect(host.all('dialog img')).to.have.length(0);
    expect(focused()?.textContent?.trim()).to.equal('Cancel');
    await expect(host).to.be.accessible();
    await sendKeys({ press: 'Enter' });
    expect(await answer).to.equal(false);
  });

  it('confirm a deletion with the Delete button', async () => {
    const answer = host.view.confirmDelete('a.txt');
    await host.updateComplete;
    await sendKeys({ press: 'Tab' });
    expect(focused()?.textContent?.trim()).to.equal('Delete');
    await sendKeys({ press: ' ' });
    expect(await answer).to.equal(true);
  });

  it('prompt with a selected initial value', async () => {
    const answer = host.view.prompt('A name?', 'old');
    await host.updateComplete;
    expect((focused() as HTMLInputElement).value).to.equal('old');
    await expect(host).to.be.accessible();
    // The initial value is selected, so typing replaces it.
    await sendKeys({ type: 'new' });
    await sendKeys({ press: 'Enter' });
    expect(await answer).to.equal('new');
  });

  it('resolve a canceled prompt to null', async () => {
    const answer = host.view.prompt('A name?', 'old');
    await host.updateComplete;
    await sendKeys({ press: 'Escape' });
    expect(await answer).to.equal(null);
  });

  it('open one after another', async () => {
    const answers = [host.view.confirm('First?'), host.view.prompt('Second?', 'b')] as const;
    await host.updateComplete;
    expect(dialog().textContent).to.contain('First?');
    await sendKeys({ press: 'Enter' });
    expect(await answers[0]).to.equal(true);
    await host.updateComplete;
    expect(dialog().open).to.equal(true);
    expect(dialog().textContent).to.contain('Second?');
    await sendKeys({ press: 'Enter' });
    expect(await answers[1]).to.equal('b');
  });

  it('keep the answer if the host updates between the click and the close event', async () => {
    const answer = host.view.confirm('Go on?');
    await host.updateComplete;
    const closed = oneEvent(dialog(), 'close');
    host.get('dialog .primary').click();
    host.requestUpdate();
    await host.updateComplete;
    expect(dialog().open).to.equal(false);
    await closed;
    expect(await answer).to.equal(true);
  });

  it('restore the focus', async () => {
    const button = host.get('[part=button]');
    button.focus();
    const closed = host.view.alert('Look.');
    await host.updateComplete;
    expect(focused()).not.to.equal(button);
    await sendKeys({ press: 'Enter' });
    await closed;
    expect(focused()).to.equal(button);
  });

  it('stop their events at the shadow root', async () => {
    const events: string[] = [];
    for (const type of ['close', 'cancel', 'input', 'change']) host.addEventListener(type, () => events.push(type));
    const answer = host.view.prompt('A name?', 'old');
    await host.updateComplete;
    await sendKeys({ type: 'x' });
    await sendKeys({ press: 'Escape' });
    await answer;
    expect(events).to.deep.equal([]);
  });

  it('resolve as canceled when the uploader leaves the page', async () => {
    const answers = [host.view.confirm('Go on?'), host.view.prompt('A name?', 'old')];
    await host.updateComplete;
    host.remove();
    expect(await Promise.all(answers)).to.deep.equal([false, null]);
  });
});
