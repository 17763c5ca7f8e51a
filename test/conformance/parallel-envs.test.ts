import { describe, expect, it } from 'vitest';
import { createAuctionHouse } from '../../envs/auction-house.ts';
import { checkParallelEnv } from '../../src/core/check-parallel-env.ts';
import type { ParallelEnv } from '../../src/core/parallel-env.ts';
import type { ActionDecoding } from '../../src/policy/runtime.ts';
import { smallHouse } from '../src/sim/market/small-house.ts';

const limits = { minMultiplier: 0.01, maxMultiplier: 10 };
const rival = { name: 'rival', bidding: { rule: 'pid' }, budget: { family: 'fixed', value: 0.05 } };
const agents = ['a', 'b', 'c'].map((name) => ({ name, budget: { family: 'log-normal', median: 0.05, sigma: 0.5 } }));

function auctionHouse(numEnvs: number, decoding: ActionDecoding, settings: Readonly<Record<string, unknown>>) {
  const house = smallHouse({ ticksPerDay: 6, traffic: { opportunitiesPerDay: 60 }, ...settings }, agents);
  const scales = { priceMicros: 10_000, value: 20_000 };
  return createAuctionHouse({
    ...{ house, decoding, reward: 'surplus', rewardUnitMicros: 10_000, scales, startingMultiplier: 1, numEnvs },
  });
}

/** One entry a parallel environment and form. */
const CASES: Readonly<Record<string, (numEnvs: number) => ParallelEnv>> = {
  'auction-house-v1 (levels, first price)': (numEnvs) =>
    auctionHouse(
      numEnvs,
      { kind: 'grid', multipliers: [0.2, 0.5, 1, 2], ...limits },
      { rivals: [rival], auction: { mechanism: 'first-price' } },
    ),
  'auction-house-v1 (continuous, several slots, no rivals)': (numEnvs) =>
    auctionHouse(
      numEnvs,
      { kind: 'log', baseMultiplier: 1, ...limits },
      { auction: { mechanism: 'gsp', slots: { exposure: [1, 0.6], model: 'cascade' }, bill: 'click' } },
    ),
};

describe.each(Object.entries(CASES))('%s', (_name, make) => {
  it('breaks no rule, as a whole and in the seat of each agent', () => {
    expect(checkParallelEnv(make, { maxEpisodeSteps: 100 })).toEqual([]);
  });
});
