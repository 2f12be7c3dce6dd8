/** Messages and questions, answered with the keyboard. */
import { expect, oneEvent } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { viewHost } from './view-host.js';
import type { ViewHost } from './view-host.js';

const hostile = '<img src=x onerror="document.title=1">.txt';

describe('dialogs', () => {
  let host: ViewHost;
  const dialog = () => host.get('[part=dialog]') as HTMLDialogElement;
  const focused = () => host.focused;
  beforeEach(async () => {
    host = await viewHost();
  });

  it('shows a message until Enter', async () => {
    const closed = host.face.alert('All is well.');
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

  it('agrees with Enter', async () => {
    const answer = host.face.confirm('Go on?');
    await host.updateComplete;
    expect(focused()?.textContent?.trim()).to.equal('OK');
    await sendKeys({ press: 'Enter' });
    expect(await answer).to.equal(true);
  });

  it('disagrees with Escape', async () => {
    const answer = host.face.confirm('Go on?');
    await host.updateComplete;
    await sendKeys({ press: 'Escape' });
    expect(await answer).to.equal(false);
  });

  it('begins on the button that destroys nothing, and names the file as text', async () => {
    const answer = host.face.confirmDelete(hostile);
    await host.updateComplete;
    expect(dialog().textContent).to.contain(hostile);
    expect(host.all('dialog img')).to.have.length(0);
    expect(focused()?.textContent?.trim()).to.equal('Cancel');
    await expect(host).to.be.accessible();
    await sendKeys({ press: 'Enter' });
    expect(await answer).to.equal(false);
  });

  it('deletes when the person says so', async () => {
    const answer = host.face.confirmDelete('a.txt');
    await host.updateComplete;
    await sendKeys({ press: 'Tab' });
    expect(focused()?.textContent?.trim()).to.equal('Delete');
    await sendKeys({ press: ' ' });
    expect(await answer).to.equal(true);
  });

  it('asks for a name, beginning with the suggested one', async () => {
    const answer = host.face.prompt('A name?', 'old');
    await host.updateComplete;
    expect((focused() as HTMLInputElement).value).to.equal('old');
    await expect(host).to.be.accessible();
    // What was suggested is selected: typing replaces it.
    await sendKeys({ type: 'new' });
    await sendKeys({ press: 'Enter' });
    expect(await answer).to.equal('new');
  });

  it('takes no name for an answer', async () => {
    const answer = host.face.prompt('A name?', 'old');
    await host.updateComplete;
    await sendKeys({ press: 'Escape' });
    expect(await answer).to.equal(null);
  });

  it('asks one after another', async () => {
    const answers = [host.face.confirm('First?'), host.face.prompt('Second?', 'b')] as const;
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

  it('keeps the answer when progress is drawn between the click and the close event', async () => {
    const answer = host.face.confirm('Go on?');
    await host.updateComplete;
    const closed = oneEvent(dialog(), 'close');
    host.get('dialog .primary').click();
    host.requestUpdate();
    await host.updateComplete;
    expect(dialog().open).to.equal(false);
    await closed;
    expect(await answer).to.equal(true);
  });

  it('gives the focus back to where it was', async () => {
    const button = host.get('[part=button]');
    button.focus();
    const closed = host.face.alert('Look.');
    await host.updateComplete;
    expect(focused()).not.to.equal(button);
    await sendKeys({ press: 'Enter' });
    await closed;
    expect(focused()).to.equal(button);
  });

  it('does not let its own events out of the shadow root', async () => {
    const heard: string[] = [];
    for (const type of ['close', 'cancel', 'input', 'change']) host.addEventListener(type, () => heard.push(type));
    const answer = host.face.prompt('A name?', 'old');
    await host.updateComplete;
    await sendKeys({ type: 'x' });
    await sendKeys({ press: 'Escape' });
    await answer;
    expect(heard).to.deep.equal([]);
  });

  it('answers nothing for an uploader that has left the page', async () => {
    const answers = [host.face.confirm('Go on?'), host.face.prompt('A name?', 'old')];
    await host.updateComplete;
    host.remove();
    expect(await Promise.all(answers)).to.deep.equal([false, null]);
  });
});
