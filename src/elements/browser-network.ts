import type { Network } from '../core/uploader-options.js';
import { abortable } from '../utils/abortable.js';

let wasOnline = false;
if (typeof navigator !== 'undefined') wasOnline = navigator.onLine;

/** The browser's information about the network. `navigator.onLine` is trusted only after it has been true: on some machines it never is. */
export const browserNetwork: Network = {
  get offline() {
    wasOnline ||= navigator.onLine;
    return wasOnline && !navigator.onLine;
  },
  online: (signal) => {
    if (navigator.onLine) return Promise.resolve();
    return abortable(new Promise((resolve) => addEventListener('online', () => resolve(), { once: true, signal })), signal);
  },
};
