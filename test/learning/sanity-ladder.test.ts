import { describe, expect, it } from 'vitest';
import type { CriticAgent } from '../../agents/context.ts';
import { Bandit } from '../../envs/classic/bandit.ts';
import { type MdpTables, NChain, nChainTables } from '../../envs/classic/n-chain.ts';
import type { Agent } from '../../src/core/agent.ts';
import { forward, makeScratch } from '../../src/policy/runtime.ts';
import { train } from '../../src/train/train.ts';
import { freeOfCost, makeLearner, onlineDiscrete } from './ladder-learners.ts';
import { seeds } from './seeds.ts';

const NUM_ENVS = 8;

const cases = onlineDiscrete.flatMap((id) => seeds().map((seed) => [id, seed] as const));

/** Settings of a ladder rung by learner; one that is not named takes those of its kind. */
interface Rung {
  readonly steps: number;
  readonly options: object;
}

function rung(rungs: Readonly<Record<string, Rung>>, id: string): Rung {
  const own = rungs[id];
  if (own === undefined) throw new Error(`ladder: learner '${id}' has no settings here; add them to the rung`);
  return own;
}

const PULLS = 8_000;
const pullingValues = {
  ...{ hidden: [16], learningRate: 0.005, batchSize: 32, learningStarts: 200, targetUpdateInterval: 20, nStep: 1 },
  ...{ explorationFinal: 0.01, learningRateSchedule: 'linear' },
};
const pullingPolicy = { hidden: [16], learningRate: 0.01, entCoef: 0.01, entCoefSchedule: 'linear' };
const banditRungs: Readonly<Record<string, Rung>> = {
  a2c: { steps: 2 * PULLS, options: { ...pullingPolicy, numSteps: 2, learningRate: 0.02 } },
  dqn: { steps: 2 * PULLS, options: pullingValues },
  rainbow: { steps: PULLS, options: pullingValues },
  ppo: { steps: PULLS, options: { ...pullingPolicy, numSteps: 8, batchSize: 64 } },
  'ppo-lagrangian': { steps: PULLS, options: { ...pullingPolicy, numSteps: 8, batchSize: 64 } },
  reinforce: { steps: PULLS, options: pullingPolicy },
};

/** Regret of the pulls while learning, in four equal parts, over that of pulling at random. */
function regretShares(id: string, seed: number): number[] {
  const { steps, options } = rung(banditRungs, id);
  const env = freeOfCost(new Bandit({ numArms: 10, problem: seed, numEnvs: NUM_ENVS }));
  const best = Math.max(...env.means);
  const uniform = best - env.means.reduce((sum, mean) => sum + mean, 0) / env.means.length;
  const agent = makeLearner(id, env, steps, seed, options);
  const actions = new Int32Array(NUM_ENVS);
  const shares = [0, 0, 0, 0];
  env.reset(seed);
  for (let t = 0; t < steps; t += NUM_ENVS) {
    agent.act(env.observations, actions, 'explore');
    env.step(actions);
    agent.observe(env);
    agent.update();
    const quarter = Math.floor((4 * t) / steps);
    for (const arm of actions) shares[quarter]! += (best - env.means[arm]!) / (uniform * (steps / 4));
  }
  agent.dispose();
  return shares;
}

describe.each(cases)('%s with seed %i on ten arms', (id, seed) => {
  it('has a regret that grows ever more slowly than its pulls', () => {
    const [first, second, third, last] = regretShares(id, seed) as [number, number, number, number];
    expect(second).toBeLessThan(first);
    expect(third + last).toBeLessThan(0.6 * (first + second));
    expect(last).toBeLessThan(0.3);
  });
});

