import type { MultiplierPolicy, Policy } from '../../../src/core/policy.ts';

/**
 * Lets a pacing policy that was built around a multiplier of 1 start each flight from the flight's own starting multiplier.
 *
 * Policies that bid per impression know no starting multiplier and pass unchanged.
 */
export function fromOwnStart(policy: Policy, numFlights: number): Policy {
  if (policy.kind === 'bid') return policy;
  const starts = new Float64Array(numFlights);
  const scaled: MultiplierPolicy = {
    kind: 'multiplier',
    reset: (mask) => policy.reset(mask),
    decide(flights, active, out) {
      policy.decide(flights, active, out);
      for (let n = 0; n < flights.length; n++) {
        if (active[n] !== 1) continue;
        if (flights[n]!.stepIndex === 0) starts[n] = flights[n]!.lastMultiplier;
        out[n] = out[n]! * starts[n]!;
      }
    },
  };
  return scaled;
}
