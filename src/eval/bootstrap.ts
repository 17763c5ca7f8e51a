import { SimError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import { quantile } from './statistics.ts';

/** Where one score stands in the design: a seed crossed with a flight, inside a stratum. */
export interface Cell {
  /** Stratum: the budget fraction. */
  readonly stratum: number;
  readonly seed: number;
  readonly flight: string;
}

/** An interval, or null where the design has nothing to resample (one seed, one flight). */
export type Interval = { readonly low: number; readonly high: number } | null;

/** How a {@link Bootstrap} draws. */
export interface BootstrapOptions {
  /** Number of replicates; default 2,000. */
  readonly replicates?: number;
  /** Coverage of the interval, in (0, 1); default 0.95. */
  readonly confidence?: number;
}

/** A resampler whose draws depend only on its stream and on the labels of seeds and flights. */
export interface Bootstrap {
  readonly replicates: number;
  readonly confidence: number;
  /**
   * Percentile interval of a statistic under resampling.
   *
   * @param cells `[n]` the design of the scores.
   * @param statistic Gets `[n]` integer weights (how often each cell was drawn; a buffer that is reused) and returns the
   * statistic of that resample; NaN drops the replicate.
   */
  interval(cells: readonly Cell[], statistic: (weights: Float64Array) => number): Interval;
}

/**
 * Stratified percentile bootstrap for scores of seeds crossed with flights (pigeonhole bootstrap).
 *
 * In each stratum seeds and flights are drawn with replacement, apart from one another, and a cell's weight is the product
 * of both counts: the interval covers the luck of training and the luck of the days. Drawing rows as if they were
 * independent would call an interval of ten flights of one lucky seed certain.
 *
 * Strata that hold the same flights (or seeds) share the draw, since a hard day is hard at every budget; so do policies,
 * which makes differences paired.
 *
 * Differs from Agarwal et al. (2021): their runs are independent between tasks, so they draw each task apart.
 * Source: Owen (2007), "The pigeonhole bootstrap", Annals of Applied Statistics 1(2), arXiv:0712.1111.
 *
 * @throws SimError `VALUE_OUT_OF_RANGE` on fewer than 1 replicate or a confidence outside (0, 1).
 */
export function makeBootstrap(rng: Rng, options: BootstrapOptions = {}): Bootstrap {
  const replicates = options.replicates ?? 2000;
  const confidence = options.confidence ?? 0.95;
  if (!Number.isInteger(replicates) || replicates < 1) {
    throw new SimError('VALUE_OUT_OF_RANGE', `bootstrap: expected at least 1 replicate, received ${replicates}`);
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new SimError('VALUE_OUT_OF_RANGE', `bootstrap: expected a confidence inside (0, 1), received ${confidence}`);
  }
  const draws = new Map<string, Uint16Array>();
  const drawsOf = (kind: string, labels: readonly string[]): Uint16Array => {
    const key = `${kind}/${labels.join('|')}`;
    const known = draws.get(key);
    if (known !== undefined) return known;
    const drawn = drawCounts(rng.split(key), labels.length, replicates);
    draws.set(key, drawn);
    return drawn;
  };
  return {
    replicates,
    confidence,
    interval(cells, statistic) {
      const plan = planCells(cells, drawsOf);
      if (!plan.varies) return null;
      const weights = new Float64Array(cells.length);
      const statistics: number[] = [];
      for (let r = 0; r < replicates; r++) {
        fillWeights(plan, r, weights);
        const replicate = statistic(weights);
        if (!Number.isNaN(replicate)) statistics.push(replicate);
      }
      return percentileInterval(Float64Array.from(statistics).sort(), confidence);
    },
  };
}

/** The middle `confidence` of sorted replicates; null of nothing. */
function percentileInterval(sorted: Float64Array, confidence: number): Interval {
  if (sorted.length === 0) return null;
  const tail = (1 - confidence) / 2;
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

/** `[R, n]` counts of n draws with replacement from n, per replicate. */
function drawCounts(rng: Rng, n: number, replicates: number): Uint16Array {
  const counts = new Uint16Array(replicates * n);
  for (let r = 0; r < replicates; r++) {
    for (let k = 0; k < n; k++) counts[r * n + rng.int(n)]!++;
  }
  return counts;
}

/** Per cell where to find its two counts: `counts[replicate * size + index]`. */
interface CellPlan {
  readonly seeds: readonly LabelDraws[];
  readonly flights: readonly LabelDraws[];
  readonly stratumOf: Uint32Array;
  readonly seedIndex: Uint32Array;
  readonly flightIndex: Uint32Array;
  /** Whether any stratum has more than one seed or flight. */
  readonly varies: boolean;
}

interface LabelDraws {
  readonly counts: Uint16Array;
  readonly size: number;
}

function planCells(
  cells: readonly Cell[],
  drawsOf: (kind: string, labels: readonly string[]) => Uint16Array,
): CellPlan {
  const strata = [...new Set(cells.map((cell) => cell.stratum))];
  const plan = {
    seeds: [] as LabelDraws[],
    flights: [] as LabelDraws[],
    stratumOf: new Uint32Array(cells.length),
    seedIndex: new Uint32Array(cells.length),
    flightIndex: new Uint32Array(cells.length),
    varies: false,
  };
  strata.forEach((stratum, s) => {
    const members = cells.filter((cell) => cell.stratum === stratum);
    const seeds = distinctLabels(members.map((cell) => String(cell.seed)));
    const flights = distinctLabels(members.map((cell) => cell.flight));
    plan.seeds.push({ counts: drawsOf('seeds', [...seeds.keys()]), size: seeds.size });
    plan.flights.push({ counts: drawsOf('flights', [...flights.keys()]), size: flights.size });
    plan.varies ||= seeds.size > 1 || flights.size > 1;
    cells.forEach((cell, i) => {
      if (cell.stratum !== stratum) return;
      plan.stratumOf[i] = s;
      plan.seedIndex[i] = seeds.get(String(cell.seed))!;
      plan.flightIndex[i] = flights.get(cell.flight)!;
    });
  });
  return plan;
}

/** Each label with its place among the sorted distinct labels. */
function distinctLabels(labels: readonly string[]): Map<string, number> {
  return new Map([...new Set(labels)].sort().map((label, index) => [label, index]));
}

function fillWeights(plan: CellPlan, replicate: number, weights: Float64Array): void {
  for (let i = 0; i < weights.length; i++) {
    const seeds = plan.seeds[plan.stratumOf[i]!]!;
    const flights = plan.flights[plan.stratumOf[i]!]!;
    const seedCount = seeds.counts[replicate * seeds.size + plan.seedIndex[i]!]!;
    weights[i] = seedCount * flights.counts[replicate * flights.size + plan.flightIndex[i]!]!;
  }
}
