import { SimError } from '../src/core/errors.ts';
import type { BidPolicy, FlightCounters, MultiplierPolicy, Policy } from '../src/core/policy.ts';

/**
 * A user's policy that says whose fault it is when one of its methods throws or decides something that cannot be played:
 * module, method, step and what to do.
 *
 * @param url File URL of the module that the policy comes from.
 * @returns A policy of the same kind; its methods throw SimError `FILE_INVALID` where the user's throw, and
 * `VALUE_OUT_OF_RANGE` on a multiplier that is not finite and ≥ 0 or a bid that is no number.
 */
export function watchedPolicy(url: string, policy: Policy): Policy {
  return policy.kind === 'multiplier' ? watchedMultipliers(url, policy) : watchedBids(url, policy);
}

/**
 * The error of a user's function that threw.
 *
 * @param what The function, and when it was called: "decide in step 3 of 48".
 */
export function moduleFailure(url: string, what: string, cause: unknown): SimError {
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  const at = cause instanceof Error ? (cause.stack ?? '').split(`${new URL(url).pathname}:`)[1] : undefined;
  const line = at === undefined ? '' : ` (line ${Number.parseInt(at, 10)})`;
  return new SimError('FILE_INVALID', `${url}: ${what} failed with ${reason}${line}; correct the module`, { cause });
}

function watchedMultipliers(url: string, policy: MultiplierPolicy): MultiplierPolicy {
  return {
    kind: 'multiplier',
    reset: watchedReset(url, policy),
    decide(flights, active, out) {
      try {
        policy.decide(flights, active, out);
      } catch (cause) {
        throw moduleFailure(url, `decide in ${stepOf(flights[active.indexOf(1)])}`, cause);
      }
      for (let n = 0; n < flights.length; n++) {
        if (active[n] !== 1 || (out[n]! >= 0 && out[n]! < Number.POSITIVE_INFINITY)) continue;
        throw new SimError(
          'VALUE_OUT_OF_RANGE',
          `${url}: decide in ${stepOf(flights[n])}: expected a finite multiplier >= 0 in out[${n}] [micros per value unit], received ${out[n]}; correct the module, for example where it divides by a counter that is still 0`,
        );
      }
    },
  };
}

function watchedBids(url: string, policy: BidPolicy): BidPolicy {
  const steps: string[] = [];
  return {
    kind: 'bid',
    reset: watchedReset(url, policy),
    beginStep(flight, counters) {
      steps[flight] = stepOf(counters);
      try {
        policy.beginStep(flight, counters);
      } catch (cause) {
        throw moduleFailure(url, `beginStep of ${steps[flight]}`, cause);
      }
    },
    bid(flight, opportunity) {
      let bid: unknown;
      try {
        bid = policy.bid(flight, opportunity);
      } catch (cause) {
        throw moduleFailure(url, `bid of flight ${flight} in ${steps[flight]}`, cause);
      }
      if (typeof bid === 'number') return bid;
      throw new SimError(
        'VALUE_OUT_OF_RANGE',
        `${url}: bid of flight ${flight} in ${steps[flight]}: expected a number [micros], NaN for no bid, received ${String(bid)}; correct the module`,
      );
    },
    observe(flight, won, priceMicros) {
      try {
        policy.observe?.(flight, won, priceMicros);
      } catch (cause) {
        throw moduleFailure(url, `observe of flight ${flight} in ${steps[flight]}`, cause);
      }
    },
  };
}

function watchedReset(url: string, policy: Policy): Policy['reset'] {
  return (mask) => {
    try {
      policy.reset(mask);
    } catch (cause) {
      throw moduleFailure(url, 'reset', cause);
    }
  };
}

/** "step 3 of 48" */
function stepOf(counters: FlightCounters | undefined): string {
  return counters === undefined ? 'no step' : `step ${counters.stepIndex + 1} of ${counters.numSteps}`;
}
