import type { ActionDecoding } from '../src/policy/runtime.ts';

/** Ways of a learner to choose the multiplier. */
export const ACTION_KINDS = ['grid', 'moves', 'log'] as const;
/** One of {@link ACTION_KINDS}. */
export type ActionKind = (typeof ACTION_KINDS)[number];

const GRID_SIZE = 25;
/** Ends of the grid and bounds of every multiplier, in multiples of the reference multiplier. */
const LOWEST = 0.05;
const HIGHEST = 10;
/**
 * Moves of λ, after Wu et al. (2018): to follow the market (coarse ones alone make bids jitter), to answer a change of it,
 * and one that quarters the bids before a tight budget is gone. Without the large ones a bidder runs dry in a market that is
 * unlike the one it was trained on.
 */
const LAMBDA_MOVES = [-0.35, -0.1, -0.04, 0, 0.04, 0.1, 0.5, 3];

/**
 * The decoding of each kind around a reference multiplier, micros per value unit.
 *
 * @param moves Changes of λ of kind `moves`, each above −1; ours where absent.
 */
export function actionDecoding(
  kind: ActionKind,
  referenceMultiplier: number,
  moves: readonly number[] = LAMBDA_MOVES,
): ActionDecoding {
  const bounds = { minMultiplier: referenceMultiplier * LOWEST, maxMultiplier: referenceMultiplier * HIGHEST };
  if (kind === 'moves') return { kind, lambdaMoves: moves, ...bounds };
  if (kind === 'log') return { kind, baseMultiplier: referenceMultiplier, ...bounds };
  const multipliers = Array.from(
    { length: GRID_SIZE },
    (_, i) => bounds.minMultiplier * (HIGHEST / LOWEST) ** (i / (GRID_SIZE - 1)),
  );
  return { kind, multipliers, minMultiplier: multipliers[0]!, maxMultiplier: multipliers[GRID_SIZE - 1]! };
}
