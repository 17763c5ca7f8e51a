import type { Scalar, Tensor1D } from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { loadTfjs, type Tfjs } from '../../../../src/nn/load-tfjs.ts';
import { relativeError } from '../../nn/oracle.ts';

/**
 * Holds a closed-form gradient to two oracles: TensorFlow.js's autodiff of `tensorLoss` (relative error up to 1e-5) and
 * central differences of `loss` in float64.
 */
export async function expectGradient(
  x: Float32Array,
  gradient: ArrayLike<number>,
  loss: (x: Float64Array) => number,
  tensorLoss: (tf: Tfjs, x: Tensor1D) => Scalar,
): Promise<void> {
  const tf = await loadTfjs();
  await tf.setBackend('cpu');
  const autodiff = tf.tidy(() =>
    tf
      .grad((t) => tensorLoss(tf, t as Tensor1D))(tf.tensor1d(x))
      .dataSync(),
  );
  expect(relativeError(gradient, autodiff)).toBeLessThan(1e-5);
  expect(relativeError(gradient, differences(loss, x))).toBeLessThan(1e-5);
}

function differences(loss: (x: Float64Array) => number, at: Float32Array): Float64Array {
  const x = Float64Array.from(at);
  const h = 1e-5;
  return x.map((value, i) => {
    x[i] = value + h;
    const up = loss(x);
    x[i] = value - h;
    const down = loss(x);
    x[i] = value;
    return (up - down) / (2 * h);
  });
}

/** Log-probabilities of the categorical distributions of `[B, A]` logits, in float64. */
export function logSoftmax(logits: ArrayLike<number>, numActions: number): Float64Array {
  const out = new Float64Array(logits.length);
  for (let at = 0; at < logits.length; at += numActions) {
    let sum = 0;
    for (let j = at; j < at + numActions; j++) sum += Math.exp(logits[j]!);
    for (let j = at; j < at + numActions; j++) out[j] = logits[j]! - Math.log(sum);
  }
  return out;
}
