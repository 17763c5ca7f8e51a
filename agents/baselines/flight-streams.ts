import type { Rng } from '../../src/core/rng.ts';

/**
 * One stream of randomness a flight and episode.
 *
 * Resetting a flight moves it to its next episode's stream; resetting all starts every flight at episode 0 again, so equal
 * streams give equal play.
 */
export class FlightStreams {
  readonly #root: Rng;
  readonly #streams: Rng[] = [];
  readonly #episodes: Int32Array;

  constructor(root: Rng, numFlights: number) {
    this.#root = root;
    this.#episodes = new Int32Array(numFlights);
    this.reset();
  }

  /** @param mask 1 for the flights that start their next episode; all start at episode 0 without it. */
  reset(mask?: Uint8Array): void {
    for (let n = 0; n < this.#episodes.length; n++) {
      if (mask !== undefined && mask[n] !== 1) continue;
      this.#episodes[n] = mask === undefined ? 0 : this.#episodes[n]! + 1;
      this.#streams[n] = this.#root.split(`flight/${n}/${this.#episodes[n]}`);
    }
  }

  /** Uniform on [0, 1). */
  next(flight: number): number {
    return this.#streams[flight]!.next();
  }
}
