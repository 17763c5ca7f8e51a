import { normalCdf } from '../core/distributions.ts';
import type { Rng } from '../core/rng.ts';
import type { Box } from '../core/space.ts';

const SQRT_2PI = Math.sqrt(2 * Math.PI);

/** An action that was drawn, and how likely it was. */
export interface Drawn {
  /** An index, or a number of a box. */
  readonly action: number;
  /** Probability of the index, density of the number. */
  readonly propensity: number;
}

/**
 * ε-greedy: the greedy action, or with chance ε any of n.
 *
 *     π(a) = ε/n + (1 − ε) 1[a = greedy]
 */
export function drawEpsilonGreedy(greedy: number, n: number, epsilon: number, rng: Rng): Drawn {
  const action = rng.next() < epsilon ? rng.int(n) : greedy;
  return { action, propensity: epsilon / n + (action === greedy ? 1 - epsilon : 0) };
}

/**
 * One number of a box: uniform with chance ε, otherwise normal about the greedy number, cut off at the bounds.
 *
 *     p(a) = ε/(h − l) + (1 − ε) φ((a − g)/σ) / (σ (Φ((h − g)/σ) − Φ((l − g)/σ))),  a in [l, h]
 *
 * @param greedy g in [l, h]. @param sigma σ > 0, unit of the action.
 */
export function drawTruncatedNormal(
  greedy: number,
  { low, high }: Box['features'][number],
  sigma: number,
  epsilon: number,
  rng: Rng,
): Drawn {
  let action = rng.uniform(low, high);
  if (rng.next() >= epsilon) {
    // At least half of the normal's mass lies within the bounds on one side of g: few draws are thrown away, unless σ is
    // far above the range, where the uniform proposal's ratio test takes over.
    if (sigma > high - low) {
      while (rng.next() > Math.exp(-0.5 * ((action - greedy) / sigma) ** 2)) action = rng.uniform(low, high);
    } else {
      do action = greedy + sigma * rng.normal();
      while (action < low || action > high);
    }
  }
  // What is stored is a float32: the density is that of the number stored.
  const stored = Math.fround(action);
  action = stored < low || stored > high ? action : stored;
  const mass = normalCdf((high - greedy) / sigma) - normalCdf((low - greedy) / sigma);
  const bell = Math.exp(-0.5 * ((action - greedy) / sigma) ** 2) / (SQRT_2PI * sigma * mass);
  return { action, propensity: epsilon / (high - low) + (1 - epsilon) * bell };
}
