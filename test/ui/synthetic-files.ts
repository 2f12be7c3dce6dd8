/** Files without a disk, and file dialogs that stay closed. */
import type { ViewHost } from './view-host.js';

/** Creates a DataTransfer with one text file. */
export function dataTransfer(name = 'a.txt'): DataTransfer {
  const data = new DataTransfer();
  data.items.add(new File(['hello'], name, { type: 'text/plain' }));
  return data;
}

/** Returns the host's file input. */
export function fileInput(host: ViewHost): HTMLInputElement {
  return host.get('input[type=file]') as HTMLInputElement;
}

/** Counts how often the file dialog would open, and keeps it closed. */
export function countDialogs(host: ViewHost): { count: number } {
  const dialogs = { count: 0 };
  fileInput(host).addEventListener('click', (event) => {
    event.preventDefault();
    dialogs.count++;
  });
  return dialogs;
}
