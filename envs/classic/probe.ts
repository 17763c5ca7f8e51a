import { checkActions } from '../../src/core/env-inputs.ts';
import { SimError } from '../../src/core/errors.ts';
import { makeRegistry, type Registry } from '../../src/core/registry.ts';
import { Rng } from '../../src/core/rng.ts';
import { type Box, box, discrete, multiDiscrete, type Space, spaceSize } from '../../src/core/space.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';

/** The smallest problem that isolates one part of a learner, with its answer in closed form. */
export interface ProbeSpec {
  /** What a learner that fails here gets wrong. */
  readonly isolates: string;
  readonly actionSpace: Space;
  /** Steps of an episode. */
  readonly numSteps: number;
  /** The one observation number at step `step`. */
  readonly observation: (step: number, rng: Rng) => number;
  /** @param second Of the second choice, where there are two. */
  readonly reward: (step: number, observation: number, action: number, second: number) => number;
}

const sign = (rng: Rng): number => (rng.next() < 0.5 ? -1 : 1);
const TWO_ACTIONS = discrete(2);
const TWO_CHOICES = multiDiscrete([
  { name: 'bySign', n: 2 },
  { name: 'bySize', n: 3 },
]);
const ONE_NUMBER = box([{ name: 'choice', unit: '1', low: -2, high: 2, description: 'A number to get right.' }]);

/**
 * Probe environments a to e, two with a continuous action and one of two choices, by what they test.
 *
 * Source: Jones (2021), "Debugging RL, without the agonizing pain", andyljones.com/posts/rl-debugging.html.
 */
export const probes: Registry<ProbeSpec> = makeRegistry<ProbeSpec>('probe environment', {
  'probe-constant-v1': {
    isolates: 'value loss and optimiser: one action, one step, reward 1, so V = 1',
    actionSpace: discrete(1),
    numSteps: 1,
    observation: () => 0,
    reward: () => 1,
  },
  'probe-observed-v1': {
    isolates: 'backpropagation into the input: reward equals the observation, so V(±1) = ±1',
    actionSpace: discrete(1),
    numSteps: 1,
    observation: (_step, rng) => sign(rng),
    reward: (_step, observation) => observation,
  },
  'probe-delayed-v1': {
    isolates: 'discounting: reward 1 at the second of two steps, so V(0) = γ and V(1) = 1',
    actionSpace: discrete(1),
    numSteps: 2,
    observation: (step) => step,
    reward: (step) => step,
  },
  'probe-choice-v1': {
    isolates: 'advantage and policy: action 1 pays 1, action 0 costs 1',
    actionSpace: TWO_ACTIONS,
    numSteps: 1,
    observation: () => 0,
    reward: (_step, _observation, action) => (action === 1 ? 1 : -1),
  },
  'probe-matched-choice-v1': {
    isolates: 'batching of observations with actions: the action that matches the sign of the observation pays 1',
    actionSpace: TWO_ACTIONS,
    numSteps: 1,
    observation: (_step, rng) => sign(rng),
    reward: (_step, observation, action) => (action === 1 ? observation : -observation),
  },
  'probe-number-v1': {
    isolates: 'the Gaussian policy: reward −(action − ½)², so the best action is ½',
    actionSpace: ONE_NUMBER,
    numSteps: 1,
    observation: () => 0,
    reward: (_step, _observation, action) => -((action - 0.5) ** 2),
  },
  'probe-matched-number-v1': {
    isolates: 'the Gaussian policy with an observation: the best action is half of it',
    actionSpace: ONE_NUMBER,
    numSteps: 1,
    observation: (_step, rng) => sign(rng),
    reward: (_step, observation, action) => -((action - observation / 2) ** 2),
  },
  'probe-two-choices-v1': {
    isolates:
      'several choices: one pays by the sign of the observation, the other by its size, and neither by the other',
    actionSpace: TWO_CHOICES,
    numSteps: 1,
    observation: (_step, rng) => sign(rng) * (rng.next() < 0.5 ? 1 : 0.25),
    reward: (_step, observation, first, second) =>
      (first === (observation > 0 ? 1 : 0) ? 1 : 0) + (second === (Math.abs(observation) > 0.5 ? 2 : 0) ? 1 : 0),
  },
});

