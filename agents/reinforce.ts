import { z } from 'zod';
import type { ActMode, AgentState, PlainNetwork } from '../src/core/agent.ts';
import { parseConfig } from '../src/core/config.ts';
import { Rng, type RngState } from '../src/core/rng.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import type { MlpSpec, Network } from '../src/nn/network.ts';
import { explainedVariance, normalizeInPlace } from '../src/rl/advantages.ts';
import { EpisodeLog } from '../src/rl/episode-log.ts';
import { mseValueLoss } from '../src/rl/losses/mse-value.ts';
import { policyGradientLoss } from '../src/rl/losses/policy-gradient.ts';
import { scheduledValue } from '../src/rl/schedule.ts';
import { type AgentContext, type CriticAgent, readArray, readCounter } from './context.ts';
import { makePolicyHead, type PolicyHead } from './policy-head.ts';
import {
  activation,
  adamEpsilon,
  entCoef,
  entCoefSchedule,
  gamma,
  hidden,
  initialLogStd,
  learningRate,
  learningRateSchedule,
  maxGradNorm,
  rewardScale,
  squash,
} from './settings.ts';

/** Hyper-parameters of {@link createReinforce}. */
export const reinforceSchema = z
  .strictObject({
    learningRate: learningRate(3e-3),
    learningRateSchedule: learningRateSchedule('linear'),
    criticLearningRate: learningRate(3e-3),
    criticSteps: z.int().min(0).max(1_000).default(10).meta({
      unit: 'gradient steps',
      description: 'Steps of the baseline towards the returns of each batch; 0 leaves it as it is.',
    }),
    gamma: gamma(0.99),
    episodesPerCopy: z.int().min(1).max(10_000).default(1).meta({
      unit: 'episodes',
      description: 'Whole episodes of every copy in one batch.',
    }),
    normalizeAdvantages: z.boolean().default(true).meta({
      unit: '',
      description: 'Shift and scale the advantages of each batch to mean 0 and deviation 1.',
    }),
    entCoef: entCoef(0.001),
    entCoefSchedule: entCoefSchedule(),
    maxGradNorm: maxGradNorm(0.5),
    adamEpsilon: adamEpsilon(1e-5),
    hidden: hidden([64, 64]),
    activation: activation('relu'),
    initialLogStd: initialLogStd(),
    squash: squash(),
    rewardScale: rewardScale(),
  })
  .meta({ description: 'Monte Carlo policy gradient with a learnt value baseline.' });

/** Checked hyper-parameters of REINFORCE, every default filled in. */
type ReinforceOptions = z.output<typeof reinforceSchema>;

/**
 * REINFORCE with baseline: one policy-gradient step per batch of whole episodes, weighted by return minus V(s).
 *
 * Source: Williams (1992), doi:10.1007/BF00992696; Sutton & Barto (2018), section 13.4.
 *
 * Differs from Sutton & Barto: no factor γ^t on later steps, as is usual; a batch of episodes per step; Adam; a truncated
 * episode's return goes on with the baseline's value of its last state.
 */
class Reinforce implements CriticAgent {
  readonly id = 'reinforce';
  readonly #options: ReinforceOptions;
  readonly #numEnvs: number;
  readonly #obsDim: number;
  readonly #totalEnvSteps: number;
  readonly #head: PolicyHead;
  readonly #actor: Network;
  readonly #critic: Network;
  readonly #log: EpisodeLog;
  #actRng: Rng;
  #vectorSteps = 0;

  // The step under way.
  readonly #observations: Float32Array;
  readonly #outputs: Float32Array;
  readonly #raw: Float32Array;
  readonly #logProbs: Float32Array;

  constructor(context: AgentContext, options: ReinforceOptions) {
    const { engine, numEnvs, rng } = context;
    const obsDim = context.observationSpace.features.length;
    const adam = { learningRate: options.learningRate, beta1: 0.9, beta2: 0.999, epsilon: options.adamEpsilon };
    this.#options = options;
    this.#numEnvs = numEnvs;
    this.#obsDim = obsDim;
    this.#totalEnvSteps = context.totalEnvSteps;
    this.#head = makePolicyHead(this.id, context.actionSpace, options, adam);
    const { numOutputs, actionDim } = this.#head;
    const make = (outputs: number, outputGain: number, label: string): Network => {
      const { hidden, activation } = options;
      const spec: MlpSpec = { inputs: obsDim, hidden, outputs, activation, outputGain, initializer: 'orthogonal' };
      return engine.createNetwork(spec, adam, rng.split(label).seed());
    };
    this.#actor = make(numOutputs, 0.01, 'actor');
    this.#critic = make(1, 1, 'critic');
    this.#log = new EpisodeLog(numEnvs, obsDim, actionDim, options.episodesPerCopy);
    this.#actRng = rng.split('act');
    this.#observations = new Float32Array(numEnvs * obsDim);
    this.#outputs = new Float32Array(numEnvs * numOutputs);
    this.#raw = new Float32Array(numEnvs * actionDim);
    this.#logProbs = new Float32Array(numEnvs);
  }

