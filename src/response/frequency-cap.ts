import { z } from 'zod';

/** How often a user may be shown the campaign. */
export const frequencyCapSchema = z.strictObject({
  impressions: z
    .int()
    .max(1000)
    .refine((n) => n >= 1, 'expected at least 1 [impressions]; use null in place of the cap for none')
    .default(4)
    .meta({ unit: 'impressions', description: 'Most impressions a user and period.' }),
  periodDays: z.number().positive().max(365).default(1).meta({ unit: 'days', description: 'Sliding period.' }),
});

/** A checked cap, see {@link frequencyCapSchema}. */
export type FrequencyCapConfig = z.output<typeof frequencyCapSchema>;

/** Keeps impressions of each user below a cap in every period that ends now. */
export class FrequencyCap {
  readonly #impressions: number;
  readonly #periodDays: number;
  /** `[U, impressions]` times of the last impressions, a ring for each user. */
  readonly #times: Float64Array;
  /** `[U]` impressions so far. */
  readonly #counts: Int32Array;

  /** @param config null for no cap. */
  constructor(numUsers: number, config: FrequencyCapConfig | null) {
    this.#impressions = config?.impressions ?? 0;
    this.#periodDays = config?.periodDays ?? 0;
    this.#times = new Float64Array(numUsers * this.#impressions);
    this.#counts = new Int32Array(numUsers);
  }

  /** Whether the user may be shown one more at a time [days] not before the last impression. */
  allows(user: number, time: number): boolean {
    const shown = this.#counts[user]!;
    if (this.#impressions === 0 || shown < this.#impressions) return true;
    // The oldest of the last `impressions` ones must have left the period.
    return time - this.#times[user * this.#impressions + (shown % this.#impressions)]! >= this.#periodDays;
  }

  /** Notes an impression. */
  expose(user: number, time: number): void {
    const shown = this.#counts[user]!;
    if (this.#impressions > 0) this.#times[user * this.#impressions + (shown % this.#impressions)] = time;
    this.#counts[user] = shown + 1;
  }
}
