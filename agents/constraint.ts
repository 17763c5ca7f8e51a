import { z } from 'zod';
import type { Agent, AgentState } from '../src/core/agent.ts';
import { parseConfig } from '../src/core/config.ts';
import { SimError } from '../src/core/errors.ts';
import type { CostConstraint, VectorEnv } from '../src/core/vector-env.ts';
import { LagrangeMultiplier } from '../src/rl/lagrange-multiplier.ts';
import { withRewards } from './reward-view.ts';

/** Settings of a learnt Lagrange multiplier. */
export const multiplierSettings = {
  multiplierLearningRate: z.number().gt(0).default(0.05).meta({
    unit: 'reward/cost² an update',
    description: 'How far the price of the cost moves per unit that an episode costs above its limit.',
  }),
  initialMultiplier: z.number().min(0).default(0).meta({
    unit: 'reward/cost',
    description: 'First price of the cost.',
  }),
};

const constraintSchema = z.strictObject(multiplierSettings).meta({ description: 'A learnt price of a cost.' });

/** The constraint of an environment. @throws SimError `CONFIG_INVALID` when it has none. */
export function requireConstraint(agentId: string, env: VectorEnv): CostConstraint {
  if (env.constraint !== undefined) return env.constraint;
  throw new SimError(
    'CONFIG_INVALID',
    `${agentId}: environment '${env.id}' expected a constraint with a cost per step, received none; choose one that reports costs, such as constrained-bidding-v1, or an agent without constraints`,
  );
}

/**
 * Any learner under the environment's constraint: it learns from reward − λ · cost, and λ moves by dual ascent whenever it
 * has learnt and episodes have ended. Logs `train/lagrangeMultiplier` and `train/episodeCost`.
 *
 * A learner with a replay buffer keeps the prices of the time in old transitions; let λ move slowly against its buffer.
 *
 * @param agent Taken over: state and disposal pass through.
 * @param numEnvs Copies of the environment that it acts in.
 * @param options `multiplierLearningRate`, `initialMultiplier`; defaults filled in.
 * @throws SimError `CONFIG_INVALID` on a bad option, and from `observe` when the environment has no constraint.
 *
 * Source: Ray, Achiam & Amodei (2019), section 4; Tessler et al. (2019), "Reward Constrained Policy Optimization",
 * arXiv:1805.11074.
 */
export function withConstraint(agent: Agent, numEnvs: number, options: unknown = {}): Agent {
  const checked = parseConfig(constraintSchema, options, `constraint of agent ${agent.id}`);
  return new ConstrainedAgent(agent, numEnvs, new LagrangeMultiplier(numEnvs, checked));
}

class ConstrainedAgent implements Agent {
  readonly id: string;
  readonly act: Agent['act'];
  readonly actorNetwork: Agent['actorNetwork'];
  readonly dispose: Agent['dispose'];
  readonly #agent: Agent;
  readonly #multiplier: LagrangeMultiplier;
  readonly #rewards: Float64Array;
  #limit = 0;

  constructor(agent: Agent, numEnvs: number, multiplier: LagrangeMultiplier) {
    this.id = `${agent.id}-constrained`;
    this.#agent = agent;
    this.#multiplier = multiplier;
    this.#rewards = new Float64Array(numEnvs);
    this.act = agent.act.bind(agent);
    this.actorNetwork = agent.actorNetwork.bind(agent);
    this.dispose = agent.dispose.bind(agent);
  }

  observe(env: VectorEnv): void {
    const { costs, limit } = requireConstraint(this.id, env);
    const lambda = this.#multiplier.value;
    for (let n = 0; n < this.#rewards.length; n++) this.#rewards[n] = env.rewards[n]! - lambda * costs[n]!;
    this.#limit = limit;
    this.#multiplier.record(costs, env.terminated, env.truncated);
    this.#agent.observe(withRewards(env, this.#rewards));
  }

  update(): Readonly<Record<string, number>> | null {
    const metrics = this.#agent.update();
    if (metrics === null) return null;
    const cost = this.#multiplier.ascend(this.#limit);
    return { ...metrics, ...multiplierMetrics(this.#multiplier, cost) };
  }

  getState(): AgentState {
    const { json, arrays } = this.#agent.getState();
    return { json, arrays: { ...arrays, ...this.#multiplier.getArrays() } };
  }

  setState(state: AgentState): void {
    this.#agent.setState(state);
    this.#multiplier.setArrays(state.arrays);
  }
}

/** What a step of dual ascent logs. @param cost Mean cost of the episodes that ended; null where none did. */
export function multiplierMetrics(multiplier: LagrangeMultiplier, cost: number | null): Record<string, number> {
  return { 'train/lagrangeMultiplier': multiplier.value, ...(cost === null ? {} : { 'train/episodeCost': cost }) };
}
