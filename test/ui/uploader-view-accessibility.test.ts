/** axe reports no violations in any state, on light and on dark pages. */
import { expect } from '@open-wc/testing';
import type { FileSnapshot } from '../../src/core/snapshot.js';
import { viewHost, file } from './view-host.js';
import type { ViewHost } from './view-host.js';

const reason = 'The server says that its disk is full.';
const files: readonly FileSnapshot[] = [
  file(0, { status: 'submitting' }),
  file(1, { status: 'submitted', can: ['cancel'] }),
  file(2, { status: 'queued', can: ['pause', 'cancel', 'rename'] }),
  file(3, { status: 'uploading', can: ['pause', 'cancel'] }),
  file(4, { status: 'uploading', uploadedBytes: 400_000, speed: 100_000, can: ['pause', 'cancel'] }),
  file(5, { status: 'upload finalizing', uploadedBytes: 1_000_000 }),
  file(6, { status: 'retrying upload', attempt: 2, can: ['pause', 'cancel'] }),
  file(7, { status: 'paused', uploadedBytes: 400_000, can: ['continue', 'cancel'] }),
  file(8, { status: 'upload successful', can: ['delete'] }),
  file(9, { status: 'upload failed', reason, can: ['retry', 'cancel'] }),
  file(10, { status: 'rejected', reason: 'file-10.txt is empty.' }),
  file(11, { status: 'deleting' }),
  file(12, { status: 'delete failed', reason, can: ['delete'] }),
];
const totals = {
  active: 4,
  paused: 1,
  succeeded: 1,
  failed: 1,
  refused: 1,
  totalBytes: 6_000_000,
  uploadedBytes: 1_800_000,
  speed: 100_000,
};

const states: readonly [string, (host: ViewHost) => Promise<unknown>][] = [
  ['empty', (host) => host.updateComplete],
  ['required, with a label', (host) => host.set({ required: true, label: 'Invoices' })],
  ['with files in every status', (host) => host.show(files, totals)],
  [
    'with names that can be edited',
    async (host) => {
      await host.set({ editFilename: true });
      await host.show(files, totals);
      host.get('[data-id="2"] [data-action=rename]').click();
      await host.updateComplete;
    },
  ],
  [
    'with files and no reason for failures',
    async (host) => {
      await host.set({ failedUploadText: 'none' });
      await host.show(files, totals);
    },
  ],
  [
    'with 10,000 files',
    (host) =>
      host.show(
        Array.from({ length: 10_000 }, (_, id) => file(id, { status: 'queued', can: ['cancel'] })),
        { active: 10_000, totalBytes: 10_000_000_000 },
      ),
  ],
  [
    'while files are dragged over it',
    (host) => {
      const data = new DataTransfer();
      data.items.add(new File(['a'], 'a.txt'));
      host
        .get('[part=dropzone]')
        .dispatchEvent(new DragEvent('dragenter', { dataTransfer: data, bubbles: true, cancelable: true, composed: true }));
      return host.updateComplete;
    },
  ],
  [
    'with a confirm dialog',
    (host) => {
      void host.view.confirmDelete('a.txt');
      return host.updateComplete;
    },
  ],
  [
    'with a prompt',
    (host) => {
      void host.view.prompt('Name this file', 'a.txt');
      return host.updateComplete;
    },
  ],
];

for (const [page, colours] of [
  ['light', { colorScheme: 'light', backgroundColor: '#fff', color: '#1f2937' }],
  ['dark', { colorScheme: 'dark', backgroundColor: '#111827', color: '#e5e7eb' }],
] as const) {
  describe(`accessibility on a ${page} page`, () => {
    before(() => Object.assign(document.body.style, colours));
    after(() => document.body.removeAttribute('style'));

    for (const disabled of [false, true]) {
      for (const [state, setUp] of states) {
        it(`${disabled ? 'disabled, ' : ''}${state}`, async () => {
          const host = await viewHost({ disabled });
          // During a transition, colours have neither their old nor their new contrast.
          for (const element of host.all('*')) element.style.transition = 'none';
          await setUp(host);
          await expect(host).to.be.accessible();
        }).timeout(20_000);
      }
    }
  });
}
