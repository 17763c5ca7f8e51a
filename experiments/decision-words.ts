import { microsToUnits } from '../src/core/units.ts';
import type { TapeMeta } from '../src/data/tape.ts';
import type { Quantity } from '../src/explain/explanation.ts';
import type { ActionDecoding } from '../src/policy/runtime.ts';

/** How an action of a pacing policy is shown: as a multiplier, or as the change of one. */
export interface DecisionScale extends Quantity {
  /** Logarithm of what is shown for an action; averaged there, since multipliers act by their ratios. */
  log(action: number): number;
  /** An action in words: "0.0123 USD per expected click", "last multiplier × 1.11". */
  words(action: number): string;
}

/** The scale of a decoding: multipliers in currency per value unit, and moves in times the last multiplier. */
export function decisionScale(
  decoding: ActionDecoding,
  { currency, valueUnit }: Pick<TapeMeta, 'currency' | 'valueUnit'>,
): DecisionScale {
  if (decoding.kind === 'moves') {
    const { lambdaMoves } = decoding;
    const log = (action: number) => -Math.log1p(lambdaMoves[action]!);
    const words = (action: number) => `last multiplier × ${Number(Math.exp(log(action)).toPrecision(3))}`;
    return { title: 'Change of the multiplier', unit: 'times the last one, geometric mean', log, words };
  }
  const { minMultiplier, maxMultiplier } = decoding;
  const multiplierOf = (action: number) =>
    decoding.kind === 'grid' ? decoding.multipliers[action]! : decoding.baseMultiplier * Math.exp(action);
  const unitsOf = (action: number) =>
    microsToUnits(Math.min(maxMultiplier, Math.max(minMultiplier, multiplierOf(action))));
  return {
    title: 'Multiplier',
    unit: `${currency} bid per ${singular(valueUnit)}, geometric mean`,
    log: (action) => Math.log(unitsOf(action)),
    words: (action) => `${Number(unitsOf(action).toPrecision(3))} ${currency} per ${singular(valueUnit)}`,
  };
}

/** "expected clicks" → "expected click"; units that are no plurals stay. */
export function singular(unit: string): string {
  return unit.replace(/s$/, '');
}
