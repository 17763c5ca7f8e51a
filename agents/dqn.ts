import { z } from 'zod';
import type { ActMode, Agent, AgentState, PlainNetwork } from '../src/core/agent.ts';
import { parseConfig } from '../src/core/config.ts';
import { Rng, type RngState } from '../src/core/rng.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import type { MlpSpec, Network } from '../src/nn/network.ts';
import { huberTdLoss } from '../src/rl/losses/huber-td.ts';
import { NStep } from '../src/rl/n-step.ts';
import { argmaxRow, qTargets } from '../src/rl/q-targets.ts';
import { makeTransitionBatch, ReplayBuffer, type TransitionBatch } from '../src/rl/replay.ts';
import { learningRateAt, linearSchedule } from '../src/rl/schedule.ts';
import { type AgentContext, readArray, readCounter, requireDiscrete } from './context.ts';
import {
  activation,
  adamEpsilon,
  gamma,
  hidden,
  learningRate,
  learningRateSchedule,
  maxGradNorm,
  rewardScale,
} from './settings.ts';
import { makeValueHead, type ValueHead } from './value-head.ts';

/** Hyper-parameters of {@link createDqn}. */
export const dqnSchema = z
  .strictObject({
    learningRate: learningRate(1e-3),
    learningRateSchedule: learningRateSchedule('constant'),
    gamma: gamma(0.99),
    batchSize: z.int().min(1).max(65_536).default(128).meta({
      unit: 'transitions',
      description: 'Transitions drawn from the replay buffer for one gradient step.',
    }),
    bufferSize: z.int().min(1).max(10_000_000).default(100_000).meta({
      unit: 'transitions',
      description: 'Capacity of the replay buffer.',
    }),
    learningStarts: z.int().min(0).default(1_000).meta({
      unit: 'env steps',
      description: 'Steps of uniformly random actions before learning begins.',
    }),
    trainInterval: z.int().min(1).default(1).meta({
      unit: 'vector steps',
      description: 'Steps of all copies together between rounds of learning.',
    }),
    gradientSteps: z.int().min(1).default(1).meta({
      unit: 'gradient steps',
      description: 'Gradient steps in one round of learning.',
    }),
    targetUpdateInterval: z.int().min(1).default(250).meta({
      unit: 'gradient steps',
      description: 'How often the target network follows the online network.',
    }),
    tau: z.number().gt(0).max(1).default(1).meta({
      unit: 'share',
      description: 'How far the target network moves each time: 1 copies the online network.',
    }),
    actorWeights: z.enum(['online', 'target', 'average']).default('online').meta({
      unit: '',
      description:
        'Whose weights act greedily: the online network, or with a small tau the target network, a running average that is less noisy, or an average over the later part of training, which suits days unlike those learnt on best.',
    }),
    nStep: z.int().min(1).max(1_000).default(3).meta({
      unit: 'steps',
      description: 'Rewards summed before bootstrapping from the value of a successor.',
    }),
    cutReturns: z.boolean().default(false).meta({
      unit: '',
      description:
        'End the sum of rewards before the next exploratory action, so that exploring more does not lower the values of the actions before it.',
    }),
    dueling: z.boolean().default(false).meta({
      unit: '',
      description:
        'Learn the value of a state apart from the advantages of its actions: one more output, which every transition teaches.',
    }),
    doubleQ: z.boolean().default(true).meta({
      unit: '',
      description: "Choose the successor's action by the online network and value it by the target network.",
    }),
    explorationInitial: z.number().min(0).max(1).default(1).meta({
      unit: 'probability',
      description: 'Chance of a random action at the start.',
    }),
    explorationFinal: z.number().min(0).max(1).default(0.05).meta({
      unit: 'probability',
      description: 'Chance of a random action once the schedule has ended.',
    }),
    explorationFraction: z.number().min(0).max(1).default(0.3).meta({
      unit: 'share of training',
      description: 'Share of training over which the chance of a random action falls.',
    }),
    huberDelta: z.number().gt(0).default(10).meta({
      unit: 'reward',
      description:
        'Errors beyond this pull with constant force instead of growing; well below the size of returns, rare ends of episodes are hardly learnt.',
    }),
    maxGradNorm: maxGradNorm(10),
    adamEpsilon: adamEpsilon(1e-8),
    hidden: hidden([64, 64]),
    activation: activation('relu'),
    rewardScale: rewardScale(),
  })
  .meta({ description: 'Deep Q-network: double Q-learning with n-step returns, dueling values and uniform replay.' });

