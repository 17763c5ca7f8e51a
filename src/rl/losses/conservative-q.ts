import { checkLength } from '../../core/errors.ts';

/**
 * What conservative Q-learning adds to a loss: values of actions are pushed down where they are large, those of the logged
 * actions up.
 *
 *     L = (α/B) Σ_i [ log Σ_a exp Q(s_i, a) − Q(s_i, a_i) ]        dL/dQ(s_i, a) = (α/B) (softmax(Q(s_i, ·))_a − 1[a = a_i])
 *
 * @param q `[B, A, N]` action values as the mean of N quantiles; N is 1 for plain values.
 * @param actions `[B]` logged ones.
 * @param alpha α ≥ 0.
 * @param dq `[B, A, N]` dL/dq is added to it.
 * @returns L.
 * @throws SimError `SHAPE_MISMATCH` when an array has another length.
 *
 * Source: Kumar et al. (2020), arXiv:2006.04779, eq. 4 with R = H.
 */
export function addConservativeGradient(
  q: Float32Array,
  actions: Int32Array,
  numActions: number,
  numQuantiles: number,
  alpha: number,
  dq: Float32Array,
): number {
  const batch = actions.length;
  const width = numActions * numQuantiles;
  checkLength('q', q.length, batch * width);
  checkLength('dq', dq.length, q.length);
  const share = alpha / (batch * numQuantiles);
  let loss = 0;
  for (let i = 0; i < batch; i++) {
    const row = i * width;
    let largest = Number.NEGATIVE_INFINITY;
    for (let a = 0; a < numActions; a++) largest = Math.max(largest, meanAt(q, row + a * numQuantiles, numQuantiles));
    let sum = 0;
    for (let a = 0; a < numActions; a++) sum += Math.exp(meanAt(q, row + a * numQuantiles, numQuantiles) - largest);
    const taken = actions[i]!;
    loss += largest + Math.log(sum) - meanAt(q, row + taken * numQuantiles, numQuantiles);
    for (let a = 0; a < numActions; a++) {
      const at = row + a * numQuantiles;
      const pull = Math.exp(meanAt(q, at, numQuantiles) - largest) / sum - (a === taken ? 1 : 0);
      for (let k = 0; k < numQuantiles; k++) dq[at + k]! += share * pull;
    }
  }
  return (alpha * loss) / batch;
}

function meanAt(q: Float32Array, from: number, numQuantiles: number): number {
  if (numQuantiles === 1) return q[from]!;
  let sum = 0;
  for (let k = 0; k < numQuantiles; k++) sum += q[from + k]!;
  return sum / numQuantiles;
}

/**
 * The same for continuous actions, whose log Σ exp is estimated from K drawn ones with the densities they were drawn with.
 *
 *     L = (α/B) Σ_i [ log (1/K) Σ_k exp(Q(s_i, u_ik)) / p(u_ik) − Q(s_i, a_i) ]
 *     dL/dQ(s_i, u_ik) = (α/B) w_ik,  w_i = softmax_k(Q(s_i, u_ik) − log p(u_ik));        dL/dQ(s_i, a_i) = −α/B
 *
 * @param logged `[B]` Q of the logged actions. @param dLogged `[B]` dL/dlogged is added to it.
 * @param drawn `[B, K]` Q of the drawn ones. @param logDensities `[B, K]` log p. @param dDrawn `[B, K]` overwritten.
 * @returns L.
 * @throws SimError `SHAPE_MISMATCH` when an array has another length.
 *
 * Source: Kumar et al. (2020), arXiv:2006.04779, appendix F.
 */
export function addSampledConservativeGradient(
  logged: Float32Array,
  drawn: Float32Array,
  logDensities: Float32Array,
  alpha: number,
  dLogged: Float32Array,
  dDrawn: Float32Array,
): number {
  const batch = logged.length;
  const numDrawn = drawn.length / batch;
  checkLength('logDensities', logDensities.length, drawn.length);
  checkLength('dLogged', dLogged.length, batch);
  checkLength('dDrawn', dDrawn.length, drawn.length);
  let loss = 0;
  for (let i = 0; i < batch; i++) {
    const from = i * numDrawn;
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = from; k < from + numDrawn; k++) largest = Math.max(largest, drawn[k]! - logDensities[k]!);
    let sum = 0;
    for (let k = from; k < from + numDrawn; k++) sum += Math.exp(drawn[k]! - logDensities[k]! - largest);
    loss += largest + Math.log(sum / numDrawn) - logged[i]!;
    for (let k = from; k < from + numDrawn; k++) {
      dDrawn[k] = ((alpha / batch) * Math.exp(drawn[k]! - logDensities[k]! - largest)) / sum;
    }
    dLogged[i]! -= alpha / batch;
  }
  return (alpha * loss) / batch;
}
