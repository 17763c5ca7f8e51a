import { solveRlb } from '../../src/bidding/rlb-dp.ts';
import { defineBaseline } from './baseline.ts';
import { planningPolicy, planningSchema } from './planning-policy.ts';

/** RLB: exact dynamic programming over auctions left and budget left, with the mean value of later requests. */
export const rlb = defineBaseline({
  title: 'RLB (exact dynamic programming)',
  kind: 'bid',
  source: 'Cai et al. (2017), "Real-Time Bidding by Reinforcement Learning in Display Advertising", WSDM.',
  schema: planningSchema,
  build: (context, options) =>
    planningPolicy(
      context,
      options,
      ({ problem }, { meanValue }) => solveRlb({ ...problem, meanValue }),
      (value) => value,
    ),
});
