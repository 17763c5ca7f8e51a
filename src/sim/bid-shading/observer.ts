import type { Feature } from '../../core/space.ts';
import type { Notice } from '../../market/feedback.ts';
import type { ShadingEpisode } from './episode.ts';
import type { ShadingMarket } from './market.ts';

/** Bids at which the observation tells the estimated win probability, as shares of the segment's mean value. */
const EDGES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1, 1.3] as const;
const NUM_BINS = EDGES.length;
/** Auctions that the first guess of the win probability stands for. */
const PRIOR_WEIGHT = 4;

/**
 * The observation of `bid-shading-v1`, in order: time left, the segment at hand as a one-hot vector, and what notices have
 * told of this segment in this episode.
 */
export function shadingFeatures({ segments }: ShadingMarket): Feature[] {
  const share = (name: string, unit: string, description: string): Feature => {
    return { name, unit, low: 0, high: 1, description };
  };
  return [
    share('timeLeft', 'share of the episode', 'Batches left, this one included, over all batches.'),
    ...segments.map(({ name }, s) => share(`segment${s + 1}`, '0 or 1', `1 where the batch is of segment '${name}'.`)),
    share('evidence', 'log share', 'ln(1 + notices of this segment) over ln(1 + opportunities of an episode).'),
    share('noticesMissing', 'share of bids', 'Bids of this segment whose notice has not come, over all; 0 before any.'),
    share('lastFactor', 'share of value', 'Mean bid over mean value of the segment’s last batch; 1 before any.'),
    share('winRate', 'share of notices', 'Wins over notices of this segment; ½ before any.'),
    ...EDGES.map((edge) =>
      share(
        `winProbability${Math.round(edge * 100)}`,
        'probability',
        `Estimated probability that a bid of ${edge} of the segment’s mean value wins, from notices and a first guess that weighs ${PRIOR_WEIGHT} auctions.`,
      ),
    ),
  ];
}

/**
 * Keeps what notices told, by segment and bin of the amount, and writes it as an observation.
 *
 * Where prices are told, win probabilities are the product-limit estimate over the bins; where only wins and losses are, the
 * share won of the bids in each bin. Both start from a first guess, F(x · mean value) = x / (1 + x).
 */
export class ShadingObserver {
  /** Numbers of one observation. */
  readonly size: number;
  readonly #market: ShadingMarket;
  /** `[S, NUM_BINS + 1]` by bin of the price, of the losing bid and of the winning bid of unknown price; the last bin is above. */
  readonly #priced: Float64Array;
  readonly #lost: Float64Array;
  readonly #won: Float64Array;
  /** `[S]` */
  readonly #sent: Float64Array;
  readonly #seen: Float64Array;
  readonly #wins: Float64Array;
  readonly #factor: Float64Array;

  constructor(market: ShadingMarket) {
    const size = market.segments.length;
    this.size = size + 5 + NUM_BINS;
    this.#market = market;
    this.#priced = new Float64Array(size * (NUM_BINS + 1));
    this.#lost = new Float64Array(size * (NUM_BINS + 1));
    this.#won = new Float64Array(size * (NUM_BINS + 1));
    this.#sent = new Float64Array(size);
    this.#seen = new Float64Array(size);
    this.#wins = new Float64Array(size);
    this.#factor = new Float64Array(size).fill(1);
  }

  /** Forgets the episode. */
  reset(): void {
    for (const column of [this.#priced, this.#lost, this.#won, this.#sent, this.#seen, this.#wins]) column.fill(0);
    this.#factor.fill(1);
  }

  /** Takes in a notice of a segment. */
  receive(notice: Notice, segment: number): void {
    const told = notice.minToWinMicros >= 0;
    const column = told ? this.#priced : notice.won ? this.#won : this.#lost;
    const at = this.#bin(told ? notice.minToWinMicros : notice.bidMicros, segment);
    column[at] = column[at]! + 1;
    this.#seen[segment] = this.#seen[segment]! + 1;
    if (notice.won) this.#wins[segment] = this.#wins[segment]! + 1;
  }

  /** Takes in what was bid on the batch settled last. */
  settled({ last }: ShadingEpisode, segment: number): void {
    this.#sent[segment] = this.#sent[segment]! + last.opportunities;
    this.#factor[segment] = Math.min(1, last.bidMicros / last.valueMicros);
  }

  /** Writes the observation of row n of `out`. */
  write(episode: ShadingEpisode, n: number, out: Float32Array): void {
    const { numSteps, batchSize, segments } = this.#market;
    const row = out.subarray(n * this.size, (n + 1) * this.size);
    row.fill(0);
    const { segment } = episode;
    const seen = this.#seen[segment]!;
    const sent = this.#sent[segment]!;
    row[0] = (numSteps - episode.step) / numSteps;
    row[1 + segment] = 1;
    let at = 1 + segments.length;
    row[at++] = Math.log1p(seen) / Math.log1p(numSteps * batchSize);
    row[at++] = sent === 0 ? 0 : 1 - seen / sent;
    row[at++] = this.#factor[segment]!;
    row[at++] = seen === 0 ? 0.5 : this.#wins[segment]! / seen;
    if (this.#market.feedback === 'censored') this.#writeShares(segment, row, at);
    else this.#writeProductLimit(segment, row, at);
  }

  #bin(amountMicros: number, segment: number): number {
    const relative = amountMicros / this.#market.segments[segment]!.meanValueMicros;
    let bin = 0;
    while (bin < NUM_BINS && relative > EDGES[bin]!) bin++;
    return segment * (NUM_BINS + 1) + bin;
  }

  #writeShares(segment: number, row: Float32Array, from: number): void {
    for (let j = 0; j < NUM_BINS; j++) {
      const at = segment * (NUM_BINS + 1) + j;
      const wins = this.#won[at]!;
      row[from + j] = (wins + PRIOR_WEIGHT * firstGuess(j)) / (wins + this.#lost[at]! + PRIOR_WEIGHT);
    }
  }

  /** Losses of a bin were at risk in it for half of it (the actuarial estimate). */
  #writeProductLimit(segment: number, row: Float32Array, from: number): void {
    let atRisk = this.#seen[segment]!;
    let survival = 1;
    for (let j = 0; j < NUM_BINS; j++) {
      const at = segment * (NUM_BINS + 1) + j;
      const before = j === 0 ? 0 : firstGuess(j - 1);
      const guess = (firstGuess(j) - before) / (1 - before);
      const lost = this.#lost[at]!;
      const priced = this.#priced[at]!;
      const exposed = Math.max(priced, atRisk - 0.5 * lost);
      survival *= 1 - (priced + PRIOR_WEIGHT * guess) / (exposed + PRIOR_WEIGHT);
      atRisk -= lost + priced;
      row[from + j] = 1 - survival;
    }
  }
}

function firstGuess(j: number): number {
  return EDGES[j]! / (1 + EDGES[j]!);
}
