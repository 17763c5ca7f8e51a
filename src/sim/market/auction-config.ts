import { z } from 'zod';
import { reserveSchema } from '../../auction/reserve.ts';

const slotsSchema = z
  .strictObject({
    exposure: z.array(z.number()).max(20).default([1]).meta({
      unit: 'probability',
      description: 'How likely an ad in each slot is seen, in (0, 1], best slot first.',
    }),
    model: z
      .enum(['independent', 'cascade'])
      .default('independent')
      .meta({ description: 'Whether a slot is seen whatever the others, or only where the slot above is.' }),
  })
  .prefault({});

/** How a market sells its opportunities. */
export const houseAuctionSchema = z
  .strictObject({
    mechanism: z.string().min(1).default('second-price').meta({ description: 'Id of an auction format.' }),
    slots: slotsSchema,
    reserve: reserveSchema.prefault({ kind: 'static' }).meta({
      description:
        'Smallest bids that may win. Segments are the sites of the pages; what is learnt is forgotten after each flight.',
    }),
    reserveBy: z.enum(['market', 'site']).default('market').meta({
      description: 'Whether a reserve that is learnt is one for the whole market, or one for each site.',
    }),
    softFloorMicros: z.int().min(0).max(1e12).nullable().default(null).meta({
      unit: 'micros per billed event',
      description:
        'Of the soft-floor format: a winning bid up to it pays itself. Where the reserve is higher, the reserve.',
    }),
    bill: z.enum(['impression', 'exposed-impression', 'click', 'conversion']).default('exposed-impression').meta({
      description:
        'What is paid for, and what bids are for: an ad that was served whether or not it was seen, one that was seen, a click or a conversion. What formats claim of revenue and truthfulness presumes that lower slots bill less often, so not impressions that nobody need see.',
    }),
    ties: z
      .enum(['lowest-index', 'random'])
      .default('lowest-index')
      .meta({ description: 'Who wins among equal bids; seats of agents come after all rivals.' }),
  })
  .prefault({});
