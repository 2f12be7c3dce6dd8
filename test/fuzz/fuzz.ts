/** Runs a property for many random inputs, and counts them: `npm run fuzz -- --seed N --cases M`. */
import * as fc from 'fast-check';
import { UploadError } from '../../src/core/errors.js';
import runSettings from '/run-settings.js';

const { seed = Date.now() % 1_000_000, count = 20_000 } = runSettings;

/** The sum of the weights of all properties in this folder. */
const allWeights = 167;

/**
 * A test of one property.
 * @param weight - how many of all cases it gets.
 */
export function fuzz<Input>(
  title: string,
  weight: number,
  input: fc.Arbitrary<Input>,
  check: (input: Input) => void | Promise<void>,
): void {
  const numRuns = Math.ceil((count * weight) / allWeights);
  it(`${title}: ${numRuns} cases, seed ${seed}`, async function () {
    this.timeout(3_600_000);
    const prototypes = fingerprint();
    const checkOne = (one: Input) => {
      const result = check(one);
      const finish = () => {
        if (fingerprint() !== prototypes) throw new Error('a prototype was changed');
      };
      return result instanceof Promise ? result.then(finish) : finish();
    };
    const { failed, counterexample, errorInstance, numShrinks } = await fc.check(fc.asyncProperty(input, checkOne as never), {
      seed,
      numRuns,
    });
    if (!failed) return;
    const reason = errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance);
    throw new Error(`npm run fuzz -- --seed ${seed}\nmade shorter ${numShrinks} times: ${fc.stringify(counterexample?.[0])}\n${reason}`);
  });
}

/** Changes with any property that is added to a prototype which all objects share. */
function fingerprint(): string {
  return [Object.prototype, Array.prototype, Function.prototype, String.prototype, Map.prototype]
    .map((prototype) => Reflect.ownKeys(prototype).length)
    .join();
}

/** Runs code that may throw or reject with an {@link UploadError} only, whose sentence is one for people. Resolves with the result, or with the error. */
export async function settleOrUploadError<T>(run: () => T | Promise<T>): Promise<T | UploadError> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof UploadError)) throw error;
    checkUploadError(error);
    return error;
  }
}

/** What holds for every {@link UploadError}, whatever a server says. */
export function checkUploadError({ reason, code, status, retryAfter, retry }: UploadError): void {
  if (typeof reason !== 'string' || reason.trim() === '') throw new Error('an error without a reason');
  if (code !== undefined && typeof code !== 'string') throw new Error(`an error with the code ${String(code)}`);
  if (status !== undefined && typeof status !== 'number') throw new Error(`an error with the status ${String(status)}`);
  if (retryAfter !== undefined && !(retryAfter >= 0)) throw new Error(`an error with retryAfter ${retryAfter}`);
  if (!['auto', 'manual', 'never'].includes(retry)) throw new Error(`an error with the advice ${retry}`);
}

export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new Error(sentence);
}
