import { logNormalLandscape } from '../../src/bidding/landscape-log-normal.ts';
import { defineBaseline } from './baseline.ts';
import { shadedPolicy, shadingSchema, trainingFit } from './shaded-policy.ts';

/** Bids the most probable winning price, or the worth of the opportunity where that is less. */
export const mostProbablePrice = defineBaseline({
  title: 'Most probable price',
  kind: 'bid',
  source:
    'The benchmark of Pan et al. (2020), "Bid Shading by Win-Rate Estimation and Surplus Maximization", AdKDD, arXiv:2009.09259.',
  schema: shadingSchema,
  build(context, { worthMicros }) {
    const landscape = trainingFit(logNormalLandscape, context);
    const price = Math.ceil(landscape.law.mode(...landscape.parameters));
    return shadedPolicy(context, worthMicros, landscape, (worth) => Math.min(worth, price));
  },
});
