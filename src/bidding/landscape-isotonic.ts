import { SimError } from '../core/errors.ts';
import { type LandscapeEstimate, stepEstimate } from './landscape-estimate.ts';
import { type LandscapeObservations, largestInformative } from './landscape-observations.ts';

/**
 * The nonparametric maximum likelihood estimate of the win probability from wins and losses alone (current status data):
 * the isotonic regression of winning on the bid, by pooling adjacent violators.
 *
 *     maximise Σ won log F(b) + lost log(1 − F(b)) over ascending F
 *
 * Between two bids that were tried it keeps the lower one's value. Converges at the rate n^(−1/3).
 *
 * @throws SimError `DATA_INVALID` without observations, or where an exact need or a two-sided interval is among them: the
 * Kaplan–Meier estimate and parametric fits use those.
 *
 * Source: Ayer, Brunk, Ewing, Reid & Silverman (1955), doi:10.1214/aoms/1177728423; Groeneboom & Wellner (1992),
 * doi:10.1007/978-3-0348-8621-5.
 */
export function isotonicLandscape(observations: LandscapeObservations): LandscapeEstimate {
  const trials = bidOutcomes(observations);
  const blocks = poolAdjacentViolators(trials);
  const jumps: number[] = [];
  const heights: number[] = [];
  for (const block of blocks) {
    const height = block.wins / block.weight;
    if (height <= (heights.at(-1) ?? 0)) continue;
    jumps.push(block.from);
    heights.push(height);
  }
  return stepEstimate(Float64Array.from(jumps), Float64Array.from(heights), largestInformative(observations));
}

/** Auctions at one bid, or at neighbouring bids that were pooled. */
interface Block {
  /** Lowest bid, micros. */
  readonly from: number;
  wins: number;
  weight: number;
}

/** One block a distinct bid, ascending. */
function bidOutcomes({ count, lower, upper, weight }: LandscapeObservations): Block[] {
  if (count === 0) {
    throw new SimError('DATA_INVALID', 'isotonic landscape: expected one or more observations, received none');
  }
  const outcomes = Array.from({ length: count }, (_, i): Block => {
    const lost = upper[i] === Number.POSITIVE_INFINITY;
    if (!lost && (lower[i] !== 0 || upper[i] === 0)) {
      throw new SimError(
        'DATA_INVALID',
        `isotonic landscape: expected wins and losses only, received a need in [${lower[i]}, ${upper[i]}] micros; use Kaplan–Meier or a parametric fit where prices are known`,
      );
    }
    return { from: lost ? lower[i]! : upper[i]!, wins: lost ? 0 : weight[i]!, weight: weight[i]! };
  }).sort((a, b) => a.from - b.from);
  const distinct: Block[] = [];
  for (const outcome of outcomes) {
    const last = distinct.at(-1);
    if (last === undefined || last.from < outcome.from) distinct.push(outcome);
    else join(last, outcome);
  }
  return distinct;
}

function poolAdjacentViolators(trials: readonly Block[]): Block[] {
  const blocks: Block[] = [];
  for (const trial of trials) {
    blocks.push(trial);
    while (blocks.length > 1 && rate(blocks.at(-2)!) >= rate(blocks.at(-1)!)) {
      const last = blocks.pop()!;
      join(blocks.at(-1)!, last);
    }
  }
  return blocks;
}

const rate = ({ wins, weight }: Block) => wins / weight;

function join(into: Block, other: Block): void {
  into.wins += other.wins;
  into.weight += other.weight;
}
