import { type BudgetPacingEnv, type BudgetPacingOptions, createBudgetPacing } from '../../../envs/budget-pacing.ts';
import type { VectorEnv } from '../../../src/core/vector-env.ts';
import type { FlightWindow } from '../../../src/sim/flight-window.ts';
import type { DayTable } from './day-table.ts';

/**
 * `budget-pacing-v1` whose reward is minus the root of the step's hindsight regret, in hundredths of the flight's optimum:
 *
 *     r = −√max(0, (Φ(before) − Φ(after) − value won) / unit),   Φ = the most that the money left could still buy on this day
 *
 * Without the root this is potential-based shaping: regrets sum to the optimum less the episode's value, and the luck of the
 * draws, far larger than what one move changes, cancels out of every step. The root makes the regret of being off by a
 * little, which grows with the square, as visible as the regret of being far off, so that moves of a few per cent can be
 * told apart. Φ counts what a step does to all later ones, so short discounts suffice. Only training knows Φ; the policy
 * sees what it always sees, and is judged by R/R*.
 *
 * Source: Ng, Harada & Russell (1999), "Policy invariance under reward transformations", ICML.
 * Differs from it: the root, under which a policy trades a rare large regret for many small ones less readily.
 */
export function withRegretRewards(
  options: Omit<BudgetPacingOptions, 'rewardUnit' | 'reward'>,
  tableOf: (window: FlightWindow) => DayTable,
): VectorEnv {
  const begun: Episode[] = [];
  const env = createBudgetPacing({
    ...options,
    reward: 'value',
    // Called once where an episode begins, copies in ascending order: that is how the day of each copy is known.
    rewardUnit(window, budgetMicros) {
      const table = tableOf(window);
      const optimum = Math.max(table.valueOf(0, budgetMicros), Number.MIN_VALUE);
      begun.push({ table, unit: optimum / 100, potential: optimum });
      return optimum / 100;
    },
  });
  return new RegretRewards(env, begun);
}

interface Episode {
  readonly table: DayTable;
  /** Value units of one unit of reward. */
  readonly unit: number;
  /** Φ of the present state, value units. */
  potential: number;
}

class RegretRewards implements VectorEnv {
  readonly #env: BudgetPacingEnv;
  /** Filled by the environment while it begins episodes. */
  readonly #begun: Episode[];
  readonly #episodes: Episode[] = [];

  constructor(env: BudgetPacingEnv, begun: Episode[]) {
    this.#env = env;
    this.#begun = begun;
  }

  get id(): string {
    return this.#env.id;
  }
  get numEnvs(): number {
    return this.#env.numEnvs;
  }
  get observationSpace() {
    return this.#env.observationSpace;
  }
  get actionSpace() {
    return this.#env.actionSpace;
  }
  get observations(): Float32Array {
    return this.#env.observations;
  }
  get finalObservations(): Float32Array {
    return this.#env.finalObservations;
  }
  get rewards(): Float64Array {
    return this.#env.rewards;
  }
  get terminated(): Uint8Array {
    return this.#env.terminated;
  }
  get truncated(): Uint8Array {
    return this.#env.truncated;
  }

  reset(seed: number): void {
    this.#begun.length = 0;
    this.#env.reset(seed);
    for (let n = 0; n < this.numEnvs; n++) this.#episodes[n] = this.#begun[n]!;
  }

  step(actions: Int32Array | Float32Array): void {
    this.#begun.length = 0;
    this.#env.step(actions);
    let next = 0;
    for (let n = 0; n < this.numEnvs; n++) {
      const episode = this.#episodes[n]!;
      const ended = this.terminated[n] === 1;
      const { stepIndex, remainingMicros } = this.#env.counters[n]!;
      const after = ended ? 0 : episode.table.valueOf(stepIndex, remainingMicros);
      const regret = (episode.potential - after) / episode.unit - this.rewards[n]!;
      this.rewards[n] = -Math.sqrt(Math.max(0, regret));
      episode.potential = after;
      if (ended) this.#episodes[n] = this.#begun[next++]!;
    }
  }
}
