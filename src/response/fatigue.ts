import { z } from 'zod';

/** How exposures wear out a user. */
export const fatigueSchema = z.strictObject({
  decay: z.enum(['exponential', 'hyperbolic']).default('exponential').meta({
    description: 'Factor on the click rate after n exposures: exp(−rate · n) or 1 / (1 + rate · n).',
  }),
  rate: z.number().min(0).max(10).default(0.1).meta({
    unit: '1/exposure',
    description: 'How fast the click rate falls with exposures; 0 is no fatigue.',
  }),
  recoveryHalfLifeDays: z.number().positive().max(3650).nullable().default(3).meta({
    unit: 'days',
    description: 'In this time a user forgets half of the exposures; null for never.',
  }),
});

/** A checked fatigue, see {@link fatigueSchema}. */
export type FatigueConfig = z.output<typeof fatigueSchema>;

/** Exposures that users have not forgotten, and what is left of their click rates. */
export class FatigueState {
  /** `[U]` exposures not forgotten at the time of the last one. */
  readonly #levels: Float64Array;
  /** `[U]` days. */
  readonly #times: Float64Array;
  readonly #hyperbolic: boolean;
  readonly #rate: number;
  readonly #forgetting: number;

  /** @param config null for no fatigue. */
  constructor(numUsers: number, config: FatigueConfig | null) {
    this.#levels = new Float64Array(numUsers);
    this.#times = new Float64Array(numUsers);
    this.#hyperbolic = config?.decay === 'hyperbolic';
    this.#rate = config?.rate ?? 0;
    const halfLife = config?.recoveryHalfLifeDays ?? null;
    this.#forgetting = halfLife === null ? 0 : Math.LN2 / halfLife;
  }

  /** Exposures of a user not forgotten at a time [days] not before the last exposure. */
  level(user: number, time: number): number {
    return this.#levels[user]! * Math.exp(-this.#forgetting * (time - this.#times[user]!));
  }

  /** Factor on the user's click rate, in (0, 1]. */
  multiplier(user: number, time: number): number {
    const worn = this.#rate * this.level(user, time);
    return this.#hyperbolic ? 1 / (1 + worn) : Math.exp(-worn);
  }

  /** Notes an exposure. */
  expose(user: number, time: number): void {
    this.#levels[user] = this.level(user, time) + 1;
    this.#times[user] = time;
  }
}
