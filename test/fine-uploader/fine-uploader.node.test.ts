/** What Fine Uploader 5.16.2 did in 50 scenarios, and what our elements do in them: requests on the wire, callbacks and events in order, and what methods answer. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { acceptedDifferences } from './accepted-differences.js';
import { compare } from './compare.js';
import type { Run } from './recorded-run.js';
import { Player, readRecording } from './replay.js';
import type { Scenario } from './scenario.js';
import { scenarios } from './scenarios.js';

// They mostly wait, for answers and for each other.
describe('Fine Uploader’s pages, as they are', { concurrency: 3 }, () => {
  let player: Player;
  const runs = new Map<string, Promise<Run>>();
  before(async () => {
    player = await Player.start();
  });
  after(() => player.close());

  /** Plays each scenario once; one that comes back to the page of another, after that. */
  const runOf = (scenario: Scenario): Promise<Run> => {
    const earlier = scenarios.find(({ name }) => name === scenario.after);
    const run = runs.get(scenario.name) ?? (earlier ? runOf(earlier) : Promise.resolve()).then(() => player.play(scenario));
    runs.set(scenario.name, run);
    return run;
  };

  for (const scenario of scenarios) {
    test(scenario.name, async () => {
      const lines = compare(readRecording(scenario), await runOf(scenario), scenario.name, acceptedDifferences);
      if (lines.length > 0) assert.fail(`- Fine Uploader, + here:\n${lines.join('\n')}`);
    });
  }

  test('every accepted difference is there, in every scenario that it names', async () => {
    const stale: string[] = [];
    for (const difference of acceptedDifferences) {
      if (difference.scenarios.length === 0) stale.push(`in no scenario: ${difference.reason}`);
      for (const name of difference.scenarios) {
        const scenario = scenarios.find((one) => one.name === name);
        if (!scenario) {
          stale.push(`${name}: there is no such scenario.`);
          continue;
        }
        const ours = await runOf(scenario);
        const others = acceptedDifferences.filter((one) => one !== difference);
        if (compare(readRecording(scenario), ours, name, others).length === 0) stale.push(`${name}: ${difference.reason}`);
      }
    }
    assert.deepEqual(stale, [], 'not seen any more: take the scenario, or the whole entry, off the list');
  });
});
