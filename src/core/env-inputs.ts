import { checkLength, SimError } from './errors.ts';
import { type Discrete, type MultiDiscrete, type Space, spaceSize } from './space.ts';

/** What every environment checks of a seed. @throws SimError `VALUE_OUT_OF_RANGE` unless it is a non-negative integer. */
export function checkSeed(seed: number): void {
  if (Number.isSafeInteger(seed) && seed >= 0) return;
  throw new SimError('VALUE_OUT_OF_RANGE', `reset: expected a non-negative integer seed, received ${seed}`);
}

/**
 * What every environment checks of actions before the first copy moves. Allocates nothing.
 *
 * @param where The environment, and the agent where there are several: "rtbgym-v1".
 * @param actions `[N]` for a discrete space, `[N, D]` for several choices, `[N, A]` for a box.
 * @throws SimError `SHAPE_MISMATCH` on a wrong length; `VALUE_OUT_OF_RANGE` on an action outside the space.
 */
export function checkActions(where: string, space: Space, numEnvs: number, actions: Int32Array | Float32Array): void {
  const width = spaceSize(space);
  checkLength(`${where}: actions`, actions.length, numEnvs * width);
  for (let i = 0; i < actions.length; i++) {
    const a = actions[i]!;
    if (space.kind !== 'box') {
      if (a >= 0 && a < alternatives(space, i % width) && a === Math.floor(a)) continue;
    } else {
      const { low, high } = space.features[i % width]!;
      // Bounds are read as float32, as actions are.
      if (a >= Math.fround(low) && a <= Math.fround(high)) continue;
    }
    refuse(where, space, i, a);
  }
}

/** Integers to choose from at coordinate d. */
function alternatives(space: Discrete | MultiDiscrete, d: number): number {
  return space.kind === 'discrete' ? space.n : space.choices[d]!.n;
}

/** What coordinate d is called. */
function coordinate(space: Space, d: number): string {
  if (space.kind === 'multi-discrete') return space.choices[d]!.name;
  return space.kind === 'box' && space.features.length > 1 ? space.features[d]!.name : 'action';
}

function refuse(where: string, space: Space, i: number, action: number): never {
  const width = spaceSize(space);
  const expected =
    space.kind !== 'box'
      ? `an integer in [0, ${alternatives(space, i % width) - 1}]`
      : `a number in [${space.features[i % width]!.low}, ${space.features[i % width]!.high}]`;
  throw new SimError(
    'VALUE_OUT_OF_RANGE',
    `${where}: ${coordinate(space, i % width)} of copy ${Math.floor(i / width)}: expected ${expected}, received ${action}`,
  );
}
