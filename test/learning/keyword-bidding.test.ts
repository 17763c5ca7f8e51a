import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createKeywordBidding } from '../../envs/keyword-bidding.ts';
import { PlainActor } from '../../experiments/plain-actor.ts';
import { actorPlayer, playEpisodes } from '../../experiments/studies/keyword-bidding/play.ts';
import { trainAgent } from '../../experiments/train-agent.ts';
import type { PlainNetwork } from '../../src/core/agent.ts';
import { Rng } from '../../src/core/rng.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { drawKeywords } from '../../src/sim/keyword/keywords.ts';
import { seeds } from './seeds.ts';

const engine = await selectEngine('wasm');
const K = 4;
const DAYS = 30;

describe.each(seeds())('PPO on keyword-bidding-v1 with seed %i', (seed) => {
  it('starts near nothing and comes to earn most of the ideal profit of four keywords', () => {
    const keywords = drawKeywords(K, new Rng('learning/keywords'));
    const make = (numEnvs: number) =>
      createKeywordBidding({
        keywords,
        numDays: DAYS,
        dailyBudget: 1000,
        maxBid: 3,
        lossThreshold: 10_000,
        drift: 0,
        rewardUnit: 1,
        numEnvs,
      });
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
