import type { LitElement } from 'lit';
import type { TotalsSnapshot, UploaderSnapshot } from '../../core/snapshot.js';
import type { Language } from '../language.js';
import { formatPercent } from './formats.js';
import { describeTotals } from './totals.js';

/** Minimum time (ms) between two announcements. Texts that come sooner are announced together. */
const minInterval = 1000;

/** Announces changes to screen readers: the start of uploads, each quarter of the progress, the end and rejected files. */
export class Announcer {
  #previousTotals: TotalsSnapshot | undefined;
  /** The last announced quarter of the progress, 0 to 3. */
  #quarter = 0;
  #rejectedCount = 0;
  /** Texts to announce, by topic. A newer text replaces an older one of the same topic. */
  readonly #pending = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #announcedAt = -Infinity;

  /** @param host - the element whose shadow root contains the live region. */
  constructor(private readonly host: LitElement) {}

  /** Discards texts that are not announced yet. To be called when the host leaves the page. */
  disconnect(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pending.clear();
  }

  /** Compares a snapshot with the previous one and announces the changes. */
  update(snapshot: UploaderSnapshot, language: Language): void {
    const { count, totals } = snapshot;
    const previous = this.#previousTotals;
    this.#previousTotals = totals;
    const newlyRejected = totals.refused - this.#rejectedCount;
    this.#rejectedCount = totals.refused;
    if (newlyRejected > 0) {
      const lastFile = count > 0 ? snapshot.at(count - 1) : undefined;
      const reason = newlyRejected === 1 && lastFile?.status === 'rejected' ? lastFile.reason : '';
      this.#announce('rejected', reason || language.text('rejectedFiles', { count: newlyRejected }));
    }
    const quarter = totals.totalBytes > 0 ? Math.floor((4 * totals.uploadedBytes) / totals.totalBytes) : 0;
    if (totals.active > (previous?.active ?? 0)) {
      this.#quarter = quarter;
      this.#announce('progress', language.text('uploadingFiles', { count: totals.active }));
    } else if (totals.active > 0 && quarter > this.#quarter && quarter < 4) {
      this.#quarter = quarter;
      this.#announce('progress', language.text('uploadedPercent', { progress: formatPercent(quarter / 4, language) }));
    } else if (previous && previous.active > 0 && totals.active === 0) {
      this.#pending.delete('progress');
      const text = describeTotals(totals, language).join(', ');
      if (text) this.#announce('end', text);
    }
  }

  #announce(topic: 'rejected' | 'progress' | 'end', text: string): void {
    // Deleting moves the topic to the end of the map: it is announced last.
    this.#pending.delete(topic);
    this.#pending.set(topic, text);
    this.#timer ??= setTimeout(this.#flush, Math.max(0, this.#announcedAt + minInterval - performance.now()));
  }

  readonly #flush = (): void => {
    this.#timer = undefined;
    const text = [...this.#pending.values()].join(' ');
    this.#pending.clear();
    this.#announcedAt = performance.now();
    // Screen readers announce the same text again only for a new node.
    const paragraph = document.createElement('p');
    paragraph.textContent = text;
    this.host.shadowRoot?.querySelector('[role=status]')?.replaceChildren(paragraph);
  };
}
