import type { Rng } from '../src/core/rng.ts';
import { sampleSquashedGaussian } from '../src/rl/losses/squashed-gaussian.ts';
import type { DrawnActions } from './twin-critic.ts';

/** Where the draws of a state come from: the policy there, the policy in the state after, uniformly at random. */
const NUM_SOURCES = 3;

/**
 * Actions in [−1, 1] at which conservative Q-learning holds values down: `perSource` of each source in each state.
 *
 * Source: Kumar et al. (2020), arXiv:2006.04779, appendix F.
 */
export class ConservativeDraws {
  /** K: actions for each state. */
  readonly numDrawn: number;
  readonly drawn: DrawnActions;
  readonly #batchSize: number;
  readonly #actionDim: number;
  readonly #perSource: number;
  readonly #noise: Float32Array;
  readonly #actions: Float32Array;
  readonly #logProbs: Float64Array;

  constructor(batchSize: number, actionDim: number, perSource: number) {
    this.#batchSize = batchSize;
    this.#actionDim = actionDim;
    this.#perSource = perSource;
    this.numDrawn = NUM_SOURCES * perSource;
    this.drawn = {
      actions: new Float32Array(batchSize * this.numDrawn * actionDim),
      logDensities: new Float32Array(batchSize * this.numDrawn),
    };
    this.#noise = new Float32Array(batchSize * actionDim);
    this.#actions = new Float32Array(batchSize * actionDim);
    this.#logProbs = new Float64Array(batchSize);
  }

  /** Draws from a squashed Gaussian policy. @param outputs `[B, 2A]` @param source Which third to fill: 0 or 1. */
  add(outputs: Float32Array, source: 0 | 1, rng: Rng): void {
    for (let k = 0; k < this.#perSource; k++) {
      sampleSquashedGaussian(outputs, this.#actionDim, rng, this.#noise, this.#actions, this.#logProbs);
      this.#place(source * this.#perSource + k);
    }
  }

  /** Draws uniformly: density (½)^A. */
  addUniform(rng: Rng): void {
    this.#logProbs.fill(-Math.LN2 * this.#actionDim);
    for (let k = 0; k < this.#perSource; k++) {
      for (let i = 0; i < this.#actions.length; i++) this.#actions[i] = rng.uniform(-1, 1);
      this.#place(2 * this.#perSource + k);
    }
  }

  /** Puts one action per state into place k of every state. */
  #place(k: number): void {
    const { actions, logDensities } = this.drawn;
    for (let b = 0; b < this.#batchSize; b++) {
      const at = b * this.numDrawn + k;
      logDensities[at] = this.#logProbs[b]!;
      for (let d = 0; d < this.#actionDim; d++)
        actions[at * this.#actionDim + d] = this.#actions[b * this.#actionDim + d]!;
    }
  }
}
