import { z } from 'zod';
import type { Rng } from '../core/rng.ts';

/** How a level wanders from day to day. */
export const driftSchema = z
  .strictObject({
    persistence: z
      .number()
      .min(0)
      .max(0.999)
      .default(0.7)
      .meta({ unit: '1/day', description: 'Share of the deviation that is left on the next day.' }),
    sigma: z.number().min(0).max(2).default(0).meta({
      unit: 'log',
      description: 'Standard deviation of the logarithm of the level over many days; 0 for no drift.',
    }),
  })
  .prefault({});

/** A checked drift, see {@link driftSchema}. */
export type DriftConfig = z.output<typeof driftSchema>;

/**
 * Levels of `days` days as factors around 1: exp of a stationary first-order autoregression.
 *
 *     x_0 ~ N(0, σ²),  x_d = φ · x_{d−1} + √(1 − φ²) · N(0, σ²),  factor_d = exp(x_d − σ²/2)
 *
 * so every day's factor has mean 1. Earlier days do not depend on `days`.
 */
export function dailyFactors(drift: DriftConfig, days: number, rng: Rng): Float64Array {
  const factors = new Float64Array(days);
  const innovation = Math.sqrt(1 - drift.persistence ** 2);
  let x = 0;
  for (let day = 0; day < days; day++) {
    const shock = drift.sigma * rng.normal();
    x = day === 0 ? shock : drift.persistence * x + innovation * shock;
    factors[day] = Math.exp(x - drift.sigma ** 2 / 2);
  }
  return factors;
}
