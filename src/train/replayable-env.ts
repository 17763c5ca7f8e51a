import type { AgentState } from '../core/agent.ts';
import { SimError } from '../core/errors.ts';
import { makeActions, spaceSize } from '../core/space.ts';
import type { VectorEnv } from '../core/vector-env.ts';

/**
 * An environment whose place can be saved and found again.
 *
 * Episode e of copy n is a function of the seed, n, e and the actions taken in it. So the place of a copy is its episode's
 * index and the actions since that began, which are kept here, one row of memory per step of the running episode. Restoring
 * begins each running episode anew and takes the same actions: the environment continues bit for bit.
 *
 * @throws SimError `CONFIG_INVALID` when the environment cannot begin episodes at will.
 */
export class ReplayableEnv implements VectorEnv {
  readonly id: string;
  readonly numEnvs: number;
  readonly observationSpace: VectorEnv['observationSpace'];
  readonly actionSpace: VectorEnv['actionSpace'];
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly #env: VectorEnv;
  /** Numbers in one action. */
  readonly #width: number;
  /** `[N]` actions since the copy's episode began; each grows with the longest episode met. */
  readonly #taken: Float32Array[];
  /** `[N]` steps of the running episodes. */
  readonly #steps: Uint32Array;
  readonly #episodes: Uint32Array;
  #seed = -1;

  constructor(env: VectorEnv) {
    if (env.beginEpisode === undefined) {
      throw new SimError(
        'CONFIG_INVALID',
        `${env.id}: expected an environment with beginEpisode, received one without; train it without checkpoints`,
      );
    }
    this.#env = env;
    this.id = env.id;
    this.numEnvs = env.numEnvs;
    this.observationSpace = env.observationSpace;
    this.actionSpace = env.actionSpace;
    this.observations = env.observations;
    this.finalObservations = env.finalObservations;
    this.rewards = env.rewards;
    this.terminated = env.terminated;
    this.truncated = env.truncated;
    this.#width = spaceSize(env.actionSpace);
    this.#taken = Array.from({ length: env.numEnvs }, () => new Float32Array(64 * this.#width));
    this.#steps = new Uint32Array(env.numEnvs);
    this.#episodes = new Uint32Array(env.numEnvs);
  }

  reset(seed: number): void {
    this.#env.reset(seed);
    this.#seed = seed;
    this.#steps.fill(0);
    this.#episodes.fill(0);
  }

  beginEpisode(n: number, episode: number): void {
    this.#env.beginEpisode!(n, episode);
    this.#steps[n] = 0;
    this.#episodes[n] = episode;
  }

  step(actions: Int32Array | Float32Array): void {
    this.#env.step(actions);
    for (let n = 0; n < this.numEnvs; n++) {
      if (this.terminated[n] === 1 || this.truncated[n] === 1) {
        this.#steps[n] = 0;
        this.#episodes[n]!++;
      } else this.#note(n, actions);
    }
  }

  /** The place of every copy: JSON for seed and episodes, an array for the actions since. @throws SimError `ENV_NOT_RESET` before the first reset. */
  getState(): AgentState {
    if (this.#seed < 0) throw new SimError('ENV_NOT_RESET', `${this.id}: call reset(seed) before getState`);
    const width = this.#width;
    const actions = new Float32Array(this.#steps.reduce((sum, steps) => sum + steps * width, 0));
    let offset = 0;
    for (let n = 0; n < this.numEnvs; n++) {
      const length = this.#steps[n]! * width;
      actions.set(this.#taken[n]!.subarray(0, length), offset);
      offset += length;
    }
    return {
      json: { seed: this.#seed, episodes: Array.from(this.#episodes), steps: Array.from(this.#steps) },
      arrays: { actions },
    };
  }

  /**
   * Goes to a saved place. Copies whose episodes are shorter begin theirs later, so that all reach their place together;
   * what they play before that does not count.
   *
   * @throws SimError `SHAPE_MISMATCH` when the state is that of another environment.
   */
  setState(state: AgentState): void {
    const { seed, episodes, steps } = this.#checked(state);
    const actions = state.arrays['actions']!;
    const width = this.#width;
    const starts = steps.map((_, n) => width * steps.slice(0, n).reduce((sum, length) => sum + length, 0));
    const joint = this.#fillers();
    this.reset(seed);
    const longest = Math.max(...steps);
    for (let t = 0; t <= longest; t++) {
      for (let n = 0; n < this.numEnvs; n++) if (longest - steps[n]! === t) this.beginEpisode(n, episodes[n]!);
      if (t === longest) break;
      for (let n = 0; n < this.numEnvs; n++) {
        const taken = t - longest + steps[n]!;
        const from = starts[n]! + taken * width;
        if (taken >= 0) joint.set(actions.subarray(from, from + width), n * width);
      }
      this.step(joint);
    }
  }

  #note(n: number, actions: Int32Array | Float32Array): void {
    const width = this.#width;
    const at = this.#steps[n]! * width;
    let taken = this.#taken[n]!;
    if (at + width > taken.length) {
      taken = new Float32Array(2 * taken.length);
      taken.set(this.#taken[n]!);
      this.#taken[n] = taken;
    }
    for (let a = 0; a < width; a++) taken[at + a] = actions[n * width + a]!;
    this.#steps[n]!++;
  }

  /** Some legal action for every copy. */
  #fillers(): Int32Array | Float32Array {
    const space = this.actionSpace;
    if (space.kind !== 'box') return makeActions(space, this.numEnvs);
    const inside = space.features.map(({ low, high }) =>
      Number.isFinite(high - low) ? (low + high) / 2 : Math.min(Math.max(0, low), high),
    );
    return Float32Array.from({ length: this.numEnvs * inside.length }, (_, i) => inside[i % inside.length]!);
  }

  #checked({ json, arrays }: AgentState): { seed: number; episodes: number[]; steps: number[] } {
    const { seed, episodes, steps } = json as Partial<Record<string, unknown>>;
    const counts = (list: unknown): list is number[] => Array.isArray(list) && list.length === this.numEnvs;
    if (typeof seed === 'number' && counts(episodes) && counts(steps)) {
      const length = this.#width * steps.reduce((sum, count) => sum + count, 0);
      if (arrays['actions']?.length === length) return { seed, episodes, steps };
    }
    throw new SimError(
      'SHAPE_MISMATCH',
      `${this.id}: expected the state of ${this.numEnvs} copies, received another environment's; load a state of the same one`,
    );
  }
}
