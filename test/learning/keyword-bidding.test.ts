import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createKeywordBidding } from '../../envs/keyword-bidding.ts';
import { meanFirstReturn } from '../../experiments/mean-first-return.ts';
import { PlainActor } from '../../experiments/plain-actor.ts';
import { actorPlayer, playEpisodes } from '../../experiments/studies/keyword-bidding/play.ts';
import { trainAgent } from '../../experiments/train-agent.ts';
import type { PlainNetwork } from '../../src/core/agent.ts';
import { Rng } from '../../src/core/rng.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { drawKeywords } from '../../src/sim/keyword/keywords.ts';
import { seeds } from './seeds.ts';

const engine = await selectEngine('simd');
const K = 4;
const DAYS = 30;
const ACCOUNT = { numDays: DAYS, dailyBudget: 1000, maxBid: 3, lossThreshold: 10_000, drift: 0, rewardUnit: 1 };

describe.each(seeds())('PPO on keyword-bidding-v1 with seed %i', (seed) => {
  it('starts near nothing and comes to earn most of the ideal profit of four keywords', () => {
    const keywords = drawKeywords(K, new Rng('learning/keywords'));
    const make = (numEnvs: number) => createKeywordBidding({ ...ACCOUNT, keywords, numEnvs });
    const ncp = (network: PlainNetwork, episodes: number) => {
      const env = make(20);
      return playEpisodes(env, DAYS, K, episodes, actorPlayer(env, new PlainActor(network, env.actionSpace))).ncp;
    };
    const file = new URL('../../experiments/defaults/keyword-bidding-v1.yaml', import.meta.url);
    const { numEnvs, ...options } = (parse(readFileSync(file, 'utf8')) as { ppo: Record<string, unknown> }).ppo;
    const { network, curve } = trainAgent({
      agent: 'ppo',
      options,
      env: make(numEnvs as number),
      envSteps: 40_000,
      evaluations: 5,
      rng: new Rng(`learning/keyword-bidding/${seed}`),
      engine,
      score: (candidate) => ncp(candidate, 1_000_000 + seed),
      scoreId: 'eval/return',
      onRecord: () => undefined,
    });
    const earned = ncp(network, 2_000_000 + seed);
    expect(earned).toBeGreaterThan(curve[0]!.score + 0.3);
    expect(earned).toBeGreaterThan(0.7);
  });
});

/** Bids that one group may choose from. */
const LEVELS = [0.01, 0.25, 0.5, 1, 2];

/** Index of the best of the five bids for each keyword alone, by profit of many days played with it. */
function bestLevels(make: (numEnvs: number) => ReturnType<typeof createKeywordBidding>): number[] {
  const env = make(200);
  const profits = LEVELS.map((_, level) => {
    env.reset(9);
    env.step(new Int32Array(env.numEnvs * K).fill(level));
    return Array.from({ length: K }, (_unused, k) => {
      let sum = 0;
      for (let n = 0; n < env.numEnvs; n++) sum += env.day(n).revenueMicros[k]! - env.day(n).costMicros[k]!;
      return sum;
    });
  });
  return Array.from({ length: K }, (_, k) => {
    const own = profits.map((row) => row[k]!);
    return own.indexOf(Math.max(...own));
  });
}

describe.each(seeds())('PPO on bid levels of keyword-bidding-v1 with seed %i', (seed) => {
  it('comes to earn what the best level of every keyword earns', () => {
    const keywords = drawKeywords(K, new Rng('learning/keywords'));
    const actions = { kind: 'levels', groups: [[0], [1], [2], [3]], bids: LEVELS } as const;
    const make = (numEnvs: number) => createKeywordBidding({ ...ACCOUNT, keywords, actions, numEnvs });
    const { network } = trainAgent({
      agent: 'ppo',
      options: {
        numSteps: 30,
        learningRate: 0.01,
        gamma: 0,
        gaeLambda: 0,
        hidden: [32],
        rewardScale: 0.01,
        entCoef: 0.01,
      },
      env: make(16),
      envSteps: 24_000,
      evaluations: 4,
      rng: new Rng(`learning/keyword-levels/${seed}`),
      engine,
      score: (candidate) => meanFirstReturn(candidate, make(10), 5),
      scoreId: 'eval/return',
      onRecord: () => undefined,
    });
    const profitOf = (choose: (observations: Float32Array, chosen: Int32Array) => void) => {
      const env = make(40);
      const chosen = new Int32Array(40 * K);
      let sum = 0;
      env.reset(7);
      for (let day = 0; day < DAYS; day++) {
        choose(env.observations, chosen);
        env.step(chosen);
        sum += env.rewards.reduce((total, reward) => total + reward, 0);
      }
      return sum;
    };
    const best = bestLevels(make);
    const actor = new PlainActor(network, make(1).actionSpace);
    const random = new Rng('random');
    const ideal = profitOf((_, chosen) => {
      for (let i = 0; i < chosen.length; i++) chosen[i] = best[i % K]!;
    });
    const blind = profitOf((_, chosen) => {
      for (let i = 0; i < chosen.length; i++) chosen[i] = random.int(LEVELS.length);
    });
    const learnt = profitOf((observations, chosen) => actor.act(observations, chosen));
    expect(learnt).toBeGreaterThan(0.9 * ideal);
    expect(blind).toBeLessThan(0.7 * ideal);
  });
});
