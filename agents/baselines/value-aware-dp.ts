import { z } from 'zod';
import { solveValueAware, valueLevels } from '../../src/bidding/value-aware-dp.ts';
import { defineBaseline } from './baseline.ts';
import { maxWork, planningPolicy, planningSchema } from './planning-policy.ts';

/** RLB's planning with the distribution of later requests' values in place of their mean. */
export const valueAwareDp = defineBaseline({
  title: 'Value-aware dynamic programming',
  kind: 'bid',
  source: 'The MDP of Cai et al. (2017), WSDM, section 3, solved with the distribution of values.',
  schema: planningSchema.extend({
    maxWork: maxWork(1e8),
    valueLevels: z.number().int().min(500).max(100_000).default(1024).meta({
      unit: 'levels',
      description:
        'Fewest levels of the value distribution; long-tailed values get more. The cost does not depend on it.',
    }),
  }),
  build: (context, options) => {
    const values = valueLevels(context.train.value, levelsFor(context.train.value, options.valueLevels));
    return planningPolicy(
      context,
      options,
      ({ problem }) => solveValueAware({ ...problem, values }),
      (value) => value,
    );
  },
});

/** Levels so fine that the mean value lies on the 64th or beyond, within 100,000. */
function levelsFor(values: Float64Array, fewest: number): number {
  let largest = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!;
    if (values[i]! > largest) largest = values[i]!;
  }
  const fine = sum > 0 ? Math.ceil((64 * largest * values.length) / sum) : 0;
  return Math.min(100_000, Math.max(fewest, fine));
}