/**
 * η of the average of weights: step k of t weighs as k^η, so half of the weight lies on the last fifth of training and
 * an eighth on its first half.
 */
const AVERAGE_ETA = 2;
/** Gradient steps between two that the average counts; neighbours hardly differ. */
const AVERAGE_INTERVAL = 8;

/** Checked hyper-parameters of DQN, every default filled in. */
type DqnOptions = z.output<typeof dqnSchema>;

/**
 * DQN: ε-greedy on a network of action values, learnt from replayed n-step transitions towards a slow target network.
 *
 * Source: Mnih et al. (2015), doi:10.1038/nature14236; double Q-learning: van Hasselt et al. (2016), arXiv:1509.06461;
 * n-step returns: Hessel et al. (2018), arXiv:1710.02298, cut before exploratory actions: Watkins (1989), chapter 7; dueling
 * values: Wang et al. (2016), arXiv:1511.06581; averaged weights: Shamir & Zhang (2013), arXiv:1212.1824, eq. 5.
 *
 * Differs from Mnih et al.: Adam for RMSProp, and N copies act side by side, one transition each a vector step.
 */
class Dqn implements Agent {
  readonly id = 'dqn';
  readonly #options: DqnOptions;
  readonly #numEnvs: number;
  readonly #numActions: number;
  readonly #head: ValueHead;
  readonly #totalEnvSteps: number;
  readonly #online: Network;
  readonly #target: Network;
  /** Average of the online network's weights; null where it does not act. */
  readonly #average: Network | null;
  readonly #replay: ReplayBuffer;
  readonly #nStep: NStep;
  #exploreRng: Rng;
  #replayRng: Rng;
  #vectorSteps = 0;
  #gradientSteps = 0;

  // The step under way: states acted in, actions, which of them the network would not have taken, and action values.
  readonly #observations: Float32Array;
  readonly #actions: Int32Array;
  readonly #exploratory: Uint8Array;
  readonly #q: Float32Array;

  // One minibatch: transitions, action values, targets and the gradient.
  readonly #batch: TransitionBatch;
  readonly #batchQ: Float32Array;
  readonly #nextChoice: Float32Array;
  readonly #nextValue: Float32Array;
  readonly #targets: Float32Array;
  readonly #dq: Float32Array;

  constructor(context: AgentContext, options: DqnOptions) {
    const { engine, numEnvs, rng } = context;
    const numActions = requireDiscrete('dqn', context.actionSpace).n;
    const obsDim = context.observationSpace.features.length;
    this.#options = options;
    this.#numEnvs = numEnvs;
    this.#numActions = numActions;
    this.#head = makeValueHead(numActions, options.dueling);
    this.#totalEnvSteps = context.totalEnvSteps;
    this.#replay = new ReplayBuffer(options.bufferSize, obsDim);
    this.#nStep = new NStep(options.nStep, options.gamma, numEnvs, obsDim, this.#replay);
    this.#exploreRng = rng.split('explore');
    this.#replayRng = rng.split('replay');
    this.#observations = new Float32Array(numEnvs * obsDim);
    this.#actions = new Int32Array(numEnvs);
    this.#exploratory = new Uint8Array(numEnvs);
    this.#q = new Float32Array(numEnvs * numActions);
    const { batchSize } = options;
    this.#batch = makeTransitionBatch(batchSize, obsDim);
    this.#batchQ = new Float32Array(batchSize * numActions);
    this.#nextChoice = new Float32Array(batchSize * numActions);
    this.#nextValue = new Float32Array(batchSize * numActions);
    this.#targets = new Float32Array(batchSize);
    this.#dq = new Float32Array(batchSize * numActions);

    const spec: MlpSpec = {
      inputs: obsDim,
      hidden: options.hidden,
      outputs: this.#head.numOutputs,
      activation: options.activation,
      outputGain: 1,
      initializer: 'he-uniform',
    };
    const adam = { learningRate: options.learningRate, beta1: 0.9, beta2: 0.999, epsilon: options.adamEpsilon };
    const seed = rng.split('weights').seed();
    this.#online = engine.createNetwork(spec, adam, seed);
    this.#target = engine.createNetwork(spec, adam, seed);
    this.#average = options.actorWeights === 'average' ? engine.createNetwork(spec, adam, seed) : null;
  }

