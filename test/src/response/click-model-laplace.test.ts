import { describe, expect, it } from 'vitest';
import { FastNormal } from '../../../src/core/fast-normal.ts';
import { sigmoid } from '../../../src/core/logistic-regression.ts';
import { Rng } from '../../../src/core/rng.ts';
import { ClickModelLaplace } from '../../../src/response/click-model-laplace.ts';

function shown(numRows: number, probability: (x: number, item: number) => number) {
  const rng = new Rng('shown');
  const contexts = Float64Array.from({ length: 2 * numRows }, (_, i) => (i % 2 === 0 ? rng.normal() : 1));
  const items = Int32Array.from({ length: numRows }, (_, n) => n % 2);
  const clicks = Uint8Array.from({ length: numRows }, (_, n) =>
    rng.next() < probability(contexts[2 * n]!, items[n]!) ? 1 : 0,
  );
  return { numRows, contexts, items, clicks };
}

describe('ClickModelLaplace', () => {
  const truth = (x: number, item: number) => sigmoid(item === 0 ? x - 1 : -x);

  it('learns each item’s probability apart', () => {
    const model = new ClickModelLaplace(2, 2);
    model.learn(shown(20_000, truth));
    for (const x of [-1, 0, 1]) {
      model.see(Float64Array.of(x), 0);
      for (const item of [0, 1]) expect(Math.abs(model.probability(item) - truth(x, item))).toBeLessThan(0.03);
    }
  });

  it('says one half of what it knows nothing about, and samples widely', () => {
    const model = new ClickModelLaplace(1, 2);
    const random = new FastNormal(new Rng('samples'));
    model.see(Float64Array.of(2), 0);
    expect(model.probability(0)).toBe(0.5);
    // The score's variance is 2² + 1².
    const scores = Float64Array.from({ length: 20_000 }, () => {
      const p = model.sampledProbability(0, random);
      return Math.log(p / (1 - p));
    });
    const variance = scores.reduce((sum, score) => sum + score * score, 0) / scores.length;
    expect(variance).toBeCloseTo(5, 0);
  });

  it('samples ever closer to what it believes, and carries what it learnt on', () => {
    const model = new ClickModelLaplace(2, 2);
    const spread = () => {
      const random = new FastNormal(new Rng('spread'));
      model.see(Float64Array.of(0.5), 0);
      const middle = model.probability(0);
      let squares = 0;
      for (let i = 0; i < 500; i++) squares += (model.sampledProbability(0, random) - middle) ** 2;
      return Math.sqrt(squares / 500);
    };
    model.learn(shown(1000, truth));
    const once = spread();
    model.learn(shown(1000, truth));
    expect(spread()).toBeLessThan(once);
  });
});
