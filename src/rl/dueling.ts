import type { PlainNetwork } from '../core/agent.ts';
import { checkLength } from '../core/errors.ts';

/*
 * Dueling action values: one output for the state's value beside one per action for its advantage.
 *
 *     Q(s, a) = V(s) + A(s, a) − (1/n) Σ_b A(s, b)
 *
 * What all actions share is learnt from every transition, so that outputs of single actions need only carry how they differ.
 *
 * Source: Wang et al. (2016), arXiv:1511.06581, eq. 9. Both streams are linear in one last hidden layer.
 */

/**
 * Action values of dueling outputs.
 *
 * @param outputs `[B, n + 1]` advantages A, then V. @param q `[B, n]` overwritten.
 * @throws SimError `SHAPE_MISMATCH` when the lengths do not fit.
 */
export function duelingValues(outputs: Float32Array, numActions: number, q: Float32Array): void {
  const width = numActions + 1;
  const batch = q.length / numActions;
  checkLength('outputs', outputs.length, batch * width);
  for (let i = 0; i < batch; i++) {
    const at = i * width;
    let sum = 0;
    for (let a = 0; a < numActions; a++) sum += outputs[at + a]!;
    const base = outputs[at + numActions]! - sum / numActions;
    for (let a = 0; a < numActions; a++) q[i * numActions + a] = outputs[at + a]! + base;
  }
}

/**
 * Carries dLoss/dQ back to dueling outputs.
 *
 *     dL/dA_a = dL/dQ_a − (1/n) Σ_b dL/dQ_b        dL/dV = Σ_b dL/dQ_b
 *
 * @param dq `[B, n]` @param dOutputs `[B, n + 1]` overwritten.
 * @throws SimError `SHAPE_MISMATCH` when the lengths do not fit.
 */
export function duelingGradient(dq: Float32Array, numActions: number, dOutputs: Float32Array): void {
  const width = numActions + 1;
  const batch = dq.length / numActions;
  checkLength('dOutputs', dOutputs.length, batch * width);
  for (let i = 0; i < batch; i++) {
    const at = i * numActions;
    let sum = 0;
    for (let a = 0; a < numActions; a++) sum += dq[at + a]!;
    for (let a = 0; a < numActions; a++) dOutputs[i * width + a] = dq[at + a]! - sum / numActions;
    dOutputs[i * width + numActions] = sum;
  }
}

/**
 * A network with dueling outputs as one whose outputs are the action values themselves: the combination is linear, so the
 * last layer takes it in.
 */
export function foldDueling(network: PlainNetwork): PlainNetwork {
  const last = network.layers.at(-1)!;
  const numActions = last.outputs - 1;
  const kernel = new Float32Array(last.inputs * numActions);
  const bias = new Float32Array(numActions);
  duelingValues(last.kernel, numActions, kernel);
  duelingValues(last.bias, numActions, bias);
  return { ...network, layers: [...network.layers.slice(0, -1), { ...last, outputs: numActions, kernel, bias }] };
}
