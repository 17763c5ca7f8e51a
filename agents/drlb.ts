import { z } from 'zod';
import type { ActMode, Agent, AgentState, PlainNetwork } from '../src/core/agent.ts';
import { parseConfig } from '../src/core/config.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import { isUnimodal } from '../src/rl/unimodal.ts';
import { type AgentContext, requireDiscrete } from './context.ts';
import { Dqn, dqnSchema } from './dqn.ts';
import { RewardNet } from './reward-net.ts';
import { withRewards } from './reward-view.ts';

/** Hyper-parameters of {@link createDrlb}: DQN's, those of the RewardNet and of the adaptive exploration. */
export const drlbSchema = dqnSchema
  .extend({
    gamma: dqnSchema.shape.gamma.default(1),
    nStep: dqnSchema.shape.nStep.default(1),
    // Short: rewards are kept as the RewardNet handed them out, and early ones know little.
    bufferSize: dqnSchema.shape.bufferSize.default(20_000),
    adaptiveEpsilon: z.number().min(0).max(1).default(0.5).meta({
      unit: 'probability',
      description:
        'Least chance of a random action where the action values have more than one peak, a sign that they are not learnt yet; 0 never raises it.',
    }),
    rewardHidden: z
      .array(z.int().min(1).max(4_096))
      .max(8)
      .default([100, 100, 100])
      .meta({ unit: 'units', description: 'Sizes of the hidden layers of the RewardNet.' }),
    rewardLearningRate: z.number().gt(0).max(1).default(1e-3).meta({
      unit: '1/step',
      description: 'Step size of the RewardNet.',
    }),
    rewardBufferSize: z.int().min(1).max(10_000_000).default(100_000).meta({
      unit: 'pairs',
      description: 'Pairs of state and action whose best returns are remembered.',
    }),
    stateResolution: z.number().min(0).default(0.05).meta({
      unit: 'observation',
      description: 'States that round to the same multiples of this share their best return; 0 tells all apart.',
    }),
  })
  .meta({
    description:
      'DQN that is paid the best return seen from a state and action, learnt by a RewardNet, and explores more where its values have several peaks.',
  });

type DrlbOptions = z.output<typeof drlbSchema>;

/**
 * DRLB: DQN on rewards of a {@link RewardNet}, exploring at least with `adaptiveEpsilon` wherever the values of the actions, in
 * their order, are not unimodal. Actions must be ordered, as moves of λ are.
 *
 * Source: Wu et al. (2018), arXiv:1802.08365, algorithms 1 and 2, section 4.4.
 *
 * Differs from Wu et al.: Adam, Huber loss and double Q-learning (options of DQN); N copies act side by side, and both networks learn
 * once a vector step; best returns as in `BestReturns`.
 */
class Drlb implements Agent {
  readonly id = 'drlb';
  readonly #options: DrlbOptions;
  readonly #dqn: Dqn;
  readonly #rewardNet: RewardNet;
  readonly #numActions: number;
  // The step under way.
  readonly #observations: Float32Array;
  readonly #actions: Int32Array;
  readonly #rewards: Float64Array;
  /** Copies whose exploration was raised in the last step. */
  #numRaised = 0;

  constructor(context: AgentContext, options: DrlbOptions) {
    const { engine, numEnvs, rng } = context;
    const obsDim = context.observationSpace.features.length;
    const numActions = requireDiscrete('drlb', context.actionSpace).n;
    this.#options = options;
    this.#numActions = numActions;
    // The RewardNet hands out rewards that are scaled already.
    this.#dqn = new Dqn(this.id, context, { ...options, rewardScale: 1 }, (epsilon, q, at) =>
      this.#explore(epsilon, q, at),
    );
    this.#rewardNet = new RewardNet(engine, { ...options, numEnvs, obsDim, numActions }, rng.split('reward-net'));
    this.#observations = new Float32Array(numEnvs * obsDim);
    this.#actions = new Int32Array(numEnvs);
    this.#rewards = new Float64Array(numEnvs);
  }

  act(observations: Float32Array, actions: Int32Array | Float32Array, mode: ActMode): void {
    if (mode === 'greedy') {
      this.#dqn.act(observations, actions, mode);
      return;
    }
    this.#numRaised = 0;
    this.#dqn.act(observations, actions, mode);
    this.#observations.set(observations);
    this.#actions.set(actions);
  }

  observe(env: VectorEnv): void {
    this.#rewardNet.record(this.#observations, this.#actions, env);
    this.#rewardNet.rewards(this.#observations, this.#actions, this.#rewards);
    this.#dqn.observe(withRewards(env, this.#rewards));
  }

  update(): Readonly<Record<string, number>> | null {
    const rewardLoss = this.#rewardNet.learn();
    // Until an episode has ended, the RewardNet knows of no return and its rewards mean nothing.
    const metrics = rewardLoss === null ? null : this.#dqn.update();
    if (metrics === null || rewardLoss === null) return null;
    const raised = this.#numRaised / this.#actions.length;
    return { ...metrics, 'train/rewardLoss': rewardLoss, 'train/epsilonRaised': raised };
  }

  #explore(epsilon: number, q: Float32Array, at: number): number {
    const { adaptiveEpsilon } = this.#options;
    if (epsilon >= adaptiveEpsilon || isUnimodal(q, at, this.#numActions)) return epsilon;
    this.#numRaised++;
    return adaptiveEpsilon;
  }

  getState(): AgentState {
    const { json, arrays } = this.#dqn.getState();
    return {
      json: { ...json, ...this.#rewardNet.getJson() },
      arrays: { ...arrays, ...this.#rewardNet.getArrays() },
    };
  }

  setState(state: AgentState): void {
    this.#dqn.setState(state);
    this.#rewardNet.setState(state.json, state.arrays);
  }

  actorNetwork(): PlainNetwork {
    return this.#dqn.actorNetwork();
  }

  dispose(): void {
    this.#dqn.dispose();
    this.#rewardNet.dispose();
  }
}

/**
 * A DRLB learner for ordered discrete actions.
 *
 * @param options Hyper-parameters; checked against {@link drlbSchema}, defaults filled in.
 * @throws SimError as `createDqn`.
 */
export function createDrlb(context: AgentContext, options: unknown): Agent {
  return new Drlb(context, parseConfig(drlbSchema, options, 'agent drlb'));
}
