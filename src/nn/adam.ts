import { checkLength } from '../core/errors.ts';
import type { AdamSpec } from './network.ts';

/** The optimiser's memory for n weights. */
export interface AdamState {
  /** Steps taken. */
  step: number;
  /** `[n]` running mean of the gradients. */
  readonly mean: Float32Array;
  /** `[n]` running mean of the squared gradients. */
  readonly square: Float32Array;
}

/** Adam's memory before its first step. @param numWeights n. */
export function makeAdamState(numWeights: number): AdamState {
  return { step: 0, mean: new Float32Array(numWeights), square: new Float32Array(numWeights) };
}

/** The memory as one vector `[1 + 2 n]`: steps, means, squares. */
export function packAdamState({ step, mean, square }: AdamState): Float32Array {
  const packed = new Float32Array(1 + mean.length + square.length);
  packed[0] = step;
  packed.set(mean, 1);
  packed.set(square, 1 + mean.length);
  return packed;
}

/** Restores what {@link packAdamState} gave. @throws SimError `SHAPE_MISMATCH` on a wrong length. */
export function unpackAdamState(packed: Float32Array, state: AdamState): void {
  const n = state.mean.length;
  checkLength('optimiser state', packed.length, 1 + 2 * n);
  state.step = packed[0]!;
  state.mean.set(packed.subarray(1, 1 + n));
  state.square.set(packed.subarray(1 + n));
}

/**
 * One step of Adam on a flat vector, in place; allocates nothing.
 *
 *     m ← β₁ m + (1 − β₁) g        v ← β₂ v + (1 − β₂) g²
 *     w ← w − lr · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
 *
 * With weight decay (AdamW, arXiv:1711.05101) also w ← w − lr · decay · w.
 *
 * Weights and moments are kept in float32; the arithmetic in between is float64.
 *
 * @param weights `[n]`, updated.
 * @param gradients `[n]`, multiplied by `scale` before use and zero afterwards.
 * @param learningRate Step size lr.
 * @param scale Factor on the gradients (clipping); 1 for none.
 *
 * Source: Kingma & Ba (2015), arXiv:1412.6980, algorithm 1.
 */
export function adamStep(
  weights: Float32Array,
  gradients: Float32Array,
  state: AdamState,
  spec: AdamSpec,
  learningRate: number,
  scale: number,
): void {
  state.step += 1;
  const { mean, square } = state;
  const { beta1, beta2, epsilon, weightDecay = 0 } = spec;
  const decay = learningRate * weightDecay;
  const stepSize = learningRate / (1 - beta1 ** state.step);
  const correction = 1 / (1 - beta2 ** state.step);
  for (let i = 0; i < weights.length; i++) {
    const g = gradients[i]! * scale;
    const m = beta1 * mean[i]! + (1 - beta1) * g;
    const v = beta2 * square[i]! + (1 - beta2) * g * g;
    mean[i] = m;
    square[i] = v;
    weights[i] = weights[i]! - (stepSize * m) / (Math.sqrt(v * correction) + epsilon) - decay * weights[i]!;
  }
  gradients.fill(0);
}

/**
 * One step of gradient descent with momentum, in place: v ← momentum · v + g, w ← w − lr · v; `state.mean` is v.
 *
 * @param gradients `[n]`, multiplied by `scale` before use and zero afterwards.
 */
export function sgdStep(
  weights: Float32Array,
  gradients: Float32Array,
  state: AdamState,
  momentum: number,
  learningRate: number,
  scale: number,
): void {
  state.step += 1;
  const velocity = state.mean;
  for (let i = 0; i < weights.length; i++) {
    const v = momentum * velocity[i]! + gradients[i]! * scale;
    velocity[i] = v;
    weights[i] = weights[i]! - learningRate * v;
  }
  gradients.fill(0);
}

/** L2 norm of a vector, summed in float64. */
export function l2Norm(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return Math.sqrt(sum);
}
