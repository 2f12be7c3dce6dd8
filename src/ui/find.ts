/** Finds an element in the uploader's own shadow root; null where it is not there yet. */
export type Find = <Found extends HTMLElement>(selector: string) => Found | null;
