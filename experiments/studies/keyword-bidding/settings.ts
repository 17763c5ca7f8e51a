import { z } from 'zod';
import { policyEntrySchema } from '../../experiment-config.ts';
import { studyFields } from '../study-fields.ts';

const account = z.strictObject({
  name: z.string().min(1).meta({ description: 'Words for the account.' }),
  meanVolume: z.number().positive().max(1e6).optional().meta({
    unit: 'searches a day',
    description: 'Mean searches of every keyword; drawn where absent.',
  }),
  cvr: z.number().positive().max(1).optional().meta({
    unit: 'share of clicks',
    description: 'Conversion rate of every keyword; drawn where absent.',
  }),
});

/** Settings of an experiment of kind `keyword-bidding`. */
export const keywordBiddingSchema = z.strictObject({
  ...studyFields,
  kind: z.literal('keyword-bidding').meta({
    description: 'Sponsored search after AdCraft: one bid a keyword and one budget a day; profit against ideal profit.',
  }),
  accounts: z
    .array(account)
    .min(1, 'describe at least one account')
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'expected each name once')
    .refine(
      (list) => list.every((entry) => (entry.meanVolume === undefined) === (entry.cvr === undefined)),
      'expected meanVolume and cvr together',
    )
    .default([{ name: 'drawn' }])
    .meta({ description: 'Accounts to bid for; each seed draws its keywords anew.' }),
  numKeywords: z.int().min(1).max(1000).default(10).meta({ unit: 'keywords', description: 'Keywords of an account.' }),
  numDays: z.int().min(1).max(10_000).default(60).meta({ unit: 'days', description: 'Days of an episode.' }),
  dailyBudget: z.number().positive().max(1e9).default(1000).meta({
    unit: 'currency',
    description: 'Largest budget of a day.',
  }),
  maxBid: z.number().gt(0.01).max(1e6).default(3).meta({ unit: 'currency', description: 'Largest bid for a click.' }),
  lossThreshold: z.number().min(0).default(10_000).meta({
    unit: 'currency',
    description: 'A cumulative loss beyond this ends an episode.',
  }),
  drift: z.number().min(0).lt(1).default(0).meta({
    unit: 'share a day',
    description: 'Largest daily change of volumes, click and conversion rates; .03 in the source’s drifting accounts.',
  }),
  episodes: z.int().min(1).max(10_000).default(20).meta({
    unit: 'episodes',
    description: 'Episodes that judge each policy, the same for all.',
  }),
  policies: z.array(policyEntrySchema).min(1, 'list at least one policy by its id, see bidlab list').meta({
    description: 'Who bids: ideal-bids, zero-margin, interpolation, or learners with continuous actions.',
  }),
  envSteps: z
    .int()
    .min(1)
    .default(120_000)
    .meta({ unit: 'env steps', description: 'Training length of each learner.' }),
  evaluations: z.int().min(1).max(1000).default(15).meta({
    unit: 'evaluations',
    description: 'How often a learner is scored on episodes of its own during training.',
  }),
});

/** A checked `keyword-bidding` experiment. */
export type KeywordBiddingConfig = z.output<typeof keywordBiddingSchema>;
