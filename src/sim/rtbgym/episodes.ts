import type { Rng } from '../../core/rng.ts';
import type { StepOutcome } from '../step-outcome.ts';
import { type Auctions, allocateAuctions, drawAuctions, drawVolume, scanAuctions } from './auctions.ts';
import type { RtbGymMarket } from './market.ts';
import type { RtbGymTape } from './tape.ts';

/** Where N copies take the auctions of their episodes from. Each copy plays its steps in order, each once. */
export interface EpisodeSource {
  /**
   * Begins the next episode of a copy; everything that happens in it comes from `stream`, none of it from the bids.
   *
   * @param stream The copy's own; nothing else draws from it.
   * @param episode Counts the copy's episodes from 0, one after the other.
   */
  begin(copy: number, stream: Rng, episode: number): void;
  /** Takes from a copy's new stream what its first `episodes` episodes would have taken, so that the next can begin. */
  skip(stream: Rng, episodes: number): void;
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

  begin(copy: number, stream: Rng, episode: number): void {
    this.#streams[copy] = stream.split(episode);
  }

  /** Every episode has a stream of its own: nothing to take. */
  skip(): void {}

  play(copy: number, step: number, multiplier: number, remainingMicros: number, out: StepOutcome): number {
    const rng = this.#streams[copy]!;
    const volume = drawVolume(this.#market, rng);
    if (volume > this.#auctions.value.length) this.#auctions = allocateAuctions(volume);
    drawAuctions(this.#market, step, rng, this.#auctions, 0, volume);
    scanAuctions(this.#auctions, 0, volume, multiplier * this.#market.bidPerValue, remainingMicros, out);
    return volume;
  }
}

/** Episodes of a tape, each drawn uniformly: one number of the copy's stream an episode. */
export class TapeEpisodes implements EpisodeSource {
  readonly #tape: RtbGymTape;
  readonly #episode: number[] = [];

  constructor(tape: RtbGymTape) {
    this.#tape = tape;
  }

  begin(copy: number, stream: Rng): void {
    this.#episode[copy] = stream.int(this.#tape.numEpisodes);
  }

  skip(stream: Rng, episodes: number): void {
    for (let e = 0; e < episodes; e++) stream.int(this.#tape.numEpisodes);
  }

  play(copy: number, step: number, multiplier: number, remainingMicros: number, out: StepOutcome): number {
    return this.#tape.play(this.#episode[copy]!, step, multiplier, remainingMicros, out);
  }
}
