import { baselines } from '../agents/baselines/registry.ts';
import { SimError } from '../src/core/errors.ts';
import type { Tape } from '../src/data/tape.ts';

/**
 * Refuses a baseline on a tape that lacks what the baseline reads.
 *
 * @throws SimError `DATA_INVALID` with the baseline's own words about what it needs.
 */
export function refuseMissingColumn(id: string, tape: Tape): void {
  const { needs } = baselines.get(id);
  if (needs === undefined || tape[needs.column] !== null) return;
  const words = needs.sentence.charAt(0).toLowerCase() + needs.sentence.slice(1);
  throw new SimError('DATA_INVALID', `policy '${id}' cannot play on '${tape.meta.name}': ${words}`);
}
