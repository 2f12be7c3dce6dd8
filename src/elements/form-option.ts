/** Fine Uploader's option `form`: the fields of a form are sent with the files, which wait until it is submitted. */

import type { OptionValues } from './fine-uploader-options.js';

/** The form that the option names, or else the form `qq-form`; undefined if there is none. */
export function findForm({ element = 'qq-form' }: { readonly element?: unknown }): HTMLFormElement | undefined {
  const form = typeof element === 'string' ? document.getElementById(element) : element;
  return form instanceof HTMLFormElement ? form : undefined;
}

/** The options of `form`, with Fine Uploader's defaults, by their path; none if there is no such form. */
export function formOptions(option: object): OptionValues {
  const form = findForm(option);
  const { autoUpload, interceptSubmit = true } = option as OptionValues;
  return form ? { 'form.element': form, 'form.autoUpload': autoUpload, 'form.interceptSubmit': interceptSubmit } : {};
}
