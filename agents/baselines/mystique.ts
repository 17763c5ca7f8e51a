import { z } from 'zod';
import { type MystiqueState, mystiqueStep } from '../../src/bidding/mystique.ts';
import { paceReading } from '../../src/bidding/pace-reading.ts';
import type { MultiplierPolicy } from '../../src/core/policy.ts';
import { type BaselineContext, defineBaseline } from './baseline.ts';
import { pacingPolicy, startMultiplier, startOf } from './pacing-policy.ts';
import { bestOf } from './tune.ts';

/** Factors on the source's corrections that are tried: its intervals are minutes. */
const SCALES: readonly number[] = [1, 3, 10];

/** Mystique's pacing signal on bids: it follows the error of cumulative spend and of its slope. */
export const mystique = defineBaseline({
  title: 'Mystique (soft)',
  kind: 'multiplier',
  source:
    'Stram et al. (2024), "Mystique: A Budget Pacing System for Performance Optimization in Online Advertising", WWW.',
  schema: z.strictObject({
    startMultiplier,
    initialSignal: z.number().gt(0).max(1).default(0.25).meta({
      unit: 'share of the largest bid',
      description:
        'Signal of the first step, where the multiplier is startMultiplier; at a signal of 1 bids are as much higher.',
    }),
    correctionScale: z.number().positive().max(1000).nullable().default(null).meta({
      unit: 'factor',
      description: 'Factor on the corrections; null for the best of three on the tuning flights.',
    }),
  }),
  build(context, options) {
    const start = startOf(context, options.startMultiplier);
    const policyAt = (scale: number) => mystiquePolicy(context, start, options.initialSignal, scale);
    if (options.correctionScale !== null) return policyAt(options.correctionScale);
    return bestOf(SCALES.map(policyAt), (policy) => context.score(policy));
  },
});

function mystiquePolicy(
  { numFlights }: BaselineContext,
  start: number,
  initialSignal: number,
  scale: number,
): MultiplierPolicy {
  const fresh = (): MystiqueState => ({ signal: initialSignal, lastPositive: initialSignal });
  const states = Array.from({ length: numFlights }, fresh);
  return pacingPolicy(numFlights, start, {
    resetFlight(flight) {
      states[flight] = fresh();
    },
    relative(flight, counters) {
      mystiqueStep(states[flight]!, paceReading(counters), scale);
      return states[flight]!.signal / initialSignal;
    },
  });
}
