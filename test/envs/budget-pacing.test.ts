import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BudgetPacingOptions, createBudgetPacing } from '../../envs/budget-pacing.ts';
import { Rng } from '../../src/core/rng.ts';
import { type ActionDecoding, decodeMultiplier, PACING_FEATURES } from '../../src/policy/runtime.ts';
import { cutByRecords, flightWindows, recordsPlan } from '../../src/sim/flight-window.ts';
import { playFlights } from '../../src/sim/play-flights.ts';
import { Replay } from '../../src/sim/replay.ts';
import { randomGame } from '../src/sim/random-tape.ts';
import { smallTape } from '../src/sim/small-tape.ts';

const BOUNDS = { minMultiplier: 0, maxMultiplier: 1e9 };
const SCALES = { priceMicros: 1000, value: 0.01 };

const decodings: readonly ActionDecoding[] = [
  { kind: 'grid', multipliers: [0, 3e4, 1e5, 3e5, 1e9], ...BOUNDS },
  { kind: 'moves', lambdaMoves: [-0.9, -0.1, 0, 0.1, 9], ...BOUNDS, minMultiplier: 1 },
  { kind: 'log', baseMultiplier: 1e5, ...BOUNDS },
];

/** An action of a decoding; continuous ones as the environment sees them, float32. */
function drawAction(decoding: ActionDecoding, rng: Rng): number {
  if (decoding.kind === 'log') return Math.fround(rng.uniform(-4, 4));
  return rng.int(5);
}

function actionsOf(decoding: ActionDecoding, actions: readonly number[]) {
  return decoding.kind === 'log' ? Float32Array.from(actions) : Int32Array.from(actions);
}

function pacing(options: Pick<BudgetPacingOptions, 'replay' | 'windows' | 'plan'> & Partial<BudgetPacingOptions>) {
  return createBudgetPacing({
    budgetFractions: { list: [0.05, 0.3, 1] },
    startingMultiplier: { low: 5e4, high: 2e5 },
    decoding: decodings[0]!,
    reward: 'value',
    rewardUnit: () => 1,
    scales: SCALES,
    numEnvs: 3,
    ...options,
  });
}

/** One flight of four single-auction steps: prices 10, 20, 40, 5 and values 1, 2, 4, 8. */
function knownFlight(budgetFraction: number, changes: Partial<BudgetPacingOptions> = {}) {
  const tape = smallTape(
    [
      { value: 1, price: 10, click: 1 },
      { value: 2, price: 20 },
      { value: 4, price: 40, click: 1, conversion: 1 },
      { value: 8, price: 5 },
    ],
    { ties: 'win' },
  );
  const cut = cutByRecords(tape, 4, 4);
  const replay = new Replay(tape, cut.stepOffsets);
  const env = pacing({
    replay,
    windows: flightWindows(replay, cut),
    plan: recordsPlan(4, 4, 100),
    budgetFractions: { list: [budgetFraction] },
    startingMultiplier: { low: 5, high: 5 },
    decoding: { kind: 'grid', multipliers: [0, 10], ...BOUNDS },
    scales: { priceMicros: 20, value: 2 },
    numEnvs: 1,
    ...changes,
  });
  env.reset(0);
  return env;
}

const BID = Int32Array.of(1);
const PASS = Int32Array.of(0);

function observed(buffer: Float32Array): Record<string, number> {
  return Object.fromEntries(PACING_FEATURES.map(({ name }, i) => [name, buffer[i]!]));
}

