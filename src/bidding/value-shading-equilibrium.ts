import type { ShadingMarket } from './shading-equilibrium.ts';
import { addSeat, emptySums, highestPoint, type Pricing, runningSurplus } from './surplus-curve.ts';

/** A symmetric equilibrium of bidders that shade high values by another share than low ones. */
export interface ValueShadingEquilibrium {
  /** `[B − 1]` values, ascending, that part the classes. */
  readonly edges: Float64Array;
  /** `[B]` share of value that is bid in each class. */
  readonly gammas: Float64Array;
  /** Mean share over all seats. */
  readonly meanGamma: number;
}

const MAX_ROUNDS = 40;
const SETTLED = 1e-3;

/**
 * The symmetric equilibrium in which the share γ depends on the value: each of B classes of values, equally frequent, moves halfway
 * to its best constant answer until all stay. With many classes this is the Bayes–Nash equilibrium of bidders that do not tell each
 * other apart.
 *
 * @param numClasses B ≥ 1; with 1 it is the equilibrium in constant shading.
 *
 * Source: Krishna (2009), Auction Theory, 2nd ed., section 2.3, by best responses on common random numbers.
 */
export function valueShadingEquilibrium(
  market: ShadingMarket,
  pricing: Pricing,
  numClasses = 10,
): ValueShadingEquilibrium {
  const edges = quantiles(market.values, numClasses);
  const classes = Int32Array.from(market.values, (value) => classOf(edges, value));
  const gammas = new Float64Array(numClasses).fill(0.5);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const answers = classAnswers(market, pricing, classes, gammas);
    let moved = 0;
    for (let b = 0; b < numClasses; b++) {
      const step = (answers[b]! - gammas[b]!) / 2;
      gammas[b] = gammas[b]! + step;
      moved = Math.max(moved, Math.abs(step));
    }
    if (moved < SETTLED) break;
  }
  const meanGamma = classes.reduce((sum, b) => sum + gammas[b]!, 0) / classes.length;
  return { edges, gammas, meanGamma };
}

function quantiles(values: Float64Array, numClasses: number): Float64Array {
  const sorted = values.slice().sort();
  return Float64Array.from(
    { length: numClasses - 1 },
    (_, b) => sorted[Math.floor(((b + 1) * sorted.length) / numClasses)]!,
  );
}

function classOf(edges: Float64Array, value: number): number {
  let b = 0;
  while (b < edges.length && value >= edges[b]!) b++;
  return b;
}

/** `[B]` the share that pays each class best while everybody else bids by `gammas`. */
function classAnswers(
  { numRounds, numParticipants, values }: ShadingMarket,
  pricing: Pricing,
  classes: Int32Array,
  gammas: Float64Array,
): number[] {
  const sums = Array.from(gammas, emptySums);
  const seats = new Float64Array(gammas.length);
  for (let k = 0; k < numRounds; k++) {
    const from = k * numParticipants;
    const to = from + numParticipants;
    for (let p = from; p < to; p++) {
      let rival = 0;
      for (let q = from; q < to; q++) if (q !== p) rival = Math.max(rival, gammas[classes[q]!]! * values[q]!);
      addSeat(sums[classes[p]!]!, values[p]!, rival);
      seats[classes[p]!] = seats[classes[p]!]! + 1;
    }
  }
  return sums.map((own, b) => highestPoint(runningSurplus(own, pricing, Math.max(1, seats[b]!))).gamma);
}