  act(observations: Float32Array, actions: Int32Array | Float32Array, mode: ActMode): void {
    if (mode === 'greedy') {
      const batch = observations.length / this.#obsDim;
      const outputs = new Float32Array(batch * this.#head.numOutputs);
      const raw = new Float32Array(batch * this.#head.actionDim);
      this.#actor.forward(observations, outputs, false);
      this.#head.best(outputs, raw);
      this.#head.toEnvironment(raw, actions);
      return;
    }
    this.#observations.set(observations);
    this.#actor.forward(observations, this.#outputs, false);
    this.#head.sample(this.#outputs, this.#actRng, this.#raw, this.#logProbs);
    this.#head.toEnvironment(this.#raw, actions);
  }

  observe(env: VectorEnv): void {
    this.#log.record(this.#observations, this.#raw, env, this.#options.rewardScale);
    this.#vectorSteps++;
  }

  update(): Readonly<Record<string, number>> | null {
    if (!this.#log.complete) return null;
    const { gamma, normalizeAdvantages, learningRate, learningRateSchedule, criticLearningRate } = this.#options;
    const { numRows, observations } = this.#log;
    const progress = (this.#vectorSteps * this.#numEnvs) / this.#totalEnvSteps;
    const returns = new Float64Array(numRows);
    const baseline = new Float32Array(numRows);
    const advantages = new Float64Array(numRows);
    this.#log.returns(gamma, (states, values) => this.#critic.forward(states, values, false), returns);
    this.#critic.forward(observations, baseline, false);
    for (let i = 0; i < numRows; i++) advantages[i] = returns[i]! - baseline[i]!;
    if (normalizeAdvantages) normalizeInPlace(advantages);

    const rate = scheduledValue(learningRate, learningRateSchedule, progress);
    const { entCoef, entCoefSchedule } = this.#options;
    const bonus = scheduledValue(entCoef, entCoefSchedule, progress);
    const policy = this.#stepActor(observations, advantages, rate, bonus);
    const valueLoss = this.#fitCritic(
      observations,
      returns,
      scheduledValue(criticLearningRate, learningRateSchedule, progress),
    );
    this.#log.clear();
    const std = this.#head.meanStd();
    return {
      'train/learningRate': rate,
      'train/policyLoss': policy.loss,
      'train/valueLoss': valueLoss,
      'train/entropy': policy.entropy,
      'train/gradNorm': policy.gradNorm,
      'train/explainedVariance': explainedVariance(Float64Array.from(baseline), returns),
      ...(std === null ? {} : { 'train/policyStd': std }),
    };
  }

  /** One step up the policy gradient: ∇ mean A_t log π(a_t|s_t) + entCoef · ∇H. */
  #stepActor(observations: Float32Array, advantages: Float64Array, rate: number, entCoef: number) {
    const batch = advantages.length;
    const { maxGradNorm } = this.#options;
    const outputs = new Float32Array(batch * this.#head.numOutputs);
    const dOutputs = new Float32Array(outputs.length);
    const logProbs = new Float32Array(batch);
    const dLogProbs = new Float32Array(batch);
    this.#actor.forward(observations, outputs, true);
    this.#head.logProbs(outputs, this.#log.actions, logProbs);
    const loss = policyGradientLoss(logProbs, advantages, dLogProbs);
    const entropy = this.#head.backward(outputs, this.#log.actions, dLogProbs, entCoef, dOutputs);
    this.#actor.backward(dOutputs);
    const gradNorm = this.#actor.applyGradients(rate, maxGradNorm);
    this.#head.applyGradients(rate, maxGradNorm);
    return { loss, entropy, gradNorm };
  }

  /** Moves the baseline towards the returns. @returns Half the mean squared error before the first step. */
  #fitCritic(observations: Float32Array, returns: Float64Array, rate: number): number {
    const values = new Float32Array(returns.length);
    const dValues = new Float32Array(returns.length);
    let first = 0;
    for (let k = 0; k < this.#options.criticSteps; k++) {
      this.#critic.forward(observations, values, true);
      const loss = mseValueLoss(values, returns, 0.5, dValues);
      if (k === 0) first = loss;
      this.#critic.backward(dValues);
      this.#critic.applyGradients(rate, this.#options.maxGradNorm);
    }
    return first;
  }

  stateValues(observations: Float32Array, values: Float32Array): void {
    this.#critic.forward(observations, values, false);
  }

  getState(): AgentState {
    return {
      json: { vectorSteps: this.#vectorSteps, actRng: this.#actRng.getState() },
      arrays: {
        weights: this.#actor.getWeights(),
        optimizer: this.#actor.getOptimizerState(),
        criticWeights: this.#critic.getWeights(),
        criticOptimizer: this.#critic.getOptimizerState(),
        ...this.#head.getArrays(),
        ...this.#log.getArrays(),
      },
    };
  }

  setState({ json, arrays }: AgentState): void {
    this.#actor.setWeights(readArray(arrays, 'weights'));
    this.#actor.setOptimizerState(readArray(arrays, 'optimizer'));
    this.#critic.setWeights(readArray(arrays, 'criticWeights'));
    this.#critic.setOptimizerState(readArray(arrays, 'criticOptimizer'));
    this.#head.setArrays(arrays);
    this.#log.setArrays(arrays);
    this.#vectorSteps = readCounter(json, 'vectorSteps');
    this.#actRng = Rng.fromState(json['actRng'] as RngState);
  }

  actorNetwork(): PlainNetwork {
    return this.#head.handOut(this.#actor.toPlain(this.#head.greedy));
  }

  dispose(): void {
    this.#actor.dispose();
    this.#critic.dispose();
  }
}

/**
 * A REINFORCE learner for discrete actions (categorical policy), several choices (one categorical each) or a box (Gaussian policy,
 * clipped to the box when acting, or squashed into it).
 *
 * @param options Hyper-parameters; checked against {@link reinforceSchema}, defaults filled in.
 * @throws SimError `CONFIG_INVALID` on a bad option.
 */
export function createReinforce(context: AgentContext, options: unknown): CriticAgent {
  return new Reinforce(context, parseConfig(reinforceSchema, options, 'agent reinforce'));
}
