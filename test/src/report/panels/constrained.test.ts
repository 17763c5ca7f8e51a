import { describe, expect, it } from 'vitest';
import { constraintOverTime } from '../../../../src/report/panels/constraint-over-time.ts';
import { spendOverDay } from '../../../../src/report/panels/spend-over-day.ts';
import { valueCpaPareto } from '../../../../src/report/panels/value-cpa-pareto.ts';
import { renderSvg } from '../../../../src/report/render.ts';
import type { Series } from '../../../../src/report/series.ts';

const series: readonly Series[] = [
  { policy: 'ppo', title: 'PPO', kind: 'learner', colour: '#0072B2', highlighted: true },
  { policy: 'fixed', title: 'Fixed multiplier', kind: 'baseline', colour: '#A3A8B0', highlighted: false },
];
const words = { title: 'A title', caption: 'A caption.' };
const axis = 'Cost per conversion over its target';

describe('the constraint over the day', () => {
  const points = [
    { title: 'PPO', timeShare: 0.5, ratio: null },
    { title: 'PPO', timeShare: 1, ratio: 0.9 },
    { title: 'Fixed multiplier', timeShare: 0.5, ratio: 7 },
    { title: 'Fixed multiplier', timeShare: 1, ratio: 1.2 },
  ];

  it('leaves out what is not known, cuts at its top, and draws without a warning', async () => {
    const spec = constraintOverTime({ ...words, axis, violation: 'above', top: 2, points, series });
    expect(spec).toHaveProperty('data.values', [
      { title: 'PPO', timeShare: 1, ratio: 0.9, strong: true },
      { title: 'Fixed multiplier', timeShare: 0.5, ratio: 2, strong: false },
      { title: 'Fixed multiplier', timeShare: 1, ratio: 1.2, strong: false },
    ]);
    expect(await renderSvg(spec)).toContain('Fixed multiplier');
  });

  it('shades the side that breaks it: above 1 for cost, below 1 for return', () => {
    const shaded = (violation: 'above' | 'below') =>
      constraintOverTime({ ...words, axis, violation, top: 2, points, series });
    expect(shaded('above')).toHaveProperty('layer[0].data.values', [{ from: 1, to: 2 }]);
    expect(shaded('below')).toHaveProperty('layer[0].data.values', [{ from: 0, to: 1 }]);
  });
});

describe('value against cost', () => {
  const points = [
    { title: 'PPO', value: 3, cpaRatio: 0.9 },
    { title: 'Fixed multiplier', value: 2, cpaRatio: 1.1 },
  ];

  it('joins those that no other beats in both', () => {
    const pairs = [
      [3, 0.9],
      [2, 1.1],
      [4, 1.3],
      [1, 0.5],
      [3, 1],
    ] as const;
    const many = pairs.map(([value, cpaRatio], i) => ({ title: `Policy ${i}`, value, cpaRatio }));
    const spec = valueCpaPareto({ ...words, axis: 'Conversions per period', points: many, series });
    expect(spec).toHaveProperty('layer[2].data.values', [
      { value: 1, cpaRatio: 0.5 },
      { value: 3, cpaRatio: 0.9 },
      { value: 4, cpaRatio: 1.3 },
    ]);
  });

  it('draws every policy by name without a warning', async () => {
    const svg = await renderSvg(valueCpaPareto({ ...words, axis: 'Conversions per period', points, series }));
    expect(svg).toContain('PPO');
    expect(svg).toContain('Fixed multiplier');
  });
});

describe('spend over the day', () => {
  it('draws a line a policy over the plan without a warning', async () => {
    const points = [0.5, 1].flatMap((timeShare) => [
      { title: 'PPO', timeShare, spendShare: timeShare },
      { title: 'Fixed multiplier', timeShare, spendShare: timeShare / 2 },
    ]);
    const spec = spendOverDay({ ...words, points, plan: [{ timeShare: 1, spendShare: 1 }], series });
    expect(await renderSvg(spec)).toContain('PPO');
  });
});
