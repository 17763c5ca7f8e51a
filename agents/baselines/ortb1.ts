import { ortb1 as family } from '../../src/bidding/ortb.ts';
import { defineBaseline } from './baseline.ts';
import { ortbPolicy, ortbSchema } from './ortb-policy.ts';

/** Optimal bidding under the win curve b/(c + b). */
export const ortb1 = defineBaseline({
  title: 'ORTB1 (concave in the value)',
  kind: 'bid',
  source: 'Zhang, Yuan, Wang (2014), "Optimal Real-Time Bidding for Display Advertising", KDD, section 4.',
  schema: ortbSchema,
  build: (context, options) => ortbPolicy(family, context, options),
});
