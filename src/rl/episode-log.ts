import { checkLength } from '../core/errors.ts';
import type { VectorEnv } from '../core/vector-env.ts';
import type { ValueFunction } from './rollout.ts';

const OPEN = 0;
const TERMINATED = 1;
const TRUNCATED = 2;

/**
 * Whole episodes of N environment copies, for learners that need returns to the end (Monte Carlo).
 *
 * A batch is exactly `episodesPerCopy` episodes of every copy, each begun after the last batch was learnt from: taking the
 * first episodes to finish instead would favour short ones, and an episode begun before would be off-policy.
 */
export class EpisodeLog {
  readonly #numEnvs: number;
  readonly #obsDim: number;
  readonly #actionDim: number;
  readonly #episodesPerCopy: number;
  #numRows = 0;
  /** `[rows, O]`; rows of all copies mixed, in time order. The arrays grow. */
  #observations: Float32Array;
  #actions: Float32Array;
  #rewards: Float32Array;
  /** `[rows]` which copy. */
  #copies: Float32Array;
  /** `[rows]` OPEN, TERMINATED or TRUNCATED. */
  #ends: Float32Array;
  #numCut = 0;
  /** `[cuts, O]` final observations of truncated episodes, in time order. */
  #cutObservations: Float32Array;
  /** `[N]` episodes that the batch still wants of each copy. */
  readonly #wanted: Float32Array;
  /** `[N]` 1 where the running episode began before the batch and is passed over. */
  readonly #skipping: Float32Array;
  /** `[N]` 1 where the copy stands at the start of an episode. */
  readonly #fresh: Float32Array;

  constructor(numEnvs: number, obsDim: number, actionDim: number, episodesPerCopy: number) {
    const room = 64 * numEnvs;
    this.#numEnvs = numEnvs;
    this.#obsDim = obsDim;
    this.#actionDim = actionDim;
    this.#episodesPerCopy = episodesPerCopy;
    this.#observations = new Float32Array(room * obsDim);
    this.#actions = new Float32Array(room * actionDim);
    this.#rewards = new Float32Array(room);
    this.#copies = new Float32Array(room);
    this.#ends = new Float32Array(room);
    this.#cutObservations = new Float32Array(numEnvs * obsDim);
    this.#wanted = new Float32Array(numEnvs).fill(episodesPerCopy);
    this.#skipping = new Float32Array(numEnvs);
    this.#fresh = new Float32Array(numEnvs).fill(1);
  }

  /** Steps held, over all copies. */
  get numRows(): number {
    return this.#numRows;
  }

  /** True when every copy has given its episodes. */
  get complete(): boolean {
    return this.#wanted.every((wanted) => wanted === 0);
  }

  /** `[rows, O]` view of the states acted in; valid until the next record. */
  get observations(): Float32Array {
    return this.#observations.subarray(0, this.#numRows * this.#obsDim);
  }

  /** `[rows, A]` view of the actions as drawn. */
  get actions(): Float32Array {
    return this.#actions.subarray(0, this.#numRows * this.#actionDim);
  }

  /**
   * One step of all copies.
   *
   * @param observations `[N, O]` states acted in. @param actions `[N, A]` as drawn. @param env After the step.
   * @param rewardScale Multiplies the rewards.
   */
  record(observations: Float32Array, actions: Float32Array, env: VectorEnv, rewardScale: number): void {
    for (let n = 0; n < this.#numEnvs; n++) {
      const ended = endOf(env, n);
      if (this.#wanted[n]! > 0 && this.#skipping[n] === 0) {
        this.#addRow(observations, actions, n, env.rewards[n]! * rewardScale, ended);
        if (ended === TRUNCATED) this.#addCut(env.finalObservations, n);
        if (ended !== OPEN) this.#wanted[n]!--;
      }
      this.#fresh[n] = ended === OPEN ? 0 : 1;
      if (ended !== OPEN) this.#skipping[n] = 0;
    }
  }

  #addRow(observations: Float32Array, actions: Float32Array, n: number, reward: number, ended: number): void {
    if (this.#numRows === this.#rewards.length) this.#growRows(2 * this.#numRows);
    const row = this.#numRows;
    const obsDim = this.#obsDim;
    for (let k = 0; k < obsDim; k++) this.#observations[row * obsDim + k] = observations[n * obsDim + k]!;
    for (let d = 0; d < this.#actionDim; d++) {
      this.#actions[row * this.#actionDim + d] = actions[n * this.#actionDim + d]!;
    }
    this.#rewards[row] = reward;
    this.#copies[row] = n;
    this.#ends[row] = ended;
    this.#numRows++;
  }

