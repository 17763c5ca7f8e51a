import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BidPolicy, MultiplierPolicy, Policy } from '../../../src/core/policy.ts';
import { Rng } from '../../../src/core/rng.ts';
import { cutByRecords, flightWindows, recordsPlan } from '../../../src/sim/flight-window.ts';
import { type Flight, type FlightResult, playFlights } from '../../../src/sim/play-flights.ts';
import { Replay } from '../../../src/sim/replay.ts';
import { type RandomGame, randomGame } from './random-tape.ts';
import { type Row, smallTape } from './small-tape.ts';

/** A constant multiplier for every flight. */
function multiplierPolicy(multiplier: number): MultiplierPolicy {
  return {
    kind: 'multiplier',
    reset: () => undefined,
    decide(_flights, active, out) {
      for (let n = 0; n < active.length; n++) if (active[n] === 1) out[n] = multiplier;
    },
  };
}

/** The same as bids one by one. */
function bidPolicy(multiplier: number): BidPolicy {
  return {
    kind: 'bid',
    reset: () => undefined,
    beginStep: () => undefined,
    bid: (_, { value }) => multiplier * value,
  };
}

function flightsOf({ windows }: Pick<RandomGame, 'windows'>, budgets: readonly number[]): Flight[] {
  return windows.map((window, n) => ({
    window,
    budgetMicros: budgets[n % budgets.length]!,
    startingMultiplier: 1,
  }));
}

/** Flights of `horizon` records in `numSteps` steps over hand-written rows. */
function handGame(rows: readonly Row[], horizon: number, numSteps: number, meta = {}) {
  const tape = smallTape(rows, meta);
  const cut = cutByRecords(tape, horizon, numSteps);
  const replay = new Replay(tape, cut.stepOffsets);
  return { replay, windows: flightWindows(replay, cut), plan: recordsPlan(horizon, numSteps, 0) };
}

/** What must agree to the last digit. */
const counts = ({ impressions, clicks, conversions, spendMicros, exhaustedAtStep, trace }: FlightResult) => ({
  impressions,
  clicks,
  conversions,
  spendMicros,
  exhaustedAtStep,
  spend: [...trace.spendMicros],
  wins: [...trace.wins],
});

const games = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  alpha: fc.double({ min: 0, max: 6e5, noNaN: true }),
  share: fc.double({ min: 0.001, max: 1.2, noNaN: true }),
  meta: fc.record({
    ties: fc.constantFrom('win' as const, 'lose' as const),
    minBidMicros: fc.constantFrom(0, 1, 500),
    bidQuantumMicros: fc.constantFrom(1, 10),
    maxBidMicros: fc.constantFrom(null, 3000),
  }),
});

