import { solveRlb } from '../../src/bidding/rlb-dp.ts';
import { defineBaseline } from './baseline.ts';
import { planningPolicy, planningSchema } from './planning-policy.ts';

/** Planned like RLB, but blind to the request: every impression counts as the mean one. */
export const ssMdp = defineBaseline({
  title: 'SS-MDP (planning, blind to the request)',
  kind: 'bid',
  source: 'Amin et al. (2012), "Budget Optimization for Sponsored Search", UAI; as the baseline of Cai et al. (2017).',
  schema: planningSchema,
  build: (context, options) =>
    planningPolicy(
      context,
      options,
      ({ problem }, { meanValue }) => solveRlb({ ...problem, meanValue }),
      (_value, { meanValue }) => meanValue,
    ),
});
