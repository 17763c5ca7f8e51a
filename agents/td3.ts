import { z } from 'zod';
import type { ActMode, AgentState, OfflineAgent, PlainNetwork } from '../src/core/agent.ts';
import { parseConfig } from '../src/core/config.ts';
import type { EpisodeDataset } from '../src/core/episode-dataset.ts';
import { Rng, type RngState } from '../src/core/rng.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import type { MlpSpec, Network } from '../src/nn/network.ts';
import { tanhGradient } from '../src/rl/losses/squashed-gaussian.ts';
import { makeContinuousBatch, ReplayBuffer, type TransitionBatch } from '../src/rl/replay.ts';
import { scheduledValue } from '../src/rl/schedule.ts';
import { ActionScale } from './action-scale.ts';
import { type AgentContext, readArray, readCounter } from './context.ts';
import { replayLog, replayStep } from './logged-replay.ts';
import { twinCriticSettings } from './off-policy-settings.ts';
import { type CriticFit, TwinCritic } from './twin-critic.ts';

/** Hyper-parameters of {@link createTd3}. */
export const td3Schema = z
  .strictObject({
    ...twinCriticSettings,
    explorationNoise: z.number().min(0).max(2).default(0.1).meta({
      unit: 'half the range of the action',
      description: 'Standard deviation of the noise on actions while exploring.',
    }),
    targetNoise: z.number().min(0).max(2).default(0.2).meta({
      unit: 'half the range of the action',
      description: 'Standard deviation of the noise that smooths the actions of targets.',
    }),
    targetNoiseClip: z.number().min(0).max(2).default(0.5).meta({
      unit: 'half the range of the action',
      description: 'The smoothing noise is clipped to ± this.',
    }),
    policyDelay: z.int().min(1).max(1_000).default(2).meta({
      unit: 'gradient steps',
      description: 'Steps of the critics for each one of the policy and the target networks.',
    }),
  })
  .meta({ description: 'Twin delayed deterministic policy gradient for continuous actions.' });

/** Checked hyper-parameters of TD3, every default filled in. */
type Td3Options = z.output<typeof td3Schema> & { readonly bcAlpha?: number };

/**
 * TD3: a deterministic policy follows the first of two critics uphill; the critics learn from replay towards the smaller of
 * their target copies at a smoothed target action; policy and targets move less often than the critics.
 *
 *     ũ = clip(μ′(s′) + clip(ε, −c, c), −1, 1),  ε ~ N(0, σ̃²)        y = R + discount · min(Q₁′, Q₂′)(s′, ũ)
 *     dL/dμ = −(1/B) dQ₁(s, u)/du at u = tanh μ(s)
 *
 * Actions are learnt in [−1, 1] and scaled to the box.
 *
 * Source: Fujimoto et al. (2018), arXiv:1802.09477, algorithm 1.
 */
class Td3 implements OfflineAgent {
  readonly id: string;
  readonly #options: Td3Options;
  readonly #numEnvs: number;
  readonly #obsDim: number;
  readonly #totalEnvSteps: number;
  readonly #scale: ActionScale;
  readonly #actor: Network;
  readonly #actorTarget: Network;
  readonly #critics: TwinCritic;
  readonly #replay: ReplayBuffer;
  #exploreRng: Rng;
  #replayRng: Rng;
  #smoothRng: Rng;
  #vectorSteps = 0;
  #gradientSteps = 0;
  /** Of the last step of the policy, which the steps between repeat in the log. */
  #policyLoss = 0;

  // The step under way: states acted in and actions in [−1, 1].
  readonly #observations: Float32Array;
  readonly #squashed: Float32Array;

  // One minibatch.
  readonly #batch: TransitionBatch<Float32Array>;
  readonly #actions: Float32Array;
  readonly #dActions: Float32Array;
  readonly #dOutputs: Float32Array;
  readonly #targets: Float32Array;

  constructor(id: string, context: AgentContext, options: Td3Options) {
    this.id = id;
    const { engine, numEnvs, rng } = context;
    const obsDim = context.observationSpace.features.length;
    this.#options = options;
    this.#numEnvs = numEnvs;
    this.#obsDim = obsDim;
    this.#totalEnvSteps = context.totalEnvSteps;
    this.#scale = new ActionScale(id, context.actionSpace);
    const actionDim = this.#scale.dim;
    const { hidden, activation, batchSize } = options;
    const adam = { learningRate: options.learningRate, beta1: 0.9, beta2: 0.999, epsilon: options.adamEpsilon };
    const spec: MlpSpec = {
      inputs: obsDim,
      hidden,
      outputs: actionDim,
      activation,
      outputGain: 0.1,
      initializer: 'he-uniform',
    };
    const seed = rng.split('weights').seed();
    this.#actor = engine.createNetwork(spec, adam, seed);
    this.#actorTarget = engine.createNetwork(spec, adam, seed);
    this.#critics = new TwinCritic(engine, { obsDim, actionDim, hidden, activation, batchSize }, adam, rng);
    this.#replay = new ReplayBuffer(options.bufferSize, obsDim, actionDim);
    this.#exploreRng = rng.split('explore');
    this.#replayRng = rng.split('replay');
    this.#smoothRng = rng.split('smooth');
    this.#observations = new Float32Array(numEnvs * obsDim);
    this.#squashed = new Float32Array(numEnvs * actionDim);
    this.#batch = makeContinuousBatch(batchSize, obsDim, actionDim);
    this.#actions = new Float32Array(batchSize * actionDim);
    this.#dActions = new Float32Array(batchSize * actionDim);
    this.#dOutputs = new Float32Array(batchSize * actionDim);
    this.#targets = new Float32Array(batchSize);
  }

