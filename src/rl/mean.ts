import type { Floats } from './losses/floats.ts';

/** Mean of numbers, summed in their order. */
export function mean(values: Floats): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
