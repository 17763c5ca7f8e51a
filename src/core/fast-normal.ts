import type { Rng } from './rng.ts';

/** Layers of the ziggurat, the right edge of its base layer and the area of each layer (Doornik 2005, table 1). */
const LAYERS = 128;
const EDGE = 3.442619855899;
const AREA = 9.91256303526217e-3;
/** 2⁻³² and 2⁻³¹. */
const UNIT = 1 / 4294967296;
const SIGNED_UNIT = 1 / 2147483648;

/** `[LAYERS + 1]` right edges of the layers, widest first, and `[LAYERS]` the next edge over each. */
const EDGES = ziggurat();
const RATIOS = Float64Array.from({ length: LAYERS }, (_, i) => EDGES[i + 1]! / EDGES[i]!);

function ziggurat(): Float64Array {
  const edges = new Float64Array(LAYERS + 1);
  let height = Math.exp(-0.5 * EDGE * EDGE);
  edges[0] = AREA / height;
  edges[1] = EDGE;
  for (let i = 2; i < LAYERS; i++) {
    edges[i] = Math.sqrt(-2 * Math.log(AREA / edges[i - 1]! + height));
    height = Math.exp(-0.5 * edges[i]! * edges[i]!);
  }
  return edges;
}

/**
 * Uniform and normal numbers by the million: about a fifth of the time of {@link Rng.normal} a draw.
 *
 * The generator is xoshiro128** (Blackman and Vigna 2021, doi:10.1145/3460772), seeded from a named stream; normals come by the
 * ziggurat with 128 layers, which takes the layer and the place in it from different words (Marsaglia and Tsang 2000,
 * doi:10.18637/jss.v005.i08; Doornik 2005, "An improved ziggurat method to generate normal random samples"). Places have 32
 * bits.
 */
export class FastNormal {
  readonly #state = new Int32Array(4);

  /** @param rng Stream that seeds this one; four numbers are drawn from it. */
  constructor(rng: Rng) {
    const state = this.#state;
    for (let i = 0; i < 4; i++) state[i] = Math.floor(rng.next() * 4294967296) | 0;
    if ((state[0]! | state[1]! | state[2]! | state[3]!) === 0) state[0] = 1;
  }

  /** 32 random bits as a signed integer. */
  #word(): number {
    const state = this.#state;
    const s1 = state[1]!;
    const scaled = Math.imul(s1, 5);
    const word = Math.imul((scaled << 7) | (scaled >>> 25), 9);
    const s2 = state[2]! ^ state[0]!;
    const s3 = state[3]! ^ s1;
    state[1] = s1 ^ s2;
    state[0] = state[0]! ^ s3;
    state[2] = s2 ^ (s1 << 9);
    state[3] = (s3 << 11) | (s3 >>> 21);
    return word;
  }

  /** Uniform on [0, 1) with 32 random bits. */
  next(): number {
    return (this.#word() >>> 0) * UNIT;
  }

  /** Uniform integer in 0 … n − 1. @param n Positive integer, small against 2³². */
  int(n: number): number {
    return Math.floor((this.#word() >>> 0) * UNIT * n);
  }

  /** Standard normal. */
  normal(): number {
    const layer = this.#word() & (LAYERS - 1);
    const place = (this.#word() + 0.5) * SIGNED_UNIT;
    if (Math.abs(place) < RATIOS[layer]!) return place * EDGES[layer]!;
    return this.#besideLayer(layer, place);
  }

  /** Writes `count` standard normals to the front of `out`. */
  fillNormals(out: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) out[i] = this.normal();
  }

  /** The one draw in forty that does not fall wholly under the curve. */
  #besideLayer(firstLayer: number, firstPlace: number): number {
    let layer = firstLayer;
    let place = firstPlace;
    for (;;) {
      if (Math.abs(place) < RATIOS[layer]!) return place * EDGES[layer]!;
      if (layer === 0) return this.#tail(place < 0);
      const x = place * EDGES[layer]!;
      const low = Math.exp(-0.5 * (EDGES[layer]! ** 2 - x * x));
      const high = Math.exp(-0.5 * (EDGES[layer + 1]! ** 2 - x * x));
      if (high + this.next() * (low - high) < 1) return x;
      layer = this.#word() & (LAYERS - 1);
      place = (this.#word() + 0.5) * SIGNED_UNIT;
    }
  }

  /** A normal number beyond the base layer's edge (Marsaglia 1964). */
  #tail(negative: boolean): number {
    for (;;) {
      const x = Math.log(1 - this.next()) / EDGE;
      const y = Math.log(1 - this.next());
      if (-2 * y >= x * x) return negative ? x - EDGE : EDGE - x;
    }
  }
}
