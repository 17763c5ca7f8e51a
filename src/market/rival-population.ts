import { z } from 'zod';
import { amountSchema } from './amount.ts';

const multiplier = z.number().positive().max(100).default(1).meta({
  unit: 'bid per worth',
  description: 'Multiplier of the first tick; 1 bids what an impression is worth.',
});

const fixedSchema = z.strictObject({ rule: z.literal('fixed'), multiplier });

const multiplicativeSchema = z
  .strictObject({
    rule: z.literal('multiplicative'),
    multiplier,
    lower: z
      .number()
      .min(0)
      .max(1)
      .default(0.7)
      .meta({ unit: 'ratio', description: 'Spend over plan below which bids rise.' }),
    upper: z
      .number()
      .min(1)
      .max(10)
      .default(1.1)
      .meta({ unit: 'ratio', description: 'Spend over plan above which bids fall.' }),
    raise: z.number().min(1).max(10).default(1.2).meta({ unit: 'factor', description: 'Factor of a rise.' }),
    cut: z.number().positive().max(1).default(0.7).meta({ unit: 'factor', description: 'Factor of a fall.' }),
  })
  .meta({
    description:
      "Moves the multiplier by a fixed factor when spend leaves a band around its plan; AuctionNet's numbers.",
  });

const gain = (start: number, what: string) =>
  z
    .number()
    .min(0)
    .max(10)
    .default(start)
    .meta({ unit: 'log per unit of error', description: `${what} gain.` });

const pidSchema = z.strictObject({
  rule: z.literal('pid'),
  multiplier,
  proportional: gain(0.05, 'Proportional'),
  integral: gain(0.1, 'Integral'),
  derivative: gain(0.02, 'Derivative'),
});

const dualSchema = z.strictObject({
  rule: z.literal('dual'),
  multiplier,
  stepSize: z
    .number()
    .positive()
    .max(10)
    .default(0.15)
    .meta({ unit: 'relative', description: 'Step of the shadow price per unit of relative spend error.' }),
});

const shadingSchema = z.strictObject({
  rule: z.literal('shading'),
  multiplier,
  sigma: z
    .number()
    .min(0.05)
    .max(3)
    .default(0.8)
    .meta({ unit: 'log', description: 'Assumed spread of the price to beat, against the own worth.' }),
  memory: z
    .number()
    .min(0)
    .max(0.99)
    .default(0.8)
    .meta({ unit: 'share', description: 'Weight of what was believed before the last tick.' }),
});

/** How a scripted rival sets its multiplier from tick to tick. */
export const biddingRuleSchema = z
  .discriminatedUnion('rule', [fixedSchema, multiplicativeSchema, pidSchema, dualSchema, shadingSchema])
  .prefault({ rule: 'fixed' });

/** A checked rule, see {@link biddingRuleSchema}. */
export type BiddingRule = z.output<typeof biddingRuleSchema>;

const predictorSchema = z.strictObject({
  shift: z.number().min(-5).max(5).default(0).meta({ unit: 'logit', description: 'Added to every logit.' }),
  noise: z.number().min(0).max(5).default(0).meta({
    unit: 'logit',
    description: 'Standard deviation of an error of its own for each opportunity.',
  }),
});

/** A checked predictor: logit p̂ = logit p + shift + noise · N(0, 1) for a click rate p. */
export type ClickPredictor = z.output<typeof predictorSchema>;

/** What advertisers of one kind want and have; shared by rivals and seats of agents. */
export const advertiserFields = {
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .meta({ description: 'Id: lower-case words joined by hyphens.' }),
  title: z.string().min(1).optional().meta({ description: 'Words for reports; the name if absent.' }),
  clickValue: amountSchema('currency per click')
    .prefault({ family: 'log-normal', median: 1, sigma: 0.3 })
    .meta({ description: 'What a click is worth to the advertiser.' }),
  fitSigma: z.number().min(0).max(3).default(0.5).meta({
    unit: 'log',
    description: 'How much its click rate differs from page to page around the average advertiser.',
  }),
  predictor: predictorSchema.nullable().default(null).meta({
    description: 'How the click rates that it bids on differ from what is; null where it predicts the truth.',
  }),
  budget: amountSchema('currency')
    .nullable()
    .default(null)
    .meta({ description: 'Money for the whole flight, or for each day of it; null for no limit.' }),
  budgetPer: z.enum(['flight', 'day']).default('flight').meta({
    description: 'What the budget covers. A daily one begins anew at midnight; what is left of it lapses.',
  }),
};

/** Advertisers of one kind that share a bidding rule. */
export const rivalGroupSchema = z
  .strictObject({
    ...advertiserFields,
    count: z
      .int()
      .min(1, 'leave the group out for none')
      .max(1000, 'split it into more groups')
      .default(1)
      .meta({ unit: 'bidders', description: 'How many of them.' }),
    bidding: biddingRuleSchema,
    enterDay: z.number().min(0).default(0).meta({
      unit: 'days',
      description: 'When they come, from the start of the flight; fractions are parts of a day.',
    }),
    exitDay: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .meta({ unit: 'days', description: 'When they leave; null for the end of the flight.' }),
  })
  .refine(({ enterDay, exitDay }) => exitDay === null || exitDay > enterDay, {
    path: ['exitDay'],
    message: 'expected an exit after the entry; raise exitDay or lower enterDay',
  });

/** A checked group, see {@link rivalGroupSchema}. */
export type RivalGroup = z.output<typeof rivalGroupSchema>;
