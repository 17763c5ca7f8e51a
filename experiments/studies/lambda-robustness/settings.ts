import { z } from 'zod';
import { DRLB_MOVES } from '../../../src/bidding/drlb-moves.ts';
import { policyEntrySchema } from '../../experiment-config.ts';
import { studyFields } from '../study-fields.ts';

/** The nine groups of Wu et al. (2018), with ends where the paper has none. */
const GROUPS = [
  { low: -0.99, high: -0.8 },
  { low: -0.8, high: -0.4 },
  { low: -0.4, high: -0.2 },
  { low: -0.2, high: 0 },
  { low: 0, high: 0.2 },
  { low: 0.2, high: 0.4 },
  { low: 0.4, high: 0.8 },
  { low: 0.8, high: 1.6 },
  { low: 1.6, high: 3 },
];

const group = z
  .strictObject({
    low: z.number().gt(-1).max(100).meta({ unit: 'share of the optimum', description: 'Least deviation of λ₀.' }),
    high: z.number().gt(-1).max(100).meta({ unit: 'share of the optimum', description: 'Largest deviation of λ₀.' }),
  })
  .refine(({ low, high }) => low < high, 'expected low below high');

/** Settings of an experiment of kind `lambda-robustness`. */
export const lambdaRobustnessSchema = z.strictObject({
  ...studyFields,
  kind: z.literal('lambda-robustness').meta({
    description: 'Bidders that start the day with a wrong shadow price of money λ₀, by how wrong it is.',
  }),
  campaign: z
    .union([z.int(), z.string().min(1)])
    .transform(String)
    .default('2997')
    .meta({
      description: 'Campaign folder of the iPinYou benchmark under --data; days are drawn from its statistics.',
    }),
  market: z.string().min(1).default('ipinyou-2997').meta({
    description: 'Id of the shipped market that days are drawn from where there is no --data.',
  }),
  numSteps: z.int().min(1).max(10_000).default(96).meta({ unit: 'steps', description: 'Decisions a day.' }),
  auctionsPerStep: z.int().min(1).max(100_000).default(200).meta({
    unit: 'auctions',
    description: 'Auctions between two decisions.',
  }),
  budgetFraction: z.number().positive().max(1).default(0.25).meta({
    unit: 'share',
    description: 'Budget over what a whole day costs at market prices.',
  }),
  moves: z
    .array(z.number().gt(-1, 'a move multiplies λ by 1 + move, which must stay positive').max(10))
    .min(1, 'list at least one move; 0 keeps λ')
    .max(64)
    .default([...DRLB_MOVES])
    .meta({ unit: 'share', description: 'Changes of λ that learners and the clairvoyant choose from at each step.' }),
  groups: z.array(group).min(1, 'describe at least one group').max(64).default(GROUPS).meta({
    description:
      'Groups of deviations of λ₀ from the optimum of the day; each day draws one deviation a group, uniformly.',
  }),
  days: z
    .strictObject({
      train: z.int().min(1).max(1000).default(30).meta({ unit: 'days', description: 'Days to learn and tune on.' }),
      validation: z.int().min(1).max(1000).default(8).meta({ unit: 'days', description: 'Days that pick networks.' }),
      test: z.int().min(1).max(1000).default(20).meta({ unit: 'days', description: 'Days that judge.' }),
    })
    .prefault({}),
  policies: z.array(policyEntrySchema).min(1, 'list at least one policy by its id, see bidlab list').meta({
    description: 'Who plays: baselines, learners with discrete actions, clairvoyant, hindsight-optimum.',
  }),
  envSteps: z
    .int()
    .min(1)
    .default(600_000)
    .meta({ unit: 'env steps', description: 'Training length of each learner.' }),
  evaluations: z.int().min(1).max(1000).default(30).meta({
    unit: 'evaluations',
    description: 'How often a learner is scored on the validation days during training.',
  }),
});

/** A checked `lambda-robustness` experiment. */
export type LambdaRobustnessConfig = z.output<typeof lambdaRobustnessSchema>;

/** "−80 … −40 %" */
export function groupLabel({ low, high }: LambdaRobustnessConfig['groups'][number]): string {
  const percent = (share: number) => String(Math.round(share * 100)).replace('-', '−');
  return `${percent(low)} … ${percent(high)} %`;
}