  act(observations: Float32Array, actions: Int32Array | Float32Array, mode: ActMode): void {
    if (mode === 'greedy') {
      this.#actGreedily(observations, actions, new Float32Array(actions.length * this.#numActions));
      return;
    }
    this.#observations.set(observations);
    const epsilon = this.#epsilon();
    if (epsilon < 1) this.#actGreedily(observations, this.#actions, this.#q);
    for (let n = 0; n < this.#numEnvs; n++) {
      const greedy = epsilon < 1 ? this.#actions[n]! : -1;
      if (this.#exploreRng.next() < epsilon) this.#actions[n] = this.#exploreRng.int(this.#numActions);
      this.#exploratory[n] = this.#actions[n] === greedy ? 0 : 1;
    }
    actions.set(this.#actions);
  }

  observe(env: VectorEnv): void {
    for (let n = 0; n < this.#numEnvs; n++) {
      if (this.#options.cutReturns && this.#exploratory[n] === 1) this.#nStep.cut(n, this.#observations);
      const terminated = env.terminated[n] === 1;
      const truncated = env.truncated[n] === 1;
      const successor = terminated || truncated ? env.finalObservations : env.observations;
      const reward = env.rewards[n]! * this.#options.rewardScale;
      this.#nStep.push(n, this.#observations, this.#actions[n]!, reward, successor, terminated, truncated);
    }
    this.#vectorSteps++;
  }

  update(): Readonly<Record<string, number>> | null {
    const { learningStarts, batchSize, trainInterval, gradientSteps } = this.#options;
    if (this.#envSteps() < learningStarts || this.#replay.size < batchSize) return null;
    if (this.#vectorSteps % trainInterval !== 0) return null;
    const rate = learningRateAt(this.#options.learningRate, this.#options.learningRateSchedule, this.#progress());
    let loss = 0;
    let gradNorm = 0;
    for (let g = 0; g < gradientSteps; g++) {
      loss += this.#computeGradient() / gradientSteps;
      gradNorm += this.#online.applyGradients(rate, this.#options.maxGradNorm) / gradientSteps;
      this.#gradientSteps++;
      this.#follow();
    }
    return {
      'train/learningRate': rate,
      'train/loss': loss,
      'train/gradNorm': gradNorm,
      'train/epsilon': this.#epsilon(),
      'train/meanQ': this.#meanReplayedQ(),
      'train/meanTarget': mean(this.#targets),
    };
  }

  /** The slower networks follow the online one: w̄ ← w̄ + (η + 1) / (t + η) · (w − w̄) for the average, t = 1, 2, …. */
  #follow(): void {
    const steps = this.#gradientSteps;
    if (steps % this.#options.targetUpdateInterval === 0) this.#target.blendFrom(this.#online, this.#options.tau);
    if (this.#average === null || steps % AVERAGE_INTERVAL !== 0) return;
    const t = steps / AVERAGE_INTERVAL;
    this.#average.blendFrom(this.#online, (AVERAGE_ETA + 1) / (t + AVERAGE_ETA));
  }

  /** Loss of one minibatch; its gradient is left in the online network. */
  #computeGradient(): number {
    const { batch, q, dq } = { batch: this.#batch, q: this.#batchQ, dq: this.#dq };
    const numActions = this.#numActions;
    this.#replay.sample(batch, this.#replayRng);

    // y = R + discount · Q_target(s', argmax_a Q_online(s', a))
    this.#head.forward(this.#target, batch.nextObservations, this.#nextValue, false);
    if (this.#options.doubleQ) this.#head.forward(this.#online, batch.nextObservations, this.#nextChoice, false);
    const choice = this.#options.doubleQ ? this.#nextChoice : this.#nextValue;
    qTargets(batch.rewards, batch.discounts, choice, this.#nextValue, numActions, this.#targets);

    this.#head.forward(this.#online, batch.observations, q, true);
    const loss = huberTdLoss(q, batch.actions, this.#targets, numActions, this.#options.huberDelta, dq);
    this.#head.backward(this.#online, dq);
    return loss;
  }

  #actGreedily(observations: Float32Array, actions: Int32Array | Float32Array, q: Float32Array): void {
    this.#head.forward(this.#online, observations, q, false);
    for (let n = 0; n < actions.length; n++) actions[n] = argmaxRow(q, n * this.#numActions, this.#numActions);
  }

  #envSteps(): number {
    return this.#vectorSteps * this.#numEnvs;
  }

  #progress(): number {
    return this.#envSteps() / this.#totalEnvSteps;
  }

  #epsilon(): number {
    const { learningStarts, explorationInitial, explorationFinal, explorationFraction } = this.#options;
    if (this.#envSteps() < learningStarts) return 1;
    return linearSchedule(explorationInitial, explorationFinal, explorationFraction, this.#progress());
  }

  #meanReplayedQ(): number {
    const { actions } = this.#batch;
    let sum = 0;
    for (let b = 0; b < actions.length; b++) sum += this.#batchQ[b * this.#numActions + actions[b]!]!;
    return sum / actions.length;
  }

  getState(): AgentState {
    return {
      json: {
        vectorSteps: this.#vectorSteps,
        gradientSteps: this.#gradientSteps,
        replayCursor: this.#replay.cursor,
        exploreRng: this.#exploreRng.getState(),
        replayRng: this.#replayRng.getState(),
      },
      arrays: {
        weights: this.#online.getWeights(),
        targetWeights: this.#target.getWeights(),
        ...(this.#average === null ? {} : { averageWeights: this.#average.getWeights() }),
        optimizer: this.#online.getOptimizerState(),
        ...this.#replay.getArrays(),
        ...this.#nStep.getArrays(),
      },
    };
  }

  setState({ json, arrays }: AgentState): void {
    this.#online.setWeights(readArray(arrays, 'weights'));
    this.#target.setWeights(readArray(arrays, 'targetWeights'));
    this.#average?.setWeights(readArray(arrays, 'averageWeights'));
    this.#online.setOptimizerState(readArray(arrays, 'optimizer'));
    this.#replay.setArrays(arrays, readCounter(json, 'replayCursor'));
    this.#nStep.setArrays(arrays);
    this.#vectorSteps = readCounter(json, 'vectorSteps');
    this.#gradientSteps = readCounter(json, 'gradientSteps');
    this.#exploreRng = Rng.fromState(json['exploreRng'] as RngState);
    this.#replayRng = Rng.fromState(json['replayRng'] as RngState);
  }

  actorNetwork(): PlainNetwork {
    const followed = this.#options.actorWeights === 'target' ? this.#target : this.#online;
    return this.#head.toPlain(this.#average ?? followed);
  }

  dispose(): void {
    this.#online.dispose();
    this.#target.dispose();
    this.#average?.dispose();
  }
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/**
 * A DQN learner for a discrete action space.
 *
 * @param options Hyper-parameters; checked against {@link dqnSchema}, defaults filled in.
 * @throws SimError `CONFIG_INVALID` on a bad option or an action space that is not discrete.
 */
export function createDqn(context: AgentContext, options: unknown): Agent {
  return new Dqn(context, parseConfig(dqnSchema, options, 'agent dqn'));
}
