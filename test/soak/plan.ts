/** What happens in one round, planned from the seed before the round begins. */
import type { SoakFile } from './content.js';
import type { Mode } from './modes.js';
import { modes } from './modes.js';
import { Random } from './random.js';

/** An action of the page on one uploader. */
export interface PageAction {
  /** ms since the beginning of the round. */
  readonly at: number;
  readonly mode: string;
  readonly kind: 'add' | 'pause' | 'continue' | 'cancel' | 'retry' | 'pauseAll' | 'continueAll' | 'retryAll';
  /** Index of the file in {@link ModePlan.files}. */
  readonly file: number;
}

/** What happens to the whole page. */
export interface PageEvent {
  /** ms since the beginning of the round. */
  readonly at: number;
  readonly kind: 'offline' | 'reload';
  /** How long the page is offline, ms. */
  readonly ms: number;
}

/** An uploader of a round and its files. */
export interface ModePlan {
  readonly mode: Mode;
  readonly maxConnections: number;
  readonly files: readonly SoakFile[];
}

/** A round. */
export interface RoundPlan {
  /** Determines everything that is random in the round. */
  readonly seed: string;
  /** ms. */
  readonly duration: number;
  /**
   * The uploaders have their default stall timeout of minutes, so that a wait that pause and continue do not end is seen: each file that is under way after the
   * faults is paused and continued, and must then proceed at once.
   */
  readonly patient: boolean;
  readonly modes: readonly ModePlan[];
  /** In the order of time. */
  readonly actions: readonly PageAction[];
  /** In the order of time. */
  readonly events: readonly PageEvent[];
}

/** Uploaders on the page at the same time. */
const modesPerRound = 3;
/** ms. */
const duration = 8000;
/** ms. The files are added within this time. */
const addingTime = 3000;

/** Plans a round. Three rounds in a row have all modes. `only`: names of the modes to choose from; default all. */
export function planRound(seed: number, round: number, only: readonly string[] = []): RoundPlan {
  const roundSeed = `${seed}/${round}`;
  const random = new Random(roundSeed);
  const available = modes.filter(({ name }) => only.length === 0 || only.includes(name));
  const count = Math.min(modesPerRound, available.length);
  // Every third one, so that both elements are on most pages.
  const stride = Math.max(1, Math.floor(available.length / count));
  const chosen = Array.from({ length: count }, (_, index) => available[(round + index * stride) % available.length]!);
  const plans = chosen.map((mode) => planMode(mode, round, random));
  const actions = plans.flatMap((plan) => planActions(plan, random)).sort((one, other) => one.at - other.at);
  const patient = random.chance(0.3);
  return { seed: roundSeed, duration, patient, modes: plans, actions, events: planEvents(random) };
}

function planMode(mode: Mode, round: number, random: Random): ModePlan {
  const files = Array.from({ length: random.integer(...mode.files) }, (_, index): SoakFile => {
    const size = random.integer(...mode.sizes);
    const isPicture = size > 1000 && size < 1_000_000 && random.chance(0.3);
    return isPicture
      ? { name: `${mode.name}-${round}-${index}.bmp`, size, type: 'image/bmp' }
      : { name: `${mode.name}-${round}-${index}.bin`, size, type: 'application/octet-stream' };
  });
  return { mode, maxConnections: random.integer(2, 6), files };
}

function planActions({ mode, files }: ModePlan, random: Random): PageAction[] {
  const actions = files.map((_, file): PageAction => {
    // Most files are added together.
    const at = random.chance(0.6) ? 0 : random.integer(0, addingTime);
    return { at, mode: mode.name, kind: 'add', file };
  });
  const act = (at: number, kind: PageAction['kind'], file = 0) => actions.push({ at, mode: mode.name, kind, file });
  const count = random.integer(8, 24);
  for (let index = 0; index < count; index++) {
    const at = random.integer(100, duration);
    const file = random.integer(0, files.length - 1);
    const kind = random.weighted({ pause: 4, continue: 4, cancel: 1, retry: 2, pauseAll: 1, continueAll: 2, retryAll: 1, storm: 3 });
    if (kind !== 'storm') {
      act(at, kind, file);
      continue;
    }
    // A person who clicks pause and continue in turn, or a script that does it in one task.
    let time = at;
    for (let click = random.integer(2, 14); click > 0; click--) {
      act(time, 'pause', file);
      time += random.pick([0, 0, 1, 5, 20, 100]);
      act(time, 'continue', file);
      time += random.pick([0, 0, 1, 5, 20, 300]);
    }
  }
  return actions;
}

function planEvents(random: Random): PageEvent[] {
  const events: PageEvent[] = [];
  if (random.chance(0.4)) events.push({ at: random.integer(500, duration - 2500), kind: 'offline', ms: random.integer(300, 2000) });
  if (random.chance(0.5)) events.push({ at: random.integer(1000, duration - 500), kind: 'reload', ms: 0 });
  return events.sort((one, other) => one.at - other.at);
}
