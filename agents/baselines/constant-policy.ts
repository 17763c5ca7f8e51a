import type { BidPolicy, MultiplierPolicy, Opportunity } from '../../src/core/policy.ts';

/** A policy with one knob, for tuning without building it anew. */
interface Settable {
  set(value: number): void;
}

/** The same multiplier in every step; no state. @param initial Micros per value unit. */
export function constantMultiplier(initial: number): MultiplierPolicy & Settable {
  let multiplier = initial;
  return {
    kind: 'multiplier',
    set(value) {
      multiplier = value;
    },
    reset() {},
    decide(_flights, active, out) {
      for (let n = 0; n < active.length; n++) if (active[n] === 1) out[n] = multiplier;
    },
  };
}

/** The same bid in every auction; no state. @param initial Micros. */
export function constantBid(initial: number): BidPolicy & Settable {
  let bid = initial;
  return {
    ...statelessBid(() => bid),
    set(value) {
      bid = value;
    },
  };
}

/** A bid that depends on the opportunity alone, micros; no state. */
export function statelessBid(bidOf: (opportunity: Opportunity) => number): BidPolicy {
  return {
    kind: 'bid',
    reset() {},
    beginStep() {},
    bid: (_flight, opportunity) => bidOf(opportunity),
  };
}
