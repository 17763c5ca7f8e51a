import type { MultiplierPolicy } from '../src/core/policy.ts';
import { type PacingModel, PacingRuntime } from '../src/policy/runtime.ts';

/** A trained model as a policy: the same runtime that an export carries, so evaluation and export bid alike. */
export function modelPolicy(model: PacingModel): MultiplierPolicy {
  const runtime = new PacingRuntime(model);
  return {
    kind: 'multiplier',
    reset: () => undefined,
    decide(flights, active, out) {
      for (let n = 0; n < flights.length; n++) if (active[n] === 1) out[n] = runtime.multiplier(flights[n]!);
    },
  };
}
