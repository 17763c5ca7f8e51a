import { PROMPT_DELIVERY } from '../../../../src/market/feedback-delivery.ts';
import type { ShadingMarket } from '../../../../src/sim/bid-shading/market.ts';

/** Two segments, one of each law. */
export const smallMarket: ShadingMarket = {
  segments: [
    {
      name: 'news',
      price: { family: 'log-normal', medianMicros: 1_500, sigma: 0.5 },
      meanValueMicros: 4_000,
      valueSigma: 0.4,
    },
    {
      name: 'video',
      price: { family: 'gamma', meanMicros: 9_000, shape: 3 },
      meanValueMicros: 15_000,
      valueSigma: 0.3,
    },
  ],
  numSteps: 8,
  batchSize: 16,
  driftSigma: 0.3,
  feedback: 'winner-only',
  delivery: PROMPT_DELIVERY,
};
