import { z } from 'zod';
import type { ActMode, AgentState, PlainNetwork } from '../src/core/agent.ts';
import { parseConfig } from '../src/core/config.ts';
import { Rng, type RngState } from '../src/core/rng.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import { explainedVariance, normalizeInPlace } from '../src/rl/advantages.ts';
import { gae } from '../src/rl/gae.ts';
import { clippedSurrogateLoss, type SurrogateStats } from '../src/rl/losses/clipped-surrogate.ts';
import { mseValueLoss } from '../src/rl/losses/mse-value.ts';
import { RolloutBuffer } from '../src/rl/rollout.ts';
import { scheduledValue } from '../src/rl/schedule.ts';
import { type ActorCritic, makeActorCritic } from './actor-critic.ts';
import { type AgentContext, type CriticAgent, readCounter } from './context.ts';
import type { CostCritic } from './cost-critic.ts';
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

/** Hyper-parameters of {@link createPpo}. */
export const ppoSchema = z
  .strictObject({
    learningRate: learningRate(1e-3),
    learningRateSchedule: learningRateSchedule('linear'),
    gamma: gamma(0.99),
    gaeLambda: z.number().min(0).max(1).default(0.95).meta({
      unit: '1',
      description: 'Trust in the critic: 0 looks one step ahead, 1 sums all rewards.',
    }),
    numSteps: z.int().min(1).max(100_000).default(48).meta({
      unit: 'vector steps',
      description: 'Steps of all copies together in one rollout.',
    }),
    numEpochs: z.int().min(1).max(1_000).default(4).meta({
      unit: 'epochs',
      description: 'Passes over a rollout.',
    }),
    batchSize: z.int().min(1).max(1_048_576).default(1_024).meta({
      unit: 'steps',
      description:
        'Steps in one minibatch, at most the whole rollout; what does not fill one is left out of the epoch.',
    }),
    clipRange: z.number().gt(0).lt(1).default(0.2).meta({
      unit: '1',
      description: 'How far the probability of an action may move for a gain.',
    }),
    targetKl: z.number().gt(0).nullable().default(0.03).meta({
      unit: 'nat',
      description: 'Epochs stop where a minibatch has moved further than 1.5 times this; null never stops.',
    }),
    normalizeAdvantages: z.boolean().default(true).meta({
      unit: '',
      description: 'Shift and scale the advantages of each minibatch to mean 0 and deviation 1.',
    }),
    entCoef: entCoef(0.001),
    entCoefSchedule: entCoefSchedule(),
    vfCoef: z.number().min(0).default(0.5).meta({ unit: '1', description: 'Weight of the value loss.' }),
    maxGradNorm: maxGradNorm(0.5),
    adamEpsilon: adamEpsilon(1e-5),
    hidden: hidden([64, 64]),
    activation: activation('relu'),
    sharedNetwork: z.boolean().default(true).meta({
      unit: '',
      description: 'One network for policy and value (about twice as fast) instead of two.',
    }),
    initialLogStd: initialLogStd(),
    squash: squash(),
    rewardScale: rewardScale(),
  })
  .meta({ description: 'Proximal policy optimisation with the clipped surrogate and generalised advantages.' });

/** Checked hyper-parameters of PPO, every default filled in. */
type PpoOptions = z.output<typeof ppoSchema>;

/** A minibatch that moves further than this many times `targetKl` stops the epochs (OpenAI Spinning Up). */
const KL_SLACK = 1.5;

/**
 * PPO: gathers a rollout of N copies, then improves policy and critic by several epochs of minibatches, within a clip range
 * of the policy that acted.
 *
 * Source: Schulman et al. (2017), arXiv:1707.06347; details of Huang et al. (2022), "The 37 implementation details of PPO".
 *
 * Differs from common implementations: truncated steps bootstrap from the value of their final observation, and there is
 * no clipping of the value loss (Andrychowicz et al. 2021, arXiv:2006.05990, found that it hurts).
 */
