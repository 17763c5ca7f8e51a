import type { Bootstrap } from './bootstrap.ts';
import { groupBy } from './group-by.ts';
import {
  comparisonOrder,
  interquartileMean,
  sortOrder,
  weightedInterquartileMean,
  weightedProbabilityOfImprovement,
} from './statistics.ts';
import type { SummaryRow } from './summary-row.ts';

/** A number with its bootstrap interval; low and high are null where there is only one seed and one flight. */
export interface Estimate {
  readonly estimate: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** A policy against a baseline on the same tapes. */
export interface PairedComparison {
  /** IQM of the policy's valueRatio less that of the baseline, over the rows that pair. */
  readonly difference: Estimate;
  /** Probability that a random row of the policy beats a random row of the baseline of the same budget fraction. */
  readonly probability: Estimate;
  /** Share of the pairs that the policy won, ties half. */
  readonly betterShare: number;
}

/**
 * Compares a policy with a baseline row by row: both scores stand on the same tape and are drawn together by the bootstrap,
 * so the luck of a day cancels.
 *
 * Rows pair by seed, flight and budget fraction. A baseline that does not depend on the seed may have been played once: its
 * one row of the flight then pairs with every seed, provided that it met the same hindsight optimum.
 *
 * @returns null where nothing pairs.
 */
export function compareToBaseline(
  policyRows: readonly SummaryRow[],
  baselineRows: readonly SummaryRow[],
  bootstrap: Bootstrap,
): PairedComparison | null {
  const pairs = pairRows(policyRows, baselineRows);
  if (pairs.length === 0) return null;
  const x = Float64Array.from(pairs, (pair) => pair.row.valueRatio);
  const y = Float64Array.from(pairs, (pair) => pair.baseline.valueRatio);
  const cells = pairs.map(({ row }) => ({ stratum: row.budgetFraction, seed: row.seed, flight: row.flight }));
  const orderX = sortOrder(x);
  const orderY = sortOrder(y);
  const difference = bootstrap.interval(
    cells,
    (weights) => weightedInterquartileMean(x, orderX, weights) - weightedInterquartileMean(y, orderY, weights),
  );
  const probability = stratifiedProbability(pairs, x, y);
  const probabilityInterval = bootstrap.interval(cells, probability);
  let better = 0;
  for (let i = 0; i < x.length; i++) better += x[i]! > y[i]! ? 1 : x[i] === y[i] ? 0.5 : 0;
  return {
    difference: {
      estimate: interquartileMean(x) - interquartileMean(y),
      low: difference?.low ?? null,
      high: difference?.high ?? null,
    },
    probability: {
      estimate: probability(new Float64Array(pairs.length).fill(1)),
      low: probabilityInterval?.low ?? null,
      high: probabilityInterval?.high ?? null,
    },
    betterShare: better / x.length,
  };
}

interface Pair {
  readonly row: SummaryRow;
  readonly baseline: SummaryRow;
}

function pairRows(policyRows: readonly SummaryRow[], baselineRows: readonly SummaryRow[]): Pair[] {
  const bySeed = new Map(baselineRows.map((row) => [pairKey(row, row.seed), row]));
  const played = new Set(baselineRows.map((row) => row.seed));
  const onlySeed = played.size === 1 ? [...played][0]! : null;
  return policyRows.flatMap((row) => {
    const exact = bySeed.get(pairKey(row, row.seed));
    if (exact !== undefined) return [{ row, baseline: exact }];
    const shared = onlySeed === null ? undefined : bySeed.get(pairKey(row, onlySeed));
    return shared?.hindsightValue === row.hindsightValue ? [{ row, baseline: shared }] : [];
  });
}

function pairKey(row: SummaryRow, seed: number): string {
  return JSON.stringify([seed, row.flight, row.budgetFraction]);
}

/** The probability of improvement, averaged over the budget fractions, as a function of the weights of the pairs. */
function stratifiedProbability(pairs: readonly Pair[], x: Float64Array, y: Float64Array) {
  const strata = [...groupBy(pairs.keys(), (i) => pairs[i]!.row.budgetFraction).values()].map((indices) => ({
    indices,
    comparison: comparisonOrder(
      indices.map((i) => x[i]!),
      indices.map((i) => y[i]!),
    ),
    weights: new Float64Array(indices.length),
  }));
  return (weights: Float64Array): number => {
    let sum = 0;
    for (const stratum of strata) {
      for (let k = 0; k < stratum.indices.length; k++) stratum.weights[k] = weights[stratum.indices[k]!]!;
      sum += weightedProbabilityOfImprovement(stratum.comparison, stratum.weights, stratum.weights);
    }
    return sum / strata.length;
  };
}
