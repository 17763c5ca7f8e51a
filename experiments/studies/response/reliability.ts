import { Rng } from '../../../src/core/rng.ts';
import { mean } from '../../../src/eval/statistics.ts';
import type { ReliabilityCurve } from '../../../src/report/panels/calibration.ts';
import { type Calibration, measureCalibration } from '../../../src/response/calibration.ts';
import type { LogisticRates } from '../../../src/response/logistic-rates.ts';
import { RatePredictor } from '../../../src/response/rate-predictor.ts';
import type { ResponseWorld } from './world.ts';

/** Opportunities that predictors are measured on. */
const MEASURED = 60_000;
const NUM_BINS = 12;

/** One predictor of one rate on one seed's opportunities; plain JSON. */
export interface MeasuredPredictor extends Calibration {
  readonly predictor: string;
  readonly rate: 'click' | 'conversion';
}

/** Every predictor against clicks of fresh users, and against conversions of users who click. */
export function measurePredictors(world: ResponseWorld, seed: number): MeasuredPredictor[] {
  const { config, traffic, truth } = world;
  const count = Math.min(MEASURED, traffic.count);
  const rows = { ...traffic, count };
  const sources: readonly [MeasuredPredictor['rate'], LogisticRates, Float64Array, Float64Array][] = [
    ['click', world.click, traffic.clickChances, truth.clickRates],
    ['conversion', world.conversion, traffic.conversionChances, truth.conversionRates],
  ];
  return sources.flatMap(([rate, rates, chances, truths]) => {
    const outcomes = Uint8Array.from({ length: count }, (_, k) => (chances[k]! < truths[k]! ? 1 : 0));
    return Object.entries(config.predictors).map(([predictor, settings]): MeasuredPredictor => {
      const predicted = new Float64Array(count);
      const random = new Rng(`${config.experiment}/reliability/${seed}/${rate}/${predictor}`);
      new RatePredictor(rates, settings, `predictors.${predictor}`).predict(rows, random, predicted);
      return { predictor, rate, ...measureCalibration(predicted, outcomes, NUM_BINS) };
    });
  });
}

const RATE_WORDS = { click: 'Click rate of a fresh user', conversion: 'Conversion rate of a click' } as const;

/** Means over seeds, bin by bin: bins hold the same share of predictions in each. */
export function reliabilityCurves(seeds: readonly (readonly MeasuredPredictor[])[]): ReliabilityCurve[] {
  return (seeds[0] ?? []).map(({ predictor, rate, bins }, p) => {
    const all = seeds.map((measured) => measured[p]!);
    const aucs = all.flatMap(({ auc }) => (auc === null ? [] : [auc]));
    return {
      title: predictor,
      panel: RATE_WORDS[rate],
      bins: bins.map((_, b) => ({
        predicted: mean(all.map((one) => one.bins[b]!.predicted)),
        observed: mean(all.map((one) => one.bins[b]!.observed)),
      })),
      ece: mean(all.map(({ ece }) => ece)),
      logLoss: mean(all.map(({ logLoss }) => logLoss)),
      auc: aucs.length === 0 ? null : mean(aucs),
    };
  });
}
