import { expect } from '@open-wc/testing';
import { file, viewHost } from './view-host.js';

describe('the language of an element', () => {
  it('is the lang of the page, also after a change', async () => {
    const host = await viewHost({}, { lang: '' });
    host.removeAttribute('lang');
    const { documentElement } = document;
    const before = documentElement.lang;
    const size = async () => {
      await host.updateComplete;
      return host.get('[part=size]').textContent?.trim().replace(/\s/g, ' ');
    };
    try {
      documentElement.lang = 'en';
      await host.show([file(1, { size: 1_500_000 })]);
      expect(await size()).to.equal('1.5 MB');
      // A MutationObserver calls back in a microtask.
      documentElement.lang = 'de';
      await Promise.resolve();
      expect(await size()).to.equal('1,5 MB');
    } finally {
      documentElement.lang = before;
    }
  });

  it('is another one where the lang is invalid', async () => {
    const host = await viewHost({}, { lang: 'not_a_language!' });
    await host.show([file(1, { size: 1_500_000 })]);
    expect(host.get('[part=size]').textContent).to.contain('MB');
  });
});
