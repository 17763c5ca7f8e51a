import { SimError } from '../core/errors.ts';

/** Probability beyond which prices and numbers of clicks are left out. */
const TAIL = 1e-11;
/** Budgets, and costs, summed side by side. */
const BLOCK = 4;

/** What one auction costs and brings under one action; index c is the price paid, in whole currency units. */
export interface ClickLaw {
  /** `[P]` probability that the auction is won and clicked at price c. */
  readonly click: Float64Array;
  /** `[P]` probability that it is won, clicked and converts at price c; at most `click`. */
  readonly conversion: Float64Array;
}

/** A budget over T steps of independent auctions, one action a step, pay per click. */
export interface ClickBudgetProblem {
  readonly numSteps: number;
  /** Budget, whole currency units. */
  readonly budget: number;
  readonly numActions: number;
  /** `[n]` probability of n auctions in a step. */
  readonly auctions: Float64Array;
  /** Law of an auction of a step under an action. */
  law(step: number, action: number): ClickLaw;
}

/** The best action for every step and budget. */
export interface ClickBudgetPlan {
  readonly numSteps: number;
  readonly budget: number;
  /** `[T + 1, budget + 1]` expected conversions from step t on with b left. */
  readonly values: Float64Array;
  /** `[T, budget + 1]` best action. */
  readonly actions: Int32Array;
}

/**
 * Best expected conversions of a bidder that chooses one action a step, by dynamic programming over step and money left.
 *
 * Within a step auctions come one after the other; from the one on whose cost brings the step's spend to the money left,
 * all are void (spend stays strictly below it). Only clicked wins cost or bring anything, so with m of them to come, a
 * click costing c with probability q(c) and bringing ν(c),
 *
 *     U_0(b) = V(t+1, b)
 *     U_m(b) = Σ_{c < b} q(c) (ν(c) + U_{m−1}(b − c)) + Σ_{c ≥ b} q(c) V(t+1, b)
 *     V(t, b) = max_action Σ_m P(m clicked wins) U_m(b)
 *
 * Exact but for probabilities below 1e-11. With one action it is that action's value. Cost: steps × actions × clicks ×
 * budget × prices multiply-adds, about half a nanosecond each.
 *
 * @throws SimError `CONFIG_INVALID` when a size is not a positive whole number.
 */
export function solveClickBudget(problem: ClickBudgetProblem): ClickBudgetPlan {
  const { numSteps, budget, numActions } = problem;
  for (const [name, size] of Object.entries({ numSteps, budget, numActions })) {
    if (Number.isInteger(size) && size > 0) continue;
    throw new SimError('CONFIG_INVALID', `click budget: ${name} expected a positive whole number, received ${size}`);
  }
  const width = budget + 1;
  const values = new Float64Array((numSteps + 1) * width);
  const actions = new Int32Array(numSteps * width);
  const candidate = new Float64Array(width);
  for (let t = numSteps - 1; t >= 0; t--) {
    const next = values.subarray((t + 1) * width, (t + 2) * width);
    const best = values.subarray(t * width, (t + 1) * width).fill(Number.NEGATIVE_INFINITY);
    const chosen = actions.subarray(t * width, (t + 1) * width);
    for (let action = 0; action < numActions; action++) {
      stepValue(problem.law(t, action), problem.auctions, next, candidate);
      for (let b = 0; b < width; b++) {
        if (candidate[b]! <= best[b]!) continue;
        best[b] = candidate[b]!;
        chosen[b] = action;
      }
    }
  }
  return { numSteps, budget, values, actions };
}

/** `out[b]` = Σ_m P(m) U_m(b) for one action. */
function stepValue(
  { click, conversion }: ClickLaw,
  auctions: Float64Array,
  next: Float64Array,
  out: Float64Array,
): void {
  const rate = click.reduce((sum, p) => sum + p, 0);
  const counts = clickedWins(auctions, rate);
  const costs = costLaw(click, rate);
  const width = next.length;
  // What does not depend on m: conversions of a click that can be paid, and the step's end by one that cannot.
  const fixed = new Float64Array(width);
  let brings = 0;
  let payable = 0;
  for (let b = 1; b < width; b++) {
    brings += rate > 0 ? (conversion[b - 1] ?? 0) / rate : 0;
    payable += rate > 0 ? (click[b - 1] ?? 0) / rate : 0;
    fixed[b] = brings + (1 - payable) * next[b]!;
  }
  // Room below budget 0, where nothing is worth anything, and above for whole blocks.
  const room = costs.last;
  let before = new Float64Array(room + width + 2 * BLOCK);
  let after = new Float64Array(room + width + 2 * BLOCK);
  before.set(next, room);
  for (let b = 0; b < width; b++) out[b] = counts[0]! * next[b]!;
  for (let m = 1; m < counts.length; m++) {
    addClick(costs, fixed, before, after, room);
    const weight = counts[m]!;
    for (let b = 1; b < width; b++) out[b]! += weight * after[room + b]!;
    [before, after] = [after, before];
  }
}

