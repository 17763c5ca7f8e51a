import { z } from 'zod';
import { policyEntrySchema } from '../../experiment-config.ts';
import { studyFields } from '../study-fields.ts';

const problemSchema = z.union([
  z.string().min(1),
  z.strictObject({
    id: z.string().min(1).meta({ description: 'Id of a problem.' }),
    seeds: z.int().min(1).max(1000).optional().meta({ unit: 'seeds', description: "Instead of the experiment's." }),
    envSteps: z.int().min(1).optional().meta({
      unit: 'env steps',
      description: "Training length of each learner here, instead of the problem's.",
    }),
  }),
]);

/** Settings of an experiment of kind `learners`: every learner on every problem that it can play. */
export const learnersSchema = z.strictObject({
  ...studyFields,
  kind: z.literal('learners').meta({ description: 'Learners on problems: scores, and what it takes to get there.' }),
  problems: z
    .array(problemSchema)
    .min(1, 'list at least one problem')
    .meta({ description: 'What is learnt; a learner sits out where it cannot act.' }),
  policies: z.array(policyEntrySchema).min(1, 'list at least one learner by its id, see bidlab list').meta({
    description: 'Who learns; options of a learner hold on every problem, over the shipped ones.',
  }),
  evaluations: z.int().min(1).max(1000).default(20).meta({
    unit: 'evaluations',
    description: 'How often a learner is scored during training: points of its curve; the best network is judged.',
  }),
});

/** A checked `learners` experiment. */
export type LearnersConfig = z.output<typeof learnersSchema>;