describe('playFlights', () => {
  it('gives a linear policy the same as multipliers and as bids, to the last micro (second price)', () => {
    fc.assert(
      fc.property(games, ({ seed, alpha, share, meta }) => {
        const game = randomGame(seed, { meta });
        const flights = flightsOf(game, [Math.max(1, Math.floor(share * game.plan.fullCostMicros))]);
        const byMultiplier = playFlights(game.replay, game.plan, flights, multiplierPolicy(alpha));
        const byBid = playFlights(game.replay, game.plan, flights, bidPolicy(alpha));
        expect(byBid.map(counts)).toEqual(byMultiplier.map(counts));
        for (const [n, { value }] of byBid.entries()) {
          expect(Math.abs(value - byMultiplier[n]!.value)).toBeLessThanOrEqual(1e-12 * value);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('in first price does the same where every bid is a whole number of micros', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 0, max: 3 }),
        fc.double({ min: 0.001, max: 1.2, noNaN: true }),
        (seed, k, share) => {
          // Values are multiples of 2^-20, so α = k · 2^20 makes whole bids and exact sums.
          const alpha = k * 2 ** 20;
          const game = randomGame(seed, { meta: { pricing: 'first-price' }, horizon: 60 });
          const flights = flightsOf(game, [Math.max(1, Math.floor(share * 1e6))]);
          const byMultiplier = playFlights(game.replay, game.plan, flights, multiplierPolicy(alpha));
          expect(playFlights(game.replay, game.plan, flights, bidPolicy(alpha)).map(counts)).toEqual(
            byMultiplier.map(counts),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('in first price rounds money down once a step for multipliers, once a bid for bids', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.double({ min: 1e4, max: 6e5, noNaN: true }), (seed, alpha) => {
        const game = randomGame(seed, { meta: { pricing: 'first-price' }, horizon: 60 });
        const flights = flightsOf(game, [Number.MAX_SAFE_INTEGER]);
        const byMultiplier = playFlights(game.replay, game.plan, flights, multiplierPolicy(alpha));
        const byBid = playFlights(game.replay, game.plan, flights, bidPolicy(alpha));
        for (const [n, { trace, impressions, value }] of byMultiplier.entries()) {
          expect(byBid[n]!.impressions).toBe(impressions);
          expect(byBid[n]!.value).toBeCloseTo(value, 12);
          for (let t = 0; t < trace.wins.length; t++) {
            const more = trace.spendMicros[t]! - byBid[n]!.trace.spendMicros[t]!;
            expect(more).toBeGreaterThanOrEqual(-1);
            expect(more).toBeLessThanOrEqual(trace.wins[t]!);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('plays every flight exactly once, and a flight does not depend on its neighbours or their order', () => {
    const game = randomGame('order', { numFlights: 4 });
    const flights = flightsOf(game, [20_000, 7_000, 45_000]);
    for (const policy of [multiplierPolicy(90_000), bidPolicy(90_000)]) {
      const together = playFlights(game.replay, game.plan, flights, policy);
      expect(together).toHaveLength(flights.length);
      expect(together.map(({ auctions }) => auctions)).toEqual(flights.map(({ window }) => window.numAuctions));
      const reversed = playFlights(game.replay, game.plan, [...flights].reverse(), policy);
      expect(reversed.reverse()).toEqual(together);
      const alone = flights.map((flight) => playFlights(game.replay, game.plan, [flight], policy)[0]);
      expect(alone).toEqual(together);
    }
  });

  it('never spends more than the budget, whatever is bid', () => {
    fc.assert(
      fc.property(
        games,
        fc.constantFrom('first-price' as const, 'second-price' as const),
        fc.constantFrom('multiplier' as const, 'bid' as const),
        ({ seed, share, meta }, pricing, kind) => {
          const game = randomGame(seed, { meta: { ...meta, pricing }, horizon: 60 });
          const rng = new Rng(`any bids/${seed}`);
          const draw = () => [0, 1e3, 1e5, 3e5, 1e9][rng.int(5)]!;
          const wild: Policy =
            kind === 'bid'
              ? { ...bidPolicy(1), bid: () => [Number.NaN, -5, 0.5, 1000, 1e12][rng.int(5)]! }
              : { kind, reset: () => undefined, decide: (_f, _a, out) => out.set(Array.from(out, draw)) };
          const flights = flightsOf(game, [1, Math.max(1, Math.floor(share * 1e5)), 30_000]);
          for (const [n, result] of playFlights(game.replay, game.plan, flights, wild).entries()) {
            const spent = result.trace.spendMicros.reduce((sum, x) => sum + x, 0);
            expect(spent).toBe(result.spendMicros);
            expect(spent).toBeLessThanOrEqual(flights[n]!.budgetMicros);
            expect(Number.isInteger(spent)).toBe(true);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('ends a flight at the step after which nothing later is affordable', () => {
    const rows = [5, 5, 4, 9, 3].map((price) => ({ value: 1, price }));
    const { replay, windows, plan } = handGame(rows, 5, 5);
    const play = (budgetMicros: number) =>
      playFlights(
        replay,
        plan,
        [{ window: windows[0]!, budgetMicros, startingMultiplier: 1 }],
        multiplierPolicy(10),
      )[0]!;
    // 5 + 5 leaves 2: the cheapest later one costs 3.
    expect(play(12)).toMatchObject({ spendMicros: 10, impressions: 2, exhaustedAtStep: 1 });
    expect([...play(12).trace.auctions]).toEqual([1, 1, 0, 0, 0]);
    expect([...play(12).trace.multiplier]).toEqual([10, 10, Number.NaN, Number.NaN, Number.NaN]);
    // 13 leaves 3 after two steps, 4 is passed over, 9 too, and the last one fits exactly.
    expect(play(13)).toMatchObject({ spendMicros: 13, impressions: 3, exhaustedAtStep: -1 });
    // Spent to the last micro in the last step is no exhaustion: nothing was missed.
    expect(play(26)).toMatchObject({ spendMicros: 26, exhaustedAtStep: -1 });
  });

  it('leaves the multipliers of ended flights alone', () => {
    const { replay, windows, plan } = handGame(
      [4, 4, 4, 4, 4, 4].map((price) => ({ value: 1, price })),
      3,
      3,
    );
    const seen: number[][] = [];
    const policy: MultiplierPolicy = {
      kind: 'multiplier',
      reset: () => undefined,
      decide(flights, active, out) {
        seen.push([...active]);
        for (let n = 0; n < flights.length; n++) if (active[n] === 1) out[n] = 5;
      },
    };
    const budgets = [4, 100];
    const flights = windows.map((window, n) => ({ window, budgetMicros: budgets[n]!, startingMultiplier: 1 }));
    const results = playFlights(replay, plan, flights, policy);
    expect(seen).toEqual([
      [1, 1],
      [0, 1],
      [0, 1],
    ]);
    expect(results.map(({ impressions }) => impressions)).toEqual([1, 3]);
  });

  it('shows the policy the counters of its own flight', () => {
    const { replay, windows, plan } = handGame(
      [
        { value: 2, price: 5, click: 1 },
        { value: 1, price: 50 },
        { value: 4, price: 7, conversion: 1 },
        { value: 0, price: 1 },
      ],
      4,
      2,
    );
    const seen: object[] = [];
    const policy: MultiplierPolicy = {
      ...multiplierPolicy(0),
      decide(flights, _active, out) {
        seen.push({ ...flights[0]! });
        out[0] = 3;
      },
    };
    const [result] = playFlights(
      replay,
      plan,
      [{ window: windows[0]!, budgetMicros: 100, startingMultiplier: 8 }],
      policy,
    );
    expect(result).toMatchObject({ impressions: 2, clicks: 1, conversions: 1, spendMicros: 12, value: 6, auctions: 4 });
    expect(seen[0]).toMatchObject({
      stepIndex: 0,
      numSteps: 2,
      remainingMicros: 100,
      lastMultiplier: 8,
      lastAuctions: 0,
    });
    expect(seen[1]).toEqual({
      stepIndex: 1,
      numSteps: 2,
      budgetMicros: 100,
      remainingMicros: 95,
      expectedAuctions: 2,
      expectedAuctionsLeft: 2,
      expectedAuctionsTotal: 4,
      lastExpectedAuctions: 2,
      lastAuctions: 2,
      lastWins: 1,
      lastSpendMicros: 5,
      lastValue: 2,
      auctions: 2,
      wins: 1,
      value: 2,
      lastMultiplier: 3,
    });
  });
});
