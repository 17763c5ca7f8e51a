import { z } from 'zod';
import { newPidState, type PidGains, pidStep } from '../../src/bidding/pid.ts';
import { plannedLastSpend } from '../../src/bidding/spend-plan.ts';
import { defineBaseline } from './baseline.ts';
import { type PacingLaw, pacingPolicy, startMultiplier, startOf } from './pacing-policy.ts';
import { bestOf } from './tune.ts';

const gain = (what: string) =>
  z
    .number()
    .min(0)
    .max(10)
    .nullable()
    .default(null)
    .meta({
      unit: 'log multiplier per unit of relative spend error',
      description: `${what} gain; null for the best of a small grid on the tuning flights.`,
    });

/** Gains tried: proportional × integral. */
const GRID: readonly PidGains[] = [0, 0.05, 0.15, 0.4].flatMap((proportional) =>
  [0.02, 0.08, 0.2].map((integral) => ({ proportional, integral, derivative: 0.02 })),
);

/** Keeps spend on the traffic's plan with a PID controller on the logarithm of the multiplier. */
export const pidPacing = defineBaseline({
  title: 'PID pacing',
  kind: 'multiplier',
  source:
    'Zhang et al. (2016), "Feedback Control of Real-Time Display Advertising", WSDM, with spend as what is controlled.',
  schema: z.strictObject({
    startMultiplier,
    proportional: gain('Proportional'),
    integral: gain('Integral'),
    derivative: gain('Derivative'),
    maxLogMultiplier: z.number().positive().max(10).default(2).meta({
      unit: 'log multiplier',
      description: 'The controller moves the multiplier by at most this factor up or down, as a logarithm.',
    }),
  }),
  build(context, options) {
    const start = startOf(context, options.startMultiplier);
    const candidates = uniqueGains(options).map((gains) =>
      pacingPolicy(context.numFlights, start, pidLaw(context.numFlights, gains, options.maxLogMultiplier)),
    );
    return candidates.length === 1 ? candidates[0]! : bestOf(candidates, (policy) => context.score(policy));
  },
});

/** The grid with the given gains in place of the tried ones, without repetitions. */
function uniqueGains(given: { proportional: number | null; integral: number | null; derivative: number | null }) {
  const seen = new Map<string, PidGains>();
  for (const tried of GRID) {
    const gains = {
      proportional: given.proportional ?? tried.proportional,
      integral: given.integral ?? tried.integral,
      derivative: given.derivative ?? tried.derivative,
    };
    seen.set(`${gains.proportional} ${gains.integral} ${gains.derivative}`, gains);
  }
  return [...seen.values()];
}

function pidLaw(numFlights: number, gains: PidGains, limit: number): PacingLaw {
  const states = Array.from({ length: numFlights }, newPidState);
  const outputs = new Float64Array(numFlights);
  return {
    resetFlight(flight) {
      states[flight] = newPidState();
      outputs[flight] = 0;
    },
    relative(flight, counters) {
      const planned = plannedLastSpend(counters);
      if (planned > 0) {
        // An error beyond 1 says no more than "much too fast": overspending steps are bounded as underspending ones are.
        const error = Math.max(-1, 1 - counters.lastSpendMicros / planned);
        outputs[flight] = pidStep(states[flight]!, error, gains, limit);
      }
      return Math.exp(outputs[flight]!);
    },
  };
}
