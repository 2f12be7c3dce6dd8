/** `<template slot="action">`: a page's own link beside every file that has arrived. */
import { expect, waitUntil } from '@open-wc/testing';
import { filledTemplate } from '../../src/ui/action-template.js';
import type { UploaderElement } from '../../src/elements/uploader-element.js';
import { cleanUp, makeFile, next, putTraditional, upload } from './page.js';

function templateOf(...content: (Node | string)[]): HTMLTemplateElement {
  const template = document.createElement('template');
  template.slot = 'action';
  template.content.append(...content);
  return template;
}

function link(attributes: Readonly<Record<string, string>>, text = 'View'): HTMLAnchorElement {
  const made = document.createElement('a');
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

describe('a template for an action', () => {
  const hrefOf = (address: string, values: object): string | null | undefined =>
    filledTemplate(templateOf(link({ href: address })), values)
      .querySelector('a')
      ?.getAttribute('href');

  it('gets the words of the file and of the server’s answer, as text', () => {
    const values = { name: '<img src=x onerror=alert(1)>', response: { pages: 3, by: { name: 'Zoë' } } };
    const filled = filledTemplate(
      templateOf(link({ href: '/', title: 'View {name}' }, '{name}: {response.pages} pages by {response.by.name}')),
      values,
    );
    expect(filled.textContent).to.equal('<img src=x onerror=alert(1)>: 3 pages by Zoë');
    expect(filled.querySelector('a')?.title).to.equal('View <img src=x onerror=alert(1)>');
    expect(filled.children).to.have.length(1);
    expect(filled.part.contains('action')).to.equal(true);
  });

  it('says nothing for what is not there, or is no word', () => {
    const values = { response: { list: [1], no: null } };
    const filled = filledTemplate(
      templateOf('[{key}{response.list}{response.no}{response.no.more}{response.constructor.name}{toString}]'),
      values,
    );
    expect(filled.textContent).to.equal('[]');
  });

  for (const [address, href] of [
    ['https://www.example.com/a?b=c&d', 'https://www.example.com/a?b=c&d'],
    ['/files/1', '/files/1'],
    ['javascript:alert(1)', null],
    ['  java\nscript:alert(1)', null],
    ['data:text/html,<script>alert(1)</script>', null],
    ['http://[broken', null],
    ['', null],
  ] as const) {
    it(`${href === null ? 'makes no link of' : 'links to'} ${JSON.stringify(address)}`, () => {
      expect(hrefOf('{response.link}', { response: { link: address } })).to.equal(href);
    });
  }

  it('puts a value into an address as one piece of it', () => {
    expect(hrefOf('/files/{uuid}?name={name}', { uuid: 'u/../1', name: 'a&b#c' })).to.equal('/files/u%2F..%2F1?name=a%26b%23c');
    expect(hrefOf('{name}:alert(1)', { name: 'javascript' })).to.equal(null);
  });

  it('leaves script and style of the template alone', () => {
    const button = document.createElement('button');
    button.setAttribute('data-place', '{name}');
    button.setAttribute('onclick', 'show("{name}")');
    const filled = filledTemplate(templateOf(button), { name: '");alert(1)//' });
    expect(filled.querySelector('button')?.getAttribute('onclick')).to.equal('show("{name}")');
  });
});

describe('an action', () => {
  afterEach(cleanUp);

  const rendered = async (element: UploaderElement): Promise<void> => {
    await new Promise(requestAnimationFrame);
    await element.updateComplete;
  };

  it('stands beside each file that has arrived, keeps the focus, and goes with it', async () => {
    const element = putTraditional({ 'delete-endpoint': '/nowhere', 'max-auto-attempts': 0 });
    element.append(templateOf(link({ href: '{response.tempLink}', 'aria-label': 'View {name}' })));
    await element.updateComplete;
    const actions = () => [...(element.shadowRoot?.querySelectorAll<HTMLAnchorElement>('[part=action] a') ?? [])];
    const { response, uuid } = await upload(element, makeFile('a.bin', 10));
    await rendered(element);
    expect(actions().map(({ ariaLabel }) => ariaLabel)).to.deep.equal(['View a.bin']);
    expect(actions()[0]?.getAttribute('href')).to.equal(response['tempLink']);
    expect(actions()[0]?.getAttribute('href')).to.contain(uuid);
    actions()[0]?.focus();
    element.addFiles(new File([], 'empty.bin'));
    await next(element, 'statusChange', ({ newStatus }) => newStatus === 'rejected');
    await upload(element, makeFile('b.bin', 10));
    await rendered(element);
    expect(actions()).to.have.length(2);
    expect(element.shadowRoot?.activeElement).to.equal(actions()[0]);
    element.reset();
    await waitUntil(() => actions().length === 0);
  });

  it('gives way to what the page puts there itself', async () => {
    const element = putTraditional();
    const own = link({ slot: 'action-0', href: '/own' });
    element.append(own);
    await upload(element, makeFile('a.bin', 10));
    await rendered(element);
    expect(element.shadowRoot?.querySelector<HTMLSlotElement>('slot[name=action-0]')?.assignedElements()).to.deep.equal([own]);
  });
});
