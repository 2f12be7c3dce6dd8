/** The built-in languages are complete, have the right plural forms, and load only on pages in that language. */
import { expect, waitUntil } from '@open-wc/testing';
import { enFiles } from '../../../src/ui/messages/en-files.js';
import { en as enEarly } from '../../../src/ui/messages/en.js';
import { languages } from '../../../src/ui/messages/languages.js';
import type { Message, MessageKey, Messages } from '../../../src/ui/messages/messages.js';
import { file, viewHost } from '../view-host.js';

const en: Messages = { ...enEarly, ...enFiles };
const tags = Object.keys(languages);
const placeholdersOf = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
const formsOf = (message: Message) => (typeof message === 'string' ? [message] : Object.values(message));
const entriesOf = (messages: Messages) => Object.entries(messages) as [MessageKey, Message][];

describe('built-in languages', () => {
  it('are at least ten, with a right-to-left one', () => {
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
        expect(entriesOf(messages).filter(([, message]) => formsOf(message).some((form) => form.trim() === ''))).to.deep.equal([]);
      });

      it('has the placeholders of the English texts', () => {
        for (const [key, message] of entriesOf(messages)) {
          const expected = placeholdersOf(formsOf(en[key]).at(-1) ?? '');
          // In these plural forms, a word may stand for the number.
          const wordForms = typeof message === 'string' ? [] : [message.zero, message.one, message.two];
          for (const form of formsOf(message)) {
            if (wordForms.includes(form)) expect(expected, key).to.include.members(placeholdersOf(form));
            else expect(placeholdersOf(form), key).to.deep.equal(expected);
          }
        }
      });

      it('has only plural forms that the language has', () => {
        const categories = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
        for (const [key, message] of entriesOf(messages)) {
          if (typeof message !== 'string') expect(categories, key).to.include.members(Object.keys(message));
        }
      });

      it('has button names that start with the action and end with the file', () => {
        for (const key of ['cancel', 'pause', 'continue', 'retry', 'delete', 'dismiss', 'rename'] as const) {
          expect(messages[key], key).to.match(/^\S.*\{file\}$/);
        }
      });

      it('is the language of an uploader on a page in it', async () => {
        const host = await viewHost({}, { lang: tag });
        const buttonText = formsOf(messages.fileInputTitle)[0];
        await waitUntil(() => host.get('[part=button]').textContent?.trim() === buttonText);
        await host.show([file(1, { status: 'upload successful' })]);
        expect(host.get('[part=status]').textContent?.trim()).to.equal(messages.succeeded);
        await expect(host).to.be.accessible();
      });
    });
  }

  it('are used for their regional languages', async () => {
    const host = await viewHost({}, { lang: 'fr-CA' });
    await waitUntil(() => host.get('[part=button]').textContent?.trim() === 'Choisir des fichiers');
  });

  it('do not include Welsh, which falls back to English', async () => {
    const host = await viewHost({}, { lang: 'cy' });
    expect(host.get('[part=button]').textContent?.trim()).to.equal('Choose files');
  });

  it('select plural forms by number', async () => {
    await Promise.all([languages['pl']?.(), languages['ar']?.()]);
    const uploadedFiles = async (lang: string, count: number) => {
      const host = await viewHost({}, { lang });
      // The key, until the texts of the list have loaded; English, until those of the language have.
      await waitUntil(() => !['files', 'Files'].includes(host.view.language.text('files')));
      return host.view.language.text('uploadedFiles', { count });
    };
    expect(await uploadedFiles('pl', 1)).to.equal('Przesłano 1 plik');
    expect(await uploadedFiles('pl', 3)).to.equal('Przesłano 3 pliki');
    expect(await uploadedFiles('pl', 12)).to.equal('Przesłano 12 plików');
    expect(await uploadedFiles('ar', 2)).to.equal('تم رفع ملفين');
  });
});
