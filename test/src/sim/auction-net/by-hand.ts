import { Rng } from '../../../../src/core/rng.ts';
import { conversionLaw } from '../../../../src/sim/auction-net/conversions.ts';
import type { Period } from '../../../../src/sim/auction-net/period.ts';
import { auctionNetSchema } from '../../../../src/sim/auction-net/period-config.ts';

/** A period of one tick from its values, opportunity by opportunity, and how many slots of each are seen. */
export function onePeriod(
  values: readonly (readonly number[])[],
  slotsSeen: readonly number[],
  reserveMicros = 0,
): Period {
  const numSeats = values[0]!.length;
  const flat = Float32Array.from(values.flat());
  return {
    config: auctionNetSchema.parse({ reserveMicros }),
    seats: Array.from({ length: numSeats }, (_, index) => ({
      index,
      category: 0,
      budgetMicros: 1_000_000,
      cpaTargetMicros: 100,
    })),
    tickOffsets: Int32Array.of(0, values.length),
    values: flat,
    meanValues: Float64Array.from(
      { length: numSeats },
      (_, a) => values.reduce((s, row) => s + row[a]!, 0) / values.length,
    ),
    slotsSeen: Uint8Array.from(slotsSeen),
    conversionLaws: Array.from({ length: numSeats }, () => conversionLaw(0, 0.5, 0.5)),
    luck: 7,
    rng: new Rng('by-hand'),
  };
}
