import type { Rng } from '../src/core/rng.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import type { AdamSpec, Engine, MlpSpec, Network } from '../src/nn/network.ts';
import { gae } from '../src/rl/gae.ts';
import { LagrangeMultiplier, type LagrangeOptions } from '../src/rl/lagrange-multiplier.ts';
import { mseValueLoss } from '../src/rl/losses/mse-value.ts';
import type { RolloutBuffer } from '../src/rl/rollout.ts';
import { multiplierMetrics, requireConstraint } from './constraint.ts';
import { readArray } from './context.ts';

/** Sizes and settings of a {@link CostCritic}. */
export interface CostCriticSpec extends LagrangeOptions {
  readonly numSteps: number;
  readonly numEnvs: number;
  readonly obsDim: number;
  readonly hidden: readonly number[];
  readonly activation: 'relu' | 'tanh';
  /** Gradient steps towards the costs of each rollout. */
  readonly costCriticSteps: number;
}

/**
 * What an on-policy learner needs to keep a constraint: the costs of its rollout, a critic of them, and their price λ.
 *
 *     A ← (A_r − λ A_c) / (1 + λ)
 *
 * Dividing by 1 + λ keeps the size of policy steps while λ grows. T steps, N copies.
 *
 * Source: Ray, Achiam & Amodei (2019), "Benchmarking Safe Exploration in Deep Reinforcement Learning", section 4 and its code.
 */
export class CostCritic {
  readonly #spec: CostCriticSpec;
  readonly #network: Network;
  readonly #multiplier: LagrangeMultiplier;
  /** `[T, N]` */
  readonly #costs: Float64Array;
  readonly #advantages: Float64Array;
  readonly #returns: Float64Array;
  readonly #values: Float32Array;
  readonly #dValues: Float32Array;
  #step = 0;
  #limit = 0;

  constructor(engine: Engine, spec: CostCriticSpec, adam: AdamSpec, rng: Rng) {
    const { obsDim, hidden, activation, numSteps, numEnvs } = spec;
    const size = numSteps * numEnvs;
    const mlp: MlpSpec = {
      inputs: obsDim,
      hidden,
      outputs: 1,
      activation,
      outputGain: 1,
      initializer: 'orthogonal',
    };
    this.#spec = spec;
    this.#network = engine.createNetwork(mlp, adam, rng.split('cost-critic').seed());
    this.#multiplier = new LagrangeMultiplier(numEnvs, spec);
    this.#costs = new Float64Array(size);
    this.#advantages = new Float64Array(size);
    this.#returns = new Float64Array(size);
    this.#values = new Float32Array(size);
    this.#dValues = new Float32Array(size);
  }

  /** Takes in the costs of one step. @throws SimError `CONFIG_INVALID` when the environment has no constraint. */
  record(agentId: string, env: VectorEnv): void {
    const { costs, limit } = requireConstraint(agentId, env);
    const { numEnvs } = this.#spec;
    // Rounded to float32, so that a saved rollout is exact.
    for (let n = 0; n < numEnvs; n++) this.#costs[this.#step * numEnvs + n] = Math.fround(costs[n]!);
    this.#limit = limit;
    this.#multiplier.record(costs, env.terminated, env.truncated);
    this.#step++;
  }

  /**
   * Moves λ, then mixes the costs of a full rollout into its advantages and learns their values.
   *
   * @param rollout Its `nextValues` are overwritten. @param advantages `[T, N]` A_r; overwritten with the mixture.
   * @returns Metrics of the multiplier.
   */
  mix(
    rollout: RolloutBuffer,
    gamma: number,
    gaeLambda: number,
    rate: number,
    maxGradNorm: number,
    advantages: Float64Array,
  ): Record<string, number> {
    const metrics = multiplierMetrics(this.#multiplier, this.#multiplier.ascend(this.#limit));
    const { numSteps, numEnvs, terminated, truncated, nextValues, observations } = rollout;
    rollout.evaluate((states, values) => this.#network.forward(states, values, false));
    this.#network.forward(observations, this.#values, false);
    const values = Float64Array.from(this.#values);
    // The rollout knows the next values of its own states from the values beside it: those of the costs go there.
    for (let i = 0; i < values.length - numEnvs; i++) {
      if (terminated[i] === 0 && truncated[i] === 0) nextValues[i] = values[i + numEnvs]!;
    }
    gae(
      { numSteps, numEnvs, terminated, truncated, rewards: this.#costs, values, nextValues },
      gamma,
      gaeLambda,
      this.#advantages,
    );
    const lambda = this.#multiplier.value;
    for (let i = 0; i < advantages.length; i++) {
      this.#returns[i] = this.#advantages[i]! + values[i]!;
      advantages[i] = (advantages[i]! - lambda * this.#advantages[i]!) / (1 + lambda);
    }
    this.#fit(observations, rate, maxGradNorm);
    this.#step = 0;
    return metrics;
  }

  #fit(observations: Float32Array, rate: number, maxGradNorm: number): void {
    for (let k = 0; k < this.#spec.costCriticSteps; k++) {
      this.#network.forward(observations, this.#values, true);
      mseValueLoss(this.#values, this.#returns, 0.5, this.#dValues);
      this.#network.backward(this.#dValues);
      this.#network.applyGradients(rate, maxGradNorm);
    }
  }

  getArrays(): Readonly<Record<string, Float32Array>> {
    return {
      costWeights: this.#network.getWeights(),
      costOptimizer: this.#network.getOptimizerState(),
      rolloutCosts: Float32Array.from(this.#costs.subarray(0, this.#step * this.#spec.numEnvs)),
      costLimit: Float32Array.of(this.#limit),
      ...this.#multiplier.getArrays(),
    };
  }

  setArrays(arrays: Readonly<Record<string, Float32Array>>): void {
    const costs = readArray(arrays, 'rolloutCosts');
    this.#network.setWeights(readArray(arrays, 'costWeights'));
    this.#network.setOptimizerState(readArray(arrays, 'costOptimizer'));
    this.#multiplier.setArrays(arrays);
    this.#costs.set(costs);
    this.#step = costs.length / this.#spec.numEnvs;
    this.#limit = readArray(arrays, 'costLimit')[0]!;
  }

  dispose(): void {
    this.#network.dispose();
  }
}
