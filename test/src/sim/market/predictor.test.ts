import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/core/rng.ts';
import { recordCompetition } from '../../../../src/sim/market/competition-tape.ts';
import { Opportunities } from '../../../../src/sim/market/opportunities.ts';
import { playMarket } from '../../../../src/sim/market/play-market.ts';
import { bidding, smallHouse } from './small-house.ts';

const rivals = [{ name: 'rival', bidding: { rule: 'fixed', multiplier: 0.8 } }];

/** Flights of a truthful seat with a predictor against a rival that does not react. */
function flights(predictor: object | null, auction: object = {}) {
  const house = smallHouse({ rivals, auction }, [{ name: 'you', predictor }]);
  return playMarket(
    house,
    [bidding(1)],
    [0, 1].map((n) => new Rng(`predictor/${n}`)),
  );
}

const surplus = (predictor: object | null, auction?: object) =>
  flights(predictor, auction).reduce((sum, { seats }) => sum + seats.at(-1)!.surplusMicros, 0);

function drawn(predictor: object | null, bill = 'exposed-impression', rivalPredictor: object | null = null) {
  const house = smallHouse({ rivals: [{ ...rivals[0], predictor: rivalPredictor }], auction: { bill } }, [
    { name: 'you', predictor },
  ]);
  const opportunities = new Opportunities(house);
  opportunities.draw(new Rng('drawn'));
  return opportunities;
}

/** `[K]` entries of the agent's column. */
function own(o: Opportunities, column: Float64Array): number[] {
  return Array.from({ length: o.length }, (_, k) => column[k * 2 + 1]!);
}

const logit = (p: number) => Math.log(p / (1 - p));

describe('a predictor of click rates', () => {
  it('without shift and noise is the truth: the market plays as without one', () => {
    expect(flights({ shift: 0, noise: 0 })).toEqual(flights(null));
  });

  it('moves the log-odds by its shift and leaves what is true, and what others believe, as it is', () => {
    const [right, shifted] = [drawn(null), drawn({ shift: 0.7 })];
    const moves = own(shifted, shifted.predictedCtr).map((p, k) => logit(p) - logit(own(shifted, shifted.pCtr)[k]!));
    for (const move of moves) expect(move).toBeCloseTo(0.7, 9);
    expect(own(shifted, shifted.pCtr)).toEqual(own(right, right.pCtr));
    expect(own(shifted, shifted.worthMicros)).toEqual(own(right, right.worthMicros));
    for (let k = 0; k < right.length; k++) {
      expect(shifted.believedMicros[k * 2]).toBe(right.worthMicros[k * 2]);
    }
  });

  it('errs by its noise, the same for the same flight, whoever else errs', () => {
    const [noisy, again] = [drawn({ noise: 0.5 }), drawn({ noise: 0.5 }, 'exposed-impression', { noise: 1 })];
    expect(own(again, again.predictedCtr)).toEqual(own(noisy, noisy.predictedCtr));
    const errors = own(noisy, noisy.predictedCtr).map((p, k) => logit(p) - logit(own(noisy, noisy.pCtr)[k]!));
    const mean = errors.reduce((sum, x) => sum + x, 0) / errors.length;
    const sd = Math.sqrt(errors.reduce((sum, x) => sum + (x - mean) ** 2, 0) / errors.length);
    // 600 draws: four standard errors.
    expect(Math.abs(mean)).toBeLessThan((4 * 0.5) / Math.sqrt(600));
    expect(Math.abs(sd - 0.5)).toBeLessThan((4 * 0.5) / Math.sqrt(1200));
  });

  it('costs a truthful bidder surplus in second price, the more the louder its noise', () => {
    const surpluses = [null, { noise: 0.5 }, { noise: 1.5 }].map((predictor) => surplus(predictor));
    expect(surpluses[1]).toBeLessThan(surpluses[0]!);
    expect(surpluses[2]).toBeLessThan(surpluses[1]!);
    for (const shift of [-1, 1]) expect(surplus({ shift })).toBeLessThan(surpluses[0]!);
  });

  it('does not move bids for clicks, whose worth is known, nor how the seller ranks them', () => {
    const auction = { mechanism: 'gsp-quality', bill: 'click' };
    const [right, wrong] = [flights(null, auction), flights({ shift: 1, noise: 1 }, auction)];
    expect(wrong.map(({ revenueMicros }) => revenueMicros)).toEqual(right.map(({ revenueMicros }) => revenueMicros));
    const conversions = drawn({ shift: 1 }, 'conversion');
    expect(own(conversions, conversions.quality!)).toEqual(own(conversions, conversions.pCtr).map((p) => p * 0.05));
    expect(conversions.eventRate![1]! / conversions.quality![1]!).toBeGreaterThan(2);
  });

  it.each([
    ['second-price', 'exposed-impression'],
    ['gsp', 'click'],
    ['gsp-quality', 'click'],
    ['vcg', 'conversion'],
  ])('makes the recorded competition one of beliefs: who bids half its believed worth ties (%s, per %s)', (...how) => {
    const alike = { clickValue: { family: 'fixed', value: 1 }, fitSigma: 0 };
    const [mechanism, bill] = how;
    const impressions = bill === 'exposed-impression';
    const house = smallHouse(
      { rivals: [{ name: 'r', ...alike, bidding: { rule: 'fixed', multiplier: 0.5 } }], auction: { mechanism, bill } },
      [{ name: 'you', ...alike, predictor: { shift: 0.5 } }],
    );
    const { tape } = recordCompetition(house, 0, [new Rng('beliefs')]);
    // Who bids for impressions overrates itself against the rival; who bids for clicks bids for what it knows.
    for (let k = 0; k < tape.value.length; k++) {
      const tie = tape.marketPriceMicros[k]! / tape.value[k]!;
      expect(Math.abs(tie - (impressions ? 0.3 : 0.5))).toBeLessThan(impressions ? 0.05 : 1e-3);
    }
  });

  it('is refused with a negative noise', () => {
    expect(() => smallHouse({ rivals: [{ name: 'rival', predictor: { noise: -1 } }] })).toThrow(
      'rivals.0.predictor.noise: expected >= 0',
    );
  });
});
