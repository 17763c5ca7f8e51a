import { createRtbGym, type RtbGymOptions } from '../../envs/rtbgym.ts';
import { Rng } from '../../src/core/rng.ts';
import { drawRtbGymParameters } from '../../src/sim/rtbgym/draw-parameters.ts';
import { rtbGymMarket } from '../../src/sim/rtbgym/market.ts';
import { RtbGymTape } from '../../src/sim/rtbgym/tape.ts';
import type { Benchmark } from './benchmark.ts';
import { fastestSeconds } from './measure.ts';

const NUM_ENVS = 256;
/** A repetition is some 20 ms: seven steps of every copy, so that each has the same share of new episodes. */
const BATCHES = 7;
const TAPE_EPISODES = 1000;
/** RTBGym's discrete actions. */
const MULTIPLIERS = Array.from({ length: 10 }, (_, i) => 0.1 * 100 ** (i / 9));

const market = () => rtbGymMarket(drawRtbGymParameters(new Rng('bench/rtbgym')));

/** Environment steps a second under random actions, observations and new episodes included. */
async function stepsPerSecond(auctions: RtbGymOptions['auctions'], rounds: number): Promise<number> {
  const env = createRtbGym({
    auctions,
    actions: { kind: 'grid', multipliers: MULTIPLIERS },
    observations: 'pacing',
    reward: 'conversions',
    rewardUnit: 1,
    numEnvs: NUM_ENVS,
  });
  const rng = new Rng('bench/rtbgym/actions');
  const actions = Array.from({ length: BATCHES }, () =>
    Int32Array.from({ length: NUM_ENVS }, () => rng.int(MULTIPLIERS.length)),
  );
  env.reset(0);
  const seconds = await fastestSeconds(() => {
    for (let round = 0; round < rounds; round++) {
      for (const batch of actions) env.step(batch);
    }
  });
  return (rounds * BATCHES * NUM_ENVS) / seconds;
}

/** Environment steps a second, about 200 auctions each drawn when they are played. */
export const envRtbGym: Benchmark = {
  title: 'rtbgym-v1, auctions drawn as played: environment steps, 256 copies, random policy',
  unit: '/s',
  measure: () => stepsPerSecond({ kind: 'fresh', market: market() }, 1),
};

/** Environment steps a second on episodes drawn once. */
export const envRtbGymTape: Benchmark = {
  title: 'rtbgym-v1, 1,000 episodes replayed through the index: environment steps, 256 copies, random policy',
  unit: '/s',
  measure: () =>
    stepsPerSecond({ kind: 'tape', tape: new RtbGymTape(market(), TAPE_EPISODES, new Rng('bench/rtbgym/tape')) }, 8),
};
