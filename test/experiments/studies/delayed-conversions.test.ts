import { describe, expect, it } from 'vitest';
import { playFlight } from '../../../experiments/studies/response/play.ts';
import { delayedConversionsSchema, VALUATIONS } from '../../../experiments/studies/response/settings.ts';
import { delayedConversions } from '../../../experiments/studies/response/study.ts';
import { cellValues, maturityCurves } from '../../../experiments/studies/response/valuations.ts';
import { drawWorld } from '../../../experiments/studies/response/world.ts';
import type { TrialContext } from '../../../experiments/studies/study.ts';
import { parseConfig } from '../../../src/core/config.ts';
import { MICROS_PER_UNIT } from '../../../src/core/units.ts';
import { renderSvg } from '../../../src/report/render.ts';
import { Journeys } from '../../../src/sim/response/journeys.ts';

const settings = {
  experiment: 'delayed-conversions',
  kind: 'delayed-conversions',
  title: 'Late',
  seeds: 2,
  flightDays: 6,
  dailyBudget: 10,
  world: { numUsers: 800, conversion: { meanRate: 0.3 } },
};
const parse = (more: object = {}) => parseConfig(delayedConversionsSchema, { ...settings, ...more }, 'study');
const config = parse();
const world = drawWorld(config, 0);
const context: TrialContext = {
  baseFolder: '.',
  dataFolder: undefined,
  engine: () => Promise.reject(new Error('nothing is trained')),
  onShare: () => undefined,
};

