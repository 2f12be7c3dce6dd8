/**
 * The scenarios that Fine Uploader 5.16.2 was recorded in, as a page of ours has them: the same options, the same calls, the same answers of the servers. Where the
 * recorder waited for some milliseconds to be in the middle of something, this waits for the event. `answers` runs in Node, `run` in the page.
 */
import { choiceScenarios } from './choice-scenarios.js';
import { s3Scenarios } from './s3-scenarios.js';
import type { Scenario } from './scenario.js';
import { stateScenarios } from './state-scenarios.js';
import { traditionalScenarios } from './traditional-scenarios.js';

/** All of them, in the order they run in. */
export const scenarios: readonly Scenario[] = [...traditionalScenarios, ...stateScenarios, ...choiceScenarios, ...s3Scenarios];
