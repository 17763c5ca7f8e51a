import { GammaPolicy, gaussianLogDensity, NUM_PARAMETERS } from './gamma-policy.ts';
import type { ShadingBidder, ShadingLog } from './shading-bidder.ts';
import type { Pricing } from './surplus-curve.ts';
import { type ExpectedShare, expectedShare, WinModel } from './win-model.ts';

/** How a γ policy learns from logged bids. */
export type PolicyLoss = 'reinforce' | 'ppo' | 'doubly-robust';

/** Settings of {@link policyLearning}. */
export interface PolicyLearningOptions {
  readonly loss: PolicyLoss;
  readonly pricing: Pricing;
  /** Mean share of value before the first update. */
  readonly initialGamma: number;
  /** Spread of the first bids, > 0; it is learnt, and never falls below a quarter of this. */
  readonly sigma: number;
  /** Steps of Adam per update. */
  readonly steps: number;
  /** Of the first update; of update u it is 1/√u of it, so that noise dies out. */
  readonly learningRate: number;
  /** PPO and doubly robust: how far the probability of a logged bid may move from 1 : 1 before it stops to count, > 0. */
  readonly clipRange: number;
}

/** Logged bids as the loss needs them. */
export interface PolicyBatch {
  readonly numRows: number;
  /** `[N]` */
  readonly logCtr: Float64Array;
  readonly logValue: Float64Array;
  readonly action: Float64Array;
  readonly logPropensity: Float64Array;
  /** `[N]` how much better the bid did than expected, in standard deviations. */
  readonly advantage: Float64Array;
}

/**
 * A Gaussian policy over γ that learns from its own logged bids: REINFORCE, PPO's clipped surrogate, or the doubly robust
 * estimate.
 *
 * - REINFORCE: `−mean A log π(γ)`.
 * - PPO: `−mean min(r A, clip(r) A)` with r = π(γ) / π_logged(γ).
 * - Doubly robust: the win model's expected surplus at the policy's own γ, plus what the model got wrong about the logged bids
 *   weighted by r: wrong models are put right by the log, and a right model makes up for a noisy log.
 *
 * Differs from AuctionGym: a bid is judged by the surplus expected from its price (estimated CTR · value − price) instead of the
 * realised click, which has the same mean and a fraction of the noise.
 *
 * Source: Jeunen, Murphy and Allison (2022), "Learning to bid with AuctionGym", sections 3.3–3.4; Williams (1992),
 * doi:10.1007/BF00992696; Schulman et al. (2017), arXiv:1707.06347, eq. 7; Dudík, Langford and Li (2011), arXiv:1103.4601.
 */
export function policyLearning(options: PolicyLearningOptions): ShadingBidder {
  const policy = new GammaPolicy(options.initialGamma, options.sigma, options.sigma / 4);
  const model = options.loss === 'doubly-robust' ? new WinModel() : null;
  const gradient = new Float64Array(NUM_PARAMETERS);
  let updates = 0;
  return {
    shade(log, random) {
      policy.draw(log, random);
    },
    learn(log) {
      if (log.numRows === 0) return;
      model?.fit(log);
      const teacher = model === null ? null : modelColumns(model, log, options.pricing);
      const batch = policyBatch(log, teacher?.logged ?? null);
      const learningRate = options.learningRate / Math.sqrt(++updates);
      policy.restartOptimiser();
      for (let step = 0; step < options.steps; step++) {
        gradient.fill(0);
        logGradient(policy, batch, options, gradient);
        if (teacher !== null) modelGradient(policy, batch, teacher, options.pricing, gradient);
        policy.step(gradient, learningRate);
      }
    },
  };
}

/** What a win model says about logged bids. */
interface ModelColumns {
  /** `[N]` expected surplus of the logged γ, currency units. */
  readonly logged: Float64Array;
  /** `[N]` ctr · value in units of the advantages' standard deviation. */
  readonly worth: Float64Array;
  readonly oddsAgainst: Float64Array;
  readonly slope: number;
}

function modelColumns(model: WinModel, log: ShadingLog, pricing: Pricing): ModelColumns {
  const logged = new Float64Array(log.numRows);
  const worth = new Float64Array(log.numRows);
  const oddsAgainst = new Float64Array(log.numRows);
  const expected: ExpectedShare = { share: 0, slope: 0 };
  const { slope } = model;
  for (let n = 0; n < log.numRows; n++) {
    worth[n] = log.ctr[n]! * log.value[n]!;
    oddsAgainst[n] = model.oddsAgainst(log.ctr[n]!, log.value[n]!);
    expectedShare(pricing, oddsAgainst[n]!, slope, log.gamma[n]!, expected);
    logged[n] = worth[n]! * expected.share;
  }
  const scale = 1 / deviation(log.numRows, (n) => log.utility[n]! - logged[n]!);
  for (let n = 0; n < log.numRows; n++) worth[n] = worth[n]! * scale;
  return { logged, worth, oddsAgainst, slope };
}

