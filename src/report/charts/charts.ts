import { makeRegistry } from '../../core/registry.ts';
import type { Chart } from '../chart.ts';
import { actionHistogram } from './action-histogram.ts';
import { costAndDelivery } from './cost-and-delivery.ts';
import { differenceForest } from './difference-forest.ts';
import { learningCurves } from './learning-curves.ts';
import { multiplierOverTime } from './multiplier-over-time.ts';
import { performanceProfile } from './performance-profile.ts';
import { policyHeatMap } from './policy-heat-map.ts';
import { priceLandscape } from './price-landscape.ts';
import { spendPacing } from './spend-pacing.ts';
import { valueByBudget } from './value-by-budget.ts';
import { valueRatioIntervals } from './value-ratio-intervals.ts';
import { winRateOverTime } from './win-rate-over-time.ts';

/** Add a chart here, in reading order; the page, the files and the conformance tests pick it up by id. */
export const charts = makeRegistry<Chart>('chart', {
  'value-ratio-intervals': valueRatioIntervals,
  'difference-to-best-baseline': differenceForest,
  'value-by-budget': valueByBudget,
  'learning-curves': learningCurves,
  'spend-pacing': spendPacing,
  'multiplier-over-time': multiplierOverTime,
  'win-rate-over-time': winRateOverTime,
  'price-landscape': priceLandscape,
  'policy-heat-map': policyHeatMap,
  'action-histogram': actionHistogram,
  'cost-and-delivery': costAndDelivery,
  'performance-profile': performanceProfile,
});
