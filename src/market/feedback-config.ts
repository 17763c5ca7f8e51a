import { z } from 'zod';
import { FEEDBACK_MODES } from './feedback.ts';

const chance = (description: string) => z.number().min(0).max(1).default(0).meta({ unit: 'probability', description });
const ticks = (description: string) => z.int().min(0).max(1440).meta({ unit: 'ticks', description });

const delaySchema = z
  .discriminatedUnion('family', [
    z.strictObject({ family: z.literal('none') }),
    z.strictObject({ family: z.literal('fixed'), steps: ticks('Delay of every notice.') }),
    z
      .strictObject({ family: z.literal('uniform'), low: ticks('Least delay.'), high: ticks('Longest delay.') })
      .refine(({ low, high }) => low <= high, { path: ['low'], message: 'expected at most high; swap the two' }),
    z.strictObject({
      family: z.literal('geometric'),
      meanSteps: z.number().positive().max(1000).meta({ unit: 'ticks', description: 'Mean delay before the cut.' }),
      maxSteps: ticks('Longest delay.'),
    }),
  ])
  .default({ family: 'none' });

/** What bidders hear of auctions, and when; by default all of it, at once. */
export const feedbackSchema = z
  .strictObject({
    mode: z.enum(FEEDBACK_MODES).default('full').meta({
      description: 'Who is told the minimum to win: everybody, winners only, or nobody.',
    }),
    delay: delaySchema.meta({
      description:
        'Whole ticks that notices take: none for at once, before the next bid; else they come when a tick is over.',
    }),
    duplicateProbability: chance('Probability that a notice comes twice.'),
    lossProbability: chance('Probability that a notice never comes.'),
  })
  .prefault({});
