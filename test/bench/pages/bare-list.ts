/** The floor of lists: Lit with rows of equal height, of which only the visible ones exist, and thumbnails by `createImageBitmap`, two at a time. */
import { LitElement, css, html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { list } from './list.js';

const rowHeight = 68;
const pixels = 44;

class BareList extends LitElement {
  static override readonly styles = css`
    .list {
      height: 448px;
      overflow: auto;
    }
    .row {
      position: absolute;
      height: 68px;
    }
    .rows {
      position: relative;
    }
  `;
  files: File[] = [];
  #drawing = 0;
  readonly #drawn = new WeakMap<File, ImageBitmap>();

  override render() {
    const box = this.renderRoot instanceof ShadowRoot ? this.renderRoot.querySelector('.list') : null;
    const first = Math.max(0, Math.floor((box?.scrollTop ?? 0) / rowHeight) - 6);
    const rows = this.files.slice(first, first + 7 + 12).map((file, offset) => ({ file, place: first + offset }));
    return html`<label>Choose files <input type="file" multiple /></label>
      <div class="list" @scroll=${() => this.requestUpdate()}>
        <div class="rows" style="height: ${this.files.length * rowHeight}px">
          ${repeat(
            rows,
            ({ file }) => file,
            ({ file, place }) =>
              html`<div class="row" style="top: ${place * rowHeight}px">
                <canvas width=${pixels} height=${pixels} .file=${file}></canvas> <span>${file.name}</span> <span>${file.size}</span>
                <button>Cancel</button>
              </div>`,
          )}
        </div>
      </div>`;
  }

  override updated(): void {
    for (const canvas of this.renderRoot.querySelectorAll('canvas')) {
      const { file } = canvas as HTMLCanvasElement & { file: File };
      if (this.#drawing >= 2) return;
      if (!file.type.startsWith('image/') || canvas.classList.contains('there')) continue;
      canvas.classList.add('there');
      void this.#draw(file, canvas);
    }
  }

  async #draw(file: File, canvas: HTMLCanvasElement): Promise<void> {
    this.#drawing++;
    try {
      const bitmap = this.#drawn.get(file) ?? (await createImageBitmap(file, { resizeWidth: 2 * pixels, resizeQuality: 'medium' }));
      canvas.getContext('2d')?.drawImage(bitmap, 0, 0, pixels, pixels);
      this.#drawn.set(file, bitmap);
      canvas.classList.add('drawn');
    } finally {
      this.#drawing--;
      this.requestUpdate();
    }
  }
}
customElements.define('bare-list', BareList);

const element = new BareList();
document.body.append(element);
list({
  add: (files) => {
    element.files = files;
    element.requestUpdate();
  },
  count: () => element.files.length,
  pictures: 'canvas',
  root: () => element.shadowRoot,
  drawn: (picture) => picture.classList.contains('drawn'),
});
