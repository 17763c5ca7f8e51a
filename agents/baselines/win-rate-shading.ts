import { logLogisticLandscape } from '../../src/bidding/landscape-log-logistic.ts';
import { bestShadedBid } from '../../src/bidding/shading-search.ts';
import { defineBaseline } from './baseline.ts';
import { shadedPolicy, shadingSchema, trainingFit } from './shaded-policy.ts';

/** Models the win rate as a logistic curve in the logarithm of the bid and bids where worth less bid, times it, is most. */
export const winRateShading = defineBaseline({
  title: 'Win-rate shading',
  kind: 'bid',
  source: 'Pan et al. (2020), "Bid Shading by Win-Rate Estimation and Surplus Maximization", AdKDD, arXiv:2009.09259.',
  schema: shadingSchema,
  build(context, { worthMicros }) {
    // Differs from Pan et al.: the training data know prices, so the curve is fitted to them and not to wins and losses.
    const landscape = trainingFit(logLogisticLandscape, context);
    return shadedPolicy(context, worthMicros, landscape, (worth) => bestShadedBid(worth, landscape));
  },
});
