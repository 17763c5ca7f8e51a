import { z } from 'zod';
import type { ActMode, AgentState, OfflineAgent, PlainNetwork } from '../src/core/agent.ts';
import { parseConfig } from '../src/core/config.ts';
import type { EpisodeDataset } from '../src/core/episode-dataset.ts';
import { checkLength } from '../src/core/errors.ts';
import { Rng, type RngState } from '../src/core/rng.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import { type AdamState, adamStep, makeAdamState } from '../src/nn/adam.ts';
import type { AdamSpec, MlpSpec, Network } from '../src/nn/network.ts';
import { sampleSquashedGaussian, squashedGaussianGradient } from '../src/rl/losses/squashed-gaussian.ts';
import { temperatureLoss } from '../src/rl/losses/temperature.ts';
import { mean } from '../src/rl/mean.ts';
import { makeContinuousBatch, ReplayBuffer, type TransitionBatch } from '../src/rl/replay.ts';
import { scheduledValue } from '../src/rl/schedule.ts';
import { ActionScale } from './action-scale.ts';
import { ConservativeDraws } from './conservative-draws.ts';
import { type AgentContext, readArray, readCounter } from './context.ts';
import { replayLog, replayStep } from './logged-replay.ts';
import { twinCriticSettings } from './off-policy-settings.ts';
import { type CriticFit, TwinCritic } from './twin-critic.ts';

/** Hyper-parameters of {@link createSac}. */
export const sacSchema = z
  .strictObject({
    ...twinCriticSettings,
    initialTemperature: z.number().gt(0).default(0.2).meta({
      unit: 'reward/nat',
      description: 'First worth of randomness, α.',
    }),
    automaticTemperature: z.boolean().default(true).meta({
      unit: '',
      description: 'Learn α so that the policy keeps the target entropy; else it stays as it is.',
    }),
    temperatureLearningRate: z.number().gt(0).max(1).default(1e-3).meta({
      unit: '1/step',
      description: 'Step size of log α.',
    }),
    targetEntropyPerAction: z.number().default(-1).meta({
      unit: 'nat',
      description: 'Entropy to keep per number of an action, of actions scaled to [−1, 1].',
    }),
  })
  .meta({ description: 'Soft actor-critic with automatic temperature for continuous actions.' });

/** Checked hyper-parameters of SAC, every default filled in. */
type SacOptions = z.output<typeof sacSchema> & { readonly cqlAlpha?: number; readonly cqlDraws?: number };

/**
 * SAC: a squashed Gaussian policy earns α nats of entropy beside the reward; critics learn from replay towards the smaller
 * of their target copies, and α keeps the policy's entropy where it is wanted.
 *
 *     y = R + discount · (min(Q₁′, Q₂′)(s′, u′) − α log π(u′|s′)),  u′ ~ π(·|s′)
 *     L_π = (1/B) Σ α log π(u|s) − min(Q₁, Q₂)(s, u),  u = tanh(μ + σ ε)
 *
 * Actions are learnt in [−1, 1] and scaled to the box.
 *
 * Source: Haarnoja et al. (2018), arXiv:1812.05905, algorithm 1.
 */
class Sac implements OfflineAgent {
  readonly id: string;
  readonly #options: SacOptions;
  readonly #numEnvs: number;
  readonly #obsDim: number;
  readonly #totalEnvSteps: number;
  readonly #scale: ActionScale;
  readonly #actor: Network;
  readonly #critics: TwinCritic;
  readonly #replay: ReplayBuffer;
  readonly #temperature: Temperature;
  #exploreRng: Rng;
  #replayRng: Rng;
  #policyRng: Rng;
  #vectorSteps = 0;

  // The step under way: states acted in, the policy's outputs there, and actions in [−1, 1].
  readonly #observations: Float32Array;
  readonly #outputs: Float32Array;
  readonly #noise: Float32Array;
  readonly #squashed: Float32Array;
  readonly #logProbs: Float64Array;

