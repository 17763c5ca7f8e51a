import type { FastNormal } from '../core/fast-normal.ts';
import { drawAction, HALF_LOG_TWO_PI, type ShadingLog } from './shading-bidder.ts';

/** Weights of the mean: intercept, ln ctr, ln value; then ln σ. */
export const NUM_PARAMETERS = 4;
/** Adam's constants (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1). */
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * A Gaussian over γ whose mean is linear in ln ctr and ln value, with its optimiser.
 *
 *     γ ~ N(μ, σ²)   μ = θ₀ + θ₁ ln ctr + θ₂ ln value   σ = e^{θ₃}, at least σ_min
 *
 * Differs from AuctionGym: the original's net of 2-2-1 softplus units becomes its linear part; in logarithms nothing more is
 * needed, and four parameters are learnt from a few thousand bids.
 */
export class GammaPolicy {
  readonly parameters = new Float64Array(NUM_PARAMETERS);
  readonly #minLogSigma: number;
  readonly #first = new Float64Array(NUM_PARAMETERS);
  readonly #second = new Float64Array(NUM_PARAMETERS);
  #steps = 0;

  /** @param minSigma σ never falls below, > 0. */
  constructor(initialGamma: number, sigma: number, minSigma: number) {
    this.parameters[0] = initialGamma;
    this.parameters[3] = Math.log(sigma);
    this.#minLogSigma = Math.log(minSigma);
  }

  get sigma(): number {
    return Math.exp(this.parameters[3]!);
  }

  /** μ, from the logarithms of ctr and value. */
  mean(logCtr: number, logValue: number): number {
    return this.parameters[0]! + this.parameters[1]! * logCtr + this.parameters[2]! * logValue;
  }

  /** Draws γ of every row in use. */
  draw(log: ShadingLog, random: FastNormal): void {
    const { sigma } = this;
    for (let n = 0; n < log.numRows; n++) {
      drawAction(log, n, this.mean(Math.log(log.ctr[n]!), Math.log(log.value[n]!)), sigma, random);
    }
  }

  /** Forgets the optimiser's momentum: the next steps belong to other data. */
  restartOptimiser(): void {
    this.#first.fill(0);
    this.#second.fill(0);
    this.#steps = 0;
  }

  /** One step of Adam down the gradient `[4]`. */
  step(gradient: Float64Array, learningRate: number): void {
    this.#steps++;
    const correction = Math.sqrt(1 - BETA2 ** this.#steps) / (1 - BETA1 ** this.#steps);
    for (let i = 0; i < NUM_PARAMETERS; i++) {
      const g = gradient[i]!;
      this.#first[i] = BETA1 * this.#first[i]! + (1 - BETA1) * g;
      this.#second[i] = BETA2 * this.#second[i]! + (1 - BETA2) * g * g;
      const size = (learningRate * correction * this.#first[i]!) / (Math.sqrt(this.#second[i]!) + EPSILON);
      this.parameters[i] = this.parameters[i]! - size;
    }
    this.parameters[3] = Math.max(this.parameters[3]!, this.#minLogSigma);
  }
}

/** Log density of a Gaussian at `action`. @param logSigma ln σ. */
export function gaussianLogDensity(action: number, mean: number, logSigma: number): number {
  const z = (action - mean) / Math.exp(logSigma);
  return -0.5 * z * z - logSigma - HALF_LOG_TWO_PI;
}
