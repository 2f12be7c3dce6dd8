/** Random steps against both elements: see status-model.ts for what is expected. `npm run model -- --seed N --steps M` runs more of them. */
import * as fc from 'fast-check';
import { Uploader } from '../../src/core/uploader.js';
import runSettings from '/run-settings.js';
import { answeredSubjects, realSubjects } from './elements.js';
import type { Subject } from './elements.js';
import { pageErrors } from './page-errors.js';
import { Scenario } from './scenario.js';
import { anyStep, describeStep, usualStep } from './steps.js';
import type { Step } from './steps.js';

const { seed = Date.now() % 1_000_000, count = 5000 } = runSettings;
/** Steps with a real server take longer. */
const realCount = Math.ceil(count / 20);

/** Steps of one scenario, at most. */
const maxSteps = 60;
/** Scenarios of one seed. */
const scenarios = 20;

/** What fast-check runs, and shrinks. */
class StepCommand implements fc.AsyncCommand<object, Scenario> {
  static count = 0;
  constructor(readonly step: Step) {}
  check = () => true;
  toString = () => `\n  ${describeStep(this.step)}`;
  async run(_: object, scenario: Scenario): Promise<void> {
    StepCommand.count++;
    await scenario.run(this.step);
  }
}

describe('the public methods, against a model of the statuses', function () {
  this.timeout(3_600_000);
  const errors = pageErrors();

  before(async () => {
    errors.listen();
    await Uploader.preload();
  });
  after(() => errors.stop());

  /** Runs scenarios until so many steps are done. Throws the shortest scenario that breaks an expectation. */
  async function runSteps(subject: Subject, anyOf: fc.Arbitrary<Step>, steps: number): Promise<void> {
    const commands = fc.commands([anyOf.map((step) => new StepCommand(step))], { maxCommands: maxSteps, size: 'max' });
    const events = new Map<string, number>();
    const property = fc.asyncProperty(commands, fc.boolean(), async (some, ignoresAbort) => {
      const scenario = new Scenario(subject);
      if (scenario.element.server) scenario.element.server.ignoresAbort = ignoresAbort;
      try {
        await fc.asyncModelRun(() => ({ model: {}, real: scenario }), some);
        await scenario.end();
        errors.throwUnexpected();
      } finally {
        scenario.remove();
        errors.clear();
        for (const [name, heard] of scenario.model.heard) events.set(name, (events.get(name) ?? 0) + heard);
      }
    });
    const end = StepCommand.count + steps;
    for (let round = seed; StepCommand.count < end; round++) {
      const { failed, counterexample, errorInstance, numShrinks } = await fc.check(property, { seed: round, numRuns: scenarios });
      if (!failed) continue;
      const [some, ignoresAbort] = counterexample ?? [];
      const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
      const head = `npm run model -- --seed ${round}\n<${subject.tag}>, made shorter ${numShrinks} times:`;
      throw new Error(`${head}${String(some)}\nThe server goes on after an abort: ${String(ignoresAbort)}\n\n${reason}`);
    }
    if (runSettings.count) console.log(`<${subject.tag}>: ${[...events].map(([name, heard]) => `${heard} ${name}`).join(', ')}`);
  }

  for (const subject of answeredSubjects) {
    it(`hold in ${count / 4} random steps with <${subject.tag}>, seed ${seed}`, () => runSteps(subject, usualStep, count / 4));

    it(`hold in ${count / 4} random steps with values of any type with <${subject.tag}>, seed ${seed}`, () =>
      runSteps(subject, anyStep, count / 4));
  }

  for (const subject of realSubjects)
    it(`hold in ${realCount} random steps with <${subject.tag}> and a real server, seed ${seed}`, () =>
      runSteps(subject, usualStep, realCount));
});