  // One minibatch.
  readonly #batch: TransitionBatch<Float32Array>;
  readonly #batchOutputs: Float32Array;
  readonly #batchNoise: Float32Array;
  readonly #batchActions: Float32Array;
  readonly #batchLogProbs: Float64Array;
  readonly #dActions: Float32Array;
  readonly #dOutputs: Float32Array;
  readonly #targets: Float32Array;
  /** Actions whose values are kept below those of the logged ones; none without CQL. */
  readonly #draws: ConservativeDraws;

  constructor(id: string, context: AgentContext, options: SacOptions) {
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
      outputs: 2 * actionDim,
      activation,
      outputGain: 0.1,
      initializer: 'he-uniform',
    };
    this.#actor = engine.createNetwork(spec, adam, rng.split('weights').seed());
    this.#draws = new ConservativeDraws(batchSize, actionDim, options.cqlDraws ?? 0);
    const { numDrawn } = this.#draws;
    this.#critics = new TwinCritic(engine, { obsDim, actionDim, hidden, activation, batchSize, numDrawn }, adam, rng);
    this.#replay = new ReplayBuffer(options.bufferSize, obsDim, actionDim);
    this.#temperature = new Temperature(options, actionDim, adam);
    this.#exploreRng = rng.split('explore');
    this.#replayRng = rng.split('replay');
    this.#policyRng = rng.split('policy');
    this.#observations = new Float32Array(numEnvs * obsDim);
    this.#outputs = new Float32Array(numEnvs * 2 * actionDim);
    this.#noise = new Float32Array(numEnvs * actionDim);
    this.#squashed = new Float32Array(numEnvs * actionDim);
    this.#logProbs = new Float64Array(numEnvs);
    this.#batch = makeContinuousBatch(batchSize, obsDim, actionDim);
    this.#batchOutputs = new Float32Array(batchSize * 2 * actionDim);
    this.#batchNoise = new Float32Array(batchSize * actionDim);
    this.#batchActions = new Float32Array(batchSize * actionDim);
    this.#batchLogProbs = new Float64Array(batchSize);
    this.#dActions = new Float32Array(batchSize * actionDim);
    this.#dOutputs = new Float32Array(batchSize * 2 * actionDim);
    this.#targets = new Float32Array(batchSize);
  }

  act(observations: Float32Array, actions: Int32Array | Float32Array, mode: ActMode): void {
    if (mode === 'greedy') {
      this.#actGreedily(observations, actions);
      return;
    }
    this.#observations.set(observations);
    if (this.#envSteps() < this.#options.learningStarts) {
      for (let i = 0; i < this.#squashed.length; i++) this.#squashed[i] = this.#exploreRng.uniform(-1, 1);
    } else {
      this.#actor.forward(observations, this.#outputs, false);
      const { dim } = this.#scale;
      sampleSquashedGaussian(this.#outputs, dim, this.#exploreRng, this.#noise, this.#squashed, this.#logProbs);
    }
    this.#scale.toEnvironment(this.#squashed, actions);
  }

  /** The middle of the distribution: tanh of the mean. */
  #actGreedily(observations: Float32Array, actions: Int32Array | Float32Array): void {
    const { dim } = this.#scale;
    const batch = observations.length / this.#obsDim;
    const outputs = new Float32Array(batch * 2 * dim);
    const squashed = new Float32Array(batch * dim);
    this.#actor.forward(observations, outputs, false);
    for (let i = 0; i < batch; i++) {
      for (let d = 0; d < dim; d++) squashed[i * dim + d] = Math.tanh(outputs[2 * i * dim + d]!);
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
    const sums = { loss: 0, gradNorm: 0, meanQ: 0, policyLoss: 0, entropy: 0 };
    for (let g = 0; g < gradientSteps; g++) {
      const fit = this.#fitCritics(criticRate);
      sums.loss += fit.loss / gradientSteps;
      sums.gradNorm += fit.gradNorm / gradientSteps;
      sums.meanQ += fit.meanQ / gradientSteps;
      sums.policyLoss += this.#improvePolicy(rate) / gradientSteps;
      sums.entropy += this.#temperature.learn(this.#batchLogProbs) / gradientSteps;
      this.#critics.follow(this.#options.tau);
    }
    return {
      'train/learningRate': rate,
      'train/loss': sums.loss,
      'train/gradNorm': sums.gradNorm,
      'train/meanQ': sums.meanQ,
      'train/policyLoss': sums.policyLoss,
      'train/entropy': sums.entropy,
      'train/temperature': this.#temperature.alpha,
    };
  }

  /** Draws a minibatch and moves both critics towards its soft targets. */
  #fitCritics(rate: number): CriticFit {
    const batch = this.#batch;
    const targets = this.#targets;
    this.#replay.sample(batch, this.#replayRng);
    this.#actor.forward(batch.nextObservations, this.#batchOutputs, false);
    this.#draw();
    this.#critics.targetMin(batch.nextObservations, this.#batchActions, targets);
    const { alpha } = this.#temperature;
    for (let b = 0; b < targets.length; b++) {
      targets[b] = batch.rewards[b]! + batch.discounts[b]! * (targets[b]! - alpha * this.#batchLogProbs[b]!);
    }
    const { maxGradNorm, cqlAlpha: cql } = this.#options;
    if (cql === undefined) return this.#critics.fit(batch.observations, batch.actions, targets, rate, maxGradNorm);
    this.#draws.add(this.#batchOutputs, 1, this.#policyRng);
    this.#actor.forward(batch.observations, this.#batchOutputs, false);
    this.#draws.add(this.#batchOutputs, 0, this.#policyRng);
    this.#draws.addUniform(this.#policyRng);
    const drawn = { ...this.#draws.drawn, alpha: cql };
    return this.#critics.fit(batch.observations, batch.actions, targets, rate, maxGradNorm, drawn);
  }

  /** One step of the policy on the states of the last minibatch. @returns L_π. */
  #improvePolicy(rate: number): number {
    const { observations } = this.#batch;
    const { alpha } = this.#temperature;
    const logProbs = this.#batchLogProbs;
    this.#actor.forward(observations, this.#batchOutputs, true);
    this.#draw();
    const loss = this.#critics.minGradient(observations, this.#batchActions, this.#dActions);
    squashedGaussianGradient(
      this.#batchOutputs,
      this.#batchNoise,
      this.#scale.dim,
      this.#dActions,
      alpha / logProbs.length,
      this.#dOutputs,
    );
    this.#actor.backward(this.#dOutputs);
    this.#actor.applyGradients(rate, this.#options.maxGradNorm);
    return loss + alpha * mean(logProbs);
  }

  /** Actions of the minibatch by the policy's outputs on it. */
  #draw(): void {
    sampleSquashedGaussian(
      this.#batchOutputs,
      this.#scale.dim,
      this.#policyRng,
      this.#batchNoise,
      this.#batchActions,
      this.#batchLogProbs,
    );
  }

  #envSteps(): number {
    return this.#vectorSteps * this.#numEnvs;
  }

  getState(): AgentState {
    return {
      json: {
        vectorSteps: this.#vectorSteps,
        replayCursor: this.#replay.cursor,
        exploreRng: this.#exploreRng.getState(),
        replayRng: this.#replayRng.getState(),
        policyRng: this.#policyRng.getState(),
      },
      arrays: {
        weights: this.#actor.getWeights(),
        optimizer: this.#actor.getOptimizerState(),
        temperature: this.#temperature.getState(),
        ...this.#critics.getArrays(),
        ...this.#replay.getArrays(),
      },
    };
  }

  setState({ json, arrays }: AgentState): void {
    this.#actor.setWeights(readArray(arrays, 'weights'));
    this.#actor.setOptimizerState(readArray(arrays, 'optimizer'));
    this.#temperature.setState(readArray(arrays, 'temperature'));
    this.#critics.setArrays(arrays);
    this.#replay.setArrays(arrays, readCounter(json, 'replayCursor'));
    this.#vectorSteps = readCounter(json, 'vectorSteps');
    this.#exploreRng = Rng.fromState(json['exploreRng'] as RngState);
    this.#replayRng = Rng.fromState(json['replayRng'] as RngState);
    this.#policyRng = Rng.fromState(json['policyRng'] as RngState);
  }

  actorNetwork(): PlainNetwork {
    return this.#scale.squash(this.#actor.toPlain('mean'));
  }

  dispose(): void {
    this.#actor.dispose();
    this.#critics.dispose();
  }
}