const OBSERVATION_SPACE: Box = box([
  { name: 'signal', unit: '1', low: -1, high: 1, description: 'The one number that a probe shows.' },
]);

/** N copies of a probe environment; episodes end by termination. */
export class ProbeEnv implements VectorEnv {
  readonly id: string;
  readonly numEnvs: number;
  readonly observationSpace: Box = OBSERVATION_SPACE;
  readonly actionSpace: Space;
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly #spec: ProbeSpec;
  readonly #steps: Uint32Array;
  readonly #episodes: Uint32Array;
  readonly #streams: Rng[] = [];
  #seed: number | null = null;

  /** @throws SimError `UNKNOWN_ID` for an unknown probe; `VALUE_OUT_OF_RANGE` when `numEnvs` is not a positive integer. */
  constructor(id: string, numEnvs: number) {
    if (!Number.isInteger(numEnvs) || numEnvs < 1) {
      throw new SimError('VALUE_OUT_OF_RANGE', `${id}: expected numEnvs >= 1, received ${numEnvs}`);
    }
    this.#spec = probes.get(id);
    this.id = id;
    this.numEnvs = numEnvs;
    this.actionSpace = this.#spec.actionSpace;
    this.observations = new Float32Array(numEnvs);
    this.finalObservations = new Float32Array(numEnvs);
    this.rewards = new Float64Array(numEnvs);
    this.terminated = new Uint8Array(numEnvs);
    this.truncated = new Uint8Array(numEnvs);
    this.#steps = new Uint32Array(numEnvs);
    this.#episodes = new Uint32Array(numEnvs);
  }

  reset(seed: number): void {
    if (!Number.isInteger(seed) || seed < 0) {
      throw new SimError('VALUE_OUT_OF_RANGE', `${this.id}: expected a non-negative integer seed, received ${seed}`);
    }
    this.#seed = seed;
    this.#episodes.fill(0);
    this.rewards.fill(0);
    this.terminated.fill(0);
    for (let n = 0; n < this.numEnvs; n++) this.#begin(n, seed);
  }

  beginEpisode(n: number, episode: number): void {
    const seed = this.#seed;
    if (seed === null) throw new SimError('ENV_NOT_RESET', `${this.id}: call reset(seed) before beginEpisode`);
    this.#episodes[n] = episode;
    this.#begin(n, seed);
  }

  step(actions: Int32Array | Float32Array): void {
    const seed = this.#seed;
    if (seed === null) throw new SimError('ENV_NOT_RESET', `${this.id}: step before the first reset; call reset(seed)`);
    checkActions(this.id, this.actionSpace, this.numEnvs, actions);
    const width = spaceSize(this.actionSpace);
    for (let n = 0; n < this.numEnvs; n++) {
      const step = this.#steps[n]!;
      this.rewards[n] = this.#spec.reward(
        step,
        this.observations[n]!,
        actions[n * width]!,
        actions[n * width + width - 1]!,
      );
      const last = step + 1 === this.#spec.numSteps;
      this.terminated[n] = last ? 1 : 0;
      if (last) {
        this.finalObservations[n] = this.observations[n]!;
        this.#episodes[n]!++;
        this.#begin(n, seed);
      } else {
        this.#steps[n] = step + 1;
        this.observations[n] = this.#spec.observation(step + 1, this.#streams[n]!);
      }
    }
  }

  #begin(n: number, seed: number): void {
    const stream = new Rng(`${this.id}/${seed}/episode/${n}/${this.#episodes[n]}`);
    this.#streams[n] = stream;
    this.#steps[n] = 0;
    this.observations[n] = this.#spec.observation(0, stream);
  }
}
