/** The element itself: its `action` slot, its events, its store. */
import { expect, waitUntil } from '@open-wc/testing';
import { FineUploaderElement } from '../../src/fine-uploader.js';
import type { UploaderElement } from '../../src/elements/uploader-element.js';
import { cleanUp, collect, makeFile, next, putS3, putTraditional, upload } from './page.js';

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

describe('events of many files', () => {
  afterEach(cleanUp);
  const files = Array.from({ length: 1500 }, (_, index) => new File(['x'], `${index}.bin`));

  it('are dispatched for every file to a listener on an ancestor, which can refuse', async () => {
    const element = putTraditional({ 'manual-upload': true });
    const asked = new Set<number>();
    const listener = (event: Event) => {
      asked.add((event as CustomEvent<{ id: number }>).detail.id);
      event.preventDefault();
    };
    document.addEventListener('validate', listener, true);
    element.addFiles(files);
    await waitUntil(() => element.getUploads({ status: 'submitting' }).length === 0, 'validated', { timeout: 10_000 });
    document.removeEventListener('validate', listener, true);
    expect(asked.size).to.equal(1500);
    expect(element.getUploads({ status: 'rejected' })).to.have.length(1500);
  });

  it('are dispatched for every file to a listener from before the upgrade', async () => {
    const name = 'late-fine-uploader';
    const element = document.createElement(name);
    const asked = new Set<number>();
    EventTarget.prototype.addEventListener.call(element, 'submit', (event) => {
      asked.add((event as CustomEvent<{ id: number }>).detail.id);
      event.preventDefault();
    });
    document.body.append(element);
    customElements.define(name, class extends FineUploaderElement {});
    const upgraded = element as FineUploaderElement;
    upgraded.multiple = upgraded.manualUpload = true;
    upgraded.addFiles(files);
    await waitUntil(() => upgraded.getUploads({ status: 'submitting' }).length === 0, 'validated', { timeout: 10_000 });
    expect(asked.size).to.equal(1500);
    expect(upgraded.getUploads({ status: 'rejected' })).to.have.length(1500);
    upgraded.remove();
  });
});

describe('addExtraDropzone and addExtraButton', () => {
  afterEach(cleanUp);

  it('throw for what is not an element', () => {
    const element = putTraditional();
    for (const other of [0, 'button', null, {}] as unknown as HTMLElement[]) {
      expect(() => element.addExtraDropzone(other)).to.throw(TypeError, 'addExtraDropzone takes an element.');
      expect(() => element.addExtraButton(other)).to.throw(TypeError, 'addExtraButton takes an element.');
      element.removeExtraDropzone(other);
      element.removeExtraButton(other);
    }
  });
});

describe('the store of an element', () => {
  afterEach(cleanUp);

  for (const [name, putElement] of [
    ['<fine-uploader>', putTraditional],
    ['<fine-uploader-s3>', putS3],
  ] as const) {
    it(`fails a file of ${name} with the error of a wrong setting, at once`, async () => {
      const element: UploaderElement = putElement({ endpoint: '' });
      const errors = collect(element, 'error');
      expect((await upload(element, makeFile('a.bin', 10))).success).to.equal(false);
      expect(errors).to.have.length(1);
      expect(errors[0]?.reason).to.contain('set its endpoint attribute');
    });
  }
});
