import { agents } from '../../../agents/registry.ts';
import { SimError } from '../../../src/core/errors.ts';
import { unknownIdMessage } from '../../../src/core/registry.ts';
import type { PolicyKind } from '../../../src/eval/summary-row.ts';
import { checkNames, checkOptions, shippedOptions } from '../../seat-options.ts';
import type { KeywordBiddingConfig } from './settings.ts';

/** Bidders that are no learners. */
const PLAIN: Readonly<Record<string, { readonly title: string; readonly kind: PolicyKind }>> = {
  'ideal-bids': { title: 'Ideal bids (knows the account)', kind: 'reference' },
  'zero-margin': { title: 'Zero margin', kind: 'baseline' },
  interpolation: { title: 'Interpolation of tried bids', kind: 'baseline' },
};

/** A policy of the experiment, checked; plain JSON. */
export interface KeywordSeat {
  readonly policy: string;
  readonly title: string;
  readonly kind: PolicyKind;
  readonly id: string;
  /** Of learners. */
  readonly options: unknown;
  readonly envSteps: number;
  readonly numEnvs: number;
}

/**
 * Checks every seat before anything runs.
 *
 * @throws SimError `UNKNOWN_ID` on an unknown policy; `CONFIG_INVALID` on bad options, a learner without continuous actions,
 * or two seats of one name.
 */
export function keywordSeats(config: KeywordBiddingConfig): KeywordSeat[] {
  const seats = config.policies.map((entry, i) => seatOf(entry, `policies.${i}`, config.envSteps));
  checkNames(seats, ['policy']);
  return seats;
}

function seatOf(entry: KeywordBiddingConfig['policies'][number], path: string, steps: number): KeywordSeat {
  const written: Record<string, unknown> = typeof entry === 'string' ? { id: entry } : { ...entry };
  const { id: givenId, as, title, ...rest } = written;
  const id = String(givenId);
  const policy = String(as ?? id);
  if (Object.hasOwn(PLAIN, id)) {
    const options = checkOptions(null, rest, path);
    const plain = PLAIN[id]!;
    return { policy, title: String(title ?? plain.title), kind: plain.kind, id, options, envSteps: 0, numEnvs: 1 };
  }
  if (!agents.has(id)) {
    throw new SimError(
      'UNKNOWN_ID',
      `${path}: ${unknownIdMessage('policy', id, [...agents.ids, ...Object.keys(PLAIN)])}`,
    );
  }
  const agent = agents.get(id);
  if (!agent.actionSpaces.includes('box')) {
    throw new SimError('CONFIG_INVALID', `${path}: '${id}' cannot choose bids; seat a learner with continuous actions`);
  }
  const { envSteps = steps, numEnvs = 32, ...options } = { ...shippedOptions('keyword-bidding-v1', id), ...rest };
  return {
    policy,
    title: String(title ?? agent.title),
    kind: 'learner',
    id,
    options: checkOptions(agent.schema, options, path),
    envSteps: wholeNumber(envSteps, `${path}.envSteps`),
    numEnvs: wholeNumber(numEnvs, `${path}.numEnvs`),
  };
}

function wholeNumber(value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new SimError('CONFIG_INVALID', `${path}: expected a positive whole number, received ${JSON.stringify(value)}`);
}
