import { z } from 'zod';
import type { ActMode, AgentState, OfflineAgent, PlainNetwork } from '../src/core/agent.ts';
import { parseConfig } from '../src/core/config.ts';
import { type EpisodeDataset, loggedTransitions } from '../src/core/episode-dataset.ts';
import { Rng, type RngState } from '../src/core/rng.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import type { Engine, MlpSpec, Network } from '../src/nn/network.ts';
import { NoisyNetwork } from '../src/nn/noisy-network.ts';
import { quantileMeans } from '../src/rl/dueling.ts';
import { NStep } from '../src/rl/n-step.ts';
import { PrioritizedReplay } from '../src/rl/prioritized-replay.ts';
import { argmaxRow } from '../src/rl/q-targets.ts';
import { ReplayBuffer } from '../src/rl/replay.ts';
import { linearSchedule, scheduledValue } from '../src/rl/schedule.ts';
import { type AgentContext, readArray, readCounter, requireDiscrete } from './context.ts';
import { requireRoom } from './logged-replay.ts';
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
import { TdBatch } from './td-batch.ts';
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
    numQuantiles: z.int().min(1).max(200).default(1).meta({
      unit: 'quantiles',
      description:
        'Quantiles of the return learnt for each action (QR-DQN), whose mean is acted by; 1 learns the mean itself.',
    }),
    prioritized: z.boolean().default(false).meta({
      unit: '',
      description: 'Replay transitions of large error more often, weighted so that this does not bias the values.',
    }),
    priorityAlpha: z.number().min(0).max(1).default(0.6).meta({
      unit: 'power',
      description: 'How strongly errors count in prioritised replay: 0 draws uniformly, 1 in proportion.',
    }),
    priorityBeta: z.number().min(0).max(1).default(0.4).meta({
      unit: 'power',
      description:
        'How far importance weights make up for prioritised replay at first; wholly (1) at the end of training.',
    }),
    noisy: z.boolean().default(false).meta({
      unit: '',
      description: 'Explore by learnt noise on the weights instead of random actions.',
    }),
    noisySigma: z.number().positive().max(10).default(0.5).meta({
      unit: '1 / √inputs',
      description: 'Standard deviation of the noise on weights at first.',
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
  .meta({
    description:
      'Deep Q-network: double Q-learning with n-step returns; dueling or distributional values, prioritised replay, noisy weights.',
  });

/**
 * η of the average of weights: step k of t weighs as k^η, so half of the weight lies on the last fifth of training and
 * an eighth on its first half.
 */
const AVERAGE_ETA = 2;
/** Gradient steps between two that the average counts; neighbours hardly differ. */
const AVERAGE_INTERVAL = 8;

/** Checked hyper-parameters of DQN, every default filled in. */
type DqnOptions = z.output<typeof dqnSchema> & { readonly cqlAlpha?: number };

/**
 * Chance of a random action in one state. @param epsilon Of the schedule. @param q Action values, those of the state from `at` on.
 */
type Exploration = (epsilon: number, q: Float32Array, at: number) => number;

/**
 * DQN: ε-greedy on a network of action values, learnt from replayed n-step transitions towards a slow target network.
 *
 * Source: Mnih et al. (2015), doi:10.1038/nature14236; double Q-learning: van Hasselt et al. (2016), arXiv:1509.06461;
 * n-step returns: Hessel et al. (2018), arXiv:1710.02298, cut before exploratory actions: Watkins (1989), chapter 7; dueling
 * values: Wang et al. (2016), arXiv:1511.06581; quantiles: Dabney et al. (2018), arXiv:1710.10044; prioritised replay: Schaul et al.
 * (2016), arXiv:1511.05952; noisy weights: Fortunato et al. (2018), arXiv:1706.10295; averaged weights: Shamir & Zhang (2013), arXiv:1212.1824, eq. 5.
 *
 * Differs from Mnih et al.: Adam for RMSProp, and N copies act side by side, one transition each a vector step.
 */
export class Dqn implements OfflineAgent {
  readonly id: string;
  readonly #options: DqnOptions;
  readonly #exploration: Exploration;
  readonly #numEnvs: number;
  readonly #numActions: number;
  readonly #head: ValueHead;
  readonly #totalEnvSteps: number;
  readonly #online: Network;
  readonly #target: Network;
  /** Average of the online network's weights; null where it does not act. */
  readonly #average: Network | null;
  readonly #replay: ReplayBuffer;
  /** The same transitions with priorities; null where all count alike. */
  readonly #priorities: PrioritizedReplay | null;
  readonly #nStep: NStep;
  #noiseRng: Rng;
  #exploreRng: Rng;
  #replayRng: Rng;
  #vectorSteps = 0;
  #gradientSteps = 0;

  // The step under way: states acted in, actions, which of them the network would not have taken, and action values.
  readonly #observations: Float32Array;
  readonly #actions: Int32Array;
  readonly #exploratory: Uint8Array;
  readonly #q: Float32Array;
  readonly #returns: Float32Array;

  readonly #batch: TdBatch;

  constructor(id: string, context: AgentContext, options: DqnOptions, exploration: Exploration = (epsilon) => epsilon) {
    this.id = id;
    this.#exploration = exploration;
    const { engine, numEnvs, rng } = context;
    const numActions = requireDiscrete(id, context.actionSpace).n;
    const obsDim = context.observationSpace.features.length;
    this.#options = options;
    this.#numEnvs = numEnvs;
    this.#numActions = numActions;
    this.#head = makeValueHead(numActions, options.dueling, options.numQuantiles);
    this.#totalEnvSteps = context.totalEnvSteps;
    this.#replay = new ReplayBuffer(options.bufferSize, obsDim);
    this.#priorities = options.prioritized
      ? new PrioritizedReplay(this.#replay, options.batchSize, { alpha: options.priorityAlpha })
      : null;
    this.#nStep = new NStep(options.nStep, options.gamma, numEnvs, obsDim, this.#priorities ?? this.#replay);
    this.#noiseRng = rng.split('noise');
    this.#exploreRng = rng.split('explore');
    this.#replayRng = rng.split('replay');
    this.#observations = new Float32Array(numEnvs * obsDim);
    this.#actions = new Int32Array(numEnvs);
    this.#exploratory = new Uint8Array(numEnvs);
    this.#q = new Float32Array(numEnvs * numActions);
    this.#returns = options.numQuantiles === 1 ? this.#q : new Float32Array(this.#q.length * options.numQuantiles);
    this.#batch = new TdBatch(options.batchSize, obsDim, numActions, this.#head);
    const spec: MlpSpec = {
      inputs: obsDim,
      hidden: options.hidden,
      outputs: this.#head.numOutputs,
      activation: options.activation,
      outputGain: 1,
      initializer: 'he-uniform',
    };
    const make = () => makeNetwork(engine, spec, rng.split('weights').seed(), options);
    this.#online = make();
    this.#target = make();
    this.#average = options.actorWeights === 'average' ? make() : null;
  }

  act(observations: Float32Array, actions: Int32Array | Float32Array, mode: ActMode): void {
    if (mode === 'greedy') {
      quieten(this.#online);
      const q = new Float32Array(actions.length * this.#numActions);
      const returns = new Float32Array(q.length * this.#options.numQuantiles);
      this.#actGreedily(observations, actions, q, this.#options.numQuantiles === 1 ? q : returns);
      return;
    }
    resample(this.#online, this.#noiseRng);
    this.#observations.set(observations);
    const epsilon = this.#epsilon();
    if (epsilon < 1) this.#actGreedily(observations, this.#actions, this.#q, this.#returns);
    for (let n = 0; n < this.#numEnvs; n++) {
      const greedy = epsilon < 1 ? this.#actions[n]! : -1;
      const chance = epsilon < 1 ? this.#exploration(epsilon, this.#q, n * this.#numActions) : 1;
      if (this.#exploreRng.next() < chance) this.#actions[n] = this.#exploreRng.int(this.#numActions);
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
    const { learningStarts, batchSize, trainInterval } = this.#options;
    if (this.#envSteps() < learningStarts || this.#replay.size < batchSize) return null;
    if (this.#vectorSteps % trainInterval !== 0) return null;
    return { ...this.learn(this.#progress()), 'train/epsilon': this.#epsilon() };
  }

  takeLog(dataset: EpisodeDataset): void {
    const { bufferSize, rewardScale } = this.#options;
    requireRoom(this.id, dataset, bufferSize);
    const obsDim = dataset.observationSpace.features.length;
    const { observations, actions, rewards } = dataset;
    const row = (array: Float32Array, offset: number) => array.subarray(offset, offset + obsDim);
    for (const { step, nextObservations, nextOffset, terminated, truncated } of loggedTransitions(dataset)) {
      const next = row(nextObservations, nextOffset);
      const reward = rewards[step]! * rewardScale;
      this.#nStep.push(0, row(observations, step * obsDim), actions[step]!, reward, next, terminated, truncated);
    }
  }

  learn(progress: number): Readonly<Record<string, number>> {
    const { learningRate, learningRateSchedule, gradientSteps } = this.#options;
    const rate = scheduledValue(learningRate, learningRateSchedule, progress);
    let loss = 0;
    let gradNorm = 0;
    for (let g = 0; g < gradientSteps; g++) {
      loss += this.#computeGradient(progress) / gradientSteps;
      gradNorm += this.#online.applyGradients(rate, this.#options.maxGradNorm) / gradientSteps;
      this.#gradientSteps++;
      this.#follow();
    }
    return {
      'train/learningRate': rate,
      'train/loss': loss,
      'train/gradNorm': gradNorm,
      'train/meanQ': this.#batch.meanValue(),
      'train/meanTarget': this.#batch.meanTarget(),
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
  #computeGradient(progress: number): number {
    const priorities = this.#priorities;
    if (priorities === null) this.#replay.sample(this.#batch.transitions, this.#replayRng);
    else priorities.sample(this.#batch.transitions, this.#replayRng, this.#beta(progress));
    resample(this.#online, this.#noiseRng);
    resample(this.#target, this.#noiseRng);
    const loss = this.#batch.backPropagate(this.#online, this.#target, this.#options, priorities?.weights ?? null);
    priorities?.update(this.#batch.errors);
    return loss;
  }

  #actGreedily(
    observations: Float32Array,
    actions: Int32Array | Float32Array,
    q: Float32Array,
    returns: Float32Array,
  ): void {
    this.#head.forward(this.#online, observations, returns, false);
    if (returns !== q) quantileMeans(returns, this.#options.numQuantiles, q);
    for (let n = 0; n < actions.length; n++) actions[n] = argmaxRow(q, n * this.#numActions, this.#numActions);
  }

  #beta(progress: number): number {
    return linearSchedule(this.#options.priorityBeta, 1, 1, progress);
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
    if (this.#options.noisy) return 0;
    return linearSchedule(explorationInitial, explorationFinal, explorationFraction, this.#progress());
  }

  getState(): AgentState {
    return {
      json: {
        vectorSteps: this.#vectorSteps,
        gradientSteps: this.#gradientSteps,
        replayCursor: this.#replay.cursor,
        exploreRng: this.#exploreRng.getState(),
        replayRng: this.#replayRng.getState(),
        noiseRng: this.#noiseRng.getState(),
      },
      arrays: {
        weights: this.#online.getWeights(),
        targetWeights: this.#target.getWeights(),
        ...(this.#average === null ? {} : { averageWeights: this.#average.getWeights() }),
        optimizer: this.#online.getOptimizerState(),
        ...this.#replay.getArrays(),
        ...this.#priorities?.getArrays(),
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
    this.#priorities?.setArrays(arrays);
    this.#nStep.setArrays(arrays);
    this.#vectorSteps = readCounter(json, 'vectorSteps');
    this.#gradientSteps = readCounter(json, 'gradientSteps');
    this.#exploreRng = Rng.fromState(json['exploreRng'] as RngState);
    this.#replayRng = Rng.fromState(json['replayRng'] as RngState);
    this.#noiseRng = Rng.fromState(json['noiseRng'] as RngState);
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

function makeNetwork(engine: Engine, spec: MlpSpec, seed: number, options: DqnOptions): Network {
  const adam = { learningRate: options.learningRate, beta1: 0.9, beta2: 0.999, epsilon: options.adamEpsilon };
  if (options.noisy) return new NoisyNetwork(engine, spec, adam, seed, options.noisySigma);
  return engine.createNetwork(spec, adam, seed);
}

function resample(network: Network, rng: Rng): void {
  if (network instanceof NoisyNetwork) network.resample(rng);
}

function quieten(network: Network): void {
  if (network instanceof NoisyNetwork) network.quieten();
}

/**
 * A DQN learner for a discrete action space.
 *
 * @param options Hyper-parameters; checked against {@link dqnSchema}, defaults filled in.
 * @throws SimError `CONFIG_INVALID` on a bad option or an action space that is not discrete.
 */
export function createDqn(context: AgentContext, options: unknown): OfflineAgent {
  return new Dqn('dqn', context, parseConfig(dqnSchema, options, 'agent dqn'));
}

/** Hyper-parameters of {@link createRainbow}: those of DQN with everything switched on. */
export const rainbowSchema = dqnSchema
  .extend({
    dueling: dqnSchema.shape.dueling.default(true),
    numQuantiles: dqnSchema.shape.numQuantiles.default(32),
    prioritized: dqnSchema.shape.prioritized.default(true),
    noisy: dqnSchema.shape.noisy.default(true),
    huberDelta: z.number().gt(0).default(0.1).meta({
      unit: 'reward',
      description:
        'κ of the quantile Huber loss. Keep it well below the size of returns: above it quantiles become expectiles, whose mean overrates rare rewards.',
    }),
  })
  .meta({
    description:
      'DQN with double, dueling, distributional and noisy values, n-step returns and prioritised replay; quantiles in place of fixed atoms.',
  });

/**
 * A Rainbow learner: DQN with every improvement at once.
 *
 * Differs from Hessel et al.: quantiles of the return (QR-DQN) in place of its probabilities on fixed atoms (C51), which need bounds of
 * the return to be known.
 *
 * @throws SimError as {@link createDqn}.
 *
 * Source: Hessel et al. (2018), arXiv:1710.02298.
 */
export function createRainbow(context: AgentContext, options: unknown): OfflineAgent {
  return new Dqn('rainbow', context, parseConfig(rainbowSchema, options, 'agent rainbow'));
}

/** Hyper-parameters of {@link createCqlDqn}: those of DQN, one step ahead, with the penalty. */
export const cqlDqnSchema = dqnSchema
  .extend({
    nStep: dqnSchema.shape.nStep.default(1),
    tau: dqnSchema.shape.tau.default(0.005),
    targetUpdateInterval: dqnSchema.shape.targetUpdateInterval.default(1),
    cqlAlpha: z.number().min(0).default(1).meta({
      unit: '1',
      description: 'Weight of the penalty on values of actions that the log lacks; 0 is DQN.',
    }),
  })
  .meta({
    description: 'Conservative Q-learning for discrete actions: DQN that distrusts what the log does not show.',
  });

/**
 * Conservative Q-learning for a discrete action space.
 *
 * @throws SimError as {@link createDqn}.
 *
 * Source: Kumar et al. (2020), arXiv:2006.04779.
 */
export function createCqlDqn(context: AgentContext, options: unknown): OfflineAgent {
  return new Dqn('cql-dqn', context, parseConfig(cqlDqnSchema, options, 'agent cql-dqn'));
}
