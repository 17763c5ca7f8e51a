import { SimError } from '../core/errors.ts';
import type { Tape } from '../data/tape.ts';
import { bruteForceStep } from './brute-force.ts';
import { cappedNeedMicros, entryMultiplier } from './entry-multiplier.ts';
import type { ReplayColumns } from './replay-columns.ts';
import { SortedRuns } from './sorted-runs.ts';
import { putOutcome, type StepOutcomes, type StepQueries } from './step-batch.ts';
import { emptyOutcome, type StepOutcome } from './step-outcome.ts';

/** Opportunities per sub-block of a step; a step that the budget cannot cover is decided block by block. */
const BLOCK = 128;

/**
 * Exact replay of linear bidding on a tape: the outcome of multiplier α in a step is one binary search while the budget
 * covers the step, and a walk over sub-blocks in time order where it does not.
 *
 * Rules, the same as {@link bruteForceStep}'s: an opportunity that would be won is bought if its price is at most the
 * remaining budget, else lost, and the scan goes on. Second price: money, wins and clicks equal brute force exactly. First
 * price pays α times the step's won value, rounded down once a step: equal within 1 micro a step.
 */
export class Replay implements ReplayColumns {
  readonly tape: Tape;
  readonly stepOffsets: Int32Array;
  readonly needMicros: Float64Array;
  readonly paidMicros: Float64Array;
  readonly firstPrice: boolean;
  /** `[S]` the least that a win in the step can cost; Infinity where nothing can be won. */
  readonly stepMinCostMicros: Float64Array;
  readonly #steps: SortedRuns;
  readonly #blocks: SortedRuns;
  /** `[S + 1]` first sub-block of each step. */
  readonly #firstBlock: Int32Array;
  readonly #scan = emptyOutcome();
  readonly #short = emptyOutcome();

  /**
   * @param stepOffsets `[S + 1]` ascending, within 0 … tape.length.
   * @throws SimError `SHAPE_MISMATCH` when the offsets are not ascending or leave the tape.
   */
  constructor(tape: Tape, stepOffsets: Int32Array) {
    checkOffsets(stepOffsets, tape.length);
    this.tape = tape;
    this.stepOffsets = stepOffsets;
    this.firstPrice = tape.meta.pricing === 'first-price';
    const n = tape.length;
    this.needMicros = new Float64Array(n);
    this.paidMicros = new Float64Array(n);
    const tau = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const price = tape.marketPriceMicros[i]!;
      const floor = tape.floorMicros[i]!;
      const need = cappedNeedMicros(price, floor, tape.meta);
      this.needMicros[i] = need;
      this.paidMicros[i] = Math.max(price, floor);
      tau[i] = entryMultiplier(need, tape.value[i]!);
    }
    const columns = {
      tau,
      paidMicros: this.paidMicros,
      value: tape.value,
      click: tape.click,
      conversion: tape.conversion,
    };
    this.#steps = new SortedRuns(columns, stepOffsets);
    this.#firstBlock = firstBlocks(stepOffsets);
    this.#blocks = new SortedRuns(columns, blockOffsets(stepOffsets, this.#firstBlock));
    this.stepMinCostMicros = this.#minCosts(tau);
  }

  get numSteps(): number {
    return this.stepOffsets.length - 1;
  }

  /** Opportunities in step s. */
  numAuctions(step: number): number {
    return this.stepOffsets[step + 1]! - this.stepOffsets[step]!;
  }

  /** What buying every winnable opportunity of step s costs at market prices, integer micros. */
  fullCostMicros(step: number): number {
    return this.#steps.paidMicros(this.#steps.rowAt(step, Number.MAX_VALUE));
  }

  /**
   * Plays one step with bids α · value.
   *
   * @param multiplier α ≥ 0, finite, micros per value unit.
   * @param remainingMicros Budget left, integer micros ≥ 0; never exceeded.
   * @throws SimError `VALUE_OUT_OF_RANGE` when the multiplier is not finite and ≥ 0.
   */
  play(step: number, multiplier: number, remainingMicros: number, out: StepOutcome): void {
    checkMultiplier(multiplier);
    const runs = this.#steps;
    const row = runs.rowAt(step, multiplier);
    const value = runs.value(row);
    const spend = this.firstPrice ? Math.floor(multiplier * value) : runs.paidMicros(row);
    // In first price the order of addition may move the sum across an integer: leave one micro to the walk.
    if (spend + (this.firstPrice ? 1 : 0) <= remainingMicros) {
      out.wins = runs.count(step, row);
      out.spendMicros = spend;
      out.value = value;
      out.clicks = runs.clicks(row);
      out.conversions = runs.conversions(row);
      return;
    }
    this.#walk(step, multiplier, remainingMicros, out);
  }

  /**
   * Plays N steps, each on its own: the same outcomes as {@link play}, to the last bit, and faster, because
   * the processor need not wait for one before it looks up the next.
   *
   * @param count Queries to play, from the first on.
   * @throws SimError `VALUE_OUT_OF_RANGE` when a multiplier is not finite and ≥ 0; nothing is written then.
   */
  playMany(queries: StepQueries, out: StepOutcomes, count: number): void {
    const { steps, multipliers, remainingMicros } = queries;
    for (let i = 0; i < count; i++) checkMultiplier(multipliers[i]!);
    this.#steps.sumMany(count, steps, multipliers, out);
    const { spendMicros, value } = out;
    const { firstPrice } = this;
    const spare = firstPrice ? 1 : 0;
    for (let i = 0; i < count; i++) {
      if (firstPrice) spendMicros[i] = Math.floor(multipliers[i]! * value[i]!);
      if (spendMicros[i]! + spare <= remainingMicros[i]!) continue;
      this.#walk(steps[i]!, multipliers[i]!, remainingMicros[i]!, this.#short);
      putOutcome(out, i, this.#short);
    }
  }

  /** The budget is short: opportunities are decided in time order. */
  #walk(step: number, multiplier: number, remainingMicros: number, out: StepOutcome): void {
    if (this.firstPrice) this.#walkFirstPrice(step, multiplier, remainingMicros, out);
    else this.#walkSecondPrice(step, multiplier, remainingMicros, out);
  }

  /** Second price, budget short: whole blocks where they fit, skipped where nothing fits, scanned otherwise. */
  #walkSecondPrice(step: number, multiplier: number, remainingMicros: number, out: StepOutcome): void {
    clear(out);
    const blocks = this.#blocks;
    for (let b = this.#firstBlock[step]!; b < this.#firstBlock[step + 1]!; b++) {
      const left = remainingMicros - out.spendMicros;
      const row = blocks.rowAt(b, multiplier);
      if (blocks.minPaidMicros(row) > left) continue;
      if (blocks.paidMicros(row) <= left) this.#takeBlock(b, row, blocks.paidMicros(row), out);
      else this.#scanBlock(b, multiplier, left, out);
    }
  }

  /** First price, budget short: money is counted from the won value, so a block is taken by its value sum. */
  #walkFirstPrice(step: number, multiplier: number, remainingMicros: number, out: StepOutcome): void {
    clear(out);
    const blocks = this.#blocks;
    const { tape, needMicros: need } = this;
    for (let b = this.#firstBlock[step]!; b < this.#firstBlock[step + 1]!; b++) {
      const row = blocks.rowAt(b, multiplier);
      if (Math.floor(multiplier * (out.value + blocks.value(row))) + 1 <= remainingMicros) {
        this.#takeBlock(b, row, 0, out);
        continue;
      }
      for (let i = blocks.offsets[b]!; i < blocks.offsets[b + 1]!; i++) {
        const value = tape.value[i]!;
        if (multiplier * value < need[i]!) continue;
        if (Math.floor(multiplier * (out.value + value)) > remainingMicros) continue;
        out.wins++;
        out.value += value;
        out.clicks += tape.click[i]!;
        out.conversions += tape.conversion[i]!;
      }
    }
    out.spendMicros = Math.floor(multiplier * out.value);
  }

  #takeBlock(b: number, row: number, paidMicros: number, out: StepOutcome): void {
    out.wins += this.#blocks.count(b, row);
    out.spendMicros += paidMicros;
    out.value += this.#blocks.value(row);
    out.clicks += this.#blocks.clicks(row);
    out.conversions += this.#blocks.conversions(row);
  }

  #scanBlock(b: number, multiplier: number, left: number, out: StepOutcome): void {
    const offsets = this.#blocks.offsets;
    bruteForceStep(this, offsets[b]!, offsets[b + 1]!, multiplier, left, this.#scan);
    out.wins += this.#scan.wins;
    out.spendMicros += this.#scan.spendMicros;
    out.value += this.#scan.value;
    out.clicks += this.#scan.clicks;
    out.conversions += this.#scan.conversions;
  }

  #minCosts(tau: Float64Array): Float64Array {
    const costs = this.firstPrice ? this.needMicros : this.paidMicros;
    const least = new Float64Array(this.numSteps).fill(Number.POSITIVE_INFINITY);
    for (let s = 0; s < least.length; s++) {
      for (let i = this.stepOffsets[s]!; i < this.stepOffsets[s + 1]!; i++) {
        if (tau[i]! < Number.POSITIVE_INFINITY && costs[i]! < least[s]!) least[s] = costs[i]!;
      }
    }
    return least;
  }
}

