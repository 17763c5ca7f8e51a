import { SimError } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import { MICROS_PER_UNIT } from '../../core/units.ts';
import { entryMultiplier } from '../entry-multiplier.ts';
import { SortedRuns } from '../sorted-runs.ts';
import type { StepOutcome } from '../step-outcome.ts';
import { type Auctions, allocateAuctions, drawAuctions, drawVolume, scanAuctions } from './auctions.ts';
import type { RtbGymMarket } from './market.ts';

/**
 * Episodes drawn once, to be played again and again: each step is sorted by entry multiplier, so that a step which the
 * budget covers with room for one more click is one search. Other steps are scanned in order. Some 70 bytes an auction.
 */
export class RtbGymTape {
  readonly market: RtbGymMarket;
  readonly numEpisodes: number;
  readonly #auctions: Auctions;
  readonly #runs: SortedRuns;

  /**
   * @param numEpisodes Positive; episode e is drawn from the stream `e` of `rng`.
   * @throws SimError `CONFIG_INVALID` when it is not a positive whole number.
   */
  constructor(market: RtbGymMarket, numEpisodes: number, rng: Rng) {
    if (!Number.isInteger(numEpisodes) || numEpisodes < 1) {
      throw new SimError(
        'CONFIG_INVALID',
        `rtbgym tape: expected a positive whole number of episodes, received ${numEpisodes}`,
      );
    }
    this.market = market;
    this.numEpisodes = numEpisodes;
    const offsets = new Int32Array(numEpisodes * market.numSteps + 1);
    this.#auctions = drawTape(market, numEpisodes, rng, offsets);
    const { value, need, costMicros, click, conversion } = this.#auctions;
    const size = offsets[offsets.length - 1]!;
    const tau = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      tau[i] = entryMultiplier(need[i]!, value[i]!);
    }
    this.#runs = new SortedRuns({ tau, paidMicros: costMicros, value, click, conversion }, offsets);
  }

  /**
   * Plays one step of an episode, as {@link scanAuctions} would.
   *
   * @returns Auctions of the step.
   */
  play(episode: number, step: number, multiplier: number, remainingMicros: number, out: StepOutcome): number {
    const runs = this.#runs;
    const run = episode * this.market.numSteps + step;
    const from = runs.offsets[run]!;
    const to = runs.offsets[run + 1]!;
    const bidFactor = multiplier * this.market.bidPerValue;
    const row = runs.rowAt(run, bidFactor);
    const spendMicros = runs.paidMicros(row);
    // Below this, the money covers every win of the step whether it is clicked or not.
    if (spendMicros + this.market.prices.dearest * MICROS_PER_UNIT >= remainingMicros) {
      scanAuctions(this.#auctions, from, to, bidFactor, remainingMicros, out);
    } else {
      out.wins = runs.count(run, row);
      out.spendMicros = spendMicros;
      out.value = runs.value(row);
      out.clicks = runs.clicks(row);
      out.conversions = runs.conversions(row);
    }
    return to - from;
  }
}

/** Draws all episodes one after the other; where each step begins is left in `offsets`. */
function drawTape(market: RtbGymMarket, numEpisodes: number, rng: Rng, offsets: Int32Array): Auctions {
  const { mean, std, min } = market.volume;
  let auctions = allocateAuctions(Math.ceil(offsets.length * (Math.max(mean, min) + std)));
  let end = 0;
  for (let episode = 0; episode < numEpisodes; episode++) {
    const stream = rng.split(episode);
    for (let step = 0; step < market.numSteps; step++) {
      const from = end;
      end += drawVolume(market, stream);
      if (end > auctions.value.length) auctions = grown(auctions, 2 * end);
      drawAuctions(market, step, stream, auctions, from, end);
      offsets[episode * market.numSteps + step + 1] = end;
    }
  }
  return auctions;
}

function grown(auctions: Auctions, capacity: number): Auctions {
  const larger = allocateAuctions(capacity);
  larger.value.set(auctions.value);
  larger.need.set(auctions.need);
  larger.costMicros.set(auctions.costMicros);
  larger.click.set(auctions.click);
  larger.conversion.set(auctions.conversion);
  return larger;
}
