/** Situations that no recording has, and what Fine Uploader 5.16.2 does in them. */
import { callbackScenarios } from './fact-callback-scenarios.js';
import { methodScenarios } from './fact-method-scenarios.js';
import type { FactScenario } from './fact-scenario.js';

/** All of them. */
export const factScenarios: readonly FactScenario[] = [...methodScenarios, ...callbackScenarios];
