import { describe, expect, it } from 'vitest';
import { fractionalKnapsack } from '../../../src/bidding/knapsack.ts';
import { Rng } from '../../../src/core/rng.ts';
import { cutByRecords, flightWindows } from '../../../src/sim/flight-window.ts';
import { hindsightMultiplier } from '../../../src/sim/hindsight-multiplier.ts';
import { playFlights } from '../../../src/sim/play-flights.ts';
import { Replay } from '../../../src/sim/replay.ts';
import { randomGame } from './random-tape.ts';
import { smallTape } from './small-tape.ts';

describe('hindsightMultiplier', () => {
  it('finds the multiplier that buys the good opportunities and leaves the dear ones', () => {
    // Value for money 1/10, 1/20 and 1/40 in turn; 30 micros buy the first two, in any order, if the third is left.
    const tape = smallTape([
      { value: 1, price: 40 },
      { value: 1, price: 10 },
      { value: 1, price: 20 },
    ]);
    const cut = cutByRecords(tape, 3, 1);
    const replay = new Replay(tape, cut.stepOffsets);
    const [window] = flightWindows(replay, cut);
    const best = hindsightMultiplier(replay, window!, 30, 15);
    expect(best.value).toBe(2);
    expect(best.multiplier).toBeGreaterThanOrEqual(21);
    // From 41 on the dear one is wanted too, but 30 micros never buy it.
    expect(hindsightMultiplier(replay, window!, 9, 15).value).toBe(0);
  });

  it('is at least as good as 50 random constants and never above the fractional knapsack', () => {
    for (const pricing of ['second-price', 'first-price'] as const) {
      const game = randomGame(`hindsight/${pricing}`, { meta: { pricing }, horizon: 300 });
      const { replay, windows, plan, tape } = game;
      const rng = new Rng('constants');
      for (const [n, window] of windows.entries()) {
        for (const share of [1 / 16, 1 / 4, 2]) {
          const budgetMicros = Math.floor(share * plan.fullCostMicros);
          const best = hindsightMultiplier(replay, window, budgetMicros, 1e5);
          const prices = pricing === 'first-price' ? replay.needMicros : replay.paidMicros;
          const ceiling = fractionalKnapsack(tape.value, prices, budgetMicros, n * 300, (n + 1) * 300);
          expect(best.value).toBeLessThanOrEqual(ceiling * (1 + 1e-12));
          for (let k = 0; k < 50; k++) {
            const multiplier = 1e5 * Math.exp(rng.uniform(-5, 5));
            const [result] = playFlights(replay, plan, [{ window, budgetMicros, startingMultiplier: 1 }], {
              kind: 'multiplier',
              reset: () => undefined,
              decide: (_flights, _active, out) => out.fill(multiplier),
            });
            expect(result!.value).toBeLessThanOrEqual(best.value);
          }
        }
      }
    }
  });
});
