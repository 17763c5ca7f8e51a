import { z } from 'zod';
import type { TapeMeta } from './tape.ts';

const UNIT = 'price units';

/** Rules of the auctions on a tape, with prices in the price unit of the file that they stand in. */
export const auctionRulesSchema = z
  .strictObject({
    pricing: z
      .enum(['second-price', 'first-price'])
      .default('second-price')
      .meta({ description: 'What the winner pays: the highest rival price, or its own bid.' }),
    ties: z
      .enum(['win', 'lose'])
      .default('lose')
      .meta({ description: 'Whether a bid equal to the highest rival price wins.' }),
    minBid: z.number().nonnegative().default(0).meta({ unit: UNIT, description: 'Smallest bid that takes part.' }),
    bidQuantumMicros: z
      .int()
      .positive()
      .max(1_000_000)
      .default(1)
      .meta({ unit: 'micros', description: 'Bids are multiples of this.' }),
    maxBid: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .meta({ unit: UNIT, description: 'No bid is above this; null for no cap.' }),
  })
  .prefault({});

/** The auction rules as a tape states them. @param unitMicros Micros in one price unit. */
export function auctionRulesOf(
  rules: z.output<typeof auctionRulesSchema>,
  unitMicros: number,
): Pick<TapeMeta, 'pricing' | 'ties' | 'minBidMicros' | 'bidQuantumMicros' | 'maxBidMicros'> {
  return {
    pricing: rules.pricing,
    ties: rules.ties,
    minBidMicros: Math.round(rules.minBid * unitMicros),
    bidQuantumMicros: rules.bidQuantumMicros,
    maxBidMicros: rules.maxBid === null ? null : Math.round(rules.maxBid * unitMicros),
  };
}

/** What one unit of value is, in words, told from the worths of a click and a conversion. */
export function valueUnitOf(valuePerClick: number, valuePerConversion: number, currency: string): string {
  if (valuePerClick === 1 && valuePerConversion === 0) return 'expected clicks';
  if (valuePerClick === 0 && valuePerConversion === 1) return 'expected conversions';
  return `expected ${currency}`;
}
