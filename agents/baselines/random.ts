import { z } from 'zod';
import type { BidPolicy } from '../../src/core/policy.ts';
import { type BaselineContext, defineBaseline } from './baseline.ts';
import { FlightStreams } from './flight-streams.ts';
import { trainingOf } from './training.ts';
import { searchLog } from './tune.ts';

/** Bids uniformly between 0 and a cap, whatever the opportunity is worth. */
export const random = defineBaseline({
  title: 'Random bid',
  kind: 'bid',
  source: 'Zhang et al. (2014), arXiv:1407.7073, section 5 (Rand).',
  schema: z.strictObject({
    maxBidMicros: z.number().nonnegative().nullable().default(null).meta({
      unit: 'micros',
      description: 'Upper end of the bids; null to tune it on the training data.',
    }),
  }),
  build(context, { maxBidMicros }) {
    if (maxBidMicros !== null) return randomPolicy(context, maxBidMicros);
    const cap = searchLog(2 * trainingOf(context).bid(), 4, (x) => context.score(randomPolicy(context, x)));
    return randomPolicy(context, cap);
  },
});

function randomPolicy(context: BaselineContext, maxBidMicros: number): BidPolicy {
  const streams = new FlightStreams(context.rng.split('random-bid'), context.numFlights);
  return {
    kind: 'bid',
    reset: (mask) => streams.reset(mask),
    beginStep() {},
    bid: (flight) => maxBidMicros * streams.next(flight),
  };
}
