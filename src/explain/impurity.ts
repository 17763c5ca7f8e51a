/** What a tree learns to tell: one of some actions, or a number. `[B]` each. */
export type TreeTarget =
  | { readonly kind: 'action'; readonly actions: ArrayLike<number>; readonly numActions: number }
  | { readonly kind: 'number'; readonly values: ArrayLike<number> };

/** Measures how mixed the decisions of states are. W weight, all sums over some states. */
export interface Impurity {
  /** The decision that fits rows best, and their total impurity. */
  of(rows: Uint32Array): { readonly prediction: number; readonly total: number };
  /**
   * @param sorted Rows in the order of a feature.
   * @returns `[n + 1]` how much total impurity falls when the first k rows are parted from the others.
   */
  gains(sorted: Uint32Array): Float64Array;
}

/**
 * Gini's impurity W · (1 − Σ_a p_a²) for actions, W · variance for numbers. In both a split's gain is
 * q(left) + q(right) − q(all), with q = Σ_a W_a² / W for actions and q = (Σ w y)² / W for numbers.
 *
 * Source: Breiman, Friedman, Olshen & Stone (1984), sections 4.3 and 8.4.
 */
export function makeImpurity(target: TreeTarget, weights: Float64Array): Impurity {
  return target.kind === 'action' ? gini(target.actions, target.numActions, weights) : variance(target.values, weights);
}

function gini(actions: ArrayLike<number>, numActions: number, weights: Float64Array): Impurity {
  const sums = (rows: Uint32Array) => {
    const byAction = new Float64Array(numActions);
    for (const row of rows) byAction[actions[row]!] = byAction[actions[row]!]! + weights[row]!;
    return byAction;
  };
  return {
    of(rows) {
      const byAction = sums(rows);
      const total = byAction.reduce((a, b) => a + b, 0);
      const prediction = byAction.indexOf(byAction.reduce((a, b) => Math.max(a, b), 0));
      return { prediction, total: total === 0 ? 0 : total - squares(byAction) / total };
    },
    gains(sorted) {
      const right = sums(sorted);
      const left = new Float64Array(numActions);
      const total = right.reduce((a, b) => a + b, 0);
      const all = total === 0 ? 0 : squares(right) / total;
      const gains = new Float64Array(sorted.length + 1);
      let [leftSquares, rightSquares, leftWeight] = [0, squares(right), 0];
      for (let k = 0; k < sorted.length; k++) {
        const a = actions[sorted[k]!]!;
        const w = weights[sorted[k]!]!;
        leftSquares += w * (2 * left[a]! + w);
        rightSquares -= w * (2 * right[a]! - w);
        left[a] = left[a]! + w;
        right[a] = right[a]! - w;
        leftWeight += w;
        gains[k + 1] = per(leftSquares, leftWeight) + per(rightSquares, total - leftWeight) - all;
      }
      return gains;
    },
  };
}

function variance(values: ArrayLike<number>, weights: Float64Array): Impurity {
  const moments = (rows: Uint32Array) => {
    let [weight, sum] = [0, 0];
    for (const row of rows) {
      weight += weights[row]!;
      sum += weights[row]! * values[row]!;
    }
    return { weight, mean: per(sum, weight) };
  };
  return {
    of(rows) {
      const { mean } = moments(rows);
      let total = 0;
      for (const row of rows) total += weights[row]! * (values[row]! - mean) ** 2;
      return { prediction: mean, total };
    },
    gains(sorted) {
      // Around the mean the sum of all is 0, and the gain keeps its digits where values are large.
      const { weight, mean } = moments(sorted);
      const gains = new Float64Array(sorted.length + 1);
      let [leftWeight, leftSum] = [0, 0];
      for (let k = 0; k < sorted.length; k++) {
        leftWeight += weights[sorted[k]!]!;
        leftSum += weights[sorted[k]!]! * (values[sorted[k]!]! - mean);
        gains[k + 1] = per(leftSum ** 2, leftWeight) + per(leftSum ** 2, weight - leftWeight);
      }
      return gains;
    },
  };
}

function squares(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x * x, 0);
}

/** sum / weight, 0 where nothing weighs. */
function per(sum: number, weight: number): number {
  return weight > 0 ? sum / weight : 0;
}
