/** Where the far sides are, and a way to reach into them, for tests in the browser. */
import { executeServerCommand } from '@web/test-runner-commands';
import addresses from '/far-sides.js';
import type { FarSideCommands } from '../servers/far-sides.js';

/** The addresses of everything that test/servers/far-sides.ts started. */
export const farSides = addresses;

type Payload<Name extends keyof FarSideCommands> = FarSideCommands[Name][0];

/** Asks the far sides to do or to tell something: one of {@link FarSideCommands}. */
export const tellFarSides = async <Name extends keyof FarSideCommands>(
  name: Name,
  ...[payload]: null extends Payload<Name> ? [payload?: Payload<Name>] : [payload: Payload<Name>]
): Promise<FarSideCommands[Name][1]> => {
  const { answer } = await executeServerCommand<{ answer: FarSideCommands[Name][1] }, unknown>('far-sides', {
    name,
    payload: payload ?? null,
  });
  return answer;
};
