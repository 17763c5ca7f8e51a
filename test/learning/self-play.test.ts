import { describe, expect, it } from 'vitest';
import { createPpo } from '../../agents/ppo.ts';
import { createAuctionHouse } from '../../envs/auction-house.ts';
import { PlainActor } from '../../experiments/plain-actor.ts';
import type { Actor, PlainNetwork } from '../../src/core/agent.ts';
import { normalCdf } from '../../src/core/distributions.ts';
import { asVectorEnv, constantActor } from '../../src/core/parallel-env.ts';
import { Rng } from '../../src/core/rng.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { train } from '../../src/train/train.ts';
import { smallHouse } from '../src/sim/market/small-house.ts';
import { seeds } from './seeds.ts';

const engine = await selectEngine('wasm');
const NUM_ENVS = 32;
/** Spread of ln worth between the two bidders on one page. */
const SIGMA = 0.5;

/** First price between two seats that are alike, without budgets: nothing but the other's shading sets the price. */
const house = smallHouse(
  { ticksPerDay: 12, traffic: { opportunitiesPerDay: 600 }, auction: { mechanism: 'first-price' } },
  ['a', 'b'].map((name) => ({ name, clickValue: { family: 'fixed', value: 1 }, fitSigma: SIGMA })),
);

function parallelEnv(numEnvs: number) {
  return createAuctionHouse({
    house,
    // An untrained network bids about the worth: both begin truthful.
    decoding: { kind: 'log', baseMultiplier: 1, minMultiplier: 0.05, maxMultiplier: 1.5 },
    scales: { priceMicros: 20_000, value: 20_000 },
    ...{ reward: 'surplus', rewardUnitMicros: 1e5, startingMultiplier: 1, numEnvs },
  });
}

/**
 * The multiplier γ that is a best answer to itself. With worths log-normal and spread σ each, bidding α against γ earns
 * (1 − α) · Φ((ln(α/γ) + σ²) / (σ√2)) of one's worth; at α = γ the derivative is 0 where
 * (1 − γ)/γ = σ√2 · Φ(σ/√2) / φ(σ/√2).
 */
function equilibrium(sigma: number): number {
  const x = sigma / Math.SQRT2;
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  return 1 / (1 + (sigma * Math.SQRT2 * normalCdf(x)) / density);
}

/** Mean multiplier over four flights in which the network bids in both seats. */
function meanMultiplier(network: PlainNetwork): number {
  const env = parallelEnv(4);
  const actor = new PlainActor(network, env.ports['a']!.actionSpace);
  const actions = { a: new Float32Array(4), b: new Float32Array(4) };
  const multipliers: number[] = [];
  env.reset(99);
  for (let t = 0; t < house.numTicks; t++) {
    for (const name of ['a', 'b'] as const) actor.act(env.ports[name]!.observations, actions[name]);
    env.step(actions);
    multipliers.push(...Array.from(actions.a, (action) => Math.min(1.5, Math.exp(action))));
  }
  return multipliers.reduce((sum, m) => sum + m, 0) / multipliers.length;
}

describe.each(seeds())('PPO that plays itself in both seats of a first-price auction, seed %i', (seed) => {
  it('moves from truthful bids to the shading that is a best answer to itself', () => {
    const opponent: Pick<Actor, 'act'> = constantActor([0]);
    const env = asVectorEnv(parallelEnv(NUM_ENVS), 'a', { b: opponent });
    const { observationSpace, actionSpace, numEnvs } = env;
    const totalEnvSteps = 40_000;
    const agent = createPpo(
      { engine, observationSpace, actionSpace, numEnvs, totalEnvSteps, rng: new Rng(`self-play/${seed}`) },
      { gamma: 0.5, gaeLambda: 0.5, numSteps: 24, batchSize: 256, learningRate: 0.003, initialLogStd: -1.5 },
    );
    const copyItself = () => {
      const actor = new PlainActor(agent.actorNetwork(), actionSpace);
      opponent.act = (observations, actions) => actor.act(observations, actions);
    };
    copyItself();
    expect(meanMultiplier(agent.actorNetwork())).toBeGreaterThan(0.9);
    const path: number[] = [];
    for (const _ of train({ env, agent, totalEnvSteps, seed, recordInterval: 2000 })) {
      copyItself();
      path.push(meanMultiplier(agent.actorNetwork()));
    }
    agent.dispose();
    const late = path.slice(-8);
    const shading = late.reduce((sum, m) => sum + m, 0) / late.length;
    expect(equilibrium(SIGMA)).toBeCloseTo(0.4537, 4);
    expect(Math.abs(shading - equilibrium(SIGMA))).toBeLessThan(0.05);
  });
});
