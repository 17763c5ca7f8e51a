import { describe, expect, it } from 'vitest';
import { FastNormal } from '../../../../src/core/fast-normal.ts';
import { Rng } from '../../../../src/core/rng.ts';
import { BestItem, clickProbability } from '../../../../src/sim/auction-gym/best-item.ts';
import { drawCatalogue } from '../../../../src/sim/auction-gym/catalogue.ts';

describe('BestItem', () => {
  it.each([
    [5, 12],
    [3, 7],
    [1, 1],
    [8, 30],
  ])('finds what pricing every item finds, with %i coordinates and %i items', (embeddingSize, items) => {
    const catalogue = drawCatalogue(new Rng('best'), { agents: 3, items, embeddingSize });
    // High click probabilities too, where bounds are far from worths.
    for (let w = embeddingSize; w < catalogue.items.length; w += (embeddingSize + 1) * 2) catalogue.items[w]! += 5;
    const rounds = 1000;
    const contexts = new Float64Array(rounds * embeddingSize);
    new FastNormal(new Rng('contexts')).fillNormals(contexts, contexts.length);
    const bestItem = new BestItem(catalogue);
    const item = new Int32Array(1);
    const ctr = new Float64Array(1);
    for (let k = 0; k < rounds; k++) {
      const agent = k % 3;
      const worths = Array.from(
        { length: items },
        (_, i) => clickProbability(catalogue, agent, i, contexts, k) * catalogue.values[agent * items + i]!,
      );
      bestItem.pick(agent, contexts, k, item, ctr, 0);
      const exact = clickProbability(catalogue, agent, item[0]!, contexts, k);
      if (item[0] !== worths.indexOf(Math.max(...worths)) || Math.abs(ctr[0]! / exact - 1) > 1e-12) {
        expect.fail(`round ${k}: item ${item[0]} at ${ctr[0]}, exactly ${exact}`);
      }
    }
  });

  it('takes the first of equal items', () => {
    const catalogue = {
      numAgents: 1,
      numItems: 3,
      embeddingSize: 1,
      items: Float64Array.of(0, -5, 1, -2, 1, -2),
      values: Float64Array.of(1, 1, 1),
      contexts: 'normal' as const,
    };
    const item = new Int32Array(1);
    new BestItem(catalogue).pick(0, Float64Array.of(0.3), 0, item, new Float64Array(1), 0);
    expect(item[0]).toBe(1);
  });

  it('prices hopeless and certain items', () => {
    const catalogue = {
      numAgents: 1,
      numItems: 2,
      embeddingSize: 1,
      items: Float64Array.of(0, -900, 0, 900),
      values: Float64Array.of(100, 1),
      contexts: 'normal' as const,
    };
    const item = new Int32Array(1);
    const ctr = new Float64Array(1);
    new BestItem(catalogue).pick(0, Float64Array.of(0), 0, item, ctr, 0);
    expect([item[0], ctr[0]]).toEqual([1, 1]);
  });
});
