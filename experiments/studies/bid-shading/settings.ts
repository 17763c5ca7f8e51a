import { z } from 'zod';
import type { ShadingActions } from '../../../envs/bid-shading.ts';
import { FEEDBACK_MODES } from '../../../src/market/feedback.ts';
import { policyEntrySchema } from '../../experiment-config.ts';
import { studyFields } from '../study-fields.ts';

const micros = (description: string) => z.number().positive().max(1e11).meta({ unit: 'micros', description });
const probability = (description: string) =>
  z.number().min(0).max(1).default(0).meta({ unit: 'probability', description });
const steps = (description: string) => z.int().min(0).max(1000).meta({ unit: 'steps', description });

const segmentSchema = z.strictObject({
  name: z.string().min(1).meta({ description: 'Words for people, unique.' }),
  price: z
    .discriminatedUnion('family', [
      z.strictObject({
        family: z.literal('log-normal'),
        medianMicros: micros('Median of the highest rival bid at an average level.'),
        sigma: z.number().positive().max(3).meta({ unit: 'log', description: 'Spread of the highest rival bid.' }),
      }),
      z.strictObject({
        family: z.literal('gamma'),
        meanMicros: micros('Mean of the highest rival bid at an average level.'),
        shape: z.number().min(0.2).max(1000).meta({ unit: '1', description: 'Shape: 1 is exponential.' }),
      }),
    ])
    .meta({ description: 'Law of the highest rival bid.' }),
  meanValueMicros: micros('Mean value of an impression; values are log-normal.'),
  valueSigma: z.number().min(0).max(3).meta({ unit: 'log', description: 'Spread of values.' }),
});

const deliverySchema = z.strictObject({
  delay: z
    .discriminatedUnion('family', [
      z.strictObject({ family: z.literal('none') }),
      z.strictObject({ family: z.literal('fixed'), steps: steps('Delay of every notice.') }),
      z.strictObject({ family: z.literal('uniform'), low: steps('Least delay.'), high: steps('Longest delay.') }),
      z.strictObject({
        family: z.literal('geometric'),
        meanSteps: z.number().positive().max(1000).meta({ unit: 'steps', description: 'Mean delay before the cut.' }),
        maxSteps: steps('Longest delay.'),
      }),
    ])
    .default({ family: 'none' })
    .meta({ description: 'Steps between an auction and its notice.' }),
  duplicateProbability: probability('Probability that a notice comes twice.'),
  lossProbability: probability('Probability that a notice never comes.'),
});

/** Bargains, a contested segment, wild prices and a plain one: the best share of value to bid is from 0.25 to 0.85. */
const SEGMENTS: z.input<typeof segmentSchema>[] = [
  {
    name: 'News',
    price: { family: 'log-normal', medianMicros: 600, sigma: 0.5 },
    meanValueMicros: 4_000,
    valueSigma: 0.4,
  },
  { name: 'Video', price: { family: 'gamma', meanMicros: 9_000, shape: 12 }, meanValueMicros: 12_000, valueSigma: 0.3 },
  {
    name: 'Apps',
    price: { family: 'log-normal', medianMicros: 400, sigma: 1 },
    meanValueMicros: 1_200,
    valueSigma: 0.5,
  },
  { name: 'Premium', price: { family: 'gamma', meanMicros: 3_000, shape: 3 }, meanValueMicros: 6_000, valueSigma: 0.3 },
];

/** Settings of an experiment of kind `bid-shading`. */
export const bidShadingSchema = z.strictObject({
  ...studyFields,
  kind: z
    .literal('bid-shading')
    .meta({ description: 'First-price shading under full, winner-only and censored feedback.' }),
  modes: z
    .array(z.enum(FEEDBACK_MODES))
    .min(1, 'name at least one mode')
    .max(3)
    .default([...FEEDBACK_MODES])
    .meta({ description: 'Feedback modes to compare.' }),
  segments: z
    .array(segmentSchema)
    .min(1, 'describe at least one, or remove the key for the shipped ones')
    .max(64)
    .default(SEGMENTS)
    .meta({ description: 'Kinds of traffic.' }),
  numSteps: z.int().min(1).max(10_000).default(32).meta({ unit: 'batches', description: 'Batches an episode.' }),
  batchSize: z.int().min(1).max(10_000).default(8).meta({ unit: 'opportunities', description: 'Size of a batch.' }),
  driftSigma: z
    .number()
    .min(0)
    .max(3)
    .default(0.6)
    .meta({ unit: 'log', description: 'How far price levels drift from episode to episode.' }),
  delivery: deliverySchema.prefault({}).meta({ description: 'How notices travel; exploration logs are complete.' }),
  historyEpisodes: z.int().min(1).max(1000).default(20).meta({
    unit: 'episodes',
    description: 'Earlier episodes with random bids that estimators start from, told in the same feedback mode.',
  }),
  historyWeight: z.number().positive().max(1e6).default(8).meta({
    unit: 'auctions',
    description: 'What the whole history of a segment weighs against auctions of the episode at hand.',
  }),
  episodes: z.int().min(1).max(10_000).default(60).meta({
    unit: 'episodes',
    description: 'Episodes that judge each policy in each seed, the same for all.',
  }),
  policies: z.array(policyEntrySchema).min(1, 'list at least one policy by its id, see bidlab list').meta({
    description:
      "Who is compared. 'kaplan-meier' bids by a non-parametric landscape: Kaplan–Meier where winners learn the price, the empirical distribution where everybody does, isotonic regression under win or loss only.",
  }),
  envSteps: z
    .int()
    .min(1)
    .default(150_000)
    .meta({ unit: 'env steps', description: 'Training length of each learner.' }),
  evaluations: z.int().min(1).max(1000).default(15).meta({
    unit: 'evaluations',
    description: 'How often a learner is scored during training; the best network is kept.',
  }),
});

/** A checked `bid-shading` experiment. */
export type BidShadingConfig = z.output<typeof bidShadingSchema>;

const factor = (initial: number, description: string) =>
  z.number().min(0).max(2).default(initial).meta({ unit: 'share of value', description });

/** What a learner's seat takes beside the options of its agent. */
export const learnerSchema = z.strictObject({
  actions: z
    .strictObject({
      kind: z
        .enum(['grid', 'linear', 'curve'])
        .default('grid')
        .meta({ description: 'Factors to choose from, any between, or a factor and how far bids follow values.' }),
      low: factor(0.05, 'Smallest shading factor.'),
      high: factor(1, 'Largest shading factor.'),
      count: z.int().min(2).max(1000).default(20).meta({ unit: 'factors', description: 'Number of a grid.' }),
    })
    .refine(({ low, high }) => low < high, { path: ['low'], message: 'expected low below high; swap the two' })
    .prefault({}),
  reward: z.enum(['realised', 'expected']).default('realised').meta({
    description: 'Surplus of what was won, or its expectation given the bids.',
  }),
  numEnvs: z.int().min(1).max(65_536).default(64).meta({ unit: 'copies', description: 'Copies that act at once.' }),
  envSteps: z.int().min(1).optional().meta({ unit: 'env steps', description: "Instead of the experiment's." }),
});

/** Checked settings of a learner's seat. */
export type LearnerSettings = z.output<typeof learnerSchema>;

/** The environment's form of a learner's actions. */
export function learnerActions({ actions: { kind, low, high, count } }: LearnerSettings): ShadingActions {
  if (kind !== 'grid') return { kind, low, high };
  return { kind, factors: Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1)) };
}
