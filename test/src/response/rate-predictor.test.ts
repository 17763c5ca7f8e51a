import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { measureCalibration } from '../../../src/response/calibration.ts';
import { drawLogisticRates, logisticRateSchema } from '../../../src/response/logistic-rates.ts';
import { type PredictorConfig, predictorSchema, RatePredictor } from '../../../src/response/rate-predictor.ts';

const COUNT = 30_000;
const config = logisticRateSchema({ meanRate: 0.1, intentCorrelation: 0 }).parse({ userSpread: 1.2 });
const rates = drawLogisticRates(config, { numItems: 3, userDim: 4, contextDim: 1 }, new Rng('rates'));
const rng = new Rng('rows');
const rows = {
  count: COUNT,
  features: Float64Array.from({ length: COUNT * 5 }, () => rng.normal()),
  items: Int32Array.from({ length: COUNT }, () => rng.int(3)),
};
const truth = new Float64Array(COUNT);
rates.rates(rows, truth);
const outcomes = Uint8Array.from(truth, (p) => (rng.double() < p ? 1 : 0));

function predict(settings: Partial<PredictorConfig>): Float64Array {
  const out = new Float64Array(COUNT);
  new RatePredictor(rates, predictorSchema.parse(settings), 'predictor').predict(rows, new Rng('noise'), out);
  return out;
}
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;
const logit = (p: number) => Math.log(p / (1 - p));

describe('a predictor', () => {
  it('says the truth by default', () => {
    expect(predict({})).toEqual(truth);
  });

  it('moves the logit by its slope and shift', () => {
    const out = predict({ slope: 1.5, shift: -0.2 });
    for (const k of [0, 1, 2]) expect(logit(out[k]!)).toBeCloseTo(1.5 * logit(truth[k]!) - 0.2, 9);
  });

  it('adds normal noise of the given spread to the logit', () => {
    const errors = predict({ noise: 0.5 }).map((p, k) => logit(p) - logit(truth[k]!));
    expect(mean(errors)).toBeCloseTo(0, 1);
    expect(Math.sqrt(mean(errors.map((error) => error * error)))).toBeCloseTo(0.5, 1);
  });

  it('that integrates what it does not see is right on average; one that ignores it is too low', () => {
    // Standard error of the mean over items and users: about .13 / √30,000.
    expect(Math.abs(mean(predict({ visibleFeatures: 2 })) - mean(truth))).toBeLessThan(0.005);
    expect(mean(predict({ visibleFeatures: 2, masked: 'ignore' }))).toBeLessThan(mean(truth) - 0.01);
  });

  it('that sees nothing and integrates says the expected rate of each item', () => {
    const out = predict({ visibleFeatures: 0 });
    for (const k of [0, 1, 2, 3]) expect(out[k]).toBeCloseTo(rates.expectedRate(rows.items[k]!), 12);
  });

  it('that sees all is the same whatever becomes of the rest', () => {
    expect(predict({ visibleFeatures: 5, masked: 'ignore' })).toEqual(truth);
  });

  it('cannot see more than there is', () => {
    expect(() => predict({ visibleFeatures: 6 })).toThrow(
      'CONFIG_INVALID: predictor.visibleFeatures: expected at most 5 [features], received 6; use null to see all of them',
    );
  });

  it('is well calibrated where it tells the truth or integrates, and not where it ignores', () => {
    const ece = (settings: Partial<PredictorConfig>) => measureCalibration(predict(settings), outcomes, 10).ece;
    expect(ece({})).toBeLessThan(0.008);
    expect(ece({ visibleFeatures: 2 })).toBeLessThan(0.008);
    expect(ece({ visibleFeatures: 2, masked: 'ignore' })).toBeGreaterThan(0.015);
    expect(ece({ shift: 1 })).toBeGreaterThan(0.05);
  });

  it('ranks worse the less it sees', () => {
    const auc = (settings: Partial<PredictorConfig>) => measureCalibration(predict(settings), outcomes, 10).auc!;
    expect(auc({})).toBeGreaterThan(auc({ visibleFeatures: 2 }) + 0.02);
    expect(auc({ shift: 1, slope: 2 })).toBeCloseTo(auc({}), 12);
  });
});

describe('calibration', () => {
  it('in closed form: two bins of halves off by .1', () => {
    const measured = measureCalibration(Float64Array.of(0.4, 0.4, 0.9, 0.9), Uint8Array.of(1, 0, 1, 1), 2);
    expect(measured.bins).toEqual([
      { count: 2, predicted: 0.4, observed: 0.5 },
      { count: 2, predicted: 0.9, observed: 1 },
    ]);
    expect(measured.ece).toBeCloseTo(0.1, 12);
    expect(measured.logLoss).toBeCloseTo(-(Math.log(0.4) + Math.log(0.6) + 2 * Math.log(0.9)) / 4, 12);
    // Of the 3 pairs two are in order and one is tied.
    expect(measured.auc).toBeCloseTo(2.5 / 3, 12);
    expect(measured.bias).toBeCloseTo(2.6 / 3, 12);
  });

  it('has no AUC with one kind of outcome, and no bias without outcomes', () => {
    const { auc, bias } = measureCalibration(Float64Array.of(0.1, 0.2), Uint8Array.of(0, 0), 10);
    expect([auc, bias]).toEqual([null, null]);
  });

  it('wants predictions and as many outcomes', () => {
    expect(() => measureCalibration(new Float64Array(0), new Uint8Array(0), 5)).toThrow('SHAPE_MISMATCH');
    expect(() => measureCalibration(new Float64Array(2), new Uint8Array(1), 5)).toThrow('SHAPE_MISMATCH');
  });
});
