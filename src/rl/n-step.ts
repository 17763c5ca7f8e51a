import { checkLength } from '../core/errors.ts';
import type { TransitionSink } from './replay.ts';

/**
 * Turns single steps of N environment copies into n-step transitions, each copy on its own.
 *
 *     R = Σ_{j<k} γ^j r_{t+j},  bootstrap γ^k V(s_{t+k}),  k = n or what the episode had left
 *
 * At an episode's end every waiting transition is closed: with bootstrap factor 0 after a termination, and with the value
 * of the final observation after a truncation. Nothing reaches across an episode boundary.
 *
 * Source: Sutton & Barto (2018), section 7.1; Hessel et al. (2018), arXiv:1710.02298.
 */
export class NStep {
  readonly #n: number;
  readonly #gamma: number;
  readonly #obsDim: number;
  readonly #sink: TransitionSink;
  /** `[N, n, O]` observations of waiting steps, a ring per copy. */
  readonly #observations: Float32Array;
  /** `[N, n]` */
  readonly #actions: Float32Array;
  /** `[N, n]` */
  readonly #rewards: Float32Array;
  /** `[N]` position of the oldest waiting step. */
  readonly #start: Float32Array;
  /** `[N]` steps waiting. */
  readonly #count: Float32Array;

  /** @param n Steps to look ahead, at least 1. @param gamma Discount per step, in [0, 1]. */
  constructor(n: number, gamma: number, numEnvs: number, obsDim: number, sink: TransitionSink) {
    this.#n = n;
    this.#gamma = gamma;
    this.#obsDim = obsDim;
    this.#sink = sink;
    this.#observations = new Float32Array(numEnvs * n * obsDim);
    this.#actions = new Float32Array(numEnvs * n);
    this.#rewards = new Float32Array(numEnvs * n);
    this.#start = new Float32Array(numEnvs);
    this.#count = new Float32Array(numEnvs);
  }

  /**
   * One step of one copy.
   *
   * @param observations Row `copy` of `[N, O]` is the state acted in.
   * @param nextObservations Row `copy` of `[N, O]` is its true successor: the final observation where the episode ended.
   */
  push(
    copy: number,
    observations: Float32Array,
    action: number,
    reward: number,
    nextObservations: Float32Array,
    terminated: boolean,
    truncated: boolean,
  ): void {
    const n = this.#n;
    const obsDim = this.#obsDim;
    const slot = copy * n + ((this.#start[copy]! + this.#count[copy]!) % n);
    for (let k = 0; k < obsDim; k++) {
      this.#observations[slot * obsDim + k] = observations[copy * obsDim + k]!;
    }
    this.#actions[slot] = action;
    this.#rewards[slot] = reward;
    this.#count[copy]!++;
    if (terminated || truncated) {
      while (this.#count[copy]! > 0) this.#emitOldest(copy, nextObservations, terminated);
    } else if (this.#count[copy] === n) {
      this.#emitOldest(copy, nextObservations, false);
    }
  }

  /**
   * Closes every waiting transition of one copy at the state it is in, whose value they bootstrap from; nothing was taken
   * there yet. Before an action that the policy would not have taken, this keeps the returns of the actions before it those
   * of the policy.
   *
   * @param observations Row `copy` of `[N, O]` is the present state.
   *
   * Source: Watkins (1989), "Learning from Delayed Rewards", chapter 7; Sutton & Barto (2018), section 12.10.
   */
  cut(copy: number, observations: Float32Array): void {
    while (this.#count[copy]! > 0) this.#emitOldest(copy, observations, false);
  }

  #emitOldest(copy: number, nextObservations: Float32Array, terminated: boolean): void {
    const n = this.#n;
    const start = this.#start[copy]!;
    const count = this.#count[copy]!;
    let sum = 0;
    let discount = 1;
    for (let j = 0; j < count; j++) {
      sum += discount * this.#rewards[copy * n + ((start + j) % n)]!;
      discount *= this.#gamma;
    }
    const slot = copy * n + start;
    this.#sink.add(
      this.#observations,
      slot * this.#obsDim,
      this.#actions,
      slot,
      sum,
      nextObservations,
      copy * this.#obsDim,
      terminated ? 0 : discount,
    );
    this.#start[copy] = (start + 1) % n;
    this.#count[copy]!--;
  }

  /** Copies of the waiting steps. */
  getArrays(): Readonly<Record<string, Float32Array>> {
    const arrays: Record<string, Float32Array> = {};
    for (const [name, array] of this.#columns()) arrays[name] = array.slice();
    return arrays;
  }

  /** Restores what {@link getArrays} gave. @throws SimError `SHAPE_MISMATCH` on other shapes. */
  setArrays(arrays: Readonly<Record<string, Float32Array>>): void {
    for (const [name, array] of this.#columns()) checkLength(name, arrays[name]?.length ?? 0, array.length);
    for (const [name, array] of this.#columns()) array.set(arrays[name]!);
  }

  #columns(): readonly (readonly [string, Float32Array])[] {
    return [
      ['nStepObservations', this.#observations],
      ['nStepActions', this.#actions],
      ['nStepRewards', this.#rewards],
      ['nStepStart', this.#start],
      ['nStepCount', this.#count],
    ];
  }
}
