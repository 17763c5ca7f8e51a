import { z } from 'zod';
import { newPidState, type PidGains } from '../../src/bidding/pid.ts';
import { pidCpaFactor } from '../../src/bidding/pid-cpa.ts';
import { type BaselineContext, defineBaseline } from './baseline.ts';
import { cpaTargetMicros, targetOf } from './cpa-target.ts';
import { pacingPolicy, startMultiplier, startOf } from './pacing-policy.ts';
import { bestOf } from './tune.ts';

/** Gains tried. */
const GRID: readonly PidGains[] = [0.05, 0.15, 0.4].flatMap((proportional) =>
  [0, 0.02, 0.1].map((integral) => ({ proportional, integral, derivative: 0.02 })),
);

/** Holds the cost per unit of value at its target with a PID controller on the logarithm of the multiplier. */
export const pidCpa = defineBaseline({
  title: 'PID on CPA',
  kind: 'multiplier',
  source:
    'CPA PID of rlbidder and AuctionNet (Su et al. 2024, arXiv:2412.10798); Yang et al. (2019), doi:10.1145/3292500.3330681.',
  schema: z.strictObject({
    startMultiplier,
    cpaTargetMicros,
    gains: z
      .strictObject({
        proportional: z.number().min(0).max(10).meta({ unit: 'log multiplier per unit of error', description: 'K_p.' }),
        integral: z.number().min(0).max(10).meta({ unit: 'log multiplier per unit of error', description: 'K_i.' }),
        derivative: z.number().min(0).max(10).meta({ unit: 'log multiplier per unit of error', description: 'K_d.' }),
      })
      .nullable()
      .default(null)
      .meta({ unit: 'record', description: 'Gains; null for the best of a small grid on the tuning flights.' }),
    maxLogMultiplier: z.number().positive().max(10).default(2).meta({
      unit: 'log multiplier',
      description: 'The controller moves the multiplier by at most this factor up or down, as a logarithm.',
    }),
  }),
  build(context, options) {
    const start = startOf(context, options.startMultiplier);
    const target = targetOf(context, options.cpaTargetMicros);
    const policyAt = (gains: PidGains) => pidCpaPolicy(context, start, target, gains, options.maxLogMultiplier);
    if (options.gains !== null) return policyAt(options.gains);
    return bestOf(GRID.map(policyAt), (policy) => context.score(policy));
  },
});

function pidCpaPolicy(context: BaselineContext, start: number, target: number, gains: PidGains, limit: number) {
  const newState = () => ({ ...newPidState(), factor: 1 });
  const states = Array.from({ length: context.numFlights }, newState);
  return pacingPolicy(context.numFlights, start, {
    resetFlight(flight) {
      states[flight] = newState();
    },
    relative(flight, c) {
      return pidCpaFactor(states[flight]!, c.budgetMicros - c.remainingMicros, c.value, target, gains, limit);
    },
  });
}
