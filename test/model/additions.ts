import type { FileInputs } from '../../src/elements/file-inputs.js';
import type { Addition } from './steps.js';

/** What a step adds. */
export function makeAddition(what: Addition, size: number): FileInputs {
  const file = (name: string, bytes = size + 1) => new File(['x'.repeat(bytes)], name);
  const canvas = () => Object.assign(document.createElement('canvas'), { width: 2, height: 2 });
  switch (what) {
    case 'file':
      return file('one.bin');
    case 'files':
      return [file('two.bin'), file('three.bin', 3)];
    case 'empty':
      return file('empty.bin', 0);
    case 'image':
      return new File(['not really'], 'photo.png', { type: 'image/png' });
    case 'blob':
      return new Blob(['x'.repeat(size)]);
    case 'named blob':
      return { blob: new Blob(['x'.repeat(size)]), name: 'named.bin' };
    case 'canvas':
      return canvas();
    case 'input':
      return Object.assign(document.createElement('input'), { type: 'file' });
    case 'DataTransfer': {
      const transfer = new DataTransfer();
      transfer.items.add(file('dropped.bin'));
      return transfer;
    }
    case 'array of all':
      return [file('four.bin'), new Blob(['x']), { blob: new Blob(['y']), name: 'y.bin' }, canvas(), { canvas: canvas(), name: 'c.png' }];
    case 'array with null':
      return [file('five.bin'), null] as unknown as FileInputs;
  }
}
