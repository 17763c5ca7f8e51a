import type { PlainNetwork } from '../core/agent.ts';
import { checkLength } from '../core/errors.ts';

/*
 * Dueling action values: one output for the state's value beside one per action for its advantage.
 *
 *     Q(s, a) = V(s) + A(s, a) − (1/n) Σ_b A(s, b)
 *
 * What all actions share is learnt from every transition, so that outputs of single actions need only carry how they differ.
 *
 * With N quantiles of the return per action in place of one value, the same holds for each quantile by itself.
 *
 * Source: Wang et al. (2016), arXiv:1511.06581, eq. 9. Both streams are linear in one last hidden layer.
 */

/**
 * Action values of dueling outputs.
 *
 * @param outputs `[B, (n + 1) N]` advantages `[n, N]`, then values `[N]`. @param q `[B, n, N]` overwritten.
 * @param numQuantiles N.
 * @throws SimError `SHAPE_MISMATCH` when the lengths do not fit.
 */
export function duelingValues(outputs: Float32Array, numActions: number, q: Float32Array, numQuantiles = 1): void {
  const size = numActions * numQuantiles;
  const width = size + numQuantiles;
  const batch = q.length / size;
  checkLength('outputs', outputs.length, batch * width);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < numQuantiles; i++) {
      const at = b * width + i;
      let sum = 0;
      for (let a = 0; a < size; a += numQuantiles) sum += outputs[at + a]!;
      const base = outputs[at + size]! - sum / numActions;
      for (let a = 0; a < size; a += numQuantiles) q[b * size + i + a] = outputs[at + a]! + base;
    }
  }
}

/**
 * Carries dLoss/dQ back to dueling outputs.
 *
 *     dL/dA_a = dL/dQ_a − (1/n) Σ_b dL/dQ_b        dL/dV = Σ_b dL/dQ_b
 *
 * @param dq `[B, n, N]` @param dOutputs `[B, (n + 1) N]` overwritten. @param numQuantiles N.
 * @throws SimError `SHAPE_MISMATCH` when the lengths do not fit.
 */
export function duelingGradient(dq: Float32Array, numActions: number, dOutputs: Float32Array, numQuantiles = 1): void {
  const size = numActions * numQuantiles;
  const width = size + numQuantiles;
  const batch = dq.length / size;
  checkLength('dOutputs', dOutputs.length, batch * width);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < numQuantiles; i++) {
      const at = b * size + i;
      let sum = 0;
      for (let a = 0; a < size; a += numQuantiles) sum += dq[at + a]!;
      for (let a = 0; a < size; a += numQuantiles) dOutputs[b * width + i + a] = dq[at + a]! - sum / numActions;
      dOutputs[b * width + i + size] = sum;
    }
  }
}

/**
 * A network with dueling outputs as one whose outputs are the action values themselves: the combination is linear, so the
 * last layer takes it in.
 */
export function foldDueling(network: PlainNetwork, numQuantiles = 1): PlainNetwork {
  const numActions = network.layers.at(-1)!.outputs / numQuantiles - 1;
  return foldLast(network, numActions * numQuantiles, (from, to) => duelingValues(from, numActions, to, numQuantiles));
}

/** A network with N quantiles per action as one whose outputs are their means: the values that are acted by. */
export function foldQuantiles(network: PlainNetwork, numQuantiles: number): PlainNetwork {
  const numActions = network.layers.at(-1)!.outputs / numQuantiles;
  return foldLast(network, numActions, (from, to) => quantileMeans(from, numQuantiles, to));
}

/** Mean over the quantiles. @param quantiles `[B, n, N]` @param q `[B, n]` overwritten. */
export function quantileMeans(quantiles: Float32Array, numQuantiles: number, q: Float32Array): void {
  checkLength('quantiles', quantiles.length, q.length * numQuantiles);
  for (let k = 0; k < q.length; k++) {
    let sum = 0;
    for (let i = 0; i < numQuantiles; i++) sum += quantiles[k * numQuantiles + i]!;
    q[k] = sum / numQuantiles;
  }
}

/** The network with the rows of its last kernel and its last bias carried through a linear map. */
function foldLast(
  network: PlainNetwork,
  outputs: number,
  map: (rows: Float32Array, out: Float32Array) => void,
): PlainNetwork {
  const last = network.layers.at(-1)!;
  const kernel = new Float32Array(last.inputs * outputs);
  const bias = new Float32Array(outputs);
  map(last.kernel, kernel);
  map(last.bias, bias);
  return { ...network, layers: [...network.layers.slice(0, -1), { ...last, outputs, kernel, bias }] };
}
