/** What our elements do in situations whose outcome with Fine Uploader 5.16.2 is known without a recording. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fieldsOf, storyOf } from './fact-scenario.js';
import { factScenarios } from './fact-scenarios.js';
import { Player } from './replay.js';

// They mostly wait, for answers and for each other.
describe('Fine Uploader’s callbacks and methods, as they are known', { concurrency: 3 }, () => {
  let player: Player;
  before(async () => {
    player = await Player.start();
  });
  after(() => player.close());

  for (const scenario of factScenarios) {
    const { name, names = [], withErrors = false, fineUploader, here } = scenario;
    test(name, async () => {
      const run = await player.play(scenario);
      const all = { result: run.result, story: storyOf(run, names), fields: fieldsOf(run).sort() };
      const expected = { ...fineUploader, ...here };
      const compared = (outcome: object) =>
        Object.fromEntries(
          Object.entries(all).flatMap(([key]) => (key in fineUploader ? [[key, Reflect.get(outcome, key) as unknown]] : [])),
        );
      assert.deepEqual(compared(all), compared(expected));
      if (here) assert.notDeepEqual(compared(all), compared(fineUploader), 'no difference any more: delete `here`');
      if (!withErrors) assert.deepEqual(run.console, []);
    });
  }
});
