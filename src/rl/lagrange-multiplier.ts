import { checkLength } from '../core/errors.ts';

/** How a multiplier learns. */
export interface LagrangeOptions {
  /** λ at the start, ≥ 0. */
  readonly initialMultiplier: number;
  /** Step size η of λ, per unit of cost. */
  readonly multiplierLearningRate: number;
}

/**
 * The price λ of a cost whose mean over episodes should stay within a limit d, learnt by dual ascent.
 *
 *     λ ← max(0, λ + η (mean cost of the episodes that ended − d))
 *
 * At the optimum of a convex problem λ is what one unit more of the limit is worth, and 0 where the limit does not bind.
 *
 * Source: Ray, Achiam & Amodei (2019), "Benchmarking Safe Exploration in Deep Reinforcement Learning", section 4; Altman (1999),
 * "Constrained Markov Decision Processes".
 */
export class LagrangeMultiplier {
  readonly #rate: number;
  /** λ, then the sum of costs and the number of the episodes that ended since the last step. */
  readonly #state: Float32Array;
  /** `[N]` cost of the episodes under way. */
  readonly #running: Float32Array;

  constructor(numEnvs: number, { initialMultiplier, multiplierLearningRate }: LagrangeOptions) {
    this.#rate = multiplierLearningRate;
    this.#state = Float32Array.of(initialMultiplier, 0, 0);
    this.#running = new Float32Array(numEnvs);
  }

  /** λ ≥ 0, reward per unit of cost. */
  get value(): number {
    return this.#state[0]!;
  }

  /** Takes in one step of N copies. @param costs `[N]` @param terminated `[N]` @param truncated `[N]` */
  record(costs: Float64Array, terminated: Uint8Array, truncated: Uint8Array): void {
    for (let n = 0; n < this.#running.length; n++) {
      this.#running[n]! += costs[n]!;
      if (terminated[n] === 0 && truncated[n] === 0) continue;
      this.#state[1]! += this.#running[n]!;
      this.#state[2]! += 1;
      this.#running[n] = 0;
    }
  }

  /** One step of dual ascent. @returns Mean cost of the episodes that ended since the last; null where none did. */
  ascend(limit: number): number | null {
    const count = this.#state[2]!;
    if (count === 0) return null;
    const mean = this.#state[1]! / count;
    this.#state[0] = Math.max(0, this.#state[0]! + this.#rate * (mean - limit));
    this.#state[1] = 0;
    this.#state[2] = 0;
    return mean;
  }

  getArrays(): Readonly<Record<string, Float32Array>> {
    return { multiplier: this.#state.slice(), multiplierCosts: this.#running.slice() };
  }

  /** Restores what {@link LagrangeMultiplier.getArrays} gave. @throws SimError `SHAPE_MISMATCH` on other shapes. */
  setArrays(arrays: Readonly<Record<string, Float32Array>>): void {
    checkLength('multiplier', arrays['multiplier']?.length ?? 0, this.#state.length);
    checkLength('multiplierCosts', arrays['multiplierCosts']?.length ?? 0, this.#running.length);
    this.#state.set(arrays['multiplier']!);
    this.#running.set(arrays['multiplierCosts']!);
  }
}
