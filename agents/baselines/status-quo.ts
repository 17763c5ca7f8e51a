import { z } from 'zod';
import { defineBaseline } from './baseline.ts';
import { statelessBid } from './constant-policy.ts';

/** Bids what the log's own bidder bid; no bid where the log does not tell. */
export const statusQuo = defineBaseline({
  title: 'Status quo (the log’s own bids)',
  kind: 'bid',
  source: 'The log itself.',
  schema: z.strictObject({}),
  needs: {
    column: 'loggedBidMicros',
    sentence: 'Needs the bids of the log’s own bidder: map a bid column when importing.',
  },
  build: () => statelessBid((opportunity) => opportunity.loggedBidMicros),
});