describe('a flight', () => {
  it('never spends more than its budget, and counts fewer conversions so far than in all', () => {
    for (const policy of VALUATIONS) {
      const played = playFlight(world, policy);
      expect(played.spendMicros).toBeLessThanOrEqual(6 * 10 * MICROS_PER_UNIT);
      expect(played.spendMicros).toBeGreaterThan(0.9 * 6 * 10 * MICROS_PER_UNIT);
      expect(played.attributedSoFar).toBeLessThan(played.attributed);
      expect(played.organicAttributed).toBeLessThan(played.attributed);
      expect(played.days.every(({ soFar, matured }) => soFar <= matured)).toBe(true);
      expect(played.spendShares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    }
  });

  it('is the same again from the same seed', () => {
    expect(playFlight(drawWorld(config, 0), 'uplift')).toEqual(playFlight(world, 'uplift'));
  });

  it('has only increments where nobody converts without ads, and credits all that comes in the window', () => {
    const alone = { numUsers: 800, organic: { perUserDay: 0 }, attribution: { windowDays: 7 }, delay: null };
    const played = playFlight(drawWorld(parse({ world: alone }), 0), 'attributed-so-far');
    expect(played.attributed).toBeCloseTo(played.incremental, 9);
    expect(played.organicAttributed).toBe(0);
    expect(played.attributedSoFar).toBeCloseTo(played.attributed, 9);
  });

  it('without rates for clicks or conversions by ads increments nothing', () => {
    const none = { numUsers: 800, conversion: { meanRate: 1e-9 } };
    expect(playFlight(drawWorld(parse({ world: none }), 0), 'clicks').incremental).toBe(0);
  });
});

describe('what a click is taken to be worth', () => {
  it('is the same everywhere before anything is known', () => {
    for (const policy of VALUATIONS) {
      const values = cellValues(policy, world, new Journeys(config.world, world.traffic, world.truth), 1);
      expect(new Set(values).size).toBe(1);
    }
  });

  it('by matured clicks is as before the first window closes', () => {
    const journeys = new Journeys(config.world, world.traffic, world.truth);
    for (let o = world.dayOffsets[1]!; o < world.dayOffsets[3]!; o++) journeys.expose(o);
    journeys.settle(3);
    expect(journeys.credits.length).toBeGreaterThan(10);
    expect(new Set(cellValues('attributed-matured', world, journeys, 3)).size).toBe(1);
    expect(new Set(cellValues('attributed-corrected', world, journeys, 3)).size).toBeGreaterThan(10);
    // Corrected for what is still to come, a click is worth more than so far.
    const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
    expect(total(cellValues('attributed-corrected', world, journeys, 3))).toBeGreaterThan(
      1.2 * total(cellValues('attributed-so-far', world, journeys, 3)),
    );
  });
});

describe('maturity', () => {
  it('is learnt from credits alone: another true delay of items changes no valuation', () => {
    const journeys = new Journeys(config.world, world.traffic, world.truth);
    for (let o = world.dayOffsets[1]!; o < world.dayOffsets[4]!; o++) journeys.expose(o);
    journeys.settle(4);
    const instant = world.truth.delays.map(() => ({ cdf: () => 1, quantile: () => 0 }));
    const other = { ...world, truth: { ...world.truth, delays: instant } };
    for (const policy of VALUATIONS) {
      expect(cellValues(policy, other, journeys, 4), policy).toEqual(cellValues(policy, world, journeys, 4));
    }
    // Items whose conversions come sooner are seen to mature sooner: delays are stretched from item to item.
    const curves = maturityCurves(world, journeys, 4);
    expect(curves[0]![7]!).toBeGreaterThan(curves.at(-1)![7]!);
  });

  it('is spread evenly over the window before there is a credit', () => {
    const journeys = new Journeys(config.world, world.traffic, world.truth);
    for (const curve of maturityCurves(world, journeys, 1)) {
      for (const [k, share] of curve.entries()) expect(share).toBeCloseTo(k / (curve.length - 1), 12);
    }
  });
});

describe('uplift against a holdout', () => {
  it('is the share of clicks whose ads bring a conversion, whatever comes without ads and however late it is', () => {
    const one = { numItems: 1, numUsers: 4000, conversion: { meanRate: 0.3 }, fatigue: null };
    const organic = { perUserDay: 0.05, intentSpread: 0, displacement: 0 };
    const much = drawWorld(parse({ numSegments: 1, holdoutShare: 0.5, world: { ...one, organic } }), 0);
    const journeys = new Journeys(much.config.world, much.traffic, much.truth);
    let rates = 0;
    for (let o = much.dayOffsets[1]!; o < much.dayOffsets[7]!; o++) {
      if (much.heldOut[much.traffic.users[o]!] === 0 && journeys.expose(o)) rates += much.truth.conversionRates[o]!;
    }
    journeys.settle(7);
    const truth = rates / journeys.clicks.length;
    const [uplift] = cellValues('uplift', much, journeys, 7);
    const [credited] = cellValues('attributed-corrected', much, journeys, 7);
    // About 1,000 clicks: the standard error is near .02.
    expect(Math.abs(uplift! - truth)).toBeLessThan(0.06);
    expect(credited!).toBeGreaterThan(truth + 0.06);
  });
});

describe('the study of delayed conversions', () => {
  it('runs its trials, says who brings conversions, and draws its charts without a warning', async () => {
    const trials = await delayedConversions.trials(config, context);
    expect(trials.map(({ seed }) => seed)).toEqual([0, 1]);
    const finished = [];
    for (const trial of trials) {
      const result = await delayedConversions.runTrial(config, trial, context);
      finished.push({ trial, result: JSON.parse(JSON.stringify(result)) });
    }
    const { rows, charts, verdict, measures } = await delayedConversions.assemble(config, finished, context);
    expect(rows).toHaveLength(2 * VALUATIONS.length);
    for (const row of rows) {
      for (const id of Object.keys(measures)) expect(row).toHaveProperty(id);
      expect(row['cpaAttributed']).toBeCloseTo((row['spendMicros'] as number) / 1e6 / (row['attributed'] as number), 9);
    }
    expect(verdict.headline).toMatch(/\.$/);
    expect(charts.map(({ id }) => id)).toEqual([
      'delay',
      'attributed-vs-incremental',
      'matured-vs-so-far',
      'money-by-intent',
      'reliability',
    ]);
    for (const { spec } of charts) expect(await renderSvg(spec)).toContain('<svg');
  });

  it('is quick when asked to be', () => {
    const { world: small, dailyBudget, seeds } = delayedConversions.quickened(parse({ seeds: 9, world: {} }));
    expect([small.numUsers, dailyBudget, seeds]).toEqual([2000, 2.5, 2]);
  });

  it('refuses predictors that are not there or see too much, and holdouts of nobody or all', () => {
    expect(() => delayedConversions.trials(parse({ clickPredictor: 'mine' }), context)).toThrow(
      'clickPredictor: expected one of truth, part',
    );
    const predictors = { part: { visibleFeatures: 99 } };
    expect(() => delayedConversions.trials(parse({ predictors }), context)).toThrow(
      'predictors.part.visibleFeatures: expected at most 8 [features], received 99',
    );
    expect(() => parse({ holdoutShare: 0 })).toThrow('expected a share above 0 and below 1');
    expect(() => parse({ frequencyCap: { impressions: 0 } })).toThrow('use null in place of the cap');
  });
});
