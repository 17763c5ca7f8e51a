import { makeRegistry } from '../../src/core/registry.ts';
import type { Baseline } from './baseline.ts';
import { bslb } from './bslb.ts';
import { budgetPacer } from './budget-pacer.ts';
import { constantBid } from './constant-bid.ts';
import { dualPacing } from './dual-pacing.ts';
import { firstPriceDual } from './first-price-dual.ts';
import { flb } from './flb.ts';
import { linear } from './linear.ts';
import { mcpc } from './mcpc.ts';
import { minPacing } from './min-pacing.ts';
import { mostProbablePrice } from './most-probable-price.ts';
import { multiplicativePacing } from './multiplicative-pacing.ts';
import { mystique } from './mystique.ts';
import { noticeShading } from './notice-shading.ts';
import { onlineLp } from './online-lp.ts';
import { ortb1 } from './ortb1.ts';
import { ortb2 } from './ortb2.ts';
import { pidCpa } from './pid-cpa.ts';
import { pidPacing } from './pid-pacing.ts';
import { random } from './random.ts';
import { rlb } from './rlb.ts';
import { ssMdp } from './ss-mdp.ts';
import { statusQuo } from './status-quo.ts';
import { taPid } from './ta-pid.ts';
import { threshold } from './threshold.ts';
import { throttling } from './throttling.ts';
import { truthful } from './truthful.ts';
import { valueAwareDp } from './value-aware-dp.ts';
import { winRateShading } from './win-rate-shading.ts';

/** Add a baseline here; the conformance suite, the CLI and the reports pick it up by id. */
export const baselines = makeRegistry<Baseline>('baseline', {
  'status-quo': statusQuo,
  'constant-bid': constantBid,
  random,
  truthful,
  linear,
  mcpc,
  ortb1,
  ortb2,
  threshold,
  flb,
  bslb,
  'pid-pacing': pidPacing,
  'dual-pacing': dualPacing,
  'multiplicative-pacing': multiplicativePacing,
  'budget-pacer': budgetPacer,
  'online-lp': onlineLp,
  'pid-cpa': pidCpa,
  'min-pacing': minPacing,
  throttling,
  mystique,
  'ta-pid': taPid,
  'first-price-dual': firstPriceDual,
  'win-rate-shading': winRateShading,
  'notice-shading': noticeShading,
  'most-probable-price': mostProbablePrice,
  'ss-mdp': ssMdp,
  rlb,
  'value-aware-dp': valueAwareDp,
});
