import { describe, expect, it } from 'vitest';
import { type ConstrainedBiddingOptions, createConstrainedBidding } from '../../envs/constrained-bidding.ts';
import { cpaScore } from '../../src/campaign/cpa-goal.ts';
import { auctionNetSchema, NUM_TICKS, seatsOf } from '../../src/sim/auction-net/period-config.ts';
import { multiplierGrid, type RecordedSeat } from '../../src/sim/auction-net/recorded-seat.ts';
import { SEAT_FEATURES } from '../../src/sim/auction-net/seat-features.ts';

const config = auctionNetSchema.parse({});
const grid = multiplierGrid(50e6, 200e6, 3);
const [seat] = seatsOf(config);
const full = (perTick: readonly number[]) => Float64Array.from({ length: NUM_TICKS * 3 }, (_, i) => perTick[i % 3]!);

/** Every tick costs 1, 2 or 4 currency units and predicts .01, .015 or .02 conversions. */
const recorded: RecordedSeat = {
  seat: seat!,
  costMicros: full([1e6, 2e6, 4e6]),
  value: full([0.01, 0.015, 0.02]),
  wins: new Int32Array(NUM_TICKS * 3).fill(5),
  volume: new Float64Array(NUM_TICKS).fill(100),
  meanValue: new Float64Array(NUM_TICKS).fill(5e-4),
  leastWinningCostMicros: new Float64Array(NUM_TICKS).fill(1000),
  rateFactor: 1,
};

const options: ConstrainedBiddingOptions = {
  source: { kind: 'recorded', config, recorded: [recorded], grid, costPlans: [] },
  spread: { budget: [1, 1], target: [1, 1] },
  actions: { kind: 'grid', unit: 'target', multipliers: [0, 0.5, 1, 2] },
  reward: 'dense',
  scoreBonus: 0,
  numEnvs: 1,
};

/** Plays one episode with one action; its rewards and how it ended. */
function episode(changes: Partial<ConstrainedBiddingOptions>, action: number, seed = 1) {
  const env = createConstrainedBidding({ ...options, ...changes });
  env.reset(seed);
  const rewards: number[] = [];
  let overrun = 0;
  const actions = env.actionSpace.kind === 'discrete' ? Int32Array.of(action) : Float32Array.of(action);
  do {
    env.step(actions);
    rewards.push(env.rewards[0]!);
    overrun += env.constraint!.costs[0]!;
  } while (env.terminated[0] === 0);
  const final = Object.fromEntries(SEAT_FEATURES.map(({ name }, i) => [name, env.finalObservations[i]!]));
  return { rewards, final, overrun, total: rewards.reduce((sum, reward) => sum + reward, 0) };
}

describe('constrained-bidding-v1', () => {
  it('lasts 48 ticks and pays the predicted conversions of each', () => {
    // α = the target of 100: the middle of the grid.
    const { rewards, final } = episode({}, 2);
    expect(rewards).toEqual(new Array<number>(48).fill(0.015));
    expect(final['budgetLeft']).toBeCloseTo(1 - 96 / 290, 6);
    expect(final['timeLeft']).toBe(0);
  });

  it('sits a tick out by the multiplier 0', () => {
    expect(episode({}, 0).total).toBe(0);
  });

  it('reports what a period cost beyond its conversions, in CPA targets', () => {
    // 48 ticks at 2 currency units make 0.96 of a target of 100.
    const { overrun, total } = episode({ reward: 'sparse' }, 2);
    expect(overrun).toBeCloseTo(0.96 - total, 10);
    const strict = episode({ reward: 'sparse', spread: { budget: [1, 1], target: [0.5, 0.5] } }, 2);
    // The multiplier follows the target: half of it costs 1 a tick.
    expect(strict.overrun).toBeCloseTo(48 / 50 - strict.total, 10);
    expect(episode({}, 0).overrun).toBe(0);
  });

  it('ends when less money is left than a bidder may bid with', () => {
    // A budget of 29: seven ticks at 4, one at 1, and then 0 is left.
    const { rewards } = episode({ spread: { budget: [0.1, 0.1], target: [1, 1] } }, 3);
    expect(rewards).toHaveLength(8);
    expect(rewards.at(-1)).toBeCloseTo(0.02 / 4, 12);
  });

  it('pays the score in changes that add up to it, or as a bonus at the end', () => {
    const seeds = [1, 2, 3, 4, 5, 6];
    const byChange = seeds.map((seed) => episode({ reward: 'score' }, 3, seed).total);
    const conversions = seeds.map((seed) => episode({ reward: 'sparse' }, 3, seed).total);
    conversions.forEach((count, i) => {
      expect(byChange[i]).toBeCloseTo(cpaScore(100e6, 192e6, count), 10);
      const bonus = episode({ reward: 'sparse', scoreBonus: 3 }, 3, seeds[i]);
      expect(bonus.total).toBeCloseTo(count + 3 * byChange[i]!, 10);
    });
    expect(new Set(conversions).size).toBeGreaterThan(1);
  });

  it('pays the expected score by what the tick was to bring, not by its luck', () => {
    // Any number of conversions is within the target after 2 of 100 currency units, so the first tick is worth its mean.
    const first = [1, 2, 3].map((seed) => episode({ reward: 'expected-score' }, 2, seed).rewards[0]!);
    for (const reward of first) expect(reward).toBeCloseTo(0.015, 8);
  });

  it('multiplies the plan where actions are corrections of it', () => {
    const actions = { kind: 'log', unit: 'plan', logRange: 1 } as const;
    const costFromMicros = new Float64Array(NUM_TICKS * 2).fill(1e12);
    const costPlans = [{ multipliers: Float64Array.of(60e6, 400e6), costFromMicros }];
    const source = { kind: 'recorded', config, recorded: [recorded], grid, costPlans } as const;
    // The plan says 60: the lowest of the grid; e times it, 163, is at least its middle.
    expect(episode({ actions, source }, 0).rewards[0]).toBe(0.01);
    expect(episode({ actions, source }, 1).rewards[0]).toBe(0.015);
    expect(episode({ actions, source }, 0).final['planMultiplier']).toBeCloseTo(Math.log(0.6), 6);
  });

  it('refuses a source without seats, seats that there are not, and actions that say nothing', () => {
    const none = { ...options, source: { ...options.source, recorded: [] } } as ConstrainedBiddingOptions;
    expect(() => createConstrainedBidding(none)).toThrow('at least one seat');
    const setup = { config, rivals: [{ rule: 'fixed', start: 1, spread: 0 }], costPlans: [] } as const;
    const live = { ...options, source: { kind: 'live', setup, seats: [48] } } as const;
    expect(() => createConstrainedBidding(live)).toThrow('seats 0 to 47, received 48');
    const one = { ...options, actions: { kind: 'grid', unit: 'target', multipliers: [1] } } as const;
    expect(() => createConstrainedBidding(one)).toThrow('at least two numbers');
    const flat = { ...options, actions: { kind: 'log', unit: 'target', logRange: 0 } } as const;
    expect(() => createConstrainedBidding(flat)).toThrow('logRange');
  });
});
