/** One upload during which processes are killed, and the checks of its result. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../soak/random.js';
import type { CrashServers } from './crash-servers.js';
import type { Detail, Visitor } from './visitor.js';

/** What is killed. */
export type Victim = 'renderer' | 'browser' | 'store' | 'signer';
export const victims: readonly Victim[] = ['renderer', 'browser', 'store', 'signer'];

/** Bytes. */
export const partSize = 5 * 2 ** 20;
export const connections = 3;
/** Attributes of the uploader, beside the addresses of the servers. */
export const attributes = {
  chunking: '',
  resume: '',
  'part-size': String(partSize),
  'max-connections': String(connections),
  'auto-attempt-delay': '0.2',
  'max-auto-attempts': '12',
};

/** An upload that was killed several times. */
export interface CrashResult {
  /** Bytes of parts that were sent beyond the file's. */
  readonly resentBytes: number;
  /** What is wrong; empty if nothing is. */
  readonly problems: readonly string[];
}

/** The file, and when what is killed. */
export interface CrashPlan {
  readonly size: number;
  /** In hex. */
  readonly sha256: string;
  /** In the order of the kills. */
  readonly kills: readonly Victim[];
}

/** Resolves when the upload is complete. */
export async function crashUpload(
  { size, sha256, kills }: CrashPlan,
  servers: CrashServers,
  visitor: Visitor,
  random: Random,
): Promise<CrashResult> {
  const parts = Math.ceil(size / partSize);
  let sentParts = 0;
  const count = () => void sentParts++;
  const retry = () => void visitor.retry().catch(() => undefined);
  const completed = visitor.next('complete');
  let isComplete = false;
  void completed.then(() => (isComplete = true));
  let isFinishing = false;
  const follow = ({ newStatus }: Detail) => void (isFinishing = newStatus === 'upload finalizing' || newStatus === 'upload successful');
  visitor.events.on('uploadChunkSuccess', count).on('failed', retry).on('statusChange', follow);
  try {
    await servers.takeSentBytes();
    await visitor.visit();
    // Moments in which a number of parts have arrived: more parts than there are stands for the end of the upload.
    const moments = kills.map(() => random.integer(1, parts + 1)).sort((one, other) => one - other);
    for (const [index, victim] of kills.entries()) {
      // A part may arrive without its event, where the page was killed in between.
      while (sentParts < moments[index]! && !isFinishing) await visitor.next('statusOrPart');
      if (moments[index]! > parts) await sleep(random.integer(0, 60));
      else await sleep(random.integer(0, 150));
      if (isComplete) break;
      visitor.note(`kill the ${victim} after ${sentParts} parts`);
      await kill(victim, servers, visitor, random);
      // It was complete before the process ended: the person who comes back has the file stored, and does not choose it again.
      if (isComplete) break;
      if (victim === 'renderer' || victim === 'browser') await visitor.visit();
      else await servers[victim].start();
    }
    const { key } = await completed;
    await Promise.all([servers.store.start(), servers.signer.start()]);
    return { resentBytes: (await servers.takeSentBytes()) - size, problems: await findProblems(String(key), sha256, servers) };
  } finally {
    visitor.events.off('uploadChunkSuccess', count).off('failed', retry).off('statusChange', follow);
  }
}

async function kill(victim: Victim, servers: CrashServers, visitor: Visitor, random: Random): Promise<void> {
  if (victim === 'renderer') await visitor.killRenderer();
  else if (victim === 'browser') await visitor.killBrowser();
  else await servers[victim].stop();
  await sleep(random.integer(0, 500));
}

async function findProblems(key: string, sha256: string, servers: CrashServers): Promise<string[]> {
  const problems: string[] = [];
  if ((await servers.sha256(key)) !== sha256) problems.push(`The object ${key} differs from the file.`);
  const keys = await servers.keys();
  if (keys.length !== 1) problems.push(`The store has the objects ${keys.join(', ')} in place of one.`);
  const unfinished = await servers.unfinished();
  if (unfinished.length > 0) problems.push(`The store has the unfinished uploads ${unfinished.join(', ')}.`);
  return problems;
}
