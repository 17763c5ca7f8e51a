import { z } from 'zod';
import { paceReading } from '../../src/bidding/pace-reading.ts';
import { newPidState, type PidGains } from '../../src/bidding/pid.ts';
import { TA_PID_GAINS, taPidFactor } from '../../src/bidding/ta-pid.ts';
import type { MultiplierPolicy } from '../../src/core/policy.ts';
import { defineBaseline } from './baseline.ts';
import { pacingPolicy, startMultiplier, startOf } from './pacing-policy.ts';
import { bestOf } from './tune.ts';

/** Factors on the source's gains that are tried. */
const SCALES: readonly number[] = [1, 4, 16];

/** PID on the traffic-aware error of cumulative spend, in bins of a bid grid. */
export const taPid = defineBaseline({
  title: 'Traffic-aware PID (TA-PID)',
  kind: 'multiplier',
  source: 'BAT benchmark for autobidding (avito-tech/bat-autobidding-benchmark), TA-PID.',
  schema: z.strictObject({
    startMultiplier,
    gainScale: z.number().positive().max(1000).nullable().default(null).meta({
      unit: 'factor',
      description: "Factor on the source's gains; null for the best of three on the tuning flights.",
    }),
  }),
  build(context, options) {
    const start = startOf(context, options.startMultiplier);
    const policyAt = (scale: number) => taPidPolicy(context.numFlights, start, scale);
    if (options.gainScale !== null) return policyAt(options.gainScale);
    return bestOf(SCALES.map(policyAt), (policy) => context.score(policy));
  },
});

function taPidPolicy(numFlights: number, start: number, scale: number): MultiplierPolicy {
  const { proportional, integral, derivative } = TA_PID_GAINS;
  const gains: PidGains = {
    proportional: proportional * scale,
    integral: integral * scale,
    derivative: derivative * scale,
  };
  const states = Array.from({ length: numFlights }, newPidState);
  return pacingPolicy(numFlights, start, {
    resetFlight(flight) {
      states[flight] = newPidState();
    },
    relative: (flight, counters) => taPidFactor(states[flight]!, paceReading(counters), gains),
  });
}
