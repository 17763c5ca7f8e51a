import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/core/rng.ts';
import { drawCatalogue, firstAgents, parseCatalogue } from '../../../../src/sim/auction-gym/catalogue.ts';

const JSON_CATALOGUE = {
  items: [
    [
      [1, 2, -3],
      [4, 5, -3.5],
    ],
    [
      [0, 0, -4],
      [1, 1, -3.2],
    ],
  ],
  values: [
    [1, 1.2],
    [0.9, 1.1],
  ],
};

describe('catalogues', () => {
  it('are read agent by agent, item by item', () => {
    const catalogue = parseCatalogue(JSON_CATALOGUE, 'file');
    expect(catalogue).toMatchObject({ numAgents: 2, numItems: 2, embeddingSize: 2 });
    expect([...catalogue.items.subarray(0, 6)]).toEqual([1, 2, -3, 4, 5, -3.5]);
    expect([...firstAgents(catalogue, 1).values]).toEqual([1, 1.2]);
  });

  it('are refused with the file and the remedy when rows are missing or values are not positive', () => {
    expect(() => parseCatalogue({ items: [[[1, 2]]], values: [[0]] }, 'a.json')).toThrow(/a\.json: values\.0\.0/);
    expect(() => parseCatalogue({ ...JSON_CATALOGUE, values: [[1, 1]] }, 'a.json')).toThrow(
      'a.json: expected the same number of items for every agent',
    );
  });

  it('are drawn with intercepts from −4 to −3 and values around e^0.12', () => {
    const { items, values } = drawCatalogue(new Rng('draw'), { agents: 50, items: 40, embeddingSize: 5 });
    const intercepts = items.filter((_, w) => w % 6 === 5);
    expect(Math.min(...intercepts)).toBeGreaterThan(-4);
    expect(Math.max(...intercepts)).toBeLessThanOrEqual(-3);
    const coordinates = items.filter((_, w) => w % 6 !== 5);
    expect(coordinates.reduce((sum, x) => sum + x * x, 0) / coordinates.length).toBeCloseTo(1, 1);
    // E LogNormal(0.1, 0.2) = e^(0.1 + 0.02)
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(Math.exp(0.12), 1);
  });
});
