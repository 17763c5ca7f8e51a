import { describe, expect, it } from 'vitest';
import type { AgentContext } from '../../agents/context.ts';
import { createPpo } from '../../agents/ppo.ts';
import { createPpoLagrangian } from '../../agents/ppo-lagrangian.ts';
import type { Agent } from '../../src/core/agent.ts';
import { Rng } from '../../src/core/rng.ts';
import { box } from '../../src/core/space.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { forward, makeScratch } from '../../src/policy/runtime.ts';
import { train } from '../../src/train/train.ts';
import { seeds } from './seeds.ts';

const engine = await selectEngine('wasm');
const NUM_ENVS = 64;

/** What a bid b earns and pays on average against one rival, whose bid is uniform on [0, h]. */
interface Auction {
  readonly reward: (value: number, bid: number, h: number) => number;
  readonly payment: (bid: number, h: number) => number;
}

const secondPricePayment = (bid: number, h: number) => bid ** 2 / (2 * h);
const auctions = {
  'second-price surplus': {
    reward: (value, bid, h) => (value * bid) / h - secondPricePayment(bid, h),
    payment: secondPricePayment,
  },
  'first-price surplus': { reward: (value, bid, h) => ((value - bid) * bid) / h, payment: (bid, h) => bid ** 2 / h },
  'second-price value': { reward: (value, bid, h) => (value * bid) / h, payment: secondPricePayment },
} satisfies Record<string, Auction>;

/**
 * One auction an episode: a value uniform on [0, 1] and an hour that is cheap (h = 1) or dear (h = 2) are seen, a bid in [0, 1] is
 * made. The payment is the cost, which the constraint limits on average.
 */
function oneAuction({ reward, payment }: Auction, budget: number): VectorEnv {
  let rng = new Rng('auctions');
  const env = {
    ...{ id: 'one-auction', numEnvs: NUM_ENVS },
    actionSpace: box([{ name: 'bid', unit: '1', low: 0, high: 1, description: 'What to bid.' }]),
    observationSpace: box([
      { name: 'value', unit: '1', low: 0, high: 1, description: 'What the impression is worth.' },
      { name: 'dear', unit: 'flag', low: 0, high: 1, description: 'Whether rivals bid up to 2 instead of 1.' },
    ]),
    observations: new Float32Array(NUM_ENVS * 2),
    finalObservations: new Float32Array(NUM_ENVS * 2),
    rewards: new Float64Array(NUM_ENVS),
    terminated: new Uint8Array(NUM_ENVS).fill(1),
    truncated: new Uint8Array(NUM_ENVS),
    constraint: { name: 'payment', unit: '1', limit: budget, costs: new Float64Array(NUM_ENVS) },
    reset: (seed: number) => {
      rng = new Rng(`auctions/${seed}`);
      draw();
    },
    step: (actions: ArrayLike<number>) => {
      env.finalObservations.set(env.observations);
      for (let n = 0; n < NUM_ENVS; n++) {
        const h = 1 + env.observations[2 * n + 1]!;
        env.rewards[n] = reward(env.observations[2 * n]!, actions[n]!, h);
        env.constraint.costs[n] = payment(actions[n]!, h);
      }
      draw();
    },
  };
  function draw(): void {
    for (let n = 0; n < NUM_ENVS; n++) {
      env.observations[2 * n] = rng.next();
      env.observations[2 * n + 1] = rng.int(2);
    }
  }
  return env;
}

const options = {
  ...{ hidden: [32], activation: 'tanh', numSteps: 8, batchSize: 256, learningRate: 0.01, rewardScale: 10 },
  ...{ targetKl: null, entCoef: 0, sharedNetwork: false, initialLogStd: -1.5 },
};

/** The bid that a learner makes at the end by value and hour, and the price that it puts on money. */
function learn(
  auction: Auction,
  budget: number,
  create: (context: AgentContext) => Agent,
  steps: number,
  seed: number,
) {
  const env = oneAuction(auction, budget);
  const { observationSpace, actionSpace, numEnvs } = env;
  const rng = new Rng(`auctions/${seed}`);
  const agent = create({ engine, observationSpace, actionSpace, numEnvs, totalEnvSteps: steps, rng });
  const multipliers: number[] = [];
  for (const { metrics } of train({ env, agent, totalEnvSteps: steps, seed })) {
    const multiplier = metrics['train/lagrangeMultiplier'];
    if (multiplier !== undefined) multipliers.push(multiplier / options.rewardScale);
  }
  const network = agent.actorNetwork();
  const scratch = makeScratch(network);
  agent.dispose();
  const last = multipliers.slice(-20);
  return {
    bid: (value: number, dear: 0 | 1) => forward(network, Float32Array.of(value, dear), scratch)[0]!,
    multiplier: last.reduce((sum, x) => sum + x / last.length, 0),
  };
}

const VALUES = [0.2, 0.4, 0.6, 0.8, 0.95];

/** Largest distance of the bids from a share of the values, over both hours. */
function distance(bid: (value: number, dear: 0 | 1) => number, share: number): number {
  return Math.max(...VALUES.flatMap((v) => ([0, 1] as const).map((dear) => Math.abs(bid(v, dear) - share * v))));
}

describe.each(seeds())('in auctions against one uniform rival, with seed %i', (seed) => {
  const ppo = (context: AgentContext) => createPpo(context, options);

  it('PPO bids its value in a second-price auction without a budget', () => {
    const { bid } = learn(auctions['second-price surplus'], 1, ppo, 80_000, seed);
    expect(distance(bid, 1)).toBeLessThan(0.1);
  });

  it('PPO bids half its value in a first-price auction', () => {
    const { bid } = learn(auctions['first-price surplus'], 1, ppo, 80_000, seed);
    expect(distance(bid, 0.5)).toBeLessThan(0.07);
  });

  it('PPO-Lagrangian bids value / λ* under a budget, λ* = 2, and so spends twice as much in the cheap hours', () => {
    // Bids of α v cost α² E[v²] / (2h): α²/6 in cheap hours and α²/12 in dear ones. Half of each at α = ½ makes 1/32.
    const budget = 1 / 32;
    const create = (context: AgentContext) =>
      createPpoLagrangian(context, { ...options, initialMultiplier: 10, multiplierLearningRate: 20 });
    const { bid, multiplier } = learn(auctions['second-price value'], budget, create, 160_000, seed);
    expect(Math.abs(multiplier - 2)).toBeLessThan(0.25);
    expect(distance(bid, 0.5)).toBeLessThan(0.1);
    const spend = (dear: 0 | 1) => VALUES.reduce((sum, v) => sum + secondPricePayment(bid(v, dear), 1 + dear), 0);
    expect(spend(0) / spend(1)).toBeGreaterThan(1.6);
    expect(spend(0) / spend(1)).toBeLessThan(2.5);
  });
});
