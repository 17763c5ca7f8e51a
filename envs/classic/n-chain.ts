import { checkActions, checkSeed } from '../../src/core/env-inputs.ts';
import { SimError } from '../../src/core/errors.ts';
import { Rng } from '../../src/core/rng.ts';
import { type Box, box, type Discrete, discrete } from '../../src/core/space.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';

/** S. */
const NUM_STATES = 5;
/** Chance that the other action is taken than was chosen. */
const SLIP = 0.2;
/** Reward of going back, and of going on at the far end. */
const SMALL_REWARD = 2;
const LARGE_REWARD = 10;

const OBSERVATION_SPACE: Box = box(
  Array.from({ length: NUM_STATES }, (_, s) => ({
    name: `state${s}`,
    unit: '0 or 1',
    low: 0,
    high: 1,
    description: `1 in state ${s}.`,
  })),
);
const ACTION_SPACE: Discrete = discrete(2, ['go on', 'go back']);

/** A finite decision process as tables. S states, A actions. */
export interface MdpTables {
  readonly numStates: number;
  readonly numActions: number;
  /** `[S, A, S]` probability of each successor. */
  readonly transitions: Float64Array;
  /** `[S, A]` expected reward. */
  readonly rewards: Float64Array;
}

/** What going on (0) or back (1) in earnest does in state s. */
function outcome(state: number, move: number): { readonly next: number; readonly reward: number } {
  if (move === 1) return { next: 0, reward: SMALL_REWARD };
  const last = state === NUM_STATES - 1;
  return { next: last ? state : state + 1, reward: last ? LARGE_REWARD : 0 };
}

/** The exact dynamics of `n-chain-v1`, for dynamic programming. */
export function nChainTables(): MdpTables {
  const numActions = ACTION_SPACE.n;
  const transitions = new Float64Array(NUM_STATES * numActions * NUM_STATES);
  const rewards = new Float64Array(NUM_STATES * numActions);
  for (let row = 0; row < rewards.length; row++) {
    const [state, action] = [Math.floor(row / numActions), row % numActions];
    for (const move of [0, 1]) {
      const probability = move === action ? 1 - SLIP : SLIP;
      const { next, reward } = outcome(state, move);
      transitions[row * NUM_STATES + next]! += probability;
      rewards[row]! += probability * reward;
    }
  }
  return { numStates: NUM_STATES, numActions, transitions, rewards };
}

/**
 * `n-chain-v1`: five states in a row. Going on (action 0) pays nothing until the far end, where it stays and pays 10; going back
 * (action 1) pays 2 at once and returns to the start. Either is swapped for the other with probability .2. Truncated after
 * `maxEpisodeSteps`, 1000 in the source.
 *
 * For verifying learners: impatient ones go back, patient ones go on, and the values of both follow from {@link nChainTables}.
 * Luck comes from the stream `n-chain-v1/seed/episode/n/e`.
 *
 * Source: Strens (2000), "A Bayesian Framework for Reinforcement Learning"; sizes and rewards of OpenAI Gym's `NChain-v0`.
 */
export class NChain implements VectorEnv {
  readonly id = 'n-chain-v1';
  readonly numEnvs: number;
  readonly observationSpace: Box = OBSERVATION_SPACE;
  readonly actionSpace: Discrete = ACTION_SPACE;
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly #maxEpisodeSteps: number;
  readonly #states: Uint8Array;
  readonly #steps: Uint32Array;
  readonly #episodes: Uint32Array;
  readonly #streams: Rng[] = [];
  #rng: Rng | null = null;

  /**
   * @param maxEpisodeSteps Episodes are truncated after this many steps.
   * @throws SimError `VALUE_OUT_OF_RANGE` when either is not a positive integer.
   */
  constructor(numEnvs: number, maxEpisodeSteps = 1000) {
    for (const [name, count] of Object.entries({ numEnvs, maxEpisodeSteps })) {
      if (Number.isInteger(count) && count >= 1) continue;
      throw new SimError('VALUE_OUT_OF_RANGE', `n-chain-v1: expected ${name} >= 1, received ${count}`);
    }
    this.#maxEpisodeSteps = maxEpisodeSteps;
    this.numEnvs = numEnvs;
    this.observations = new Float32Array(numEnvs * NUM_STATES);
    this.finalObservations = new Float32Array(numEnvs * NUM_STATES);
    this.rewards = new Float64Array(numEnvs);
    this.terminated = new Uint8Array(numEnvs);
    this.truncated = new Uint8Array(numEnvs);
    this.#states = new Uint8Array(numEnvs);
    this.#steps = new Uint32Array(numEnvs);
    this.#episodes = new Uint32Array(numEnvs);
  }

  reset(seed: number): void {
    checkSeed(seed);
    this.#rng = new Rng(`n-chain-v1/${seed}`);
    this.#episodes.fill(0);
    this.rewards.fill(0);
    this.truncated.fill(0);
    for (let n = 0; n < this.numEnvs; n++) this.#begin(n, this.#rng);
  }

  beginEpisode(n: number, episode: number): void {
    if (this.#rng === null) throw new SimError('ENV_NOT_RESET', 'n-chain-v1: call reset(seed) before beginEpisode');
    this.#episodes[n] = episode;
    this.#begin(n, this.#rng);
  }

  step(actions: Int32Array | Float32Array): void {
    const rng = this.#rng;
    if (rng === null) throw new SimError('ENV_NOT_RESET', 'n-chain-v1: step before the first reset; call reset(seed)');
    checkActions(this.id, this.actionSpace, this.numEnvs, actions);
    for (let n = 0; n < this.numEnvs; n++) this.#advance(n, actions[n]!, rng);
  }

  #advance(n: number, action: number, rng: Rng): void {
    const slipped = this.#streams[n]!.next() < SLIP;
    const { next, reward } = outcome(this.#states[n]!, slipped ? 1 - action : action);
    this.#states[n] = next;
    this.rewards[n] = reward;
    this.#steps[n]!++;
    const cut = this.#steps[n]! >= this.#maxEpisodeSteps;
    this.truncated[n] = cut ? 1 : 0;
    if (!cut) {
      this.#show(n, this.observations);
      return;
    }
    this.#show(n, this.finalObservations);
    this.#episodes[n]!++;
    this.#begin(n, rng);
  }

  #begin(n: number, rng: Rng): void {
    this.#streams[n] = rng.split(`episode/${n}/${this.#episodes[n]}`);
    this.#states[n] = 0;
    this.#steps[n] = 0;
    this.#show(n, this.observations);
  }

  #show(n: number, out: Float32Array): void {
    for (let s = 0; s < NUM_STATES; s++) out[n * NUM_STATES + s] = this.#states[n] === s ? 1 : 0;
  }
}
