import { SimError } from './errors.ts';
import type { Rng } from './rng.ts';
import type { Box, MultiDiscrete, Space } from './space.ts';

/** What a well-behaved environment keeps to, by rule id: the promise and how to mend a breach. */
export const ENV_RULES = {
  spaces: 'Declare spaces by box(), discrete() and multiDiscrete() with finite bounds for actions and unique names.',
  buffers: 'Allocate every buffer once, of the declared type and length, and write into it in place.',
  'observation-shape': 'Return a Float32Array with one number per feature of the observation space.',
  'observation-bounds': 'Keep every feature finite and inside its declared [low, high]: clip it, or widen the bounds.',
  'observation-private':
    'Keep the state apart from the observation buffer, and one buffer per instance: what a caller does with an observation must not change the environment.',
  reward: 'Return a finite reward.',
  'end-flags': 'An episode ends either terminated (by the problem) or truncated (by a limit outside it), never both.',
  'episode-end': 'Let every episode end: add a step limit that truncates.',
  'reset-required': 'Throw SimError ENV_NOT_RESET from step before the first reset.',
  'end-requires-reset': 'Throw SimError ENV_NOT_RESET from step after an ended episode until the next reset.',
  'seed-refused': 'Throw SimError VALUE_OUT_OF_RANGE from reset for a seed that is not a non-negative integer.',
  'action-refused': 'Check every action before anything changes: VALUE_OUT_OF_RANGE outside the space, also for NaN.',
  'action-accepted': 'Accept every action of the declared action space.',
  'seed-determinism':
    'Draw every number from the Rng built in reset, and reset all state: equal seeds, equal episodes.',
  'seed-sensitivity': 'Build the Rng from the seed: different seeds should give different episodes.',
  'same-step-autoreset':
    'When a copy ends, put the last observation in finalObservations and the first of the next episode in observations, in the same step.',
  'episode-streams':
    'Draw episode e of copy n from the stream episode/n/e alone: earlier actions, other copies and the number of copies must not shift it.',
} as const;

/** Id of a rule of {@link ENV_RULES}. */
export type EnvRule = keyof typeof ENV_RULES;

/** A rule that an environment breaks. */
export interface RuleViolation {
  readonly rule: EnvRule;
  /** What was seen, the likely cause and the mending. */
  readonly message: string;
}

/** What an environment check may assume. */
export interface EnvCheckOptions {
  /** The environment has no randomness: seeds and copies need not differ. Default false. */
  readonly deterministic?: boolean;
  /** Steps within which every episode must end. Default 10,000. */
  readonly maxEpisodeSteps?: number;
}

/** Collects violations: the first of each rule, since the rest are usually its echoes. */
export class ViolationList {
  readonly #found = new Map<EnvRule, RuleViolation>();

