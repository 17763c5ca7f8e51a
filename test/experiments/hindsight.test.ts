import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Hindsight } from '../../experiments/hindsight.ts';
import { Rng } from '../../src/core/rng.ts';
import { cutByRecords, flightWindows } from '../../src/sim/flight-window.ts';
import { hindsightMultiplier } from '../../src/sim/hindsight-multiplier.ts';
import { playFlights } from '../../src/sim/play-flights.ts';
import { Replay } from '../../src/sim/replay.ts';
import { randomGame } from '../src/sim/random-tape.ts';
import { smallTape } from '../src/sim/small-tape.ts';

function hindsightOf(rows: Parameters<typeof smallTape>[0], meta: Parameters<typeof smallTape>[1] = {}) {
  const tape = smallTape(rows, meta);
  const cut = cutByRecords(tape, rows.length, 1);
  const replay = new Replay(tape, cut.stepOffsets);
  return { hindsight: new Hindsight(replay), window: flightWindows(replay, cut)[0]! };
}

describe('the hindsight optimum', () => {
  // Value for money: 1/2, 1/4, 1/5.
  const rows = [
    { value: 2, price: 10, click: 1 },
    { value: 3, price: 6, conversion: 1 },
    { value: 2, price: 8, click: 1 },
  ];

  it('buys by value for money and the last in part', () => {
    const { hindsight, window } = hindsightOf(rows);
    expect(hindsight.value(window, 3)).toBe(1.5);
    expect(hindsight.value(window, 6)).toBe(3);
    expect(hindsight.value(window, 10)).toBe(4);
    expect(hindsight.value(window, 1e9)).toBe(7);
  });

  it('counts whole impressions and clicks, and all the money until everything is bought', () => {
    const { hindsight, window } = hindsightOf(rows);
    expect(hindsight.play(window, 10)).toEqual({ wins: 1, spendMicros: 10, value: 4, clicks: 0, conversions: 1 });
    expect(hindsight.play(window, 14)).toEqual({ wins: 2, spendMicros: 14, value: 5, clicks: 1, conversions: 1 });
    expect(hindsight.play(window, 99)).toEqual({ wins: 3, spendMicros: 24, value: 7, clicks: 2, conversions: 1 });
  });

  it('pays the floor, leaves out what the cap forbids, and in first price pays the smallest winning bid', () => {
    const floored = hindsightOf([{ value: 1, price: 2, floor: 10 }]);
    expect(floored.hindsight.value(floored.window, 5)).toBe(0.5);
    const capped = hindsightOf(rows, { maxBidMicros: 9 });
    expect(capped.hindsight.play(capped.window, 99)).toMatchObject({ wins: 2, spendMicros: 14, value: 5 });
    const firstPrice = hindsightOf([{ value: 1, price: 9 }], { pricing: 'first-price', ties: 'lose' });
    expect(firstPrice.hindsight.value(firstPrice.window, 5)).toBe(0.5);
  });

  it('is never beaten: not by single bids, not by changing multipliers, not by the best constant', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.constantFrom('first-price' as const, 'second-price' as const),
        fc.double({ min: 0.01, max: 1.2, noNaN: true }),
        (seed, pricing, share) => {
          const { replay, windows, plan } = randomGame(seed, { meta: { pricing }, numFlights: 1, horizon: 80 });
          const window = windows[0]!;
          const budgetMicros = Math.max(1, Math.floor(share * plan.fullCostMicros));
          const best = new Hindsight(replay).value(window, budgetMicros) * (1 + 1e-12);
          const rng = new Rng(`policies/${seed}`);
          const flight = { window, budgetMicros, startingMultiplier: 1 };
          const multipliers = playFlights(replay, plan, [flight], {
            kind: 'multiplier',
            reset: () => undefined,
            decide: (_flights, _active, out) => out.fill(1e5 * Math.exp(rng.uniform(-2, 2))),
          })[0]!;
          const bids = playFlights(replay, plan, [flight], {
            kind: 'bid',
            reset: () => undefined,
            beginStep: () => undefined,
            bid: (_, { value }) => 1e5 * value * Math.exp(rng.uniform(-1, 1)),
          })[0]!;
          expect(multipliers.value).toBeLessThanOrEqual(best);
          expect(bids.value).toBeLessThanOrEqual(best);
          expect(hindsightMultiplier(replay, window, budgetMicros, 1e5).value).toBeLessThanOrEqual(best);
        },
      ),
      { numRuns: 60 },
    );
  });
});
