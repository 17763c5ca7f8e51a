import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRtbGym, type RtbGymOptions } from '../../envs/rtbgym.ts';
import { Rng } from '../../src/core/rng.ts';
import { rtbGymMarket } from '../../src/sim/rtbgym/market.ts';
import { RtbGymTape } from '../../src/sim/rtbgym/tape.ts';
import { tinyParameters } from '../src/sim/rtbgym/tiny-market.ts';

const market = rtbGymMarket(tinyParameters());

function make(changes: Partial<RtbGymOptions> = {}) {
  const env = createRtbGym({
    auctions: { kind: 'fresh', market },
    actions: { kind: 'grid', multipliers: [0, 0.7, 1, 100] },
    observations: 'pacing',
    reward: 'conversions',
    rewardUnit: 1,
    numEnvs: 1,
    ...changes,
  });
  env.reset(3);
  return env;
}

describe('rtbgym-v1', () => {
  it('begins with the whole budget before step 1', () => {
    expect([...make().observations]).toEqual([1, 0, 0, 1, 1]);
  });

  it('keeps all money at multiplier 0: three shares of it for the last of three steps', () => {
    const env = make();
    env.step(Int32Array.of(0));
    env.step(Int32Array.of(0));
    expect([...env.observations]).toEqual([0, 0, 1, 1, 3]);
    expect([env.rewards[0], env.terminated[0]]).toEqual([0, 0]);
  });

  it('ends with the observation of its own end, not with that of the next episode', () => {
    const env = make();
    for (let step = 0; step < 3; step++) env.step(Int32Array.of(1));
    const left = env.finalObservations[3]!;
    expect(env.terminated[0]).toBe(1);
    expect([...env.finalObservations]).toEqual([0, 0, 0, left, 0]);
    expect(left).toBeLessThan(1);
    expect([...env.observations]).toEqual([1, 0, 0, 1, 1]);
  });

  it('shows what the last step did in the quantities of the original', () => {
    const env = make({ observations: 'original' });
    expect([...env.observations]).toEqual([0, 1, 0, 0, 0, 0, 0]);
    env.step(Int32Array.of(2));
    const { wins, spendMicros, conversions } = env.outcomes[0]!;
    const spent = spendMicros / 200e6;
    const [time, left, spendShare, cost, winRate, lastConversions, multiplier] = env.observations;
    expect(time).toBeCloseTo(1 / 3, 6);
    expect(left).toBeCloseTo(1 - spent, 6);
    expect(spendShare).toBeCloseTo(spent, 6);
    expect(cost).toBeCloseTo(spendMicros / 1e6 / wins / 10, 6);
    expect(winRate).toBeGreaterThan(0);
    expect(lastConversions).toBe(conversions / 4);
    expect(multiplier).toBe(1);
  });

  it('meets the same auctions whatever was bid before', () => {
    const cautious = make();
    const greedy = make();
    for (let step = 0; step < 3; step++) {
      cautious.step(Int32Array.of(0));
      greedy.step(Int32Array.of(3));
    }
    // The second episode, played alike after unlike first ones.
    cautious.step(Int32Array.of(2));
    greedy.step(Int32Array.of(2));
    expect(greedy.outcomes[0]).toEqual(cautious.outcomes[0]);
  });

  it('rewards expected conversions in the unit asked for', () => {
    const realised = make();
    const expected = make({ reward: 'expected-conversions', rewardUnit: 0.5 });
    realised.step(Int32Array.of(2));
    expected.step(Int32Array.of(2));
    expect(realised.rewards[0]).toBe(realised.outcomes[0]!.conversions);
    expect(expected.rewards[0]).toBe(realised.outcomes[0]!.value / 0.5);
  });

  it('never spends the budget out, from fresh auctions or a tape', () => {
    const tape = new RtbGymTape(market, 5, new Rng('budget'));
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 3, maxLength: 3 }),
        (fresh, bids) => {
          const env = make({
            auctions: fresh ? { kind: 'fresh', market } : { kind: 'tape', tape },
            actions: { kind: 'linear', low: 0, high: 10 },
          });
          let spent = 0;
          for (const bid of bids) {
            env.step(Float32Array.of(bid));
            spent += env.outcomes[0]!.spendMicros;
          }
          expect(Number.isInteger(spent)).toBe(true);
          expect(spent).toBeLessThan(200e6);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('reads a continuous action as the multiplier or as its logarithm', () => {
    const linear = make({ actions: { kind: 'linear', low: 0, high: 2 } });
    const log = make({ actions: { kind: 'log', low: 0.1, high: 10 } });
    const grid = make();
    linear.step(Float32Array.of(1));
    log.step(Float32Array.of(0));
    grid.step(Int32Array.of(2));
    expect(linear.outcomes).toEqual(grid.outcomes);
    expect(log.outcomes).toEqual(grid.outcomes);
  });

  it('refuses impossible settings and actions', () => {
    expect(() => make({ actions: { kind: 'grid', multipliers: [] } })).toThrow('received none');
    expect(() => make({ actions: { kind: 'grid', multipliers: [1, -2] } })).toThrow(
      'expected one or more finite numbers >= 0, received -2',
    );
    expect(() => make({ actions: { kind: 'log', low: 0, high: 2 } })).toThrow(
      'expected a range of multipliers with 0 < low < high, received [0, 2]',
    );
    expect(() => make({ rewardUnit: 0 })).toThrow('rewardUnit expected a positive number of conversions, received 0');
    expect(() => make().step(Int32Array.of(4))).toThrow(
      'VALUE_OUT_OF_RANGE: rtbgym-v1: action of copy 0: expected an integer in [0, 3]',
    );
    expect(() => make().step(Int32Array.of(0, 0))).toThrow('SHAPE_MISMATCH');
  });
});
