import { z } from 'zod';
import { type MystiqueState, mystiqueStep } from '../../src/bidding/mystique.ts';
import { bentPlan, HourlySignals, learnSlopes, planSlopes } from '../../src/bidding/mystique-plan.ts';
import { paceReading } from '../../src/bidding/pace-reading.ts';
import type { MultiplierPolicy } from '../../src/core/policy.ts';
import { type BaselineContext, defineBaseline } from './baseline.ts';
import { pacingPolicy, startMultiplier, startOf } from './pacing-policy.ts';
import { bestOf } from './tune.ts';

/** Factors on the source's corrections that are tried: its intervals are minutes. */
const SCALES: readonly number[] = [1, 3, 10];
/** Parts of a flight whose slopes are learnt; a day's hours. */
const MOST_HOURS = 24;

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
    learningRounds: z.int().min(0).max(100).default(3).meta({
      unit: 'rounds',
      description:
        'Rounds over the tuning flights in which the target learns at which hours money buys more; the best is kept, 0 for a target in step with traffic.',
    }),
  }),
  build(context, options) {
    const start = startOf(context, options.startMultiplier);
    const plan = planOf(context);
    const signal = options.initialSignal;
    const policyAt = (scale: number, target = plan) => mystiquePolicy(context, start, signal, scale, target, null);
    const scale = options.correctionScale ?? bestOf(SCALES, (candidate) => context.score(policyAt(candidate)));
    const numHours = Math.min(MOST_HOURS, plan.length - 1);
    const targets = [plan];
    let slopes = planSlopes(plan, numHours);
    for (let round = 0; round < options.learningRounds; round++) {
      const signals = new HourlySignals(plan.length - 1, numHours);
      context.score(mystiquePolicy(context, start, signal, scale, targets.at(-1)!, signals));
      slopes = learnSlopes(slopes, signals.means());
      targets.push(bentPlan(plan, slopes));
    }
    const target =
      targets.length === 1 ? plan : bestOf(targets, (candidate) => context.score(policyAt(scale, candidate)));
    return policyAt(scale, target);
  },
});

/** `[T + 1]` share of a flight's traffic that is expected before each step. */
function planOf({ flight: { expectedAuctions } }: BaselineContext): Float64Array {
  const total = expectedAuctions.reduce((sum, auctions) => sum + auctions, 0);
  const plan = new Float64Array(expectedAuctions.length + 1);
  for (const [t, auctions] of expectedAuctions.entries()) plan[t + 1] = Math.min(1, plan[t]! + auctions / total);
  return plan;
}

function mystiquePolicy(
  { numFlights }: BaselineContext,
  start: number,
  initialSignal: number,
  scale: number,
  target: Float64Array,
  signals: HourlySignals | null,
): MultiplierPolicy {
  const fresh = (): MystiqueState => ({ signal: initialSignal, lastPositive: initialSignal });
  const states = Array.from({ length: numFlights }, fresh);
  return pacingPolicy(numFlights, start, {
    resetFlight(flight) {
      states[flight] = fresh();
    },
    relative(flight, counters) {
      const t = counters.stepIndex;
      const reading = paceReading(counters);
      reading.targetShare = target[t]!;
      reading.lastTargetShare = target[t]! - target[t - 1]!;
      mystiqueStep(states[flight]!, reading, scale);
      signals?.add(t, states[flight]!.signal);
      return states[flight]!.signal / initialSignal;
    },
  });
}