/** α, the worth of a nat of entropy, with its own Adam on log α. */
class Temperature {
  readonly #automatic: boolean;
  readonly #targetEntropy: number;
  readonly #rate: number;
  readonly #adam: AdamSpec;
  readonly #optimizer: AdamState = makeAdamState(1);
  readonly #logAlpha: Float32Array;
  readonly #gradient = new Float32Array(1);

  constructor(options: SacOptions, actionDim: number, adam: AdamSpec) {
    this.#automatic = options.automaticTemperature;
    this.#targetEntropy = options.targetEntropyPerAction * actionDim;
    this.#rate = options.temperatureLearningRate;
    this.#adam = adam;
    this.#logAlpha = Float32Array.of(Math.log(options.initialTemperature));
  }

  get alpha(): number {
    return Math.exp(this.#logAlpha[0]!);
  }

  /** One step towards the target entropy where α is learnt. @returns The policy's entropy, nats. */
  learn(logProbs: Float64Array): number {
    temperatureLoss(logProbs, this.#targetEntropy, this.#logAlpha[0]!, this.#gradient);
    if (this.#automatic) adamStep(this.#logAlpha, this.#gradient, this.#optimizer, this.#adam, this.#rate, 1);
    return -mean(logProbs);
  }

  getState(): Float32Array {
    const { step, mean, square } = this.#optimizer;
    return Float32Array.of(this.#logAlpha[0]!, step, mean[0]!, square[0]!);
  }

  setState(state: Float32Array): void {
    checkLength('temperature', state.length, 4);
    this.#logAlpha[0] = state[0]!;
    this.#optimizer.step = state[1]!;
    this.#optimizer.mean[0] = state[2]!;
    this.#optimizer.square[0] = state[3]!;
  }
}

/**
 * A SAC learner for a box action space with finite bounds.
 *
 * @param options Hyper-parameters; checked against {@link sacSchema}, defaults filled in.
 * @throws SimError `CONFIG_INVALID` on a bad option or an action space that is not a bounded box.
 */
export function createSac(context: AgentContext, options: unknown): OfflineAgent {
  return new Sac('sac', context, parseConfig(sacSchema, options, 'agent sac'));
}

/** Hyper-parameters of {@link createCqlSac}: those of SAC with the penalty. */
export const cqlSacSchema = sacSchema
  .extend({
    cqlAlpha: z.number().min(0).default(1).meta({
      unit: '1',
      description: 'Weight of the penalty on values of actions that the log lacks; 0 is SAC.',
    }),
    cqlDraws: z.int().min(1).max(100).default(4).meta({
      unit: 'actions',
      description: 'Actions drawn for the penalty in each state from either policy and at random.',
    }),
  })
  .meta({
    description: 'Conservative Q-learning for continuous actions: SAC that distrusts what the log does not show.',
  });

/**
 * Conservative Q-learning for a box action space with finite bounds.
 *
 * @throws SimError as {@link createSac}.
 *
 * Source: Kumar et al. (2020), arXiv:2006.04779.
 */
export function createCqlSac(context: AgentContext, options: unknown): OfflineAgent {
  return new Sac('cql-sac', context, parseConfig(cqlSacSchema, options, 'agent cql-sac'));
}
