import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { file, viewHost } from '../view-host.js';
import type { ViewHost } from '../view-host.js';

describe('the name of a file', () => {
  let host: ViewHost;
  beforeEach(async () => {
    host = await viewHost();
  });

  it('is rendered as text, whatever it contains', async () => {
    const names = [
      '<img src=x onerror="throw 1">.txt',
      '</div><script>throw 2</script>',
      '${1+1}',
      '"><svg onload=alert(1)>',
      '\u202Egpj.exe',
    ];
    await host.show(names.map((name, id) => file(id, { name, status: 'rejected', reason: `${name} is empty.` })));
    expect(host.all('[part=name]').map((name) => name.textContent)).to.deep.equal(names);
    expect(host.all('[part=file] img, [part=file] script, [part=file] [onload]')).to.have.length(0);
    expect(host.all('[data-action=dismiss]').map((button) => button.ariaLabel)).to.deep.equal(names.map((name) => `Dismiss ${name}`));
    expect(host.all('[part=status]').map((status) => status.textContent?.trim())).to.deep.equal(names.map((name) => `${name} is empty.`));
  });

  it('keeps its extension visible when it is long', async () => {
    host.style.inlineSize = '320px';
    await host.show([file(1, { name: `${'very long '.repeat(30)}.jpeg`, can: ['cancel'] })]);
    const row = host.get('[part=file]').getBoundingClientRect();
    const extension = host.get('[part=name] > :last-child').getBoundingClientRect();
    expect(extension.width).to.be.above(0);
    expect(extension.right).to.be.at.most(row.right);
    expect(host.get('[part=cancel]').getBoundingClientRect().right).to.be.at.most(row.right);
  });

  it('is edited in its row with the keyboard', async () => {
    await host.set({ editFilename: true });
    await host.show([file(1, { name: 'photo.jpg', can: ['rename', 'cancel'] })]);
    host.get('[aria-label="Rename photo.jpg"]').focus();
    await sendKeys({ press: 'Enter' });
    await host.updateComplete;
    const input = host.get('[data-action=edit]') as HTMLInputElement;
    expect(host.focused).to.equal(input);
    expect(input.ariaLabel).to.equal('New name for photo.jpg');
    // Only the stem is selected, so the extension stays.
    await sendKeys({ type: 'holiday' });
    await sendKeys({ press: 'Enter' });
    await host.updateComplete;
    expect(host.calls).to.deep.equal([['rename', 1, 'holiday.jpg']]);
    expect(host.all('[data-action=edit]')).to.have.length(0);
    expect(host.focused?.closest('[part=file]')).to.equal(host.get('[part=file]'));
  });

  it('does not change after Escape', async () => {
    await host.set({ editFilename: true });
    await host.show([file(1, { name: 'photo.jpg', can: ['rename'] })]);
    host.get('[data-action=rename]').click();
    await host.updateComplete;
    await sendKeys({ type: 'x' });
    await sendKeys({ press: 'Escape' });
    await host.updateComplete;
    expect(host.calls).to.deep.equal([]);
    expect(host.get('[part=name]').textContent).to.equal('photo.jpg');
  });

  it('has no rename button if the option is off or the file cannot be renamed', async () => {
    await host.show([file(1, { can: ['rename'] })]);
    expect(host.all('[data-action=rename]')).to.have.length(0);
    await host.set({ editFilename: true });
    await host.show([file(1)]);
    expect(host.all('[data-action=rename]')).to.have.length(0);
  });
});
