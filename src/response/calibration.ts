import { SimError } from '../core/errors.ts';

/** Predictions of about one size against what came of them. */
export interface ReliabilityBin {
  readonly count: number;
  /** Mean prediction. */
  readonly predicted: number;
  /** Share of outcomes. */
  readonly observed: number;
}

/** How good probabilities are. */
export interface Calibration {
  readonly count: number;
  /** Mean of −log of the probability given to what happened, nats. */
  readonly logLoss: number;
  /** Expected calibration error: mean over predictions of |predicted − observed| of their bin. */
  readonly ece: number;
  /** Chance that an outcome was ranked above a non-outcome, ties half; null where there is only one kind. */
  readonly auc: number | null;
  /** Mean prediction over the share of outcomes; null without outcomes. 1 is right on average. */
  readonly bias: number | null;
  /** Bins of equal counts, smallest predictions first. */
  readonly bins: readonly ReliabilityBin[];
}

/** Predictions this near to 0 or 1 count as that far away in the log loss. */
const CLIP = 1e-12;

/**
 * Measures predictions against outcomes.
 *
 * @param predicted `[K]` probabilities. @param outcomes `[K]` 0 or 1.
 * @param numBins Bins of (nearly) equal counts.
 * @throws SimError `SHAPE_MISMATCH` without predictions, or where outcomes are not as many.
 *
 * Source: Guo et al. (2017), arXiv:1706.04599, eq. 3 (with bins of equal counts); Hanley and McNeil (1982),
 * doi:10.1148/radiology.143.1.7063747, for the AUC by ranks.
 */
export function measureCalibration(predicted: Float64Array, outcomes: Uint8Array, numBins: number): Calibration {
  const count = predicted.length;
  if (count === 0 || outcomes.length !== count) {
    throw new SimError(
      'SHAPE_MISMATCH',
      `calibration: expected as many outcomes as predictions and at least one, received ${outcomes.length} and ${count}`,
    );
  }
  const order = Uint32Array.from(predicted, (_, k) => k).sort((a, b) => predicted[a]! - predicted[b]!);
  const bins = reliabilityBins(predicted, outcomes, order, Math.min(numBins, count));
  const happened = outcomes.reduce((sum, outcome) => sum + outcome, 0);
  const total = predicted.reduce((sum, p) => sum + p, 0);
  let loss = 0;
  for (let k = 0; k < count; k++) {
    loss -= Math.log(Math.max(CLIP, outcomes[k] === 1 ? predicted[k]! : 1 - predicted[k]!));
  }
  return {
    count,
    logLoss: loss / count,
    ece: bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.predicted - bin.observed), 0) / count,
    auc: areaUnderCurve(predicted, outcomes, order, happened),
    bias: happened === 0 ? null : total / happened,
    bins,
  };
}

function reliabilityBins(predicted: Float64Array, outcomes: Uint8Array, order: Uint32Array, numBins: number) {
  return Array.from({ length: numBins }, (_, bin): ReliabilityBin => {
    const members = order.subarray(
      Math.round((bin * order.length) / numBins),
      Math.round(((bin + 1) * order.length) / numBins),
    );
    let sum = 0;
    let happened = 0;
    for (const k of members) {
      sum += predicted[k]!;
      happened += outcomes[k]!;
    }
    return { count: members.length, predicted: sum / members.length, observed: happened / members.length };
  });
}

/** The Mann–Whitney statistic over the number of pairs; equal predictions share their mean rank. */
function areaUnderCurve(predicted: Float64Array, outcomes: Uint8Array, order: Uint32Array, happened: number) {
  const others = order.length - happened;
  if (happened === 0 || others === 0) return null;
  let ranks = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let inTie = 0;
    while (end < order.length && predicted[order[end]!] === predicted[order[start]!]) inTie += outcomes[order[end++]!]!;
    ranks += inTie * 0.5 * (start + 1 + end);
    start = end;
  }
  return (ranks - 0.5 * happened * (happened + 1)) / (happened * others);
}
