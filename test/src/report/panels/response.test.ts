import { describe, expect, it } from 'vitest';
import { attributedVsIncremental } from '../../../../src/report/panels/attributed-vs-incremental.ts';
import { reliability } from '../../../../src/report/panels/calibration.ts';
import { delayCdf } from '../../../../src/report/panels/delay-cdf.ts';
import { maturedVsSoFar } from '../../../../src/report/panels/matured-vs-so-far.ts';
import { renderSvg } from '../../../../src/report/render.ts';

const words = { title: 'A title', description: 'A description.' };

describe('the chart of delays', () => {
  const curves = [{ title: 'Fast', days: [0, 2], shares: [0, 0.9] }];

  it('draws the window only where there is one', async () => {
    expect(await renderSvg(delayCdf({ ...words, curves, windowDays: 1 }))).toContain('attribution window ends');
    expect(await renderSvg(delayCdf({ ...words, curves, windowDays: null }))).not.toContain('window');
  });
});

describe('the chart of maturing counts', () => {
  it('counts days from 1 and has a panel for each policy', async () => {
    const days = [
      { soFar: 1, corrected: 3, matured: 4 },
      { soFar: 5, corrected: 8, matured: 9 },
    ];
    const spec = maturedVsSoFar({
      ...words,
      valueTitle: 'Conversions',
      panels: [
        { title: 'Clicks', days },
        { title: 'Uplift', days },
      ],
    });
    expect(spec).toHaveProperty('data.values[1]', { panel: 'Clicks', day: 2, soFar: 5, corrected: 8, matured: 9 });
    expect(await renderSvg(spec)).toContain('Uplift');
  });
});

describe('the chart of attribution against increments', () => {
  it('puts the policy that brings most on top, and leaves room for increments below 0', async () => {
    const at = (value: number) => ({ value, low: value - 1, high: value + 1 });
    const spec = attributedVsIncremental({
      ...words,
      valueTitle: 'Conversions',
      format: '.0f',
      policies: [
        { title: 'Credited', attributed: at(9), incremental: at(-2) },
        { title: 'Brought', attributed: at(5), incremental: at(4) },
      ],
    });
    expect(spec).toHaveProperty('encoding.y.sort', ['Brought', 'Credited']);
    expect(spec).toHaveProperty('layer[0].encoding.x.scale.domain', [-3, 11]);
    expect(await renderSvg(spec)).toContain('Credited');
  });
});

describe('the reliability diagram', () => {
  it('leaves out bins without outcomes, and writes the numbers of each predictor under its panel', async () => {
    const bins = [
      { predicted: 0.01, observed: 0 },
      { predicted: 0.02, observed: 0.03 },
      { predicted: 0.1, observed: 0.08 },
    ];
    const curve = { title: 'mine', bins, ece: 0.0123, logLoss: 0.4321, auc: null };
    const spec = reliability({ ...words, curves: [{ ...curve, panel: 'Clicks' }] });
    expect(spec).toHaveProperty('hconcat[0].vconcat[0].layer[1].data.values', [
      { title: 'mine', predicted: 0.02, observed: 0.03 },
      { title: 'mine', predicted: 0.1, observed: 0.08 },
    ]);
    const svg = await renderSvg(spec);
    for (const text of ['1.23 %', '0.4321', '–']) expect(svg).toContain(text);
  });
});