/** Costs of a click: `reversed[i]` is the probability of cost `last − i`, with zeros behind up to a whole block. */
interface CostLaw {
  readonly last: number;
  readonly reversed: Float64Array;
}

function costLaw(click: Float64Array, rate: number): CostLaw {
  let first = 0;
  let last = click.length - 1;
  const rare = TAIL * rate;
  while (first < last && click[first]! <= rare) first++;
  while (last > first && click[last]! <= rare) last--;
  const blocks = Math.ceil((last - first + 1) / BLOCK);
  const reversed = new Float64Array(blocks * BLOCK);
  for (let i = 0; rate > 0 && i <= last - first; i++) reversed[i] = click[last - i]! / rate;
  return { last, reversed };
}

/**
 * U_m from U_{m−1}: both begin `room` before budget 0. Four budgets and four costs at a time: seven values of U_{m−1} serve
 * sixteen products, and three of them the next sixteen.
 */
function addClick(
  { last, reversed }: CostLaw,
  fixed: Float64Array,
  before: Float64Array,
  after: Float64Array,
  room: number,
): void {
  for (let b = 1; b < fixed.length; b += BLOCK) {
    let k = room + b - last;
    let [a0, a1, a2, a3] = [0, 0, 0, 0];
    let x0 = before[k]!;
    let x1 = before[k + 1]!;
    let x2 = before[k + 2]!;
    for (let i = 0; i < reversed.length; i += BLOCK) {
      const p0 = reversed[i]!;
      const p1 = reversed[i + 1]!;
      const p2 = reversed[i + 2]!;
      const p3 = reversed[i + 3]!;
      const x3 = before[k + 3]!;
      const x4 = before[k + 4]!;
      const x5 = before[k + 5]!;
      const x6 = before[k + 6]!;
      a0 += p0 * x0 + p1 * x1 + p2 * x2 + p3 * x3;
      a1 += p0 * x1 + p1 * x2 + p2 * x3 + p3 * x4;
      a2 += p0 * x2 + p1 * x3 + p2 * x4 + p3 * x5;
      a3 += p0 * x3 + p1 * x4 + p2 * x5 + p3 * x6;
      x0 = x4;
      x1 = x5;
      x2 = x6;
      k += BLOCK;
    }
    after[room + b] = fixed[b]! + a0;
    // Above the budget only what no smaller budget reads.
    after[room + b + 1] = (fixed[b + 1] ?? 0) + a1;
    after[room + b + 2] = (fixed[b + 2] ?? 0) + a2;
    after[room + b + 3] = (fixed[b + 3] ?? 0) + a3;
  }
}

/** Law of the number of clicked wins of a step: a binomial over the number of auctions, cut where the tail is negligible. */
function clickedWins(auctions: Float64Array, rate: number): number[] {
  const law = new Float64Array(auctions.length);
  for (let n = 0; n < auctions.length; n++) {
    if (auctions[n]! > 0) addBinomial(n, rate, auctions[n]!, law);
  }
  const counts: number[] = [];
  let mass = 0;
  for (let m = 0; m < law.length && mass < 1 - TAIL; m++) {
    counts.push(law[m]!);
    mass += law[m]!;
  }
  return counts;
}

function addBinomial(n: number, p: number, weight: number, law: Float64Array): void {
  if (p >= 1) {
    law[n]! += weight;
    return;
  }
  let probability = Math.exp(n * Math.log1p(-p));
  for (let m = 0; m <= n; m++) {
    law[m]! += weight * probability;
    probability *= ((n - m) / (m + 1)) * (p / (1 - p));
  }
}
