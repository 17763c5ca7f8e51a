import { z } from 'zod';

/** Policies of the ladder, in the order of its rows. */
const LADDER_POLICIES = ['ss-mdp', 'mcpc', 'linear', 'rlb', 'value-aware-dp'] as const;

const fraction = z.number().positive('a share of 0 buys nothing').max(1, '1 buys everything');

/** One seat of the comparison: an id, or an id with options, or a user's own module. */
export const policyEntrySchema = z.union([
  z.string().min(1),
  z.looseObject({
    id: z.string().min(1).meta({ description: 'Id of an agent, a baseline or a reference.' }),
    as: z.string().min(1).optional().meta({ description: 'Name of this seat where one id sits twice.' }),
    title: z.string().min(1).optional().meta({ description: 'Words for reports.' }),
  }),
  z.looseObject({
    module: z.string().min(1).meta({ description: 'Path of a module that exports createPolicy(context, options).' }),
    as: z.string().min(1).optional(),
    title: z.string().min(1).optional(),
  }),
]);

/** A seat as written; see {@link policyEntrySchema}. */
export type PolicyEntry = z.output<typeof policyEntrySchema>;

/** Settings of an experiment of kind `compare`: policies × budgets × seeds on days of a market or a log. */
export const compareSchema = z.strictObject({
  experiment: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .meta({ description: 'Id: lower-case words joined by hyphens; names the results folder.' }),
  kind: z.literal('compare').meta({ description: 'Trains and plays policies on days of a market or a log.' }),
  title: z.string().min(1).meta({ description: 'Headline of the report.' }),
  description: z.string().default('').meta({ description: 'What is compared and why, in a sentence or two.' }),
  market: z
    .union([z.string().min(1), z.looseObject({ preset: z.string().min(1).optional() })])
    .optional()
    .meta({ description: 'Id of a shipped market, or a market (with `preset` to start from).' }),
  tape: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Tape file made by import or generate; instead of a market.' }),
  campaign: z
    .union([z.int(), z.string().min(1)])
    .transform(String)
    .optional()
    .meta({
      description:
        'Campaign folder of the iPinYou benchmark under --data, instead of a market: training and validation flights are drawn from its training histogram and the click probabilities of the first half of its log, test flights are the last full ones of the log.',
    }),
  horizon: z.int().min(1).optional().meta({
    unit: 'records',
    description: 'Records per flight of a tape or a campaign; without it a tape with a clock is cut into days.',
  }),
  days: z
    .strictObject({
      train: z.int().min(1).default(6).meta({ unit: 'days', description: 'Days to learn and tune on.' }),
      validation: z.int().min(1).default(2).meta({ unit: 'days', description: 'Days that pick checkpoints.' }),
      test: z.int().min(1).default(4).meta({ unit: 'days', description: 'Days that judge.' }),
    })
    .prefault({}),
  stepsPerFlight: z.int().min(1).max(10_000).default(48).meta({
    unit: 'steps',
    description: 'Decisions per flight; 48 are half hours.',
  }),
  objective: z.enum(['value', 'clicks', 'conversions']).default('value').meta({
    description: 'What learners are rewarded with: expected value, realised clicks or conversions.',
  }),
  budgetFractions: z
    .array(fraction)
    .min(1, 'list at least one share such as 0.25')
    .refine((list) => new Set(list).size === list.length, 'expected each budget once')
    .default([1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2])
    .meta({ unit: 'share', description: 'Budgets over what a whole flight costs at market prices.' }),
  seeds: z.int().min(1).max(1000).default(5).meta({
    unit: 'seeds',
    description: 'Number of seeds, 0 … n − 1; a generated market is drawn anew for each.',
  }),
  policies: z
    .array(policyEntrySchema)
    .min(1, 'list at least one policy by its id, see bidlab list')
    .meta({ description: 'Who is compared.' }),
  envSteps: z.int().min(1).default(200_000).meta({
    unit: 'env steps',
    description: 'Training length of each learner.',
  }),
  evaluations: z.int().min(1).max(1000).default(20).meta({
    unit: 'evaluations',
    description: 'How often a learner is scored on the validation days during training.',
  }),
});

/** Settings of an experiment of kind `rlb-ladder`: the table of Cai et al. (2017) on one campaign. */
export const ladderSchema = z.strictObject({
  experiment: compareSchema.shape.experiment,
  kind: z.literal('rlb-ladder').meta({ description: 'Exact replay of a campaign log by planners and linear bidders.' }),
  title: compareSchema.shape.title,
  description: compareSchema.shape.description,
  campaign: z
    .union([z.int(), z.string().min(1)])
    .transform(String)
    .meta({
      description: 'Campaign folder of the iPinYou benchmark under --data.',
    }),
  horizon: z.int().min(1).max(100_000).default(1000).meta({
    unit: 'records',
    description: 'Auctions of an episode; budget and counter start anew with each.',
  }),
  budgetFractions: compareSchema.shape.budgetFractions,
  policies: z
    .array(z.enum(LADDER_POLICIES))
    .min(1)
    .default([...LADDER_POLICIES])
    .meta({ description: 'Who plays.' }),
  linearBase: z.number().positive().nullable().default(null).meta({
    unit: 'price units',
    description:
      'Base bid of linear bidding at every fraction; null takes the published ones, and where none is published the one whose expected spend on the training statistics equals the budget.',
  }),
  valueLevels: z.int().min(500).max(100_000).default(1000).meta({
    unit: 'levels',
    description: 'Levels of the value distribution in value-aware planning.',
  }),
});

/** A checked `rlb-ladder` experiment. */
export type LadderConfig = z.output<typeof ladderSchema>;

/** A checked `compare` experiment. */
export type CompareConfig = z.output<typeof compareSchema>;