  /** Notes what was seen; the mending is the rule's own. */
  add(rule: EnvRule, seen: string): void {
    if (!this.#found.has(rule)) this.#found.set(rule, { rule, message: `${seen}. ${ENV_RULES[rule]}` });
  }

  /** Notes each reason that is not null. */
  addIf(rule: EnvRule, seen: string | null): void {
    if (seen !== null) this.add(rule, seen);
  }

  /** Runs a part of the check; what it throws breaks `rule`. */
  attempt(rule: EnvRule, doing: string, part: () => void): void {
    try {
      part();
    } catch (error) {
      this.add(rule, `${doing} threw ${describeError(error)}`);
    }
  }

  /** Notes anything but an error with the code, of the call. */
  expectRefusal(rule: EnvRule, doing: string, codes: readonly string[], call: () => void): void {
    let outcome = 'was accepted';
    try {
      call();
    } catch (error) {
      if (error instanceof SimError && codes.includes(error.code)) return;
      outcome = `threw ${describeError(error)}`;
    }
    this.add(rule, `${doing} ${outcome}, expected SimError ${codes.join(' or ')}`);
  }

  list(): readonly RuleViolation[] {
    return [...this.#found.values()];
  }
}

function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name} "${error.message}"` : String(error);
}

/** Notes what is wrong with the declared spaces. @returns Whether they can be worked with. */
export function checkSpaces(observationSpace: Box, actionSpace: Space, violations: ViolationList): boolean {
  const before = violations.list().length;
  violations.addIf('spaces', boxProblem('observation', observationSpace));
  if (actionSpace?.kind === 'discrete') {
    const { n, labels } = actionSpace;
    if (!Number.isInteger(n) || n < 1) violations.add('spaces', `the action space has n = ${n}`);
    if (labels !== undefined && labels.length !== n) {
      violations.add('spaces', `the action space has ${labels.length} labels for ${n} actions`);
    }
  } else if (actionSpace?.kind === 'multi-discrete') {
    violations.addIf('spaces', choicesProblem(actionSpace));
  } else {
    violations.addIf('spaces', boxProblem('action', actionSpace));
    const open = actionSpace?.features?.find((f) => !Number.isFinite(f.low) || !Number.isFinite(f.high));
    if (open !== undefined)
      violations.add('spaces', `action '${open.name}' has the open bounds ${open.low} to ${open.high}`);
  }
  return violations.list().length === before;
}

function choicesProblem({ choices }: MultiDiscrete): string | null {
  if (choices.length === 0) return 'the action space has no choices';
  const seen = new Set<string>();
  for (const { name, n } of choices) {
    if (name === '' || seen.has(name)) return `the action space has the name '${name}' empty or twice`;
    if (!Number.isInteger(n) || n < 1) return `the choice '${name}' has n = ${n}`;
    seen.add(name);
  }
  return null;
}

function boxProblem(what: string, space: Space | undefined): string | null {
  if (space?.kind !== 'box' || !Array.isArray(space.features)) return `the ${what} space is no box`;
  if (space.features.length === 0) return `the ${what} space has no features`;
  const seen = new Set<string>();
  for (const { name, low, high } of space.features) {
    if (name === '' || seen.has(name)) return `the ${what} space has the name '${name}' empty or twice`;
    if (!(low <= high)) return `the ${what} '${name}' has the bounds ${low} to ${high}`;
    seen.add(name);
  }
  return null;
}

/** The first feature of the row at `offset` that is not finite or out of its bounds, in words; null where all are fine. */
export function outOfBounds(space: Box, observations: Float32Array, offset: number): string | null {
  for (let o = 0; o < space.features.length; o++) {
    const { name, low, high } = space.features[o]!;
    const value = observations[offset + o]!;
    // Bounds are doubles: compare them as the float32 numbers that the buffer can hold.
    if (!Number.isFinite(value) || value < Math.fround(low) || value > Math.fround(high)) {
      return `feature '${name}' was ${value}, declared ${low} to ${high}`;
    }
  }
  return null;
}

/** What is wrong with a pair of end flags, in words; null where nothing is. */
export function flagProblem(terminated: unknown, truncated: unknown): string | null {
  const legal = [0, 1, true, false];
  if (!legal.includes(terminated as number) || !legal.includes(truncated as number)) {
    return `the flags were terminated = ${String(terminated)}, truncated = ${String(truncated)}`;
  }
  return terminated && truncated ? 'an episode was terminated and truncated at once' : null;
}

/** Writes a random legal action to `out` from `offset` on. */
export function sampleAction(space: Space, rng: Rng, out: { [index: number]: number }, offset: number): void {
  if (space.kind === 'discrete') {
    out[offset] = rng.int(space.n);
    return;
  }
  if (space.kind === 'multi-discrete') {
    for (let d = 0; d < space.choices.length; d++) out[offset + d] = rng.int(space.choices[d]!.n);
    return;
  }
  for (let a = 0; a < space.features.length; a++) {
    const { low, high } = space.features[a]!;
    const value = Math.fround(rng.uniform(low, high));
    // Rounding to float32 may leave the interval by half an ulp.
    out[offset + a] = value >= low && value <= high ? value : (low + high) / 2;
  }
}

/** An action outside the space and what is wrong with it. */
export interface IllegalAction {
  readonly words: string;
  readonly values: readonly number[];
}

/** Actions that an environment must refuse; `values` has the right length. */
export function illegalActions(space: Space): readonly IllegalAction[] {
  if (space.kind === 'discrete') {
    return [
      { words: 'action -1', values: [-1] },
      { words: `action n = ${space.n}`, values: [space.n] },
    ];
  }
  if (space.kind === 'multi-discrete') {
    const none = space.choices.map(() => 0);
    return space.choices.flatMap(({ name, n }, d) =>
      [-1, n].map((value) => ({ words: `choice '${name}' = ${value}`, values: none.with(d, value) })),
    );
  }
  const middle = space.features.map((f) => (f.low + f.high) / 2);
  return space.features.flatMap(({ name, low, high }, a) =>
    [Number.NaN, Number.POSITIVE_INFINITY, low - 1 - Math.abs(low), high + 1 + Math.abs(high)].map((value) => ({
      words: `action '${name}' = ${value}`,
      values: middle.with(a, value),
    })),
  );
}

/** Where two traces differ first, in words; null where they are equal. */
export function firstDifference(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): string | null {
  for (let t = 0; t < Math.max(a.length, b.length); t++) {
    const [x, y] = [a[t], b[t]];
    if (x === undefined || y === undefined) return `one ended after ${t} records, the other went on`;
    const at = x.findIndex((value, i) => !Object.is(value, y[i]));
    if (at >= 0 || x.length !== y.length) return `at record ${t} one had ${x[at]}, the other ${y[at]}`;
  }
  return null;
}
