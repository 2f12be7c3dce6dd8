/** Scripts of servers that fail once, or for a while. */
import type { Answer, Answers, Asked } from './scenario.js';

const ok = { success: true };

/** The index of the chunk that a request carries. */
export function chunkOf({ body }: Asked): string | undefined {
  const fields = Array.isArray(body) ? (body as [string, string][]) : [];
  return fields.find(([name]) => name === 'qqpartindex')?.[1];
}

/** Every answer is 500 up to the given time, then all is well. */
export function failing(times: number, body: (time: number) => object): Answers {
  let time = 0;
  return { app: () => (++time <= times ? { status: 500, body: body(time) } : { body: ok }) };
}

/** One chunk is answered so, once. */
export function failingChunk(index: string, answer: Answer, otherwise: Answer = { body: ok }): Answers {
  let failed = false;
  return {
    app: (asked) => {
      if (failed || chunkOf(asked) !== index) return otherwise;
      failed = true;
      return answer;
    },
  };
}

/** The request that says that all chunks have been sent is answered so, once. */
export function failingSuccess(answer: Answer): Answers {
  let failed = false;
  return {
    app: ({ url }) => {
      if (failed || url.pathname !== '/done') return { body: ok };
      failed = true;
      return answer;
    },
  };
}
