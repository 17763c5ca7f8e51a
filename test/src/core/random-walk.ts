import { SimError } from '../../../src/core/errors.ts';
import { Rng } from '../../../src/core/rng.ts';
import { type Box, box, discrete, type Space } from '../../../src/core/space.ts';
import type { VectorEnv } from '../../../src/core/vector-env.ts';

/** Parts of the walk that tests replace to plant a fault. */
export interface WalkOptions {
  readonly continuous?: boolean;
}

const LIMIT = 3;
const MAX_STEPS = 12;

/** A well-behaved vector environment: a walk with a random start and noise, lost beyond ±3, cut off after 12 steps. */
export class RandomWalk implements VectorEnv {
  readonly id = 'random-walk-v1';
  readonly numEnvs: number;
  readonly observationSpace: Box = box([
    { name: 'position', unit: 'steps', low: -10, high: 10, description: 'Where the walk is.' },
    { name: 'timeLeft', unit: 'share of the episode', low: 0, high: 1, description: 'Steps left.' },
  ]);
  readonly actionSpace: Space;
  observations: Float32Array;
  finalObservations: Float32Array;
  rewards: Float64Array;
  terminated: Uint8Array;
  truncated: Uint8Array;
  readonly position: Float64Array;
  readonly stepIndex: Int32Array;
  readonly episode: Int32Array;
  rngs: Rng[] = [];
  seed: number | null = null;

  constructor(numEnvs: number, options: WalkOptions = {}) {
    this.numEnvs = numEnvs;
    this.actionSpace = options.continuous
      ? box([{ name: 'push', unit: 'steps', low: -0.1, high: 0.7, description: 'Where to go.' }])
      : discrete(2, ['left', 'right']);
    this.observations = new Float32Array(2 * numEnvs);
    this.finalObservations = new Float32Array(2 * numEnvs);
    this.rewards = new Float64Array(numEnvs);
    this.terminated = new Uint8Array(numEnvs);
    this.truncated = new Uint8Array(numEnvs);
    this.position = new Float64Array(numEnvs);
    this.stepIndex = new Int32Array(numEnvs);
    this.episode = new Int32Array(numEnvs);
  }

  reset(seed: number): void {
    if (!Number.isInteger(seed) || seed < 0) throw new SimError('VALUE_OUT_OF_RANGE', `seed: received ${seed}`);
    this.seed = seed;
    this.episode.fill(0);
    for (let n = 0; n < this.numEnvs; n++) this.begin(n);
  }

  begin(n: number): void {
    const rng = this.stream(n, this.episode[n]!);
    this.rngs[n] = rng;
    this.position[n] = rng.uniform(-1, 1);
    this.stepIndex[n] = 0;
    this.observe(n, this.observations);
  }

  stream(n: number, episode: number): Rng {
    return new Rng(`walk/${this.seed}`).split('episode').split(n).split(episode);
  }

  observe(n: number, out: Float32Array): void {
    out[2 * n] = this.position[n]!;
    out[2 * n + 1] = 1 - this.stepIndex[n]! / MAX_STEPS;
  }

  checkActions(actions: Int32Array | Float32Array): void {
    if (actions.length !== this.numEnvs) throw new SimError('SHAPE_MISMATCH', `actions: received ${actions.length}`);
    const [low, high] = this.actionSpace.kind === 'discrete' ? [0, 1] : [-0.1, 0.7];
    for (const action of actions) {
      if (!(action >= Math.fround(low) && action <= Math.fround(high))) {
        throw new SimError('VALUE_OUT_OF_RANGE', `action: received ${action}`);
      }
    }
  }

  step(actions: Int32Array | Float32Array): void {
    if (this.seed === null) throw new SimError('ENV_NOT_RESET', 'step before reset');
    this.checkActions(actions);
    for (let n = 0; n < this.numEnvs; n++) this.advance(n, actions[n]!);
  }

  advance(n: number, action: number): void {
    const push = this.actionSpace.kind === 'discrete' ? (action === 1 ? 0.5 : -0.5) : action;
    this.position[n]! += push + this.rngs[n]!.uniform(-0.2, 0.2);
    this.stepIndex[n]! += 1;
    const lost = Math.abs(this.position[n]!) >= LIMIT;
    this.rewards[n] = lost ? -1 : this.position[n]!;
    this.terminated[n] = lost ? 1 : 0;
    this.truncated[n] = !lost && this.stepIndex[n] === MAX_STEPS ? 1 : 0;
    if (this.terminated[n] || this.truncated[n]) this.end(n);
    else this.observe(n, this.observations);
  }

  end(n: number): void {
    this.observe(n, this.finalObservations);
    this.episode[n]! += 1;
    this.begin(n);
  }
}
