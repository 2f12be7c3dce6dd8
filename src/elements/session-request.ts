import { asUploadError } from '../core/errors.js';
import { send } from '../http/xhr.js';
import { nonEmptyString } from '../http/response-errors.js';
import { requestSession } from '../session/session-request.js';
import type { SessionRequest } from '../session/session-request.js';
import type { ElementEvents } from './events.js';
import type { InitialFile } from './uploader-methods.js';

/** What is asked, and who gets the answer. */
export interface SessionOrder extends Omit<SessionRequest, 'send' | 'now'> {
  add(files: readonly InitialFile[]): void;
  tell<Name extends keyof ElementEvents>(name: Name, detail: ElementEvents[Name]): void;
}

/** Never rejects: what goes wrong is told as an `error`, with a `sessionRequestComplete` after it; nothing at all once the signal is aborted. */
export async function loadSession({ add, tell, ...order }: SessionOrder): Promise<void> {
  const { signal } = order;
  try {
    const { items, problems, response } = await requestSession({ ...order, send, now: Date.now() });
    signal.throwIfAborted();
    add(
      items.map(({ json, ...item }) => {
        const key = nonEmptyString(json['s3Key']);
        const bucket = nonEmptyString(json['s3Bucket']);
        return { ...item, ...(key !== undefined && { s3Key: key }), ...(bucket !== undefined && { s3Bucket: bucket }) };
      }),
    );
    for (const { reason } of problems) tell('error', { id: null, name: '', reason });
    tell('sessionRequestComplete', { response, success: problems.length === 0 });
  } catch (thrown) {
    if (signal.aborted) return;
    const { reason, status, code } = asUploadError(thrown);
    tell('error', { id: null, name: '', reason, ...(status !== undefined && { status }), ...(code !== undefined && { code }) });
    tell('sessionRequestComplete', { response: null, success: false });
  }
}
