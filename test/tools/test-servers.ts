/** The test servers, for tests in the browser: their addresses and commands that control them. */
import { executeServerCommand } from '@web/test-runner-commands';
import addresses from '/test-servers.js';
import type { TestServerCommands } from '../servers/test-servers.js';

/** The addresses of the servers that test/servers/test-servers.ts starts. */
export const testServers = addresses;

type Payload<Name extends keyof TestServerCommands> = TestServerCommands[Name][0];

/** Runs one of the {@link TestServerCommands}. */
export const commandTestServers = async <Name extends keyof TestServerCommands>(
  name: Name,
  ...[payload]: null extends Payload<Name> ? [payload?: Payload<Name>] : [payload: Payload<Name>]
): Promise<TestServerCommands[Name][1]> => {
  const { answer } = await executeServerCommand<{ answer: TestServerCommands[Name][1] }, unknown>('test-servers', {
    name,
    payload: payload ?? null,
  });
  return answer;
};
