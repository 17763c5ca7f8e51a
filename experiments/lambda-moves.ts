import { DRLB_MOVES } from '../src/bidding/drlb-moves.ts';
import { SimError } from '../src/core/errors.ts';
import type { ActionKind } from './action-decoding.ts';

const MAX_MOVES = 64;
/** λ times 11: a bid falls to a tenth and less at once. */
const LARGEST = 10;

/**
 * The changes of λ that a seat's `moves` names: `default`, `drlb` (Wu et al. 2018), or a list of its own.
 *
 * @returns undefined for the default ones.
 * @throws SimError `CONFIG_INVALID` on anything else, and where the seat does not act by moves.
 */
export function lambdaMoves(moves: unknown, actions: ActionKind, path: string): readonly number[] | undefined {
  if (moves === undefined) return undefined;
  if (actions !== 'moves') {
    throw new SimError(
      'CONFIG_INVALID',
      `${path}: belongs to actions: moves, received actions: ${actions}; remove one`,
    );
  }
  if (moves === 'default') return undefined;
  if (moves === 'drlb') return DRLB_MOVES;
  if (isListOfMoves(moves)) return moves;
  throw new SimError(
    'CONFIG_INVALID',
    `${path}: expected default, drlb, or a list of 1 to ${MAX_MOVES} different numbers above -1 and at most ${LARGEST}, received ${JSON.stringify(moves)}; λ is multiplied by 1 + move`,
  );
}

function isListOfMoves(moves: unknown): moves is readonly number[] {
  if (!Array.isArray(moves) || moves.length < 1 || moves.length > MAX_MOVES) return false;
  if (new Set(moves).size < moves.length) return false;
  return moves.every((move) => typeof move === 'number' && move > -1 && move <= LARGEST);
}
