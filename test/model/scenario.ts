/** One element in one page: runs steps on it, and compares it with the {@link StatusModel} after each. */
import { ThumbnailError } from '../../src/elements/thumbnail-error.js';
import { nextTask } from '../../src/utils/next-task.js';
import type { ModelElement, Subject } from './elements.js';
import { makeAddition } from './additions.js';
import { PageListeners } from './page-listeners.js';
import { can, StatusModel } from './status-model.js';
import type { Argument, PageAction, Step } from './steps.js';
import { describeStep } from './steps.js';
import { PageError, valueOf } from './values.js';

/** ms until all files have to be finished once the server answers everything. */
const patience = 5000;

/** The errors that the documentation of a method tells of. */
const documentedErrors: Readonly<Record<string, (error: unknown) => boolean>> = {
  addFiles: (error) => error instanceof TypeError,
  setForm: (error) => error instanceof TypeError,
  setStatus: (error) => error instanceof TypeError,
  drawThumbnail: (error) => error instanceof ThumbnailError,
  scaleImage: (error) => error instanceof Error,
  addExtraDropzone: (error) => error instanceof TypeError,
  addExtraButton: (error) => error instanceof TypeError,
};

export class Scenario {
  readonly model = new StatusModel();
  readonly form = document.createElement('form');
  readonly element: ModelElement;
  readonly #listeners: PageListeners;
  #other = document.createElement('div');
  #formEntriesAreKnown = true;

  constructor({ tag, attributes }: Subject) {
    this.element = document.createElement(tag) as ModelElement;
    for (const [name, value] of Object.entries(attributes)) this.element.setAttribute(name, value);
    this.#listeners = new PageListeners(this.element, this.model, (behaviour, id) => this.#actWithin(behaviour, id));
    this.form.addEventListener('submit', (event) => event.preventDefault());
    this.form.append(this.element);
    document.body.append(this.form, this.#other);
  }

  /** Runs one step. Throws where the element breaks an expectation. */
  async run(step: Step): Promise<void> {
    this.model.note(`> ${describeStep(step)}`);
    await this.#run(step);
    this.#compare();
  }

  /** Lets the server answer everything, and waits for all files to finish; then the files that a listener holds are cancelled. */
  async end(): Promise<void> {
    const { element, model } = this;
    model.note('> end: all requests and promises are answered');
    this.#listeners.stop();
    if (!element.isConnected) this.form.append(element);
    await this.#until('all files finish', () => {
      element.server?.answerAll();
      this.#listeners.settleAll();
      if (model.count(['submitting', 'submitted']) > 0) element.uploadStoredFiles();
      element.continueAll();
      return model.files.every(({ id, status }) => this.#isFinal(status) || this.#listeners.holds(id, status));
    });
    model.note('> end: cancelAll()');
    element.cancelAll();
    await this.#until('cancelled files finish', () => model.files.every(({ status }) => this.#isFinal(status)));
    await this.#until('the last events come', () => model.owing.length === 0 && !model.owesAllComplete);
    await element.updateComplete;
    this.#compare();
    this.#compareForm();
    this.remove();
  }

  remove(): void {
    this.#listeners.stop();
    this.#listeners.disconnect();
    this.element.reset();
    this.form.remove();
    this.#other.remove();
  }