function checkMultiplier(multiplier: number): void {
  if (!(multiplier >= 0 && multiplier < Number.POSITIVE_INFINITY)) {
    throw new SimError('VALUE_OUT_OF_RANGE', `multiplier: expected a finite number >= 0, received ${multiplier}`);
  }
}

function clear(out: StepOutcome): void {
  out.wins = 0;
  out.spendMicros = 0;
  out.value = 0;
  out.clicks = 0;
  out.conversions = 0;
}

function checkOffsets(offsets: Int32Array, length: number): void {
  for (let s = 0; s < offsets.length; s++) {
    if (offsets[s]! < (s === 0 ? 0 : offsets[s - 1]!) || offsets[s]! > length) {
      throw new SimError(
        'SHAPE_MISMATCH',
        `step offsets: expected ascending numbers within 0 … ${length}, received ${offsets[s]} at ${s}`,
      );
    }
  }
}

function firstBlocks(stepOffsets: Int32Array): Int32Array {
  const first = new Int32Array(stepOffsets.length);
  for (let s = 0; s + 1 < stepOffsets.length; s++) {
    first[s + 1] = first[s]! + Math.ceil((stepOffsets[s + 1]! - stepOffsets[s]!) / BLOCK);
  }
  return first;
}

function blockOffsets(stepOffsets: Int32Array, firstBlock: Int32Array): Int32Array {
  const offsets = new Int32Array(firstBlock.at(-1)! + 1);
  for (let s = 0; s + 1 < stepOffsets.length; s++) {
    for (let b = firstBlock[s]!; b < firstBlock[s + 1]!; b++) {
      offsets[b] = stepOffsets[s]! + (b - firstBlock[s]!) * BLOCK;
    }
  }
  offsets[offsets.length - 1] = stepOffsets.at(-1)!;
  return offsets;
}
