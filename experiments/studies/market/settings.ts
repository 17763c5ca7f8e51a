import { z } from 'zod';
import { amountSchema } from '../../../src/market/amount.ts';
import { advertiserFields } from '../../../src/market/rival-population.ts';
import { shockSchema } from '../../../src/market/shocks.ts';
import { houseConfigSchema, shocksOutsideFlight } from '../../../src/sim/market/house-config.ts';
import { policyEntrySchema } from '../../experiment-config.ts';
import { studyFields } from '../study-fields.ts';

const id = z.string().regex(/^[a-z0-9][a-z0-9-]*$/);
const houseShape = houseConfigSchema.shape;

const auctionSchema = z
  .strictObject({
    name: id.meta({ description: 'Id of the way of selling.' }),
    title: z.string().min(1).meta({ description: 'Words for reports.' }),
    auction: houseShape.auction.meta({ description: 'Auction format, slots, reserve, soft floor and what is billed.' }),
  })
  .meta({ description: 'A way of selling.' });

const scenarioSchema = z.strictObject({
  name: id.meta({ description: 'Id of the day.' }),
  title: z.string().min(1).meta({ description: 'Words for reports.' }),
  shocks: z.array(shockSchema).max(100).default([]).meta({ description: 'What happens on it without notice.' }),
});

const unique = (entries: readonly { readonly name: string; readonly title: string }[]) =>
  new Set(entries.map(({ name }) => name)).size === entries.length &&
  new Set(entries.map(({ title }) => title)).size === entries.length;

const settingsSchema = z.strictObject({
  ...studyFields,
  kind: z.literal('market').meta({
    description: 'One seat in a market of many bidders, under several auction formats and kinds of days.',
  }),
  market: houseConfigSchema.meta({ description: 'The market; its auction and shocks are set by what follows.' }),
  auctions: z
    .array(auctionSchema)
    .min(1, 'describe at least one auction format')
    .max(20)
    .refine(unique, 'expected each name and each title once')
    .meta({ description: 'Ways of selling that are compared.' }),
  scenarios: z
    .array(scenarioSchema)
    .min(1, 'describe at least one scenario')
    .max(20)
    .refine(unique, 'expected each name and each title once')
    .default([{ name: 'calm', title: 'Calm day', shocks: [] }])
    .meta({ description: 'Days that judge; nobody is trained or tuned on their shocks.' }),
  seat: z
    .strictObject({
      clickValue: amountSchema('currency per click')
        .prefault({ family: 'fixed', value: 1 })
        .meta({ description: 'What a click is worth.' }),
      fitSigma: z.number().min(0).max(3).default(0.5).meta({ unit: 'log', description: 'As of rivals.' }),
      predictor: advertiserFields.predictor,
      budget: z
        .number()
        .positive()
        .meta({ unit: 'currency', description: 'Money for a flight, or for each of its days.' }),
      budgetPer: advertiserFields.budgetPer,
    })
    .meta({ description: 'What the policies that are compared want and have.' }),
  objective: z.enum(['surplus', 'value']).default('surplus').meta({
    description: 'What learners are paid, baselines are tuned for and policies are ranked by.',
  }),
  policies: z.array(policyEntrySchema).min(1, 'list at least one policy by its id, see bidlab list').meta({
    description: 'Who sits in the seat in turn: fixed, shading, baselines and learners.',
  }),
  flights: z
    .strictObject({
      train: z.int().min(1).max(100).default(6).meta({ unit: 'flights', description: 'Flights to plan on.' }),
      validation: z.int().min(1).max(100).default(6).meta({
        unit: 'flights',
        description: 'Flights that choose networks.',
      }),
      test: z.int().min(1).max(1000).default(20).meta({ unit: 'flights', description: 'Flights that judge.' }),
    })
    .prefault({}),
  envSteps: z
    .int()
    .min(1)
    .default(150_000)
    .meta({ unit: 'env steps', description: 'Training length of each learner under each auction format.' }),
  evaluations: z.int().min(1).max(1000).default(15).meta({
    unit: 'evaluations',
    description: 'How often a learner is scored during training; the best network is kept.',
  }),
});

/** Settings of an experiment of kind `market`: who wins in a market, by auction format and kind of day. */
export const marketStudySchema = settingsSchema.superRefine(({ market, scenarios }, context) => {
  for (const [s, { shocks }] of scenarios.entries()) {
    for (const { path, message } of shocksOutsideFlight(shocks, market.days)) {
      context.addIssue({ code: 'custom', path: ['scenarios', s, 'shocks', ...path], message });
    }
  }
});

/** A checked `market` experiment. */
export type MarketStudyConfig = z.output<typeof marketStudySchema>;
