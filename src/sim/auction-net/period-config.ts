import { z } from 'zod';
import { cpaTargetMicros } from '../../campaign/cpa-goal.ts';
import { MICROS_PER_UNIT } from '../../core/units.ts';

/** Decision steps of a period (a day in half hours). */
export const NUM_TICKS = 48;
/** Advertisers of one category; seat a is of category ⌊a / 8⌋. */
export const SEATS_PER_CATEGORY = 8;

/** Share of a period's traffic in each tick, before noise (AuctionNet, `NeurIPSPvGen`). */
export const TRAFFIC_SHARES: readonly number[] = [
  0.023012, 0.010762, 0.008822, 0.004816, 0.004799, 0.003329, 0.003393, 0.003033, 0.004299, 0.004863, 0.011136, 0.01236,
  0.018507, 0.017291, 0.026119, 0.02405, 0.036409, 0.033095, 0.038111, 0.032375, 0.037192, 0.032876, 0.033528, 0.025498,
  0.02372, 0.022214, 0.026216, 0.020075, 0.022233, 0.020495, 0.022686, 0.020809, 0.024124, 0.020575, 0.01999, 0.016486,
  0.017456, 0.01689, 0.020426, 0.019787, 0.024951, 0.02512, 0.031101, 0.028595, 0.030061, 0.025651, 0.02538, 0.025285,
];

/** Budgets of the 48 advertisers at 500,000 opportunities, currency units. */
const BUDGETS = [
  2900, 4350, 3000, 2400, 4800, 2000, 2050, 3500, 4600, 2000, 2800, 2350, 2050, 2900, 4750, 3450, 2000, 3500, 2200,
  2700, 3100, 2100, 4850, 4100, 2000, 4800, 3050, 4250, 2850, 2250, 2000, 3900, 2000, 3250, 4450, 3550, 2700, 2100,
  4650, 2000, 3400, 2650, 2300, 4100, 4800, 4450, 2000, 2050,
];

/** CPA targets of the 48 advertisers, currency units a conversion. */
const CPA_TARGETS = [
  100, 70, 90, 110, 60, 130, 120, 80, 70, 130, 100, 110, 120, 90, 60, 80, 130, 80, 110, 100, 90, 120, 60, 70, 120, 60,
  90, 70, 100, 110, 130, 80, 120, 90, 70, 80, 100, 110, 60, 130, 90, 100, 110, 80, 60, 70, 130, 120,
];

/** Opportunities of the original period, for which the budgets are meant. */
const ORIGINAL_OPPORTUNITIES = 500_000;

/** What one advertiser is given for a period. */
export interface Seat {
  /** 0 … 47. */
  readonly index: number;
  readonly category: number;
  readonly budgetMicros: number;
  /** What a conversion may cost at most, integer micros. */
  readonly cpaTargetMicros: number;
}

/** Settings of AuctionNet's market; every one has a default, so `{}` is the market scaled down to a tenth. */
export const auctionNetSchema = z
  .strictObject({
    opportunities: z.int().min(480).max(5_000_000).default(50_000).meta({
      unit: 'opportunities',
      description: 'Opportunities of a period; budgets are scaled with them from the 500,000 of the original.',
    }),
    exposure: z
      .array(z.number().gt(0).max(1))
      .length(3)
      .default([1, 0.8, 0.6])
      .meta({ unit: 'probability', description: 'Chance that a slot is seen, given that the slot before it was.' }),
    reserveMicros: z.int().min(0).max(MICROS_PER_UNIT).default(100).meta({
      unit: 'micros',
      description: 'Smallest price; a slot whose price would be this stays unsold.',
    }),
    minBalanceMicros: z
      .int()
      .min(0)
      .max(1000 * MICROS_PER_UNIT)
      .default(100_000)
      .meta({ unit: 'micros', description: 'An advertiser with less money left than this bids no more.' }),
    goal: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('cpa') }),
        z.strictObject({
          kind: z.literal('roas'),
          target: z.number().gt(0).max(1e6).meta({ unit: 'revenue / spend', description: 'Return that must be kept.' }),
          conversionValueMicros: z
            .int()
            .min(1)
            .meta({ unit: 'micros', description: 'What a conversion is worth to every advertiser.' }),
        }),
      ])
      .default({ kind: 'cpa' })
      .meta({ description: "cpa: AuctionNet's target of each advertiser; roas: one return on spend for all." }),
    meanValue: z.number().gt(0).max(0.1).default(5e-4).meta({
      unit: 'conversions',
      description: 'Mean predicted conversion rate, before the factors of category, advertiser and time.',
    }),
  })
  .meta({ description: "AuctionNet's market: 48 advertisers in 6 categories, three slots." });

/** Checked settings of the market. */
export type AuctionNetConfig = z.output<typeof auctionNetSchema>;

/** The 48 advertisers of a market, budgets scaled to its traffic. */
export function seatsOf(config: AuctionNetConfig): readonly Seat[] {
  const scale = config.opportunities / ORIGINAL_OPPORTUNITIES;
  return BUDGETS.map((budget, index) => ({
    index,
    category: Math.floor(index / SEATS_PER_CATEGORY),
    budgetMicros: Math.round(budget * scale * MICROS_PER_UNIT),
    cpaTargetMicros: cpaTargetMicros(
      config.goal.kind === 'roas' ? config.goal : { kind: 'cpa', targetMicros: CPA_TARGETS[index]! * MICROS_PER_UNIT },
    ),
  }));
}
