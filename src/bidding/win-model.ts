import {
  type GaussianWeights,
  independentGaussian,
  type LabelledRows,
  logisticPosterior,
} from '../core/logistic-regression.ts';
import type { ShadingLog } from './shading-bidder.ts';
import type { Pricing } from './surplus-curve.ts';

/** Intercept, ln γ, ln ctr, ln value. */
const DIM = 4;
/** Smallest γ that a model looks at: its logarithm must be finite. */
const LOWEST = 1e-3;
/** What is believed before any row: little, and that higher bids win more often. */
const FIRST = independentGaussian([0, 2, 2, 2], [0.1, 0.1, 0.1, 0.1]);
/** Points of the integral over lower bids in second price. */
const INTEGRAL_POINTS = 16;

/**
 * How likely a bid of γ · ctr · value wins: logistic in the logarithms of the three, hence γ = 0 never wins.
 *
 *     W(γ) = σ(b₀ + b₁ ln γ + b₂ ln ctr + b₃ ln value) = 1 / (1 + e^{−s} γ^{−b₁})
 *
 * Fitted to the rows since the last update only, since rivals learn too.
 *
 * Differs from AuctionGym: it is logistic in ctr, value and γ themselves, with made-up rows "γ = 0 loses". In logarithms those
 * need no making up, and the win rate's curve in the bid is the log-logistic one that landscapes are like.
 */
export class WinModel {
  #weights: GaussianWeights = FIRST;
  readonly #rows: { numRows: number; inputs: Float64Array; labels: Uint8Array } = {
    numRows: 0,
    inputs: new Float64Array(0),
    labels: new Uint8Array(0),
  };

  /** Fits the wins and losses of a log. */
  fit(log: ShadingLog): void {
    this.#weights = logisticPosterior(FIRST, this.#rowsOf(log));
  }

  /** b₁: by how much the log odds of winning rise with ln γ. */
  get slope(): number {
    return this.#weights.mean[1]!;
  }

  /** e^{−s} for one opportunity: the odds against winning at γ = 1. */
  oddsAgainst(ctr: number, value: number): number {
    const { mean } = this.#weights;
    return Math.exp(-(mean[0]! + mean[2]! * Math.log(ctr) + mean[3]! * Math.log(value)));
  }

  #rowsOf(log: ShadingLog): LabelledRows {
    const rows = this.#rows;
    if (rows.labels.length < log.numRows) {
      rows.inputs = new Float64Array(log.numRows * DIM);
      rows.labels = new Uint8Array(log.numRows);
    }
    rows.numRows = log.numRows;
    for (let n = 0; n < log.numRows; n++) {
      rows.inputs[n * DIM] = 1;
      rows.inputs[n * DIM + 1] = Math.log(Math.max(log.gamma[n]!, LOWEST));
      rows.inputs[n * DIM + 2] = Math.log(log.ctr[n]!);
      rows.inputs[n * DIM + 3] = Math.log(log.value[n]!);
      rows.labels[n] = log.won[n]!;
    }
    return rows;
  }
}

/** Expected surplus of a bid as a share of value, and its derivative in γ. */
export interface ExpectedShare {
  share: number;
  slope: number;
}

/**
 * What bidding γ of one's value is expected to earn, as a share of value.
 *
 *     first price   (1 − γ) W(γ)
 *     second price  (1 − γ) W(γ) + ∫₀^γ W(g) dg     (payment = γ W(γ) − ∫₀^γ W: integration by parts)
 *
 * @param oddsAgainst From {@link WinModel}. @param slope From {@link WinModel}. @param gamma In (0, 1]; lower values are taken for 0.001.
 */
export function expectedShare(
  pricing: Pricing,
  oddsAgainst: number,
  slope: number,
  gamma: number,
  out: ExpectedShare,
): void {
  const at = Math.max(gamma, LOWEST);
  const win = 1 / (1 + oddsAgainst * Math.exp(-slope * Math.log(at)));
  const density = (win * (1 - win) * slope) / at;
  out.share = (1 - at) * win;
  out.slope = (1 - at) * density - win;
  if (pricing === 'first-price') return;
  let integral = 0;
  for (let i = 0; i < INTEGRAL_POINTS; i++) {
    integral += 1 / (1 + oddsAgainst * ((at * (i + 0.5)) / INTEGRAL_POINTS) ** -slope);
  }
  out.share += (integral * at) / INTEGRAL_POINTS;
  out.slope += win;
}
