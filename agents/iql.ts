import { z } from 'zod';
import type { ActMode, AgentState, OfflineAgent, PlainNetwork } from '../src/core/agent.ts';
import { parseConfig } from '../src/core/config.ts';
import type { EpisodeDataset } from '../src/core/episode-dataset.ts';
import { Rng, type RngState } from '../src/core/rng.ts';
import type { Space } from '../src/core/space.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import type { Network } from '../src/nn/network.ts';
import { expectileLoss } from '../src/rl/losses/expectile.ts';
import { makeContinuousBatch, ReplayBuffer, type TransitionBatch } from '../src/rl/replay.ts';
import { scheduledValue } from '../src/rl/schedule.ts';
import { ActionScale } from './action-scale.ts';
import { CloningPolicy } from './cloning-policy.ts';
import { type AgentContext, readArray, readCounter, requireDiscrete } from './context.ts';
import { replayLog, replayStep } from './logged-replay.ts';
import { loggedSettings, twinCriticSettings } from './off-policy-settings.ts';
import { TwinCritic } from './twin-critic.ts';

/** Hyper-parameters of {@link createIql}. */
export const iqlSchema = z
  .strictObject({
    ...twinCriticSettings,
    initialLogStd: loggedSettings.initialLogStd,
    expectile: z.number().gt(0).lt(1).default(0.7).meta({
      unit: 'share',
      description: 'τ of the values: ½ is what the log earned on average, near 1 nearly the best it shows.',
    }),
    inverseTemperature: z.number().min(0).default(3).meta({
      unit: '1/reward',
      description: 'β: how strongly actions better than the average are cloned before others.',
    }),
    maxWeight: z.number().gt(0).default(100).meta({ unit: '1', description: 'Largest weight of a cloned action.' }),
  })
  .meta({ description: 'Implicit Q-learning: values and policy without ever valuing an action outside the log.' });

type IqlOptions = z.output<typeof iqlSchema>;

/**
 * IQL: V regresses on the upper expectile of Q over logged actions, Q on rewards and V of the successor, and the policy
 * clones logged actions by their advantage. No action outside the log is ever valued.
 *
 *     L_V = E |τ − 1[Q′ < V]| (Q′(s, a) − V(s))²        y = R + discount · V(s′)        w = min(exp(β (Q′(s, a) − V(s))), w_max)
 *
 * Q takes a discrete action as a one-hot vector, a continuous one scaled to [−1, 1]. It can go on learning while acting.
 *
 * Source: Kostrikov et al. (2021), arXiv:2110.06169, algorithm 1.
 */
class Iql implements OfflineAgent {
  readonly id = 'iql';
  readonly #options: IqlOptions;
  readonly #numEnvs: number;
  readonly #totalEnvSteps: number;
  readonly #policy: CloningPolicy;
  readonly #value: Network;
  readonly #critics: TwinCritic;
  readonly #code: ActionCode;
  readonly #replay: ReplayBuffer;
  #actRng: Rng;
  #replayRng: Rng;
  #vectorSteps = 0;

  // The step under way.
  readonly #observations: Float32Array;
  readonly #raw: Float32Array;

  // One minibatch.
  readonly #batch: TransitionBatch<Float32Array>;
  readonly #codes: Float32Array;
  readonly #q: Float32Array;
  readonly #values: Float32Array;
  readonly #dValues: Float32Array;
  readonly #weights: Float32Array;

