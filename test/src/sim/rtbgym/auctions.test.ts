import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../../src/core/rng.ts';
import { allocateAuctions, drawAuctions, drawVolume, scanAuctions } from '../../../../src/sim/rtbgym/auctions.ts';
import { rtbGymMarket } from '../../../../src/sim/rtbgym/market.ts';
import { RtbGymTape } from '../../../../src/sim/rtbgym/tape.ts';
import { emptyOutcome } from '../../../../src/sim/step-outcome.ts';
import { tinyParameters } from './tiny-market.ts';

/** Four auctions of value 0.1 at prices 5, 7, 9 and 6; the second is not clicked. */
function four() {
  const auctions = allocateAuctions(4);
  auctions.value.fill(0.1);
  auctions.need.set([6, 8, 10, 7]);
  auctions.costMicros.set([5e6, 0, 9e6, 6e6]);
  auctions.click.set([1, 0, 1, 1]);
  auctions.conversion.set([1, 0, 0, 1]);
  return auctions;
}

function scan(bidFactor: number, remainingMicros: number) {
  const out = emptyOutcome();
  scanAuctions(four(), 0, 4, bidFactor, remainingMicros, out);
  return { ...out, value: Math.round(out.value * 10) / 10 };
}

describe('a step of auctions', () => {
  it('wins where the bid rounded down is above the price, and pays for clicks', () => {
    // Bid ⌊7.9⌋ = 7: above 5 and 6, not above 7 or 9.
    expect(scan(79, 1e9)).toEqual({ wins: 2, spendMicros: 11e6, value: 0.2, clicks: 2, conversions: 2 });
    // Bid 10 wins all four and pays for three.
    expect(scan(100, 1e9)).toEqual({ wins: 4, spendMicros: 20e6, value: 0.4, clicks: 3, conversions: 2 });
  });

  it('voids every auction from the one on that brings spend to the budget', () => {
    // 5 + 0 + 9 = 14 reaches 14: the third is void, and so is the fourth, which would fit.
    expect(scan(100, 14e6)).toEqual({ wins: 2, spendMicros: 5e6, value: 0.2, clicks: 1, conversions: 1 });
    expect(scan(100, 14e6 + 1)).toEqual({ wins: 3, spendMicros: 14e6, value: 0.3, clicks: 2, conversions: 1 });
    expect(scan(100, 5e6)).toEqual({ wins: 0, spendMicros: 0, value: 0, clicks: 0, conversions: 0 });
  });

  it('counts the value of a win only where its click could be paid', () => {
    // After 5 are spent 12 reaches the budget at price 7: the unclicked second win could not have converted.
    expect(scan(100, 12e6)).toEqual({ wins: 2, spendMicros: 5e6, value: 0.1, clicks: 1, conversions: 1 });
    expect(scan(100, 12e6 + 1)).toEqual({ wins: 2, spendMicros: 5e6, value: 0.2, clicks: 1, conversions: 1 });
  });

  it('has the click and conversion rates of its step', () => {
    const market = rtbGymMarket(tinyParameters());
    const n = 200_000;
    const auctions = allocateAuctions(n);
    drawAuctions(market, 1, new Rng('rates'), auctions, 0, n);
    const share = (column: Uint8Array) => column.reduce((sum, x) => sum + x, 0) / n;
    // CTR 0.5 · 1/2, CVR 0.6 · 1/2; five standard errors.
    expect(Math.abs(share(auctions.click) - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / n));
    expect(Math.abs(share(auctions.conversion) - 0.075)).toBeLessThan(5 * Math.sqrt((0.075 * 0.925) / n));
    expect(auctions.conversion.every((conversion, i) => conversion <= auctions.click[i]!)).toBe(true);
    expect(auctions.value.every((value) => Math.abs(value - 0.075) < 1e-15)).toBe(true);
  });

  it('has whole volumes around the mean, none below the minimum', () => {
    const market = rtbGymMarket(tinyParameters({ search_volume: { mean: 20, std: 10, min: 15 } }));
    const rng = new Rng('volume');
    const volumes = Array.from({ length: 1000 }, () => drawVolume(market, rng));
    expect(Math.min(...volumes)).toBe(15);
    expect(volumes.every(Number.isInteger)).toBe(true);
  });
});

describe('a tape of episodes', () => {
  const market = rtbGymMarket(tinyParameters());
  const tape = new RtbGymTape(market, 10, new Rng('tape'));
  /** The same episodes, drawn as the tape draws them. */
  const drawn = Array.from({ length: 10 }, (_, episode) => {
    const rng = new Rng('tape').split(episode);
    return [0, 1, 2].map((step) => {
      const volume = drawVolume(market, rng);
      const auctions = allocateAuctions(volume);
      drawAuctions(market, step, rng, auctions, 0, volume);
      return { auctions, volume };
    });
  });

  it('answers any multiplier and budget as the scan in order does, money and counts exactly', () => {
    const expected = emptyOutcome();
    const received = emptyOutcome();
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 0, max: 2 }),
        fc.double({ min: 0, max: 4, noNaN: true }),
        fc.integer({ min: 1, max: 150_000_000 }),
        (episode, step, multiplier, remainingMicros) => {
          const { auctions, volume } = drawn[episode]![step]!;
          scanAuctions(auctions, 0, volume, multiplier * market.bidPerValue, remainingMicros, expected);
          expect(tape.play(episode, step, multiplier, remainingMicros, received)).toBe(volume);
          expect({ ...received, value: 0 }).toEqual({ ...expected, value: 0 });
          expect(received.value).toBeCloseTo(expected.value, 12);
          expect(received.spendMicros).toBeLessThan(remainingMicros);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('needs an episode', () => {
    expect(() => new RtbGymTape(market, 0, new Rng('tape'))).toThrow(
      'CONFIG_INVALID: rtbgym tape: expected a positive whole number of episodes, received 0',
    );
  });
});
