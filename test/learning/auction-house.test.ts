import { describe, expect, it } from 'vitest';
import { createPpo } from '../../agents/ppo.ts';
import { createAuctionHouse } from '../../envs/auction-house.ts';
import { asVectorEnv, constantActor } from '../../src/core/parallel-env.ts';
import { Rng } from '../../src/core/rng.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { train } from '../../src/train/train.ts';
import { smallHouse } from '../src/sim/market/small-house.ts';
import { meanGreedyReturn } from './play.ts';
import { seeds } from './seeds.ts';

const engine = await selectEngine('wasm');
const NUM_ENVS = 32;
const RIVALS = ['b', 'c', 'd'];
/** What the others bid, as a share of worth; exp(0) of the base for the learner before it has learnt. */
const RIVAL_SHARE = 0.9;

/** First price without budgets: all four seats alike. */
const house = smallHouse(
  { ticksPerDay: 12, traffic: { opportunitiesPerDay: 240 }, auction: { mechanism: 'first-price' } },
  ['a', ...RIVALS].map((name) => ({ name, clickValue: { family: 'fixed', value: 1 } })),
);

function parallelEnv(numEnvs: number) {
  return createAuctionHouse({
    house,
    decoding: { kind: 'log', baseMultiplier: RIVAL_SHARE, minMultiplier: 0.05, maxMultiplier: 1.5 },
    scales: { priceMicros: 20_000, value: 20_000 },
    ...{ reward: 'surplus', rewardUnitMicros: 1e5, startingMultiplier: RIVAL_SHARE, numEnvs },
  });
}

/** The seat of a, or of b with everybody else at the rivals' share. */
function seat(name: 'a' | 'b', numEnvs: number) {
  const others = ['a', ...RIVALS].filter((other) => other !== name);
  return asVectorEnv(parallelEnv(numEnvs), name, Object.fromEntries(others.map((o) => [o, constantActor([0])])));
}

/** Mean return of seat b when everybody bids the rivals' share, by an actor that always plays 0. */
function rivalReturn(seed: number): number {
  const env = seat('b', 64);
  const still = new Float32Array(64);
  let total = 0;
  env.reset(seed);
  for (let t = 0; t < house.numTicks; t++) {
    env.step(still);
    for (const reward of env.rewards) total += reward / 64;
  }
  return total;
}

describe.each(seeds())('PPO in one seat of auction-house-v1 with seed %i', (seed) => {
  it('learns to shade: it earns more than its rivals did when all bid alike', () => {
    const env = seat('a', NUM_ENVS);
    const { observationSpace, actionSpace, numEnvs } = env;
    const totalEnvSteps = 40_000;
    const context = { engine, observationSpace, actionSpace, numEnvs, totalEnvSteps, rng: new Rng(`house/${seed}`) };
    const options = {
      gamma: 0.9,
      gaeLambda: 0.8,
      numSteps: 24,
      batchSize: 256,
      learningRate: 0.003,
      initialLogStd: -1,
    };
    const agent = createPpo(context, options);
    for (const _ of train({ env, agent, totalEnvSteps, seed }));
    const network = agent.actorNetwork();
    agent.dispose();
    const learnt = meanGreedyReturn(network, seat('a', 64), 1_000_000 + seed);
    expect(learnt).toBeGreaterThan(1.15 * rivalReturn(1_000_000 + seed));
  });
});
