import { Rng } from '../../src/core/rng.ts';
import type { Tape } from '../../src/data/tape.ts';
import { generateTape } from '../../src/sim/generate-tape.ts';
import { marketConfigSchema } from '../../src/sim/market-config.ts';

/** A seeded tape of flights with log-normal prices and values, `auctions` a day. */
export function benchTape(days: number, auctions: number): Tape {
  const hourlyTraffic = Array.from({ length: 24 }, () => 1);
  const drift = { price: { sigma: 0 }, traffic: { sigma: 0 } };
  const config = marketConfigSchema.parse({ days, auctionsPerDay: auctions, hourlyTraffic, drift });
  return generateTape(config, new Rng('bench'));
}

/** Mean price over mean value, micros per value unit. */
export function benchMultiplier(tape: Tape): number {
  const sum = (column: Float64Array) => column.reduce((total, x) => total + x, 0);
  return sum(tape.marketPriceMicros) / sum(tape.value);
}
