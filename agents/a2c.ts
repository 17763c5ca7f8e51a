import { z } from 'zod';
import type { ActMode, AgentState, PlainNetwork } from '../src/core/agent.ts';
import { parseConfig } from '../src/core/config.ts';
import { Rng, type RngState } from '../src/core/rng.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import { explainedVariance, normalizeInPlace } from '../src/rl/advantages.ts';
import { gae } from '../src/rl/gae.ts';
import { mseValueLoss } from '../src/rl/losses/mse-value.ts';
import { policyGradientLoss } from '../src/rl/losses/policy-gradient.ts';
import { RolloutBuffer } from '../src/rl/rollout.ts';
import { scheduledValue } from '../src/rl/schedule.ts';
import { type ActorCritic, makeActorCritic } from './actor-critic.ts';
import { type AgentContext, type CriticAgent, readCounter } from './context.ts';
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

/** Hyper-parameters of {@link createA2c}. */
export const a2cSchema = z
  .strictObject({
    learningRate: learningRate(1e-3),
    learningRateSchedule: learningRateSchedule('linear'),
    gamma: gamma(0.99),
    gaeLambda: z.number().min(0).max(1).default(1).meta({
      unit: '1',
      description: 'Trust in the critic: 0 looks one step ahead, 1 sums all rewards of the rollout.',
    }),
    numSteps: z.int().min(1).max(100_000).default(8).meta({
      unit: 'vector steps',
      description: 'Steps of all copies together in one rollout, from which one gradient step is made.',
    }),
    normalizeAdvantages: z.boolean().default(false).meta({
      unit: '',
      description: 'Shift and scale the advantages of each rollout to mean 0 and deviation 1.',
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
  .meta({ description: 'Advantage actor-critic: one policy-gradient step per short rollout.' });

/** Checked hyper-parameters of A2C, every default filled in. */
type A2cOptions = z.output<typeof a2cSchema>;

/**
 * A2C: one step of policy and critic per short rollout of N copies, by advantages over the critic's values.
 *
 *     L = −mean A_t log π(a_t|s_t) − entCoef · H + vfCoef · ½ mean (V(s_t) − R_t)²
 *
 * Source: Mnih et al. (2016), arXiv:1602.01783, in the synchronous form of OpenAI Baselines.
 *
 * Differs from Mnih et al.: Adam for RMSProp, and truncated steps bootstrap from the value of their final observation.
 */
class A2c implements CriticAgent {
  readonly id = 'a2c';
  readonly #options: A2cOptions;
  readonly #numEnvs: number;
  readonly #obsDim: number;
  readonly #totalEnvSteps: number;
  readonly #head: PolicyHead;
  readonly #networks: ActorCritic;
  readonly #rollout: RolloutBuffer;
  #actRng: Rng;
  #vectorSteps = 0;

  // The step under way.
  readonly #outputs: Float32Array;
  readonly #raw: Float32Array;
  readonly #logProbs: Float32Array;
  readonly #values: Float32Array;

  // The rollout, worked up: `[T · N]` rows.
  readonly #advantages: Float64Array;
  readonly #returns: Float64Array;
  readonly #allOutputs: Float32Array;
  readonly #dOutputs: Float32Array;
  readonly #allLogProbs: Float32Array;
  readonly #dLogProbs: Float32Array;
  readonly #allValues: Float32Array;
  readonly #dValues: Float32Array;

  constructor(context: AgentContext, options: A2cOptions) {
    const { numEnvs, rng } = context;
    const obsDim = context.observationSpace.features.length;
    const adam = { learningRate: options.learningRate, beta1: 0.9, beta2: 0.999, epsilon: options.adamEpsilon };
    this.#options = options;
    this.#numEnvs = numEnvs;
    this.#obsDim = obsDim;
    this.#totalEnvSteps = context.totalEnvSteps;
    this.#head = makePolicyHead(this.id, context.actionSpace, options, adam);
    const { numOutputs, actionDim } = this.#head;
    const { hidden, activation, sharedNetwork } = options;
    const spec = { inputs: obsDim, hidden, activation, policyOutputs: numOutputs, shared: sharedNetwork };
    this.#networks = makeActorCritic(context.engine, spec, adam, rng);
    this.#rollout = new RolloutBuffer(options.numSteps, numEnvs, obsDim, actionDim);
    this.#actRng = rng.split('act');
    this.#outputs = new Float32Array(numEnvs * numOutputs);
    this.#raw = new Float32Array(numEnvs * actionDim);
    this.#logProbs = new Float32Array(numEnvs);
    this.#values = new Float32Array(numEnvs);
    const size = options.numSteps * numEnvs;
    this.#advantages = new Float64Array(size);
    this.#returns = new Float64Array(size);
    this.#allOutputs = new Float32Array(size * numOutputs);
    this.#dOutputs = new Float32Array(size * numOutputs);
    this.#allLogProbs = new Float32Array(size);
    this.#dLogProbs = new Float32Array(size);
    this.#allValues = new Float32Array(size);
    this.#dValues = new Float32Array(size);
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
    this.#vectorSteps++;
  }

  update(): Readonly<Record<string, number>> | null {
    const rollout = this.#rollout;
    if (!rollout.full) return null;
    const { gamma, gaeLambda, learningRate, learningRateSchedule, normalizeAdvantages, numSteps } = this.#options;
    rollout.evaluate((observations, values) => this.#networks.values(observations, values));
    gae(rollout, gamma, gaeLambda, this.#advantages);
    for (let i = 0; i < this.#returns.length; i++) this.#returns[i] = this.#advantages[i]! + rollout.values[i]!;
    if (normalizeAdvantages) normalizeInPlace(this.#advantages);

    // The last rollout would learn at rate 0 if the schedule were read at its end.
    const progress = ((this.#vectorSteps - numSteps) * this.#numEnvs) / this.#totalEnvSteps;
    const rate = scheduledValue(learningRate, learningRateSchedule, progress);
    const { entCoef, entCoefSchedule } = this.#options;
    const metrics = this.#step(rate, scheduledValue(entCoef, entCoefSchedule, progress));
    rollout.clear();
    const std = this.#head.meanStd();
    return {
      'train/learningRate': rate,
      ...metrics,
      'train/explainedVariance': explainedVariance(rollout.values, this.#returns),
      ...(std === null ? {} : { 'train/policyStd': std }),
    };
  }

  /** One gradient step on the whole rollout. */
  #step(rate: number, entCoef: number): Record<string, number> {
    const { observations, actions } = this.#rollout;
    const { vfCoef, maxGradNorm } = this.#options;
    this.#networks.forward(observations, this.#allOutputs, this.#allValues);
    this.#head.logProbs(this.#allOutputs, actions, this.#allLogProbs);
    const policyLoss = policyGradientLoss(this.#allLogProbs, this.#advantages, this.#dLogProbs);
    const entropy = this.#head.backward(this.#allOutputs, actions, this.#dLogProbs, entCoef, this.#dOutputs);
    const weightedLoss = mseValueLoss(this.#allValues, this.#returns, vfCoef / 2, this.#dValues);
    this.#networks.backward(this.#dOutputs, this.#dValues);
    const gradNorm = this.#networks.applyGradients(rate, maxGradNorm);
    this.#head.applyGradients(rate, maxGradNorm);
    return {
      'train/policyLoss': policyLoss,
      'train/valueLoss': vfCoef > 0 ? weightedLoss / vfCoef : 0,
      'train/entropy': entropy,
      'train/gradNorm': gradNorm,
    };
  }

  /** V(s) of a batch. @param observations `[B, O]` @param values `[B]` overwritten. */
  stateValues(observations: Float32Array, values: Float32Array): void {
    this.#networks.values(observations, values);
  }

  getState(): AgentState {
    return {
      json: { vectorSteps: this.#vectorSteps, actRng: this.#actRng.getState() },
      arrays: { ...this.#networks.getArrays(), ...this.#head.getArrays(), ...this.#rollout.getArrays() },
    };
  }

  setState({ json, arrays }: AgentState): void {
    this.#networks.setArrays(arrays);
    this.#head.setArrays(arrays);
    this.#rollout.setArrays(arrays);
    this.#vectorSteps = readCounter(json, 'vectorSteps');
    this.#actRng = Rng.fromState(json['actRng'] as RngState);
  }

  actorNetwork(): PlainNetwork {
    return this.#head.handOut(this.#networks.actor(this.#head.greedy));
  }

  dispose(): void {
    this.#networks.dispose();
  }
}

/**
 * An A2C learner for discrete actions (categorical policy), several choices (one categorical each) or a box (Gaussian policy,
 * clipped to the box when acting, or squashed into it).
 *
 * @param options Hyper-parameters; checked against {@link a2cSchema}, defaults filled in.
 * @throws SimError `CONFIG_INVALID` on a bad option.
 */
export function createA2c(context: AgentContext, options: unknown): CriticAgent {
  return new A2c(context, parseConfig(a2cSchema, options, 'agent a2c'));
}
