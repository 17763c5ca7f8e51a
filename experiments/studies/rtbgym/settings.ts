import { z } from 'zod';
import type { RtbGymActions } from '../../../envs/rtbgym.ts';
import { studyFields } from '../study-fields.ts';

/** One seat: an id, or an id with options; which options depends on the id. */
const seatSchema = z.union([
  z.string().min(1),
  z.looseObject({
    id: z.string().min(1).meta({ description: 'constant, random, dp, or the id of a learner.' }),
    as: z.string().min(1).optional().meta({ description: 'Name of this seat where one id sits twice.' }),
    title: z.string().min(1).optional().meta({ description: 'Words for reports.' }),
  }),
]);

/** Settings of an experiment of kind `rtbgym`: RTBGym's default problem. */
export const rtbGymSchema = z.strictObject({
  ...studyFields,
  kind: z.literal('rtbgym').meta({ description: "RTBGym's default problem: seven steps, one budget, pay per click." }),
  policies: z
    .array(seatSchema)
    .min(1, 'list at least one policy by its id, see bidlab list')
    .meta({ description: 'Who is compared.' }),
  episodes: z.int().min(2).max(10_000_000).default(50_000).meta({
    unit: 'episodes',
    description: 'Episodes that judge each policy in each seed, the same for all; rounded up to whole hundreds.',
  }),
  parameterSeed: z.int().min(0).default(12345).meta({
    description:
      'Names the market that is drawn where there is no --data; with --data it is the one of random_state 12345.',
  }),
  referenceMultiplier: z.number().positive().max(100).default(1.05).meta({
    unit: 'multiplier',
    description: 'Every policy is compared with this constant multiplier on the same episodes.',
  }),
  tapeEpisodes: z.int().min(1).max(20_000).default(2_000).meta({
    unit: 'episodes',
    description:
      'Episodes drawn once that learners train on, some 70 bytes an auction; as many others choose the network.',
  }),
  envSteps: z
    .int()
    .min(1)
    .default(300_000)
    .meta({ unit: 'env steps', description: 'Training length of each learner.' }),
  evaluations: z.int().min(1).max(1000).default(30).meta({
    unit: 'evaluations',
    description: 'How often a learner is scored during training; the best network is kept.',
  }),
});

/** A checked `rtbgym` experiment. */
export type RtbGymConfig = z.output<typeof rtbGymSchema>;

const multiplier = (initial: number, description: string) =>
  z.number().positive().max(1000).default(initial).meta({ unit: 'multiplier', description });

/** A constant multiplier. */
export const constantSchema = z.strictObject({
  multiplier: multiplier(1.05, 'Multiplier of every step.'),
});

/** Random multipliers: RTBGym's discrete actions, or uniform ones. */
export const randomSchema = z.strictObject({
  actions: z.enum(['discrete', 'uniform']).default('discrete').meta({
    description: 'One of some log-spaced multipliers, or any between low and high.',
  }),
  low: multiplier(0.1, 'Smallest multiplier.'),
  high: multiplier(10, 'Largest multiplier.'),
  count: z.int().min(1).max(1000).default(10).meta({ unit: 'multipliers', description: 'Number of discrete ones.' }),
});

/** Planning by dynamic programming over log-spaced multipliers. */
export const dpSchema = z.strictObject({
  low: multiplier(0.3, 'Smallest multiplier.'),
  high: multiplier(6, 'Largest multiplier.'),
  count: z.int().min(1).max(1000).default(31).meta({ unit: 'multipliers', description: 'Number of multipliers.' }),
});

/** What a learner's seat takes beside the options of its agent. */
export const learnerSchema = z.strictObject({
  actions: z
    .strictObject({
      kind: z.enum(['grid', 'log', 'linear']).default('grid').meta({
        description: 'Log-spaced multipliers to choose from, or a continuous one by its logarithm or as it is.',
      }),
      low: multiplier(0.3, 'Smallest multiplier.'),
      high: multiplier(4, 'Largest multiplier.'),
      count: z.int().min(1).max(1000).default(21).meta({ unit: 'multipliers', description: 'Number of a grid.' }),
    })
    .prefault({}),
  observations: z.enum(['pacing', 'original']).default('pacing').meta({
    description: 'Step one-hot, budget left and per step left; or the seven quantities of RTBGym.',
  }),
  reward: z.enum(['conversions', 'expected-conversions']).default('expected-conversions').meta({
    description: 'Realised conversions, or the sum of CTR · CVR over what was won.',
  }),
  rewardUnit: z.number().positive().default(3).meta({ unit: 'conversions', description: 'One unit of reward.' }),
  numEnvs: z.int().min(1).max(65_536).default(128).meta({ unit: 'copies', description: 'Copies that act at once.' }),
  envSteps: z.int().min(1).optional().meta({ unit: 'env steps', description: "Instead of the experiment's." }),
});

/** Checked settings of a learner's seat. */
export type LearnerSettings = z.output<typeof learnerSchema>;

/** Multipliers from low to high, the quotient of neighbours constant. */
export function logSpaced({ low, high, count }: { low: number; high: number; count: number }): number[] {
  if (count === 1) return [low];
  return Array.from({ length: count }, (_, i) => low * (high / low) ** (i / (count - 1)));
}

/** The environment's form of a learner's actions. */
export function learnerActions({ actions }: LearnerSettings): RtbGymActions {
  return actions.kind === 'grid'
    ? { kind: 'grid', multipliers: logSpaced(actions) }
    : { kind: actions.kind, low: actions.low, high: actions.high };
}