  act(observations: Float32Array, actions: Int32Array | Float32Array, mode: ActMode): void {
    if (mode === 'greedy') {
      const squashed = new Float32Array((observations.length / this.#obsDim) * this.#scale.dim);
      decide(this.#actor, observations, squashed);
      this.#scale.toEnvironment(squashed, actions);
      return;
    }
    this.#observations.set(observations);
    const squashed = this.#squashed;
    const rng = this.#exploreRng;
    if (this.#envSteps() < this.#options.learningStarts) {
      for (let i = 0; i < squashed.length; i++) squashed[i] = rng.uniform(-1, 1);
    } else {
      decide(this.#actor, observations, squashed);
      const { explorationNoise } = this.#options;
      for (let i = 0; i < squashed.length; i++) squashed[i] = clip(squashed[i]! + explorationNoise * rng.normal(), 1);
    }
    this.#scale.toEnvironment(squashed, actions);
  }

  observe(env: VectorEnv): void {
    const { gamma, rewardScale } = this.#options;
    replayStep(env, this.#replay, this.#observations, this.#squashed, gamma, rewardScale);
    this.#vectorSteps++;
  }

  update(): Readonly<Record<string, number>> | null {
    const { learningStarts, batchSize, trainInterval } = this.#options;
    if (this.#envSteps() < learningStarts || this.#replay.size < batchSize) return null;
    if (this.#vectorSteps % trainInterval !== 0) return null;
    return this.learn(this.#envSteps() / this.#totalEnvSteps);
  }

  takeLog(dataset: EpisodeDataset): void {
    const { gamma, rewardScale } = this.#options;
    const squashed = new Float32Array(dataset.actions.length);
    this.#scale.fromEnvironment(dataset.actions, squashed);
    replayLog(this.id, dataset, this.#replay, squashed, gamma, rewardScale);
  }

  learn(progress: number): Readonly<Record<string, number>> {
    const { gradientSteps, learningRateSchedule } = this.#options;
    const rate = scheduledValue(this.#options.learningRate, learningRateSchedule, progress);
    const criticRate = scheduledValue(this.#options.criticLearningRate, learningRateSchedule, progress);
    const sums = { loss: 0, gradNorm: 0, meanQ: 0 };
    for (let g = 0; g < gradientSteps; g++) {
      const fit = this.#fitCritics(criticRate);
      sums.loss += fit.loss / gradientSteps;
      sums.gradNorm += fit.gradNorm / gradientSteps;
      sums.meanQ += fit.meanQ / gradientSteps;
      this.#gradientSteps++;
      if (this.#gradientSteps % this.#options.policyDelay === 0) this.#improvePolicy(rate);
    }
    return {
      'train/learningRate': rate,
      'train/loss': sums.loss,
      'train/gradNorm': sums.gradNorm,
      'train/meanQ': sums.meanQ,
      'train/policyLoss': this.#policyLoss,
    };
  }

  /** Draws a minibatch and moves both critics towards its smoothed targets. */
  #fitCritics(rate: number): CriticFit {
    const batch = this.#batch;
    const next = this.#actions;
    const { targetNoise, targetNoiseClip, maxGradNorm } = this.#options;
    this.#replay.sample(batch, this.#replayRng);
    decide(this.#actorTarget, batch.nextObservations, next);
    for (let i = 0; i < next.length; i++) {
      next[i] = clip(next[i]! + clip(targetNoise * this.#smoothRng.normal(), targetNoiseClip), 1);
    }
    this.#critics.targetMin(batch.nextObservations, next, this.#targets);
    for (let b = 0; b < this.#targets.length; b++) {
      this.#targets[b] = batch.rewards[b]! + batch.discounts[b]! * this.#targets[b]!;
    }
    return this.#critics.fit(batch.observations, batch.actions, this.#targets, rate, maxGradNorm);
  }

  /** One step of the policy up the first critic on the states of the last minibatch; then all target networks follow. */
  #improvePolicy(rate: number): void {
    const { tau, maxGradNorm } = this.#options;
    const { observations } = this.#batch;
    this.#actor.forward(observations, this.#actions, true);
    tanhInPlace(this.#actions);
    this.#policyLoss = this.#critics.firstGradient(observations, this.#actions, this.#dActions);
    if (this.#options.bcAlpha !== undefined) this.#policyLoss = this.#addCloning(this.#options.bcAlpha);
    tanhGradient(this.#actions, this.#dActions, this.#dOutputs);
    this.#actor.backward(this.#dOutputs);
    this.#actor.applyGradients(rate, maxGradNorm);
    this.#critics.follow(tau);
    this.#actorTarget.blendFrom(this.#actor, tau);
  }

  /**
   * Turns dL/du of L = −mean Q₁ into that of L = −λ mean Q₁ + mean (u − a)², with λ = α / mean |Q₁| and a the logged actions.
   *
   * @returns L.
   *
   * Source: Fujimoto & Gu (2021), arXiv:2106.06860, eq. 3 and 5.
   */
  #addCloning(alpha: number): number {
    const logged = this.#batch.actions;
    const lambda = alpha / Math.max(this.#critics.meanSize(), Number.EPSILON);
    let cloning = 0;
    for (let i = 0; i < logged.length; i++) {
      const miss = this.#actions[i]! - logged[i]!;
      cloning += (miss * miss) / logged.length;
      this.#dActions[i] = lambda * this.#dActions[i]! + (2 * miss) / logged.length;
    }
    return lambda * this.#policyLoss + cloning;
  }

  #envSteps(): number {
    return this.#vectorSteps * this.#numEnvs;
  }

  getState(): AgentState {
    return {
      json: {
        vectorSteps: this.#vectorSteps,
        gradientSteps: this.#gradientSteps,
        policyLoss: this.#policyLoss,
        replayCursor: this.#replay.cursor,
        exploreRng: this.#exploreRng.getState(),
        replayRng: this.#replayRng.getState(),
        smoothRng: this.#smoothRng.getState(),
      },
      arrays: {
        weights: this.#actor.getWeights(),
        optimizer: this.#actor.getOptimizerState(),
        targetWeights: this.#actorTarget.getWeights(),
        ...this.#critics.getArrays(),
        ...this.#replay.getArrays(),
      },
    };
  }

  setState({ json, arrays }: AgentState): void {
    this.#actor.setWeights(readArray(arrays, 'weights'));
    this.#actor.setOptimizerState(readArray(arrays, 'optimizer'));
    this.#actorTarget.setWeights(readArray(arrays, 'targetWeights'));
    this.#critics.setArrays(arrays);
    this.#replay.setArrays(arrays, readCounter(json, 'replayCursor'));
    this.#vectorSteps = readCounter(json, 'vectorSteps');
    this.#gradientSteps = readCounter(json, 'gradientSteps');
    this.#policyLoss = json['policyLoss'] as number;
    this.#exploreRng = Rng.fromState(json['exploreRng'] as RngState);
    this.#replayRng = Rng.fromState(json['replayRng'] as RngState);
    this.#smoothRng = Rng.fromState(json['smoothRng'] as RngState);
  }

  actorNetwork(): PlainNetwork {
    return this.#scale.squash(this.#actor.toPlain('mean'));
  }

  dispose(): void {
    this.#actor.dispose();
    this.#actorTarget.dispose();
    this.#critics.dispose();
  }
}

function clip(x: number, bound: number): number {
  return Math.max(-bound, Math.min(bound, x));
}

function tanhInPlace(values: Float32Array): void {
  for (let i = 0; i < values.length; i++) values[i] = Math.tanh(values[i]!);
}

/** Actions in [−1, 1] of a policy. @param squashed `[B, A]` overwritten. */
function decide(actor: Network, observations: Float32Array, squashed: Float32Array): void {
  actor.forward(observations, squashed, false);
  tanhInPlace(squashed);
}

/**
 * A TD3 learner for a box action space with finite bounds.
 *
 * @param options Hyper-parameters; checked against {@link td3Schema}, defaults filled in.
 * @throws SimError `CONFIG_INVALID` on a bad option or an action space that is not a bounded box.
 */
export function createTd3(context: AgentContext, options: unknown): OfflineAgent {
  return new Td3('td3', context, parseConfig(td3Schema, options, 'agent td3'));
}

/** Hyper-parameters of {@link createTd3Bc}: those of TD3 with the pull towards logged actions. */
export const td3BcSchema = td3Schema
  .extend({
    bcAlpha: z.number().min(0).default(2.5).meta({
      unit: '1',
      description: 'Weight of the value against the pull towards logged actions; 0 clones the log.',
    }),
  })
  .meta({ description: 'TD3 that stays near the actions of a log.' });

/**
 * TD3 with behaviour cloning: a policy that follows its critic uphill, but not far from the logged actions.
 *
 * @throws SimError as {@link createTd3}.
 *
 * Source: Fujimoto & Gu (2021), arXiv:2106.06860.
 */
export function createTd3Bc(context: AgentContext, options: unknown): OfflineAgent {
  return new Td3('td3-bc', context, parseConfig(td3BcSchema, options, 'agent td3-bc'));
}
