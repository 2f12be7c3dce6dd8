import { expect, waitUntil } from '@open-wc/testing';
import { registerMessages } from '../../../src/ui/messages/messages.js';
import { file, viewHost } from '../view-host.js';

const textOf = (element: Element) => element.textContent?.trim();

describe('registerMessages', () => {
  it('adds a language, with its plural forms, to uploaders that are already rendered', async () => {
    const host = await viewHost({}, { lang: 'uk' });
    const showTotals = (active: number) => host.show([file(1, { status: 'uploading' })], { active, totalBytes: 1 });
    await showTotals(2);
    expect(textOf(host.get('.totals > span:first-child'))).to.equal('Uploading 2 files');
    registerMessages('uk', {
      uploadingFiles: { one: '{count} файл', few: '{count} файли', many: '{count} файлів', other: '{count} файлу' },
    });
    await host.updateComplete;
    for (const [count, text] of [
      [1, '1 файл'],
      [2, '2 файли'],
      [5, '5 файлів'],
    ] as const) {
      await showTotals(count);
      expect(textOf(host.get('.totals > span:first-child'))).to.equal(text);
    }
    // Texts that are not registered are in English.
    expect(textOf(host.get('[part=status]'))).to.equal('Uploading…');
  });

  it('for a regional language overrides texts of the language', async () => {
    registerMessages('sv', { queued: 'Väntar', paused: 'Pausad' });
    registerMessages('sv-FI', { queued: 'Väntar i Finland' });
    const host = await viewHost({}, { lang: 'sv-FI' });
    await host.show([file(1, { status: 'queued' }), file(2, { status: 'paused' })]);
    expect(host.all('[part=status]').map(textOf)).to.deep.equal(['Väntar i Finland', 'Pausad']);
  });

  it('overrides built-in texts, before and after they are loaded', async () => {
    registerMessages('pl', { ok: 'Dobrze' });
    const host = await viewHost({}, { lang: 'pl' });
    await waitUntil(() => textOf(host.get('[part=button]')) === 'Wybierz pliki');
    expect(host.view.language.text('ok')).to.equal('Dobrze');
    registerMessages('pl', { dropFiles: 'Tutaj!' });
    await waitUntil(() => textOf(host.get('.drop-text')) === 'Tutaj!');
  });
});

describe('the messages option', () => {
  it('overrides the texts of one uploader', async () => {
    const host = await viewHost({ messages: { failUpload: 'Oh no.', sizeSymbols: ['kB', 'MB', 'GB', 'TB', 'PB', 'EB'] } });
    const other = await viewHost();
    for (const each of [host, other]) await each.show([file(1, { status: 'upload failed', size: 1_500_000 })]);
    expect([host, other].map((each) => textOf(each.get('[part=status]')))).to.deep.equal(['Oh no.', 'Upload failed']);
    expect(textOf(host.get('[part=size]'))).to.equal('1.5MB');
  });
});
