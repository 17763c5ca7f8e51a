import { checkLength, SimError } from '../core/errors.ts';

/**
 * What any budget could have bought with hindsight: items sorted by value for money with running sums.
 *
 * Entry i is the state after the best i items; entry 0 is nothing bought.
 */
export interface KnapsackCurve {
  /** `[n + 1]` money spent, same unit as the prices, non-decreasing. */
  readonly cost: Float64Array;
  /** `[n + 1]` value bought, non-decreasing. */
  readonly value: Float64Array;
}

/**
 * Sorts the items `start … end − 1` by value over price, free ones first; items without value are left out.
 *
 * O(n log n) once, then {@link knapsackValue} answers any budget in O(log n).
 *
 * @param values Value units, ≥ 0.
 * @param prices What the item costs, any one money unit, ≥ 0; same length as `values`.
 * @throws SimError `SHAPE_MISMATCH` on unequal lengths; `DATA_INVALID` on a negative or non-finite number.
 */
export function knapsackCurve(
  values: Float64Array,
  prices: Float64Array,
  start = 0,
  end = values.length,
): KnapsackCurve {
  checkLength('knapsack prices', prices.length, values.length);
  const order = sortByValueForMoney(values, prices, start, end);
  const cost = new Float64Array(order.length + 1);
  const value = new Float64Array(order.length + 1);
  for (let i = 0; i < order.length; i++) {
    cost[i + 1] = cost[i]! + prices[order[i]!]!;
    value[i + 1] = value[i]! + values[order[i]!]!;
  }
  return { cost, value };
}

function sortByValueForMoney(values: Float64Array, prices: Float64Array, start: number, end: number): Uint32Array {
  const ratios = new Float64Array(end - start);
  const order = new Uint32Array(end - start);
  let n = 0;
  for (let i = start; i < end; i++) {
    if (!(values[i]! >= 0 && prices[i]! >= 0 && Number.isFinite(values[i]! + prices[i]!))) {
      throw new SimError(
        'DATA_INVALID',
        `knapsack: expected finite values and prices >= 0, received value ${values[i]}, price ${prices[i]} at item ${i}`,
      );
    }
    ratios[i - start] = values[i]! / prices[i]!;
    if (values[i]! > 0) order[n++] = i;
  }
  return order.subarray(0, n).sort((a, b) => {
    const left = ratios[a - start]!;
    const right = ratios[b - start]!;
    return left === right ? a - b : right > left ? 1 : -1;
  });
}

/**
 * R*: the most value that `budget` could have bought, the last item in part (fractional knapsack, Dantzig 1957).
 *
 * No bidder can beat it on these items at these prices.
 */
export function knapsackValue(curve: KnapsackCurve, budget: number): number {
  const whole = lastAffordable(curve.cost, budget);
  const bought = curve.value[whole]!;
  if (whole === curve.cost.length - 1) return bought;
  const nextCost = curve.cost[whole + 1]! - curve.cost[whole]!;
  return bought + ((curve.value[whole + 1]! - bought) * (budget - curve.cost[whole]!)) / nextCost;
}

/** {@link knapsackValue} of the items `start … end − 1` in one call. */
export function fractionalKnapsack(
  values: Float64Array,
  prices: Float64Array,
  budget: number,
  start = 0,
  end = values.length,
): number {
  return knapsackValue(knapsackCurve(values, prices, start, end), budget);
}

/** Opportunities sorted by the smallest multiplier that wins them, with running sums of what they cost. */
export interface MultiplierCurve {
  /** `[n]` entry multipliers τ, non-decreasing, micros per value unit. */
  readonly entries: Float64Array;
  /** `[n + 1]` spend of winning the first i. */
  readonly cost: Float64Array;
}

/**
 * The spend of every constant multiplier over a set of opportunities.
 *
 * @param values Value units.
 * @param needs Smallest winning bid of each, micros.
 * @param prices What each costs when won, micros.
 * @throws SimError `SHAPE_MISMATCH` on unequal lengths.
 */
export function multiplierCurve(values: Float64Array, needs: Float64Array, prices: Float64Array): MultiplierCurve {
  checkLength('multiplier curve needs', needs.length, values.length);
  checkLength('multiplier curve prices', prices.length, values.length);
  const ratios = new Float64Array(values.length);
  const order = new Uint32Array(values.length);
  let n = 0;
  for (let i = 0; i < values.length; i++) {
    ratios[i] = needs[i]! > 0 ? needs[i]! / values[i]! : 0;
    if (Number.isFinite(ratios[i]!)) order[n++] = i;
  }
  const sorted = order.subarray(0, n).sort((a, b) => ratios[a]! - ratios[b]! || a - b);
  const entries = new Float64Array(n);
  const cost = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) {
    entries[i] = ratios[sorted[i]!]!;
    cost[i + 1] = cost[i]! + prices[sorted[i]!]!;
  }
  return { entries, cost };
}

/**
 * The best constant multiplier for a budget: the largest entry multiplier whose whole spend the budget covers.
 *
 * Opportunities with one entry multiplier are won together or not at all. 0 where the budget covers none with a positive
 * entry; the largest entry where it covers all.
 */
export function bestConstantMultiplier(curve: MultiplierCurve, budget: number): number {
  let count = lastAffordable(curve.cost, budget);
  const n = curve.entries.length;
  while (count > 0 && count < n && curve.entries[count - 1] === curve.entries[count]) count--;
  return count === 0 ? 0 : curve.entries[count - 1]!;
}

/** Largest index i with cost[i] ≤ budget; cost[0] = 0. */
function lastAffordable(cost: Float64Array, budget: number): number {
  let low = 0;
  let high = cost.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (cost[middle]! <= budget) low = middle;
    else high = middle - 1;
  }
  return low;
}
