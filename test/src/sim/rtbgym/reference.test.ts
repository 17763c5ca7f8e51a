import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { solveClickBudget } from '../../../../src/bidding/click-budget-dp.ts';
import { clickBudgetProblem } from '../../../../src/sim/rtbgym/click-laws.ts';
import { meanConversionProbability } from '../../../../src/sim/rtbgym/draw-parameters.ts';
import { rtbGymMarket } from '../../../../src/sim/rtbgym/market.ts';
import { readRtbGymParameters } from '../../../../src/sim/rtbgym/parameters.ts';

const file = new URL('../../../../../shared/benchmarks/rtbgym_seed12345_params.json', import.meta.url);

describe.skipIf(!existsSync(file))('the market of random_state 12345 (needs rtbgym_seed12345_params.json)', () => {
  const parameters = () => readRtbGymParameters(readFileSync(file, 'utf8'), 'rtbgym_seed12345_params.json');

  it('has the mean CTR · CVR of each step that RTBGym measured', () => {
    const { valueFactor, pairRates } = rtbGymMarket(parameters());
    let pairs = 0;
    for (let i = 1; i < pairRates.length; i += 2) pairs += pairRates[i]! / (pairRates.length / 2);
    const measured = [0.0392, 0.0128, 0.0195, 0.0175, 0.027, 0.0282, 0.0168];
    expect([...valueFactor].map((factor) => Number((factor * pairs).toFixed(4)))).toEqual(measured);
  });

  it('has the scaler that RTBGym estimated from 100,000 samples', () => {
    const p = parameters();
    expect(Math.abs(p.scaler * meanConversionProbability(p) - 1)).toBeLessThan(0.005);
  });

  it.each([
    [0.774, 12.11, 0.08],
    [1, 17.65, 0.08],
    [1.05, 17.865, 0.042],
    [1.5, 16.61, 0.08],
  ])(
    'expects from multiplier %f the %f conversions measured by simulation, within 3 standard errors',
    (multiplier, measured, standardError) => {
      const { values, budget } = solveClickBudget(clickBudgetProblem(rtbGymMarket(parameters()), [multiplier]));
      expect(Math.abs(values[budget]! - measured)).toBeLessThan(3 * standardError);
    },
  );
});
