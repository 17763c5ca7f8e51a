import { describe, expect, it } from 'vitest';
import { decisionMap } from '../../../../src/report/panels/decision-map.ts';
import { scoreIntervals } from '../../../../src/report/panels/score-intervals.ts';
import { trainingCurves } from '../../../../src/report/panels/training-curves.ts';
import { renderSvg } from '../../../../src/report/render.ts';

const words = { title: 'A title', caption: 'A caption.' };

describe('trainingCurves', () => {
  const points = [0, 1].flatMap((seed) =>
    [0, 100, 200].map((envSteps) => ({ title: 'DQN', seed, envSteps, score: envSteps === 0 ? -50 : 9 + seed })),
  );
  const spec = trainingCurves({ ...words, axis: 'Score', points, lines: [{ title: 'Ceiling', score: 10 }] });

  it('draws the mean over seeds', () => {
    expect(spec).toMatchObject({ data: { values: [{ score: -50 }, { score: 9.5 }, { score: 9.5 }] } });
  });

  it('cuts off what lies far below the ends: 9.5 and 10 are half apart, so nothing below 8 is shown', async () => {
    const svg = await renderSvg(spec);
    expect(svg).toContain('Ceiling');
    expect(svg).not.toContain('>7<');
    expect(svg).not.toContain('>−50<');
  });
});

describe('scoreIntervals', () => {
  const entry = (title: string, kind: 'learner' | 'baseline' | 'ceiling', mean: number) => ({
    title,
    kind,
    mean,
    low: mean - 0.01,
    high: mean + 0.01,
  });
  const scores = [entry('Chance', 'baseline', 3), entry('DQN', 'learner', 18.2), entry('Best', 'ceiling', 18.3)];
  const spec = scoreIntervals({ ...words, axis: 'Score', digits: 2, scores, line: 17.9 });

  it('orders policies by their mean and writes it beside them', () => {
    expect(spec).toMatchObject({
      data: { values: [{ title: 'Best' }, { title: 'DQN', label: '18.20  (18.19 to 18.21)' }, { title: 'Chance' }] },
    });
  });

  it('keeps the scale on the contest; what lies far below is an arrow', async () => {
    const svg = await renderSvg(spec);
    expect(svg).toContain('3.00  (2.99 to 3.01)');
    expect(svg).not.toMatch(/>1[0-6]</);
  });
});

describe('decisionMap', () => {
  it('draws one cell per situation, up to the whole budget', async () => {
    const cells = [1, 2].flatMap((step) =>
      [0.25, 0.75].map((budgetLeft) => ({ title: 'Plan', step, budgetLeft, multiplier: step + budgetLeft })),
    );
    const spec = decisionMap({ ...words, unit: 'Multiplier', cells });
    expect(spec).toMatchObject({ data: { values: [{ from: 0, to: 0.52 }, { from: 0.5, to: 1 }, {}, {}] } });
    expect(await renderSvg(spec)).toContain('Plan');
  });
});
