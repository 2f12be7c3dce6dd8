/** Messages and questions that the page shows in its own way: Fine Uploader's `showMessage`, `showConfirm` and `showPrompt`. */

/** Shows a message. */
export type ShowMessage = (message: string) => unknown;

/** Asks a question. `false`, or a promise that is rejected or resolves to `false`, is a no; anything else a yes. */
export type ShowConfirm = (message: string) => unknown;

/**
 * Asks for a line of text. A string, or a promise of one, is the answer; anything else, or a promise that is rejected, is none, as with `window.prompt`.
 */
export type ShowPrompt = (message: string, defaultValue: string) => unknown;

/** Whether the person agrees. A page whose dialog is broken has not got a yes. */
export async function confirmedBy(show: ShowConfirm, message: string): Promise<boolean> {
  return (await answerOf(() => show(message), false)) !== false;
}

/** What the person wrote, or null where they would rather not. */
export async function promptedBy(show: ShowPrompt, message: string, defaultValue: string): Promise<string | null> {
  const answer = await answerOf(() => show(message, defaultValue), null);
  return typeof answer === 'string' ? answer : null;
}

/** How long (ms) is waited for more to say: many files are looked at in slices, so that the page can breathe. */
const pause = 50;

/** What is said in one go is one message, a line each: a hundred files may be refused at once. */
export class PageMessages {
  readonly #lines: string[] = [];

  constructor(private readonly show: () => ShowMessage | undefined) {}

  say(line: string): void {
    if (!this.show() || this.#lines.push(line) > 1) return;
    setTimeout(() => {
      const message = this.#lines.splice(0).join('\n');
      void answerOf(() => this.show()?.(message), undefined);
    }, pause);
  }
}

/** A promise that is rejected is a person who has said no. An error that is thrown is a mistake of the page, and goes to where those go. */
async function answerOf(ask: () => unknown, none: unknown): Promise<unknown> {
  let answer: unknown;
  try {
    answer = ask();
  } catch (error) {
    reportError(error);
    return none;
  }
  return Promise.resolve(answer).catch(() => none);
}
