import { z } from 'zod';
import { compareSchema } from '../experiment-config.ts';

/** Settings that every study has; spread them into its schema beside `kind` and what is its own. */
export const studyFields = {
  experiment: compareSchema.shape.experiment,
  title: compareSchema.shape.title,
  description: compareSchema.shape.description,
  seeds: z.int().min(1).max(1000).default(5).meta({ unit: 'seeds', description: 'Number of seeds, 0 … n − 1.' }),
};
