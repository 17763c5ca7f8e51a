import type { Rng } from '../../core/rng.ts';
import type { StepOutcome } from '../step-outcome.ts';
import { type Auctions, allocateAuctions, drawAuctions, drawVolume, scanAuctions } from './auctions.ts';
import type { RtbGymMarket } from './market.ts';
import type { RtbGymTape } from './tape.ts';

/** Where N copies take the auctions of their episodes from. Each copy plays its steps in order, each once. */
export interface EpisodeSource {
  /** Begins the next episode of a copy; everything that happens in it comes from `rng`, none of it from the bids. */
  begin(copy: number, rng: Rng): void;
  /**
   * Plays one step of a copy.
   *
   * @param multiplier α ≥ 0.
   * @param out Overwritten.
   * @returns Auctions of the step.
   */
  play(copy: number, step: number, multiplier: number, remainingMicros: number, out: StepOutcome): number;
}

/** Auctions drawn when they are played. */
export class FreshEpisodes implements EpisodeSource {
  readonly #market: RtbGymMarket;
  readonly #streams: Rng[] = [];
  #auctions: Auctions;

  constructor(market: RtbGymMarket) {
    this.#market = market;
    this.#auctions = allocateAuctions(Math.ceil(market.volume.mean + 6 * market.volume.std) + market.volume.min);
  }

  begin(copy: number, rng: Rng): void {
    this.#streams[copy] = rng;
  }

  play(copy: number, step: number, multiplier: number, remainingMicros: number, out: StepOutcome): number {
    const rng = this.#streams[copy]!;
    const volume = drawVolume(this.#market, rng);
    if (volume > this.#auctions.value.length) this.#auctions = allocateAuctions(volume);
    drawAuctions(this.#market, step, rng, this.#auctions, 0, volume);
    scanAuctions(this.#auctions, 0, volume, multiplier * this.#market.bidPerValue, remainingMicros, out);
    return volume;
  }
}

/** Episodes of a tape, each drawn uniformly. */
export class TapeEpisodes implements EpisodeSource {
  readonly #tape: RtbGymTape;
  readonly #episode: number[] = [];

  constructor(tape: RtbGymTape) {
    this.#tape = tape;
  }

  begin(copy: number, rng: Rng): void {
    this.#episode[copy] = rng.int(this.#tape.numEpisodes);
  }

  play(copy: number, step: number, multiplier: number, remainingMicros: number, out: StepOutcome): number {
    return this.#tape.play(this.#episode[copy]!, step, multiplier, remainingMicros, out);
  }
}
