import { SimError } from '../core/errors.ts';

/** How notices travel. Steps are the market's decision steps; a delay of 0 arrives before the next decision. */
export interface DeliveryOptions {
  readonly delay:
    | { readonly family: 'none' }
    /** Always the same number of steps. */
    | { readonly family: 'fixed'; readonly steps: number }
    /** Every whole number from low to high alike. */
    | { readonly family: 'uniform'; readonly low: number; readonly high: number }
    /** P(d) ∝ (m / (1 + m))^d for d = 0 … maxSteps: mean m before it is cut. */
    | { readonly family: 'geometric'; readonly meanSteps: number; readonly maxSteps: number };
  /** Probability that a notice that arrives does so twice, the second time after a delay of its own. */
  readonly duplicateProbability: number;
  /** Probability that a notice never arrives. */
  readonly lossProbability: number;
}

/** At once, once, always. */
export const PROMPT_DELIVERY: DeliveryOptions = {
  delay: { family: 'none' },
  duplicateProbability: 0,
  lossProbability: 0,
};

/** No notice is later than this many steps. */
const MAX_DELAY = 10_000;

/**
 * P(delay ≤ d) for d = 0 … the longest delay; the last entry is 1.
 *
 * @throws SimError `CONFIG_INVALID` on delays that are no whole numbers in 0 … 10,000, an empty range, or a mean that is
 * not positive.
 */
export function delayCdf(delay: DeliveryOptions['delay']): Float64Array {
  switch (delay.family) {
    case 'none':
      return Float64Array.of(1);
    case 'fixed': {
      const cdf = new Float64Array(wholeSteps('steps', delay.steps) + 1);
      cdf[delay.steps] = 1;
      return cdf;
    }
    case 'uniform': {
      const { low, high } = delay;
      if (wholeSteps('low', low) > wholeSteps('high', high)) {
        throw new SimError(
          'CONFIG_INVALID',
          `delay: expected low <= high [steps], received ${low} and ${high}; swap them`,
        );
      }
      return Float64Array.from({ length: high + 1 }, (_, d) => Math.max(0, d - low + 1) / (high - low + 1));
    }
    case 'geometric':
      return geometricCdf(delay.meanSteps, wholeSteps('maxSteps', delay.maxSteps));
  }
}

function geometricCdf(meanSteps: number, maxSteps: number): Float64Array {
  if (!(meanSteps > 0 && meanSteps < Number.POSITIVE_INFINITY)) {
    throw new SimError(
      'CONFIG_INVALID',
      `delay.meanSteps: expected a positive number [steps], received ${meanSteps}; use the family 'none' for no delay`,
    );
  }
  const ratio = meanSteps / (1 + meanSteps);
  const total = 1 - ratio ** (maxSteps + 1);
  const cdf = Float64Array.from({ length: maxSteps + 1 }, (_, d) => (1 - ratio ** (d + 1)) / total);
  cdf[maxSteps] = 1;
  return cdf;
}

function wholeSteps(name: string, steps: number): number {
  if (Number.isInteger(steps) && steps >= 0 && steps <= MAX_DELAY) return steps;
  throw new SimError(
    'CONFIG_INVALID',
    `delay.${name}: expected a whole number in 0 … ${MAX_DELAY} [steps], received ${steps}`,
  );
}

/**
 * Checks the probabilities of a delivery.
 *
 * @throws SimError `CONFIG_INVALID` where one is not in [0, 1].
 */
export function checkDelivery(options: DeliveryOptions): void {
  for (const name of ['duplicateProbability', 'lossProbability'] as const) {
    const value = options[name];
    if (value >= 0 && value <= 1) continue;
    throw new SimError('CONFIG_INVALID', `feedback.${name}: expected a probability in [0, 1], received ${value}`);
  }
}