  #isFinal(status: string): boolean {
    return ['rejected', 'canceled', 'upload successful', 'upload failed', 'deleted', 'delete failed'].includes(status);
  }

  async #until(what: string, isReached: () => boolean): Promise<void> {
    const start = performance.now();
    while (!isReached()) {
      this.#throwViolations();
      if (performance.now() - start > patience) {
        const { model } = this;
        model.violate(`not reached within ${patience} ms: ${what}; ${model.files.map(({ id, status }) => `${id} ${status}`).join(', ')}`);
        break;
      }
      await new Promise((resolve) => {
        setTimeout(resolve);
      });
    }
    this.#throwViolations();
  }

  async #run(step: Step): Promise<void> {
    const { element, model } = this;
    switch (step.do) {
      case 'add':
        return this.#call('addFiles', [
          makeAddition(step.what, step.size),
          step.params && valueOf(step.params),
          step.endpoint && valueOf(step.endpoint),
        ]);
      case 'call':
        return this.#call(step.method, step.args.map(argumentOf));
      case 'attribute':
        if (step.name === 'multiple') this.#formEntriesAreKnown = false;
        if (step.value === null) element.removeAttribute(step.name);
        else element.setAttribute(step.name, step.value);
        return;
      case 'property':
        this.#formEntriesAreKnown = false;
        return this.#guard(step.name, () => Reflect.set(element, step.name, valueOf(step.value)));
      case 'listen':
        if (['cancel', 'pause', 'retry', 'reset', 'add'].includes(step.behaviour)) model.isReentrant = true;
        return this.#listeners.next(step.event, step.behaviour);
      case 'answer':
        if (!element.server) return wait('a while');
        return element.server.answer(step.position, step.answer);
      case 'settle':
        return this.#listeners.settle(step.position, step.rejects);
      case 'wait':
        return wait(step.for);
      case 'page':
        return this.#actOnPage(step.action);
      case 'click':
        return [...(element.shadowRoot?.querySelectorAll<HTMLElement>(`button[part~=${step.part}]`) ?? [])].at(step.position)?.click();
    }
  }

  async #actOnPage(action: PageAction): Promise<void> {
    const { element, form, model } = this;
    switch (action) {
      case 'remove':
        return element.remove();
      case 'append':
        return form.append(element);
      case 'move':
        return (element.parentElement === form ? this.#other : form).append(element);
      case 'clone': {
        const clone = element.cloneNode(true) as ModelElement;
        form.append(clone);
        if (clone.getUploads().length > 0) model.violate('a clone has files');
        clone.addFiles(new File(['clone'], 'clone.bin'));
        return clone.remove();
      }
      case 'reset the form':
        form.reset();
        // The form resets the elements that it contains.
        if (element.form === form) model.clear();
        return;
      case 'disable the form': {
        const fieldset = document.createElement('fieldset');
        fieldset.disabled = true;
        form.append(fieldset);
        fieldset.append(element);
        form.append(element);
        return fieldset.remove();
      }
      case 'submit the form':
        return form.requestSubmit();
      case 'render':
        await element.updateComplete;
    }
  }

  /** Calls a method, and compares its result with what the model knows before the call. */
  #call(method: string, args: readonly unknown[]): void {
    const { element, model } = this;
    const call: unknown = Reflect.get(element, method);
    // The methods of S3 are only there.
    if (typeof call !== 'function') return;
    const [id] = args;
    const file = typeof id === 'number' ? model.files[id] : undefined;
    const before = file?.status ?? '';
    const isAlone = !model.isReentrant && !this.#listeners.isWaiting;
    let result: unknown;
    this.#guard(method, () => (result = (call as (...values: unknown[]) => unknown).apply(element, [...args])));
    if (method === 'reset') model.clear();
    if (model.isReentrant) return;
    const expectResult = (expected: unknown) => {
      if (result !== expected) model.violate(`${method}(${String(id)}) of a file that is ${before || 'unknown'} returns ${String(result)}`);
    };
    const expectStatus = (...statuses: readonly string[]) => {
      if (file && !statuses.includes(file.status)) model.violate(`after ${method}(${file.id}), the file is ${file.status}`);
    };
    if (typeof id !== 'number' && id !== undefined) return;
    if (method === 'pauseUpload') {
      const pauses = includes(can.pause, before);
      expectResult(pauses);
      if (pauses) expectStatus('paused');
    }
    if (method === 'continueUpload') {
      expectResult(before === 'paused');
      if (before === 'paused') expectStatus('queued', 'uploading');
    }
    if (method === 'cancel' && includes(can.cancel, before) && isAlone) expectStatus('canceled');
    if (method === 'cancel' && file && !includes(can.cancel, before)) expectStatus(before);
    if (method === 'retry' && before !== 'upload failed') expectResult(false);
    if (method === 'retry' && result === true && isAlone) expectStatus('retrying upload', 'uploading');
    if (method === 'deleteFile' && !includes(can.delete, before)) expectResult(false);
    if (method === 'deleteFile' && result === true && isAlone) expectStatus('deleting');
    if (method === 'cancelAll' && isAlone && model.count(can.cancel) > model.count(['rejected', 'upload failed']))
      model.violate('after cancelAll() there are files that could be cancelled');
    if (method === 'pauseAll' && isAlone && model.count(can.pause) > 0)
      model.violate('after pauseAll() there are files that could be paused');
    if (method === 'continueAll' && model.count(['paused']) > 0) model.violate('after continueAll() there are paused files');
    if (method === 'clearStoredFiles' && isAlone && model.count(['submitted']) > 0)
      model.violate('after clearStoredFiles() there are stored files');
    if (method === 'uploadStoredFiles' && model.count(['submitted']) > 0) model.violate('after uploadStoredFiles() there are stored files');
  }

  /** Runs page code that may throw, or reject, only what the documentation tells of. */
  #guard(name: string, act: () => unknown): void {
    const check = (error: unknown) => {
      // What the page's own value throws where the browser reads it.
      if (error instanceof PageError) return;
      if (!documentedErrors[name]?.(error))
        this.model.violate(`${name} throws ${String(error)} ${error instanceof Error ? error.stack : ''}`);
    };
    try {
      const result = act();
      if (result instanceof Promise) result.catch(check);
    } catch (error) {
      check(error);
    }
  }

  /** A listener acts on the file of its event. */
  #actWithin(behaviour: 'cancel' | 'pause' | 'retry' | 'reset' | 'add', id: unknown): void {
    const { element } = this;
    if (behaviour === 'cancel') this.#call('cancel', [id]);
    if (behaviour === 'pause') this.#call('pauseUpload', [id]);
    if (behaviour === 'retry') this.#call('retry', [id]);
    if (behaviour === 'reset') this.#call('reset', []);
    if (behaviour === 'add' && element.getUploads().length < 30) this.#call('addFiles', [makeAddition('file', 5)]);
  }

  /** Compares what the element tells with the model. */
  #compare(): void {
    const { element, model } = this;
    const uploads = element.getUploads();
    const expected = model.files.map(({ status }) => status).join();
    const told = uploads.map(({ status }) => status).join();
    if (told !== expected) model.violate(`getUploads() tells ${told} in place of ${expected}`);
    if (element.getInProgress() !== model.inProgress)
      model.violate(`getInProgress() is ${element.getInProgress()}, not ${model.inProgress}`);
    const net = element.getNetUploads();
    // An uploader of one file forgets the others.
    if (this.#formEntriesAreKnown ? net !== model.net : net < 0) model.violate(`getNetUploads() is ${net}, not ${model.net}`);
    const remaining = element.getRemainingAllowedItems();
    if (remaining !== null && !(remaining >= 0)) model.violate(`getRemainingAllowedItems() is ${remaining}`);
    for (const { id, name, uuid, size, status } of uploads) {
      if (element.getName(id) !== name || element.getUuid(id) !== uuid || element.getSize(id) !== size)
        model.violate(`file ${id} differs by its getters`);
      if (typeof name !== 'string' || typeof uuid !== 'string' || typeof size !== 'number')
        model.violate(`file ${id}: name, uuid or size of a wrong type`);
      if (element.getUploads({ id })?.status !== status) model.violate(`getUploads({id: ${id}}) differs`);
    }
    for (const error of element.storeErrors ?? [])
      model.violate(`the element's own store: ${String(error)} ${error instanceof Error ? error.stack : ''}`);
    this.#throwViolations();
  }

  #compareForm(): void {
    const { element, form, model } = this;
    if (!this.#formEntriesAreKnown || element.form !== form || element.matches(':disabled') || !element.name) return;
    const entries = new FormData(form).getAll(element.name);
    const successful = model.files.filter(({ status }) => status === 'upload successful').length;
    if (entries.length !== successful) model.violate(`the form has ${entries.length} entries of ${successful} files`);
    this.#throwViolations();
  }

  #throwViolations(): void {
    const { violations, log } = this.model;
    if (violations.length > 0) throw new Error(`${violations.join('\n')}\n\nWhat happened:\n${log.join('\n')}`);
  }
}

function includes(statuses: readonly string[], status: string): boolean {
  return statuses.includes(status);
}

function argumentOf(argument: Argument): unknown {
  if (typeof argument === 'number' || argument === 'deleted' || argument === 'delete failed') return argument;
  if (argument === 'initial files')
    return [
      { name: 'initial.bin', uuid: crypto.randomUUID(), size: 3 },
      { name: 'initial.jpg', uuid: crypto.randomUUID(), s3Key: 'initial.jpg', deleteFileEndpoint: '/initial' },
    ];
  return valueOf(argument);
}

function wait(what: 'microtask' | 'task' | 'timer' | 'a while' | 'frame'): Promise<void> {
  return new Promise((resolve) => {
    if (what === 'microtask') queueMicrotask(resolve);
    if (what === 'task') nextTask(resolve);
    if (what === 'timer') setTimeout(resolve);
    if (what === 'a while') setTimeout(resolve, 10);
    if (what === 'frame') requestAnimationFrame(() => resolve());
  });
}
