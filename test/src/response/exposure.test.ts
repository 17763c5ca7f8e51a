import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/core/config.ts';
import { Rng } from '../../../src/core/rng.ts';
import { FatigueState, fatigueSchema } from '../../../src/response/fatigue.ts';
import { FrequencyCap, frequencyCapSchema } from '../../../src/response/frequency-cap.ts';
import { isDisplaced, organicRate, organicSchema } from '../../../src/response/organic.ts';

describe('fatigue', () => {
  it('multiplies the click rate by exp(−k) with every exposure that is not forgotten', () => {
    const state = new FatigueState(2, fatigueSchema.parse({ rate: 0.3, recoveryHalfLifeDays: null }));
    let product = 1;
    for (let n = 0; n < 5; n++) {
      expect(state.multiplier(1, n)).toBeCloseTo(Math.exp(-0.3 * n), 12);
      product *= state.multiplier(1, n);
      state.expose(1, n);
    }
    expect(product).toBeCloseTo(Math.exp(-0.3 * 10), 12);
    expect(state.multiplier(0, 5)).toBe(1);
  });

  it('is 1 / (1 + k · n) where it is hyperbolic', () => {
    const state = new FatigueState(
      1,
      fatigueSchema.parse({ decay: 'hyperbolic', rate: 0.5, recoveryHalfLifeDays: null }),
    );
    state.expose(0, 0);
    state.expose(0, 1);
    expect(state.multiplier(0, 9)).toBeCloseTo(0.5, 12);
  });

  it('forgets half in a half-life', () => {
    const state = new FatigueState(1, fatigueSchema.parse({ recoveryHalfLifeDays: 2 }));
    state.expose(0, 0);
    state.expose(0, 2);
    expect(state.level(0, 2)).toBeCloseTo(1.5, 12);
    expect(state.level(0, 4)).toBeCloseTo(0.75, 12);
  });

  it('is none without settings, and refused where its rate is negative', () => {
    const state = new FatigueState(1, null);
    state.expose(0, 0);
    expect(state.multiplier(0, 0)).toBe(1);
    expect(() => parseConfig(fatigueSchema, { rate: -1 }, 'fatigue')).toThrow('rate: expected >= 0 [1/exposure]');
    expect(() => parseConfig(fatigueSchema, { recoveryHalfLifeDays: 0 }, 'fatigue')).toThrow('recoveryHalfLifeDays');
  });
});

describe('a frequency cap', () => {
  it('is never broken in any period, and stops nobody below it', () => {
    const gaps = fc.array(fc.double({ min: 0, max: 0.6, noNaN: true }), { maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 4 }), (list, impressions) => {
        const cap = new FrequencyCap(1, { impressions, periodDays: 1 });
        const shown: number[] = [];
        let time = 0;
        for (const gap of list) {
          time += gap;
          const inPeriod = shown.filter((before) => time - before < 1).length;
          expect(cap.allows(0, time)).toBe(inPeriod < impressions);
          if (!cap.allows(0, time)) continue;
          cap.expose(0, time);
          shown.push(time);
        }
      }),
    );
  });

  it('counts each user alone', () => {
    const cap = new FrequencyCap(2, { impressions: 1, periodDays: 1 });
    cap.expose(0, 0);
    expect([cap.allows(0, 0.9), cap.allows(1, 0.9), cap.allows(0, 1)]).toEqual([false, true, true]);
  });

  it('of 0 is refused with the remedy; none is null', () => {
    expect(() => parseConfig(frequencyCapSchema, { impressions: 0 }, 'cap')).toThrow(
      'impressions: expected at least 1 [impressions]; use null',
    );
    const none = new FrequencyCap(1, null);
    none.expose(0, 0);
    expect(none.allows(0, 0)).toBe(true);
  });
});

describe('organic conversions', () => {
  it('have the mean rate over users', () => {
    const config = organicSchema.parse({ perUserDay: 0.02, intentSpread: 0.8 });
    const rng = new Rng('organic');
    let sum = 0;
    for (let i = 0; i < 40_000; i++) sum += organicRate(config, rng.normal());
    expect(sum / 40_000).toBeCloseTo(0.02, 3);
    expect(organicRate(config, 0)).toBeCloseTo(0.02 * Math.exp(-0.32), 12);
  });

  it('are displaced by their mark, only in the days after a conversion by an ad', () => {
    const config = organicSchema.parse({ displacement: 0.5, displacementDays: 7 });
    expect(isDisplaced(config, 6.9, 0.49)).toBe(true);
    expect(isDisplaced(config, 6.9, 0.5)).toBe(false);
    expect(isDisplaced(config, 7, 0.1)).toBe(false);
    expect(isDisplaced(config, Number.POSITIVE_INFINITY, 0)).toBe(false);
  });

  it('cannot be negative', () => {
    expect(() => parseConfig(organicSchema, { perUserDay: -0.1 }, 'organic')).toThrow(
      'perUserDay: expected a rate of at least 0',
    );
  });
});