/**
 * The columns of a loss.
 *
 * @param expected `[N]` what each bid was expected to earn; null: its share of value is taken for the mean share of all.
 */
function policyBatch(log: ShadingLog, expected: Float64Array | null): PolicyBatch {
  const { numRows } = log;
  let utility = 0;
  let worth = 0;
  for (let n = 0; n < numRows; n++) {
    utility += log.utility[n]!;
    worth += log.ctr[n]! * log.value[n]!;
  }
  const share = utility / worth;
  const surprise = (n: number) =>
    log.utility[n]! - (expected === null ? share * log.ctr[n]! * log.value[n]! : expected[n]!);
  const scale = 1 / deviation(numRows, surprise);
  const column = (of: (n: number) => number) => Float64Array.from({ length: numRows }, (_, n) => of(n));
  return {
    numRows,
    logCtr: column((n) => Math.log(log.ctr[n]!)),
    logValue: column((n) => Math.log(log.value[n]!)),
    action: log.action,
    logPropensity: log.logPropensity,
    advantage: column((n) => scale * surprise(n)),
  };
}

/** Root mean square, never 0. */
function deviation(numRows: number, of: (n: number) => number): number {
  let squares = 0;
  for (let n = 0; n < numRows; n++) squares += of(n) ** 2;
  return Math.sqrt(squares / numRows) || 1;
}

/**
 * Adds the gradient `[4]` of −mean(weight · A · log π) with REINFORCE's weight 1 or PPO's clipped ratio.
 *
 * @param options.clipRange Rows whose ratio has moved further than this in the direction that A wants count no more.
 */
export function logGradient(
  policy: Pick<GammaPolicy, 'mean' | 'sigma'>,
  batch: PolicyBatch,
  options: Pick<PolicyLearningOptions, 'loss' | 'clipRange'>,
  gradient: Float64Array,
): void {
  const { sigma } = policy;
  const logSigma = Math.log(sigma);
  for (let n = 0; n < batch.numRows; n++) {
    const action = batch.action[n]!;
    const mean = policy.mean(batch.logCtr[n]!, batch.logValue[n]!);
    const advantage = batch.advantage[n]!;
    let weight = 1;
    if (options.loss !== 'reinforce') {
      weight = Math.exp(gaussianLogDensity(action, mean, logSigma) - batch.logPropensity[n]!);
      if (advantage > 0 ? weight > 1 + options.clipRange : weight < 1 - options.clipRange) continue;
    }
    const z = (action - mean) / sigma;
    const scale = (-weight * advantage) / batch.numRows;
    addMeanGradient(batch, n, (scale * z) / sigma, gradient);
    gradient[3] = gradient[3]! + scale * (z * z - 1);
  }
}

/** Adds the gradient of −mean E[expected surplus at the policy's γ], the expectation by two-point Gauss–Hermite quadrature: μ ± σ. */
function modelGradient(
  policy: GammaPolicy,
  batch: PolicyBatch,
  teacher: ModelColumns,
  pricing: Pricing,
  gradient: Float64Array,
): void {
  const { sigma } = policy;
  const expected: ExpectedShare = { share: 0, slope: 0 };
  for (let n = 0; n < batch.numRows; n++) {
    const mean = policy.mean(batch.logCtr[n]!, batch.logValue[n]!);
    const scale = -teacher.worth[n]! / batch.numRows;
    for (let q = 0; q < NODES.length; q++) {
      const gamma = mean + sigma * NODES[q]!;
      // A share is cut to [0, 1]: beyond, nothing changes.
      if (gamma >= 1 || gamma <= 0) continue;
      expectedShare(pricing, teacher.oddsAgainst[n]!, teacher.slope, gamma, expected);
      const slope = 0.5 * scale * expected.slope;
      addMeanGradient(batch, n, slope, gradient);
      gradient[3] = gradient[3]! + slope * sigma * NODES[q]!;
    }
  }
}

const NODES = [1, -1];

function addMeanGradient(batch: PolicyBatch, n: number, slope: number, gradient: Float64Array): void {
  gradient[0] = gradient[0]! + slope;
  gradient[1] = gradient[1]! + slope * batch.logCtr[n]!;
  gradient[2] = gradient[2]! + slope * batch.logValue[n]!;
}
