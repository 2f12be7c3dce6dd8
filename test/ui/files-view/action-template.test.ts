import { expect } from '@open-wc/testing';
import { fillTemplate } from '../../../src/ui/files-view/action-template.js';

function templateOf(...content: (Node | string)[]): HTMLTemplateElement {
  const template = document.createElement('template');
  template.slot = 'action';
  template.content.append(...content);
  return template;
}

function link(attributes: Readonly<Record<string, string>>, text = 'View'): HTMLAnchorElement {
  const anchor = document.createElement('a');
  for (const [name, value] of Object.entries(attributes)) anchor.setAttribute(name, value);
  anchor.textContent = text;
  return anchor;
}

describe('fillTemplate', () => {
  const hrefOf = (url: string, values: object): string | null | undefined =>
    fillTemplate(templateOf(link({ href: url })), values)
      .querySelector('a')
      ?.getAttribute('href');

  it('inserts values of the file and of the server’s response as text', () => {
    const values = { name: '<img src=x onerror=alert(1)>', response: { pages: 3, by: { name: 'Zoë' } } };
    const content = fillTemplate(
      templateOf(link({ href: '/', title: 'View {name}' }, '{name}: {response.pages} pages by {response.by.name}')),
      values,
    );
    expect(content.textContent).to.equal('<img src=x onerror=alert(1)>: 3 pages by Zoë');
    expect(content.querySelector('a')?.title).to.equal('View <img src=x onerror=alert(1)>');
    expect(content.children).to.have.length(1);
    expect(content.part.contains('action')).to.equal(true);
  });

  it('inserts a name with half a surrogate pair into a part of a URL', () => {
    expect(hrefOf('/d/{name}', { name: 'a\ud800' })).to.equal('/d/a%EF%BF%BD');
  });

  it('inserts nothing for a missing value or one that is no text', () => {
    const values = { response: { list: [1], no: null } };
    const content = fillTemplate(
      templateOf('[{key}{response.list}{response.no}{response.no.more}{response.constructor.name}{toString}]'),
      values,
    );
    expect(content.textContent).to.equal('[]');
  });

  for (const [url, href] of [
    ['https://www.example.com/a?b=c&d', 'https://www.example.com/a?b=c&d'],
    ['/files/1', '/files/1'],
    ['javascript:alert(1)', null],
    ['  java\nscript:alert(1)', null],
    ['data:text/html,<script>alert(1)</script>', null],
    ['http://[broken', null],
    ['', null],
  ] as const) {
    it(`${href === null ? 'removes the link to' : 'links to'} ${JSON.stringify(url)}`, () => {
      expect(hrefOf('{response.link}', { response: { link: url } })).to.equal(href);
    });
  }

  it('encodes a value within a URL', () => {
    expect(hrefOf('/files/{uuid}?name={name}', { uuid: 'u/../1', name: 'a&b#c' })).to.equal('/files/u%2F..%2F1?name=a%26b%23c');
    expect(hrefOf('{name}:alert(1)', { name: 'javascript' })).to.equal(null);
  });

  it('does not insert values into scripts of the template', () => {
    const button = document.createElement('button');
    button.setAttribute('data-place', '{name}');
    button.setAttribute('onclick', 'show("{name}")');
    const content = fillTemplate(templateOf(button), { name: '");alert(1)//' });
    expect(content.querySelector('button')?.getAttribute('onclick')).to.equal('show("{name}")');
  });
});
