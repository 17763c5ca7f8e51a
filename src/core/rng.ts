import seedrandom from 'seedrandom';

/** What {@link Rng.getState} saves: plain JSON. */
export interface RngState {
  readonly path: string;
  readonly generator: object;
  /** The unused half of the last normal pair, or null. */
  readonly spareNormal: number | null;
}

/**
 * A named, splittable stream of randomness (Alea, Baagøe 2010, by `seedrandom`).
 *
 * Nothing in this package calls `Math.random`. Each component owns the child stream it asked for by label, so adding
 * a draw to one component never shifts the draws of another (common random numbers across policies).
 */
export class Rng {
  readonly path: string;
  #generator: seedrandom.StatefulPRNG<seedrandom.State.Alea>;
  #spareNormal: number | null = null;

  /** @param path Name of the stream; equal paths give equal draws. A number is taken by its decimal text. */
  constructor(path: string | number) {
    this.path = String(path);
    this.#generator = seedrandom.alea(this.path, { state: true });
  }

  /** A child stream that depends only on this stream's path and `label`, never on draws already made. */
  split(label: string | number): Rng {
    return new Rng(`${this.path}/${label}`);
  }

  /** Uniform on [0, 1) with 32 random bits. */
  next(): number {
    return this.#generator();
  }

  /** Uniform on [0, 1) with 53 random bits; for tails. */
  double(): number {
    return this.#generator.double();
  }

  /** Uniform integer in 0 … n − 1. @param n Positive integer up to 2^32. */
  int(n: number): number {
    return Math.floor(this.#generator() * n);
  }

  /** Uniform on [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.#generator();
  }

  /** Standard normal (Marsaglia's polar method). */
  normal(): number {
    if (this.#spareNormal !== null) {
      const spare = this.#spareNormal;
      this.#spareNormal = null;
      return spare;
    }
    for (;;) {
      const u = 2 * this.#generator.double() - 1;
      const v = 2 * this.#generator.double() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const factor = Math.sqrt((-2 * Math.log(s)) / s);
        this.#spareNormal = v * factor;
        return u * factor;
      }
    }
  }

  /** Fisher–Yates shuffle in place. */
  shuffle(values: { length: number; [index: number]: number }): void {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      const held = values[i]!;
      values[i] = values[j]!;
      values[j] = held;
    }
  }

  /** A uniform 31-bit integer, for libraries that want a numeric seed. */
  seed(): number {
    return this.int(0x7fffffff);
  }

  /** The stream's exact position, as plain JSON. */
  getState(): RngState {
    return { path: this.path, generator: { ...this.#generator.state() }, spareNormal: this.#spareNormal };
  }

  /** A stream that continues exactly where `state` was taken. */
  static fromState(state: RngState): Rng {
    const rng = new Rng(state.path);
    rng.#generator = seedrandom.alea('', { state: state.generator as seedrandom.State.Alea });
    rng.#spareNormal = state.spareNormal;
    return rng;
  }
}
