/** The languages that come with the package: whole, true to their plural rules, and loaded only where a page is written in them. */
import { expect, waitUntil } from '@open-wc/testing';
import { enOfFiles } from '../../src/ui/messages/en-files.js';
import { en as early } from '../../src/ui/messages/en.js';
import { languages } from '../../src/ui/messages/languages.js';
import { registerMessages } from '../../src/ui/messages/messages.js';
import type { MessageKey, Messages, Text } from '../../src/ui/messages/messages.js';
import { viewHost, file } from './view-host.js';

const en: Messages = { ...early, ...enOfFiles };
const tags = Object.keys(languages);
const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
const forms = (text: Text) => (typeof text === 'string' ? [text] : Object.values(text));

/** The part of the keys that name texts. */
const entries = (messages: Messages) => Object.entries(messages) as [MessageKey, Text][];

describe('languages', () => {
  it('are ten and more, one of them from right to left', () => {
    expect(tags).to.have.length.of.at.least(10);
    expect(tags).to.include.members(['ar', 'de']);
  });

  for (const [tag, load] of Object.entries(languages)) {
    describe(tag, () => {
      let messages: Messages;
      before(async () => {
        messages = await load();
      });

      it('has every text', () => {
        expect(Object.keys(messages)).to.have.members(Object.keys(en));
        expect(entries(messages).filter(([, text]) => forms(text).some((form) => form.trim() === ''))).to.deep.equal([]);
      });

      it('fills in what English fills in', () => {
        for (const [key, text] of entries(messages)) {
          const wanted = placeholders(forms(en[key]).at(-1) ?? '');
          // One and two are often words rather than numbers.
          const spelled = typeof text === 'string' ? [] : [text.zero, text.one, text.two];
          for (const form of forms(text)) {
            if (spelled.includes(form)) expect(wanted, key).to.include.members(placeholders(form));
            else expect(placeholders(form), key).to.deep.equal(wanted);
          }
        }
      });

      it('knows its own plural forms and no others', () => {
        const categories = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
        for (const [key, text] of entries(messages)) {
          if (typeof text !== 'string') expect(categories, key).to.include.members(Object.keys(text));
        }
      });

      it('names a file’s buttons by what they do first and the file last', () => {
        for (const key of ['cancel', 'pause', 'continue', 'retry', 'delete', 'dismiss', 'rename'] as const) {
          expect(messages[key], key).to.match(/^\S.*\{file\}$/);
        }
      });

      it('is what the face says on a page in it', async () => {
        const host = await viewHost({}, { lang: tag });
        const button = forms(messages.fileInputTitle)[0];
        await waitUntil(() => host.get('[part=button]').textContent?.trim() === button);
        await host.show([file(1, { status: 'upload successful' })]);
        expect(host.get('[part=status]').textContent?.trim()).to.equal(messages.succeeded);
        await expect(host).to.be.accessible();
      });
    });
  }

  it('come in the plain form where a region asks for it', async () => {
    const host = await viewHost({}, { lang: 'fr-CA' });
    await waitUntil(() => host.get('[part=button]').textContent?.trim() === 'Choisir des fichiers');
  });

  it('leave to a page what it has changed, before or after', async () => {
    registerMessages('pl', { ok: 'Dobrze' });
    const host = await viewHost({}, { lang: 'pl' });
    await waitUntil(() => host.get('[part=button]').textContent?.trim() === 'Wybierz pliki');
    expect(host.face.language.text('ok')).to.equal('Dobrze');
    registerMessages('pl', { dropFiles: 'Tutaj!' });
    await waitUntil(() => host.get('.invitation').textContent?.trim() === 'Tutaj!');
  });

  it('that do not come with the package are English', async () => {
    const host = await viewHost({}, { lang: 'cy' });
    expect(host.get('[part=button]').textContent?.trim()).to.equal('Choose files');
  });

  it('count as their plural rules say', async () => {
    await Promise.all([languages['pl']?.(), languages['ar']?.()]);
    const said = async (lang: string, count: number) => {
      const host = await viewHost({}, { lang });
      await waitUntil(() => host.face.language.text('files') !== 'Files');
      return host.face.language.text('uploadedFiles', { count });
    };
    expect(await said('pl', 1)).to.equal('Przesłano 1 plik');
    expect(await said('pl', 3)).to.equal('Przesłano 3 pliki');
    expect(await said('pl', 12)).to.equal('Przesłano 12 plików');
    expect(await said('ar', 2)).to.equal('تم رفع ملفين');
  });
});
