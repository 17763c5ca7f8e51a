import { z } from 'zod';
import type { Rng } from '../core/rng.ts';

/** The schema of a positive amount that differs from bidder to bidder. @param unit Shown in errors and help. */
export function amountSchema(unit: string) {
  return z.discriminatedUnion('family', [
    z.strictObject({
      family: z.literal('fixed'),
      value: z.number().positive().meta({ unit, description: 'The same for everybody.' }),
    }),
    z
      .strictObject({
        family: z.literal('uniform'),
        low: z.number().positive().meta({ unit, description: 'Smallest amount.' }),
        high: z.number().positive().meta({ unit, description: 'Largest amount.' }),
      })
      .refine(({ low, high }) => low <= high, { path: ['low'], message: 'expected at most high; swap the two' }),
    z.strictObject({
      family: z.literal('log-normal'),
      median: z.number().positive().meta({ unit, description: 'Median amount.' }),
      sigma: z.number().min(0).max(3).meta({ unit: 'log', description: 'Standard deviation of the logarithm.' }),
    }),
  ]);
}

/** A checked amount, see {@link amountSchema}. */
export type Amount = z.output<ReturnType<typeof amountSchema>>;

/** Draws one amount; takes one number from the stream whatever the family. */
export function drawAmount(amount: Amount, rng: Rng): number {
  switch (amount.family) {
    case 'fixed':
      rng.next();
      return amount.value;
    case 'uniform':
      return rng.uniform(amount.low, amount.high);
    case 'log-normal':
      return amount.median * Math.exp(amount.sigma * rng.normal());
  }
}
