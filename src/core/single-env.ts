import type { Env, Step } from './env.ts';
import { checkLength, SimError } from './errors.ts';
import { Rng } from './rng.ts';
import { type Box, type Choice, makeActions, type Space, spaceSize } from './space.ts';
import type { VectorEnv } from './vector-env.ts';

/** A {@link VectorEnv} has no side information; the buffers say everything. */
type NoInfo = Readonly<Record<string, never>>;

const NO_INFO: NoInfo = Object.freeze({});

/**
 * The view of a one-copy {@link VectorEnv} for people: `reset` and `step` one observation at a time.
 *
 * `reset({ seed })` starts at the vector's episode 0 under that seed. `reset()` after an ended episode goes on to the
 * episode that the vector has drawn already, so episodes come in the vector's order. A vector cannot skip the rest of an
 * episode; `reset()` in the middle of one therefore restarts the vector under the next seed of the stream
 * `single-env/<seed>`: a fresh episode, and the same one in every run. The first `reset()` without a seed takes seed 0.
 *
 * @throws SimError `SHAPE_MISMATCH` unless `vector.numEnvs` is 1.
 */
export function singleEnv(vector: VectorEnv): Env<NoInfo> {
  checkLength(`singleEnv(${vector.id}).numEnvs`, vector.numEnvs, 1);
  return new SingleEnv(vector);
}

type Phase = 'new' | 'running' | 'ended';

class SingleEnv implements Env<NoInfo> {
  readonly id: string;
  readonly observationSpace: VectorEnv['observationSpace'];
  readonly actionSpace: Space;
  readonly #vector: VectorEnv;
  readonly #observation: Float32Array;
  readonly #actions: Int32Array | Float32Array;
  #phase: Phase = 'new';
  #seeds = new Rng('single-env/0');

  constructor(vector: VectorEnv) {
    this.id = vector.id;
    this.observationSpace = vector.observationSpace;
    this.actionSpace = vector.actionSpace;
    this.#vector = vector;
    this.#observation = new Float32Array(vector.observationSpace.features.length);
    this.#actions = makeActions(vector.actionSpace, 1);
  }

  reset(options: { readonly seed?: number } = {}): { readonly observation: Float32Array; readonly info: NoInfo } {
    if (options.seed !== undefined) {
      this.#vector.reset(options.seed);
      this.#seeds = new Rng(`single-env/${options.seed}`);
    } else if (this.#phase === 'new') {
      this.#vector.reset(0);
    } else if (this.#phase === 'running') {
      this.#vector.reset(this.#seeds.seed());
    }
    this.#phase = 'running';
    this.#observation.set(this.#vector.observations);
    return { observation: this.#observation, info: NO_INFO };
  }

  step(action: number | ArrayLike<number>): Step<NoInfo> {
    if (this.#phase !== 'running') {
      const when = this.#phase === 'new' ? 'before the first reset' : 'after the episode ended';
      throw new SimError('ENV_NOT_RESET', `${this.id}: step was called ${when}; call reset() first`);
    }
    this.#write(action);
    this.#vector.step(this.#actions);
    const terminated = this.#vector.terminated[0] === 1;
    const truncated = this.#vector.truncated[0] === 1;
    const ended = terminated || truncated;
    this.#observation.set(ended ? this.#vector.finalObservations : this.#vector.observations);
    if (ended) this.#phase = 'ended';
    return { observation: this.#observation, reward: this.#vector.rewards[0]!, terminated, truncated, info: NO_INFO };
  }

  /** Checks before the typed arrays of the vector would cut 1.5 to 1 and NaN to 0. */
  #write(action: number | ArrayLike<number>): void {
    const space = this.actionSpace;
    if (space.kind === 'discrete') {
      if (typeof action !== 'number' || !Number.isInteger(action) || action < 0 || action >= space.n) {
        this.#refuse(`an integer 0 to ${space.n - 1}`, action);
      }
      this.#actions[0] = action;
      return;
    }
    const values = typeof action === 'number' ? [action] : action;
    checkLength(`${this.id}: action`, values.length, spaceSize(space));
    if (space.kind === 'multi-discrete') this.#writeChoices(space.choices, values);
    else this.#writeNumbers(space.features, values);
  }

  #writeChoices(choices: readonly Choice[], values: ArrayLike<number>): void {
    for (let d = 0; d < choices.length; d++) {
      const { name, n } = choices[d]!;
      const value = values[d]!;
      if (!Number.isInteger(value) || value < 0 || value >= n) this.#refuse(`${name} an integer 0 to ${n - 1}`, value);
      this.#actions[d] = value;
    }
  }

  #writeNumbers(features: Box['features'], values: ArrayLike<number>): void {
    for (let a = 0; a < features.length; a++) {
      const { name, low, high } = features[a]!;
      const value = values[a]!;
      if (!(value >= low && value <= high)) this.#refuse(`${name} in ${low} to ${high}`, value);
      this.#actions[a] = value;
    }
  }

  #refuse(expected: string, received: unknown): never {
    const shown = typeof received === 'object' ? 'a list' : String(received);
    throw new SimError('VALUE_OUT_OF_RANGE', `${this.id}: action: expected ${expected}, received ${shown}`);
  }
}