  constructor(context: AgentContext, options: IqlOptions) {
    const { engine, numEnvs, rng } = context;
    const obsDim = context.observationSpace.features.length;
    const { hidden, activation, batchSize } = options;
    const adam = { learningRate: options.learningRate, beta1: 0.9, beta2: 0.999, epsilon: options.adamEpsilon };
    this.#options = options;
    this.#numEnvs = numEnvs;
    this.#totalEnvSteps = context.totalEnvSteps;
    this.#policy = new CloningPolicy(context, options, adam);
    this.#code = actionCode(context.actionSpace);
    const { actionDim } = this.#policy;
    this.#value = engine.createNetwork(
      { inputs: obsDim, hidden, outputs: 1, activation, outputGain: 1, initializer: 'he-uniform' },
      adam,
      rng.split('value').seed(),
    );
    this.#critics = new TwinCritic(
      engine,
      { obsDim, actionDim: this.#code.size, hidden, activation, batchSize },
      adam,
      rng,
    );
    this.#replay = new ReplayBuffer(options.bufferSize, obsDim, actionDim);
    this.#actRng = rng.split('act');
    this.#replayRng = rng.split('replay');
    this.#observations = new Float32Array(numEnvs * obsDim);
    this.#raw = new Float32Array(numEnvs * actionDim);
    this.#batch = makeContinuousBatch(batchSize, obsDim, actionDim);
    this.#codes = new Float32Array(batchSize * this.#code.size);
    this.#q = new Float32Array(batchSize);
    this.#values = new Float32Array(batchSize);
    this.#dValues = new Float32Array(batchSize);
    this.#weights = new Float32Array(batchSize);
  }

  act(observations: Float32Array, actions: Int32Array | Float32Array, mode: ActMode): void {
    const explores = mode === 'explore';
    const raw = explores ? this.#raw : new Float32Array(actions.length);
    if (explores) this.#observations.set(observations);
    this.#policy.act(observations, raw, actions, mode, this.#actRng);
    if (explores) this.#raw.set(actions);
  }

  observe(env: VectorEnv): void {
    const { gamma, rewardScale } = this.#options;
    replayStep(env, this.#replay, this.#observations, this.#raw, gamma, rewardScale);
    this.#vectorSteps++;
  }

  update(): Readonly<Record<string, number>> | null {
    const { learningStarts, batchSize, trainInterval } = this.#options;
    const envSteps = this.#vectorSteps * this.#numEnvs;
    if (envSteps < learningStarts || this.#replay.size < batchSize) return null;
    if (this.#vectorSteps % trainInterval !== 0) return null;
    return this.learn(envSteps / this.#totalEnvSteps);
  }

  takeLog(dataset: EpisodeDataset): void {
    const { gamma, rewardScale } = this.#options;
    replayLog(this.id, dataset, this.#replay, dataset.actions, gamma, rewardScale);
  }

  learn(progress: number): Readonly<Record<string, number>> {
    const { gradientSteps, learningRate, criticLearningRate, learningRateSchedule } = this.#options;
    const rate = scheduledValue(learningRate, learningRateSchedule, progress);
    const criticRate = scheduledValue(criticLearningRate, learningRateSchedule, progress);
    const sums = { loss: 0, gradNorm: 0, meanQ: 0, valueLoss: 0, policyLoss: 0, entropy: 0 };
    for (let g = 0; g < gradientSteps; g++) {
      const step = this.#step(rate, criticRate);
      for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += step[key] / gradientSteps;
    }
    return {
      'train/learningRate': rate,
      'train/loss': sums.loss,
      'train/gradNorm': sums.gradNorm,
      'train/meanQ': sums.meanQ,
      'train/valueLoss': sums.valueLoss,
      'train/policyLoss': sums.policyLoss,
      'train/entropy': sums.entropy,
    };
  }

  #step(rate: number, criticRate: number) {
    const { expectile, inverseTemperature, maxWeight, maxGradNorm, tau } = this.#options;
    const { observations, actions, nextObservations, rewards, discounts } = this.#batch;
    this.#replay.sample(this.#batch, this.#replayRng);
    this.#code.write(actions, this.#codes);
    this.#critics.targetMin(observations, this.#codes, this.#q);
    this.#value.forward(observations, this.#values, true);
    const valueLoss = expectileLoss(this.#values, this.#q, expectile, this.#dValues);
    this.#value.backward(this.#dValues);
    for (let i = 0; i < this.#weights.length; i++) {
      this.#weights[i] = Math.min(maxWeight, Math.exp(inverseTemperature * (this.#q[i]! - this.#values[i]!)));
    }
    this.#value.applyGradients(criticRate, maxGradNorm);
    const policy = this.#policy.fit(observations, actions, this.#weights, rate, maxGradNorm);
    this.#value.forward(nextObservations, this.#values, false);
    for (let i = 0; i < this.#values.length; i++) this.#values[i] = rewards[i]! + discounts[i]! * this.#values[i]!;
    const fit = this.#critics.fit(observations, this.#codes, this.#values, criticRate, maxGradNorm);
    this.#critics.follow(tau);
    return { ...fit, valueLoss, policyLoss: policy.loss, entropy: policy.entropy };
  }

  getState(): AgentState {
    return {
      json: {
        vectorSteps: this.#vectorSteps,
        replayCursor: this.#replay.cursor,
        actRng: this.#actRng.getState(),
        replayRng: this.#replayRng.getState(),
      },
      arrays: {
        ...this.#policy.getArrays(),
        valueWeights: this.#value.getWeights(),
        valueOptimizer: this.#value.getOptimizerState(),
        ...this.#critics.getArrays(),
        ...this.#replay.getArrays(),
      },
    };
  }

  setState({ json, arrays }: AgentState): void {
    this.#policy.setArrays(arrays);
    this.#value.setWeights(readArray(arrays, 'valueWeights'));
    this.#value.setOptimizerState(readArray(arrays, 'valueOptimizer'));
    this.#critics.setArrays(arrays);
    this.#replay.setArrays(arrays, readCounter(json, 'replayCursor'));
    this.#vectorSteps = readCounter(json, 'vectorSteps');
    this.#actRng = Rng.fromState(json['actRng'] as RngState);
    this.#replayRng = Rng.fromState(json['replayRng'] as RngState);
  }

  actorNetwork(): PlainNetwork {
    return this.#policy.actorNetwork();
  }

  dispose(): void {
    this.#policy.dispose();
    this.#value.dispose();
    this.#critics.dispose();
  }
}

/** How actions of the environment become inputs of a critic. */
interface ActionCode {
  /** Numbers per action. */
  readonly size: number;
  write(actions: Float32Array, codes: Float32Array): void;
}

function actionCode(space: Space): ActionCode {
  if (space.kind === 'box') {
    const scale = new ActionScale('iql', space);
    return { size: scale.dim, write: (actions, codes) => scale.fromEnvironment(actions, codes) };
  }
  const { n } = requireDiscrete('iql', space);
  return {
    size: n,
    write(actions, codes) {
      codes.fill(0);
      for (let i = 0; i < actions.length; i++) codes[i * n + actions[i]!] = 1;
    },
  };
}

/**
 * An IQL learner for discrete actions or a box with finite bounds.
 *
 * @param options Hyper-parameters; checked against {@link iqlSchema}, defaults filled in.
 * @throws SimError `CONFIG_INVALID` on a bad option or an unbounded box.
 */
export function createIql(context: AgentContext, options: unknown): OfflineAgent {
  return new Iql(context, parseConfig(iqlSchema, options, 'agent iql'));
}