describe('budget-pacing-v1', () => {
  it('never overspends, and rewards add up to the value won, whatever is done', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.constantFrom(...decodings),
        fc.constantFrom('first-price' as const, 'second-price' as const),
        (seed, decoding, pricing) => {
          const game = randomGame(seed, { meta: { pricing }, horizon: 60 });
          const env = pacing({ ...game, decoding });
          const rng = new Rng(`actions/${seed}`);
          env.reset(seed);
          const earned = new Float64Array(env.numEnvs);
          for (let t = 0; t < 20; t++) {
            const before = env.counters.map((c) => ({ ...c }));
            env.step(
              actionsOf(
                decoding,
                Array.from(before, () => drawAction(decoding, rng)),
              ),
            );
            for (const [n, c] of env.counters.entries()) {
              earned[n] = earned[n]! + env.rewards[n]!;
              expect(c.remainingMicros).toBeGreaterThanOrEqual(0);
              expect(Number.isInteger(c.remainingMicros)).toBe(true);
              if (env.terminated[n] === 1) {
                expect(env.finalObservations[n * PACING_FEATURES.length + 1]).toBeGreaterThanOrEqual(0);
                expect([c.stepIndex, c.value, c.remainingMicros]).toEqual([0, 0, c.budgetMicros]);
                earned[n] = 0;
              } else {
                expect(earned[n]).toBe(c.value);
                expect(c.stepIndex).toBe(before[n]!.stepIndex + 1);
              }
            }
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('plays a flight as the evaluator plays it', () => {
    for (const decoding of decodings) {
      const game = randomGame(`evaluator/${decoding.kind}`);
      const env = pacing({
        ...game,
        windows: game.windows.slice(0, 1),
        decoding,
        budgetFractions: { list: [0.2] },
        startingMultiplier: { low: 1e5, high: 1e5 },
        numEnvs: 1,
      });
      env.reset(1);
      const rng = new Rng('evaluator actions');
      const actions = Array.from({ length: 5 }, () => drawAction(decoding, rng));
      const { budgetMicros } = env.counters[0]!;
      let value = 0;
      for (const action of actions) {
        env.step(actionsOf(decoding, [action]));
        value += env.rewards[0]!;
        if (env.terminated[0] === 1) break;
      }
      const flight = { window: game.windows[0]!, budgetMicros, startingMultiplier: 1e5 };
      const [result] = playFlights(game.replay, game.plan, [flight], {
        kind: 'multiplier',
        reset: () => undefined,
        decide: ([c], _active, out) => {
          out[0] = decodeMultiplier(decoding, actions[c!.stepIndex]!, c!.lastMultiplier);
        },
      });
      expect(value).toBe(result!.value);
    }
  });

  it('rewards value, clicks or conversions in units of the episode', () => {
    const rewards = (reward: BudgetPacingOptions['reward'], unit: number) => {
      const env = knownFlight(1, { reward, rewardUnit: () => unit });
      return Array.from({ length: 4 }, () => {
        env.step(BID);
        return env.rewards[0];
      });
    };
    expect(rewards('value', 1)).toEqual([1, 2, 4, 8]);
    expect(rewards('value', 4)).toEqual([0.25, 0.5, 1, 2]);
    expect(rewards('clicks', 1)).toEqual([1, 0, 1, 0]);
    expect(rewards('conversions', 0.5)).toEqual([0, 0, 2, 0]);
  });

  it('asks for the unit of the reward once an episode, with its window and budget', () => {
    const asked: number[] = [];
    const env = knownFlight(0.5, { rewardUnit: (window, budget) => asked.push(window.numAuctions, budget) });
    for (let t = 0; t < 3; t++) env.step(BID);
    expect(asked).toEqual([4, 50]);
  });

  it('terminates when nothing later is affordable, not before', () => {
    // 12 micros: the first costs 10, what is left buys nothing but, at the end, the one at 5 — not for 2.
    const poor = knownFlight(0.12);
    poor.step(BID);
    expect([poor.terminated[0], poor.truncated[0]]).toEqual([1, 0]);
    expect(observed(poor.finalObservations)).toMatchObject({ timeLeft: 0.75, budgetLeft: Math.fround(2 / 12) });
    // 15 micros: exactly what the last one costs is left, so the flight goes on to its end.
    const exact = knownFlight(0.15);
    const ends = Array.from({ length: 4 }, () => {
      exact.step(BID);
      return exact.terminated[0];
    });
    expect(ends).toEqual([0, 0, 0, 1]);
    expect(exact.rewards[0]).toBe(8);
    expect(observed(exact.finalObservations)).toMatchObject({ timeLeft: 0, budgetLeft: 0 });
  });

  it('observes what its feature table says', () => {
    const env = knownFlight(0.5);
    const log = Math.fround;
    // 50 micros for 4 auctions at a mean price of 20: ln(50 / 80). The multiplier 5 is half of price over value.
    expect(observed(env.observations)).toEqual({
      timeLeft: 1,
      budgetLeft: 1,
      trafficLeft: 1,
      trafficExpected: 0,
      budgetPressure: log(Math.log(50 / 80)),
      budgetTightness: log(Math.log(50 / 80)),
      spendAgainstPlan: 1,
      lastWinRate: 0,
      lastCpm: 0,
      lastValuePerWin: 0,
      lastMultiplier: log(Math.log(1 / 2)),
      winRate: 0,
    });
    env.step(BID);
    env.step(PASS);
    env.step(BID);
    // 10 and 40 are spent: the first two wins of three auctions; one step is left and no money.
    expect(env.terminated[0]).toBe(1);
    expect(observed(env.finalObservations)).toEqual({
      timeLeft: 0.25,
      budgetLeft: 0,
      trafficLeft: 0.25,
      trafficExpected: 0,
      budgetPressure: -6,
      budgetTightness: log(Math.log(50 / 80)),
      spendAgainstPlan: log(40 / 12.5),
      lastWinRate: 1,
      lastCpm: log(Math.log(2)),
      lastValuePerWin: log(Math.log(2)),
      lastMultiplier: 0,
      winRate: log(2 / 3),
    });
  });

  it('draws episode e of copy n from its own stream, whatever happened before', () => {
    const game = randomGame('streams', { numFlights: 6, horizon: 40, numSteps: 2 });
    const begins = (numEnvs: number, action: number) => {
      const env = pacing({ ...game, numEnvs, budgetFractions: { low: 0.05, high: 1 } });
      env.reset(7);
      const seen: [number, number][][] = env.counters.map((c) => [[c.budgetMicros, c.lastMultiplier]]);
      for (let t = 0; t < 12; t++) {
        env.step(new Int32Array(numEnvs).fill(action));
        for (const [n, c] of env.counters.entries()) {
          if (env.terminated[n] === 1) seen[n]!.push([c.budgetMicros, c.lastMultiplier]);
        }
      }
      return seen;
    };
    const patient = begins(2, 0);
    const greedy = begins(3, 4);
    for (let n = 0; n < 2; n++) expect(greedy[n]!.slice(0, 7)).toEqual(patient[n]!.slice(0, 7));
    const all = greedy.flat().map(([budget]) => budget);
    expect(new Set(all).size).toBe(all.length);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(Math.floor(0.05 * game.plan.fullCostMicros));
    expect(Math.max(...all)).toBeLessThanOrEqual(game.plan.fullCostMicros);
  });

  it('gives a budget of at least one micro', () => {
    expect(knownFlight(1e-9).counters[0]!.budgetMicros).toBe(1);
  });

  it('refuses actions outside its space and steps before the first reset', () => {
    const env = knownFlight(1);
    for (const bad of [-1, 2])
      expect(() => env.step(Int32Array.of(bad))).toThrow(/action of copy 0: expected an integer/);
    expect(() => env.step(Int32Array.of(0, 0))).toThrow(/SHAPE_MISMATCH: budget-pacing-v1: actions: expected length 1/);
    const log = knownFlight(1, { decoding: decodings[2]! });
    for (const bad of [4.01, Number.NaN]) expect(() => log.step(Float32Array.of(bad))).toThrow(/expected a number in/);
    const game = randomGame('fresh');
    expect(() => pacing(game).step(new Int32Array(3))).toThrow(/ENV_NOT_RESET/);
    expect(() => pacing(game).reset(-1)).toThrow(/non-negative integer seed/);
  });

  it('refuses flights of another length than its plan, and none', () => {
    const game = randomGame('lengths');
    expect(() => pacing({ ...game, plan: recordsPlan(10, 4, 1) })).toThrow(/all of 4 steps/);
    expect(() => pacing({ ...game, windows: [] })).toThrow(/expected at least one flight/);
  });
});

describe('scales that are wrong', () => {
  const scaleError = 0.4;
  const errors = (seed: number) => {
    const right = knownFlight(0.5);
    const wrong = knownFlight(0.5, { scaleError });
    right.reset(seed);
    wrong.reset(seed);
    const [a, b] = [observed(right.observations), observed(wrong.observations)];
    // The observation counts in the believed scales: a belief in dearer prices makes the budget look smaller.
    const price = a['budgetTightness']! - b['budgetTightness']!;
    return { price, value: price + b['lastMultiplier']! - a['lastMultiplier']!, wrong };
  };

  it('are drawn anew for every episode, price and value apart, within the given error', () => {
    const drawn = Array.from({ length: 40 }, (_, seed) => errors(seed));
    for (const { price, value } of drawn) {
      expect(Math.abs(price)).toBeLessThanOrEqual(scaleError + 1e-6);
      expect(Math.abs(value)).toBeLessThanOrEqual(scaleError + 1e-6);
    }
    expect(Math.max(...drawn.map(({ price }) => price))).toBeGreaterThan(0.2);
    expect(Math.min(...drawn.map(({ value }) => value))).toBeLessThan(-0.2);
    expect(new Set(drawn.map(({ price, value }) => (price - value).toFixed(4))).size).toBe(40);
  });

  it('turn the multipliers on offer with them, so that a bidder is as wrong in what it sees as in what it does', () => {
    for (let seed = 0; seed < 10; seed++) {
      const { price, value, wrong } = errors(seed);
      wrong.step(BID);
      // The grid offers 10 where price over value is believed rightly.
      expect(wrong.counters[0]!.lastMultiplier).toBeCloseTo(10 * Math.exp(price - value), 4);
    }
  });
});