export class Ppo implements CriticAgent {
  readonly id: string;
  readonly #options: PpoOptions;
  readonly #numEnvs: number;
  readonly #obsDim: number;
  readonly #totalEnvSteps: number;
  readonly #head: PolicyHead;
  readonly #networks: ActorCritic;
  readonly #rollout: RolloutBuffer;
  /** Keeps a constraint; null without one. */
  readonly #costs: CostCritic | null;
  #actRng: Rng;
  #shuffleRng: Rng;
  #vectorSteps = 0;
  /** Weight of the entropy bonus in the update under way. */
  #entCoef = 0;

  // The step under way.
  readonly #outputs: Float32Array;
  readonly #raw: Float32Array;
  readonly #logProbs: Float32Array;
  readonly #values: Float32Array;

  // The rollout, worked up: `[T · N]`.
  readonly #advantages: Float64Array;
  readonly #returns: Float64Array;
  readonly #order: Uint32Array;
  readonly #batch: Minibatch;

  constructor(id: string, context: AgentContext, options: PpoOptions, costs: CostCritic | null) {
    this.id = id;
    this.#costs = costs;
    const { numEnvs, rng } = context;
    const obsDim = context.observationSpace.features.length;
    const adam = { learningRate: options.learningRate, beta1: 0.9, beta2: 0.999, epsilon: options.adamEpsilon };
    this.#options = options;
    this.#numEnvs = numEnvs;
    this.#obsDim = obsDim;
    this.#totalEnvSteps = context.totalEnvSteps;
    this.#head = makePolicyHead(id, context.actionSpace, options, adam);
    const { numOutputs, actionDim } = this.#head;
    this.#networks = makeActorCritic(
      context.engine,
      {
        inputs: obsDim,
        hidden: options.hidden,
        activation: options.activation,
        policyOutputs: numOutputs,
        shared: options.sharedNetwork,
      },
      adam,
      rng,
    );
    this.#rollout = new RolloutBuffer(options.numSteps, numEnvs, obsDim, actionDim);
    this.#actRng = rng.split('act');
    this.#shuffleRng = rng.split('shuffle');
    this.#outputs = new Float32Array(numEnvs * numOutputs);
    this.#raw = new Float32Array(numEnvs * actionDim);
    this.#logProbs = new Float32Array(numEnvs);
    this.#values = new Float32Array(numEnvs);
    const size = options.numSteps * numEnvs;
    this.#advantages = new Float64Array(size);
    this.#returns = new Float64Array(size);
    this.#order = new Uint32Array(size);
    this.#batch = makeMinibatch(Math.min(options.batchSize, size), obsDim, actionDim, numOutputs);
  }

  act(observations: Float32Array, actions: Int32Array | Float32Array, mode: ActMode): void {
    if (mode === 'greedy') {
      const batch = observations.length / this.#obsDim;
      const outputs = new Float32Array(batch * this.#head.numOutputs);
      const raw = new Float32Array(batch * this.#head.actionDim);
      this.#networks.policy(observations, outputs);
      this.#head.best(outputs, raw);
      this.#head.toEnvironment(raw, actions);
      return;
    }
    this.#networks.evaluate(observations, this.#outputs, this.#values);
    this.#head.sample(this.#outputs, this.#actRng, this.#raw, this.#logProbs);
    this.#rollout.recordAction(observations, this.#raw, this.#logProbs, this.#values);
    this.#head.toEnvironment(this.#raw, actions);
  }

  observe(env: VectorEnv): void {
    this.#rollout.recordOutcome(env, this.#options.rewardScale);
    this.#costs?.record(this.id, env);
    this.#vectorSteps++;
  }

  update(): Readonly<Record<string, number>> | null {
    const rollout = this.#rollout;
    if (!rollout.full) return null;
    const { gamma, gaeLambda, numEpochs, learningRate, learningRateSchedule } = this.#options;
    rollout.evaluate((observations, values) => this.#networks.values(observations, values));
    gae(rollout, gamma, gaeLambda, this.#advantages);
    // The critic's targets: A_t + V(s_t), the λ-returns.
    for (let i = 0; i < this.#returns.length; i++) this.#returns[i] = this.#advantages[i]! + rollout.values[i]!;

    const progress = (this.#vectorSteps * this.#numEnvs) / this.#totalEnvSteps;
    // The last rollout would learn at rate 0 if the schedule were read at its end.
    const rate = scheduledValue(learningRate, learningRateSchedule, progress - this.#rolloutShare());
    const { maxGradNorm, entCoef, entCoefSchedule } = this.#options;
    this.#entCoef = scheduledValue(entCoef, entCoefSchedule, progress - this.#rolloutShare());
    const priced = this.#costs?.mix(rollout, gamma, gaeLambda, rate, maxGradNorm, this.#advantages);
    const sums = { policyLoss: 0, valueLoss: 0, entropy: 0, approxKl: 0, clipFraction: 0, gradNorm: 0, minibatches: 0 };
    for (let i = 0; i < this.#order.length; i++) this.#order[i] = i;
    let epochs = 0;
    while (epochs < numEpochs && this.#runEpoch(rate, sums)) epochs++;
    rollout.clear();

    const n = sums.minibatches;
    const std = this.#head.meanStd();
    return {
      'train/learningRate': rate,
      'train/policyLoss': sums.policyLoss / n,
      'train/valueLoss': sums.valueLoss / n,
      'train/entropy': sums.entropy / n,
      'train/approxKl': sums.approxKl / n,
      'train/clipFraction': sums.clipFraction / n,
      'train/gradNorm': sums.gradNorm / n,
      'train/explainedVariance': explainedVariance(rollout.values, this.#returns),
      'train/epochs': epochs,
      ...(std === null ? {} : { 'train/policyStd': std }),
      ...priced,
    };
  }

  /** One pass over the rollout in random order. @returns False where the KL limit stopped it. */
  #runEpoch(rate: number, sums: UpdateSums): boolean {
    const { maxGradNorm, targetKl } = this.#options;
    const size = this.#batch.raw.length / this.#head.actionDim;
    this.#shuffleRng.shuffle(this.#order);
    for (let start = 0; start + size <= this.#order.length; start += size) {
      this.#gather(start, size);
      const approxKl = this.#computeGradient(sums);
      sums.gradNorm += this.#networks.applyGradients(rate, maxGradNorm);
      this.#head.applyGradients(rate, maxGradNorm);
      sums.minibatches++;
      if (targetKl !== null && approxKl > KL_SLACK * targetKl) return false;
    }
    return true;
  }

  /** Copies the rows `order[start …]` of the rollout into the minibatch. */
  #gather(start: number, size: number): void {
    const { observations, raw, oldLogProbs, advantages, returns } = this.#batch;
    const { observations: allObservations, actions: allActions, logProbs: allLogProbs } = this.#rollout;
    const allAdvantages = this.#advantages;
    const allReturns = this.#returns;
    const order = this.#order;
    const obsDim = this.#obsDim;
    const { actionDim } = this.#head;
    for (let b = 0; b < size; b++) {
      const i = order[start + b]!;
      for (let k = 0; k < obsDim; k++) observations[b * obsDim + k] = allObservations[i * obsDim + k]!;
      for (let d = 0; d < actionDim; d++) raw[b * actionDim + d] = allActions[i * actionDim + d]!;
      oldLogProbs[b] = allLogProbs[i]!;
      advantages[b] = allAdvantages[i]!;
      returns[b] = allReturns[i]!;
    }
    if (this.#options.normalizeAdvantages) normalizeInPlace(advantages);
  }

  /** Loss of the minibatch: L = L_clip − entCoef · H + vfCoef · ½ (V − R)²; its gradient is left in the networks. */
  #computeGradient(sums: UpdateSums): number {
    const { observations, raw, outputs, dOutputs, logProbs, oldLogProbs, dLogProbs, values, dValues, stats } =
      this.#batch;
    const { clipRange, vfCoef } = this.#options;
    this.#networks.forward(observations, outputs, values);
    this.#head.logProbs(outputs, raw, logProbs);
    sums.policyLoss += clippedSurrogateLoss(logProbs, oldLogProbs, this.#batch.advantages, clipRange, dLogProbs, stats);
    sums.entropy += this.#head.backward(outputs, raw, dLogProbs, this.#entCoef, dOutputs);
    const weightedLoss = mseValueLoss(values, this.#batch.returns, vfCoef / 2, dValues);
    sums.valueLoss += vfCoef > 0 ? weightedLoss / vfCoef : 0;
    this.#networks.backward(dOutputs, dValues);
    sums.approxKl += stats.approxKl;
    sums.clipFraction += stats.clipFraction;
    return stats.approxKl;
  }

  /** Share of training that one rollout is. */
  #rolloutShare(): number {
    return (this.#options.numSteps * this.#numEnvs) / this.#totalEnvSteps;
  }

  /** V(s) of a batch. @param observations `[B, O]` @param values `[B]` overwritten. */
  stateValues(observations: Float32Array, values: Float32Array): void {
    this.#networks.values(observations, values);
  }

  getState(): AgentState {
    return {
      json: {
        vectorSteps: this.#vectorSteps,
        actRng: this.#actRng.getState(),
        shuffleRng: this.#shuffleRng.getState(),
      },
      arrays: {
        ...this.#networks.getArrays(),
        ...this.#head.getArrays(),
        ...this.#rollout.getArrays(),
        ...this.#costs?.getArrays(),
      },
    };
  }

  setState({ json, arrays }: AgentState): void {
    this.#networks.setArrays(arrays);
    this.#head.setArrays(arrays);
    this.#rollout.setArrays(arrays);
    this.#costs?.setArrays(arrays);
    this.#vectorSteps = readCounter(json, 'vectorSteps');
    this.#actRng = Rng.fromState(json['actRng'] as RngState);
    this.#shuffleRng = Rng.fromState(json['shuffleRng'] as RngState);
  }

  actorNetwork(): PlainNetwork {
    return this.#head.handOut(this.#networks.actor(this.#head.greedy));
  }

  dispose(): void {
    this.#networks.dispose();
    this.#costs?.dispose();
  }
}

/** Sums over the minibatches of one update. */
interface UpdateSums {
  policyLoss: number;
  valueLoss: number;
  entropy: number;
  approxKl: number;
  clipFraction: number;
  gradNorm: number;
  minibatches: number;
}

/** One minibatch and the room to work on it. */
interface Minibatch {
  readonly observations: Float32Array;
  readonly raw: Float32Array;
  readonly oldLogProbs: Float32Array;
  readonly advantages: Float64Array;
  readonly returns: Float64Array;
  readonly outputs: Float32Array;
  readonly dOutputs: Float32Array;
  readonly logProbs: Float32Array;
  readonly dLogProbs: Float32Array;
  readonly values: Float32Array;
  readonly dValues: Float32Array;
  readonly stats: SurrogateStats;
}

function makeMinibatch(size: number, obsDim: number, actionDim: number, numOutputs: number): Minibatch {
  return {
    observations: new Float32Array(size * obsDim),
    raw: new Float32Array(size * actionDim),
    oldLogProbs: new Float32Array(size),
    advantages: new Float64Array(size),
    returns: new Float64Array(size),
    outputs: new Float32Array(size * numOutputs),
    dOutputs: new Float32Array(size * numOutputs),
    logProbs: new Float32Array(size),
    dLogProbs: new Float32Array(size),
    values: new Float32Array(size),
    dValues: new Float32Array(size),
    stats: { clipFraction: 0, approxKl: 0 },
  };
}

/**
 * A PPO learner for discrete actions (categorical policy), several choices (one categorical each) or a box (Gaussian policy,
 * clipped to the box when acting, or squashed into it).
 *
 * @param options Hyper-parameters; checked against {@link ppoSchema}, defaults filled in.
 * @throws SimError `CONFIG_INVALID` on a bad option.
 */
export function createPpo(context: AgentContext, options: unknown): CriticAgent {
  return new Ppo('ppo', context, parseConfig(ppoSchema, options, 'agent ppo'), null);
}