  #addCut(finalObservations: Float32Array, n: number): void {
    const obsDim = this.#obsDim;
    if ((this.#numCut + 1) * obsDim > this.#cutObservations.length) {
      this.#cutObservations = grown(this.#cutObservations, 2 * this.#cutObservations.length);
    }
    for (let k = 0; k < obsDim; k++) {
      this.#cutObservations[this.#numCut * obsDim + k] = finalObservations[n * obsDim + k]!;
    }
    this.#numCut++;
  }

  #growRows(room: number): void {
    this.#observations = grown(this.#observations, room * this.#obsDim);
    this.#actions = grown(this.#actions, room * this.#actionDim);
    this.#rewards = grown(this.#rewards, room);
    this.#copies = grown(this.#copies, room);
    this.#ends = grown(this.#ends, room);
  }

  /**
   * Discounted return from each step to the end of its episode; a truncated episode goes on with the value of the state it
   * was cut in.
   *
   *     G_t = r_t + γ G_{t+1}
   *
   * @param out `[rows]` overwritten. @throws SimError `SHAPE_MISMATCH` when `out` has another length.
   */
  returns(gamma: number, value: ValueFunction, out: Float64Array): void {
    checkLength('returns', out.length, this.#numRows);
    const cutValues = new Float32Array(this.#numCut);
    if (this.#numCut > 0) value(this.#cutObservations.subarray(0, this.#numCut * this.#obsDim), cutValues);
    const later = new Float64Array(this.#numEnvs);
    let cut = this.#numCut;
    for (let i = this.#numRows - 1; i >= 0; i--) {
      const n = this.#copies[i]!;
      if (this.#ends[i] === TERMINATED) later[n] = 0;
      else if (this.#ends[i] === TRUNCATED) later[n] = cutValues[--cut]!;
      later[n] = this.#rewards[i]! + gamma * later[n]!;
      out[i] = later[n]!;
    }
  }

  /** Starts the next batch: forgets all steps, and passes over the rest of episodes that are under way. */
  clear(): void {
    this.#numRows = 0;
    this.#numCut = 0;
    this.#wanted.fill(this.#episodesPerCopy);
    for (let n = 0; n < this.#numEnvs; n++) this.#skipping[n] = 1 - this.#fresh[n]!;
  }

  /** Copies of all that is held. */
  getArrays(): Readonly<Record<string, Float32Array>> {
    return {
      logObservations: this.observations.slice(),
      logActions: this.actions.slice(),
      logRewards: this.#rewards.slice(0, this.#numRows),
      logCopies: this.#copies.slice(0, this.#numRows),
      logEnds: this.#ends.slice(0, this.#numRows),
      logCutObservations: this.#cutObservations.slice(0, this.#numCut * this.#obsDim),
      logWanted: this.#wanted.slice(),
      logSkipping: this.#skipping.slice(),
      logFresh: this.#fresh.slice(),
    };
  }

  /** Restores what {@link getArrays} gave. @throws SimError `SHAPE_MISMATCH` on other shapes. */
  setArrays(arrays: Readonly<Record<string, Float32Array>>): void {
    const rows = arrays['logRewards']?.length ?? 0;
    const lengths: readonly (readonly [string, number])[] = [
      ['logObservations', rows * this.#obsDim],
      ['logActions', rows * this.#actionDim],
      ['logRewards', rows],
      ['logCopies', rows],
      ['logEnds', rows],
      ['logWanted', this.#numEnvs],
      ['logSkipping', this.#numEnvs],
      ['logFresh', this.#numEnvs],
    ];
    for (const [name, length] of lengths) checkLength(name, arrays[name]?.length ?? -1, length);
    if (rows > this.#rewards.length) this.#growRows(rows);
    this.#observations.set(arrays['logObservations']!);
    this.#actions.set(arrays['logActions']!);
    this.#rewards.set(arrays['logRewards']!);
    this.#copies.set(arrays['logCopies']!);
    this.#ends.set(arrays['logEnds']!);
    this.#wanted.set(arrays['logWanted']!);
    this.#skipping.set(arrays['logSkipping']!);
    this.#fresh.set(arrays['logFresh']!);
    this.#numRows = rows;
    const cut = arrays['logCutObservations'] ?? new Float32Array(0);
    this.#numCut = cut.length / this.#obsDim;
    if (cut.length > this.#cutObservations.length) this.#cutObservations = cut.slice();
    else this.#cutObservations.set(cut);
  }
}

function grown(array: Float32Array, length: number): Float32Array {
  const larger = new Float32Array(length);
  larger.set(array);
  return larger;
}

function endOf(env: VectorEnv, n: number): number {
  if (env.terminated[n] === 1) return TERMINATED;
  return env.truncated[n] === 1 ? TRUNCATED : OPEN;
}
