import { z } from 'zod';
import { biddingRuleSchema } from '../../../src/sim/auction-net/bidding-rules.ts';
import { auctionNetSchema } from '../../../src/sim/auction-net/period-config.ts';
import { studyFields } from '../study-fields.ts';

/** One seat of the comparison: an id, or an id with options; which options depends on the id. */
const entrySchema = z.union([
  z.string().min(1),
  z.looseObject({
    id: z.string().min(1).meta({ description: 'Id of a bidding rule or a learner.' }),
    as: z.string().min(1).optional().meta({ description: 'Name of this seat where one id sits twice.' }),
    title: z.string().min(1).optional().meta({ description: 'Words for reports.' }),
  }),
]);

const rivalSchema = z
  .looseObject({
    rule: z.string().min(1).meta({ description: 'Id of a bidding rule.' }),
    spread: z.number().min(0).max(0.9).default(0.2).meta({
      unit: 'share',
      description: 'Each rival starts a period at the rule times a draw from 1 ± this.',
    }),
  })
  .transform(({ spread, ...rule }, context) => {
    const parsed = biddingRuleSchema.safeParse(rule, { reportInput: true });
    if (parsed.success && parsed.data.rule !== 'abid') return { ...parsed.data, spread };
    const message = parsed.success
      ? "expected a rule with one multiplier a tick, received 'abid'; seat another"
      : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

const numPeriods = (initial: number, description: string) =>
  z.int().min(1).max(10_000).default(initial).meta({ unit: 'periods', description });

/** Settings of an experiment of kind `auctionnet`: one bidder among 47 rivals under budget and CPA target. */
export const auctionNetStudySchema = z.strictObject({
  ...studyFields,
  kind: z.literal('auctionnet').meta({ description: "AuctionNet's market: budgets, CPA targets and 47 rivals." }),
  market: auctionNetSchema.prefault({}),
  rivals: z
    .array(rivalSchema)
    .min(1, 'list at least one rule; the 47 rivals share them')
    .meta({ description: 'Rules of the rivals, in equal shares: advertiser a follows rule a mod their number.' }),
  seats: z
    .array(z.int().min(0).max(47, 'advertisers are numbered from 0 to 47'))
    .min(1, 'name at least one advertiser to play')
    .refine((list) => new Set(list).size === list.length, 'expected each advertiser once')
    .default([0, 5, 10, 15, 16, 21, 26, 31, 34, 39, 44, 47])
    .meta({ unit: 'advertisers', description: 'Advertisers whose place every policy takes in turn.' }),
  periods: z
    .strictObject({
      train: numPeriods(24, 'Periods to learn and tune on, recorded.'),
      validation: numPeriods(10, 'Periods that pick networks, recorded.'),
      test: numPeriods(10, 'Periods that judge, played live for each advertiser.'),
    })
    .prefault({}),
  policies: z
    .array(entrySchema)
    .min(1, 'list at least one policy by its id, see bidlab list')
    .meta({ description: 'Who is compared.' }),
  envSteps: z
    .int()
    .min(1)
    .default(1_500_000)
    .meta({ unit: 'env steps', description: 'Training length of each learner.' }),
  evaluations: z.int().min(1).max(1000).default(15).meta({
    unit: 'evaluations',
    description: 'How often a learner is scored during training; the best network is kept.',
  }),
});

/** A checked `auctionnet` experiment. */
export type AuctionNetStudyConfig = z.output<typeof auctionNetStudySchema>;

const range = (description: string) =>
  z
    .tuple([z.number().gt(0).max(10), z.number().gt(0).max(10)])
    .refine(([low, high]) => low <= high, 'expected the lower end first')
    .default([0.8, 1.25])
    .meta({ unit: 'ratio', description });

const unit = z.enum(['target', 'plan']).default('plan').meta({
  unit: '',
  description: 'What actions multiply: the CPA target, or the multiplier that earlier periods say the money left buys.',
});

/** Settings of a learner's seat beside those of its agent. */
export const learnerSchema = z.strictObject({
  actions: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('log'),
        unit,
        logRange: z.number().gt(0).max(10).default(1.5).meta({
          unit: 'ln',
          description: 'The action ±1 multiplies or divides by exp of this.',
        }),
      }),
      z.strictObject({
        kind: z.literal('grid'),
        unit,
        multipliers: z
          .array(z.number().min(0).max(100))
          .min(2)
          .default([0, 0.3, 0.5, 0.7, 0.85, 1, 1.2, 1.5, 2])
          .meta({ unit: 'units', description: 'Multipliers to choose from; 0 sits a tick out.' }),
      }),
    ])
    .prefault({ kind: 'log' }),
  reward: z.enum(['sparse', 'dense', 'score', 'expected-score']).default('expected-score').meta({
    unit: '',
    description:
      "Conversions, predicted conversions, or how the tick changed the score; expected-score averages over the tick's luck.",
  }),
  scoreBonus: z.number().min(0).max(1000).default(0).meta({
    unit: 'reward per score',
    description: "The period's score is added to its last reward this many times.",
  }),
  budgets: range('Training budgets over those of the advertisers, log-uniform.'),
  targets: range('Training CPA targets over those of the advertisers, log-uniform.'),
  numEnvs: z.int().min(1).max(65_536).default(512).meta({ unit: 'copies', description: 'Environment copies.' }),
  envSteps: z.int().min(1).optional().meta({ unit: 'env steps', description: "In place of the experiment's." }),
});

/** Checked settings of a learner's seat. */
export type LearnerSettings = z.output<typeof learnerSchema>;