const GAMMA = 0.8;
const chain = { gamma: GAMMA, hidden: [16], learningRateSchedule: 'linear' };
const chainValues = {
  ...{ ...chain, learningRate: 0.005, batchSize: 64, learningStarts: 500, targetUpdateInterval: 50, nStep: 1 },
  // δ above every error: a slip costs up to 18, and a smaller δ would count it for less than it is.
  ...{ explorationFinal: 0.3, huberDelta: 100 },
};
const chainPolicy = { ...chain, learningRate: 0.01, entCoef: 0.05, entCoefSchedule: 'linear' };
const chainCritic = { ...chainPolicy, sharedNetwork: false, gaeLambda: 0.9 };
const chainRungs: Readonly<Record<string, Rung>> = {
  a2c: { steps: 80_000, options: { ...chainCritic, numSteps: 16, entCoef: 1, learningRate: 0.005 } },
  dqn: { steps: 40_000, options: chainValues },
  rainbow: { steps: 24_000, options: { ...chainValues, huberDelta: 1, noisy: false } },
  ppo: { steps: 80_000, options: { ...chainCritic, numSteps: 32, batchSize: 64 } },
  'ppo-lagrangian': { steps: 80_000, options: { ...chainCritic, numSteps: 32, batchSize: 64 } },
  reinforce: {
    steps: 80_000,
    options: { ...chainPolicy, criticLearningRate: 0.01, entCoef: 0.2, learningRate: 0.02 },
  },
};

/**
 * Exact action values by value iteration, to 1e-9 of their fixed point.
 *
 *     Q(s, a) = r(s, a) + γ Σ_s' p(s'|s, a) max_a' Q(s', a')
 */
function valueIteration({ numStates, numActions, transitions, rewards }: MdpTables, gamma: number): number[][] {
  let values = new Array<number>(numStates).fill(0);
  for (let change = Infinity; change > 1e-9 * (1 - gamma); ) {
    const q = actionValues(values);
    const next = q.map((row) => Math.max(...row));
    change = Math.max(...next.map((value, s) => Math.abs(value - values[s]!)));
    values = next;
  }
  return actionValues(values);

  function actionValues(of: readonly number[]): number[][] {
    return of.map((_, s) =>
      Array.from({ length: numActions }, (_, a) => {
        const row = s * numActions + a;
        return of.reduce((sum, v, next) => sum + gamma * transitions[row * numStates + next]! * v, rewards[row]!);
      }),
    );
  }
}

/** All five states, one a row. */
const STATES = Float32Array.from({ length: 25 }, (_, i) => (i % 6 === 0 ? 1 : 0));

/** Values of the five states by a learner, and what its network puts out in each. */
function learntOnChain(id: string, seed: number): { readonly values: number[]; readonly outputs: number[][] } {
  const { steps, options } = rung(chainRungs, id);
  const env = freeOfCost(new NChain(NUM_ENVS, 50));
  const agent = makeLearner(id, env, steps, seed, options);
  for (const _ of train({ env, agent, totalEnvSteps: steps, seed }));
  const network = agent.actorNetwork();
  const scratch = makeScratch(network);
  const outputs = Array.from({ length: 5 }, (_, s) => [
    ...forward(network, STATES.subarray(5 * s, 5 * s + 5), scratch),
  ]);
  const values = isCritic(agent) ? criticValues(agent) : outputs.map((row) => Math.max(...row));
  agent.dispose();
  return { values, outputs };
}

function isCritic(agent: Agent): agent is CriticAgent {
  return 'stateValues' in agent;
}

function criticValues(agent: CriticAgent): number[] {
  const values = new Float32Array(5);
  agent.stateValues(STATES, values);
  return [...values];
}

const EXACT = valueIteration(nChainTables(), GAMMA);
const best = (row: readonly number[]) => row.indexOf(Math.max(...row));

describe('value iteration on the chain', () => {
  it('solves the state at the far end as one does by hand', () => {
    // Q(4, on) = .8 (10 + γ Q(4, on)) + .2 (2 + γ V(0)).
    expect(EXACT[4]![0]).toBeCloseTo((8.4 + 0.2 * GAMMA * Math.max(...EXACT[0]!)) / (1 - 0.8 * GAMMA), 6);
  });

  it('goes back at the start only, where the far end is too far', () => {
    expect(EXACT.map(best)).toEqual([1, 0, 0, 0, 0]);
  });
});

describe.each(cases)('%s with seed %i on the chain', (id, seed) => {
  it('agrees with exact value iteration on values and actions', () => {
    const { values, outputs } = learntOnChain(id, seed);
    for (const [s, value] of values.entries()) {
      const exact = Math.max(...EXACT[s]!);
      expect(Math.abs(value / exact - 1), `state ${s}: ${value} for ${exact}`).toBeLessThan(0.1);
    }
    expect(outputs.map(best)).toEqual(EXACT.map(best));
  });
});
