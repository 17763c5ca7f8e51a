import type { z } from 'zod';
import { baselines } from '../../../agents/baselines/registry.ts';
import { agents } from '../../../agents/registry.ts';
import { SimError } from '../../../src/core/errors.ts';
import { unknownIdMessage } from '../../../src/core/registry.ts';
import type { PolicyKind } from '../../../src/eval/summary-row.ts';
import { checkNames, checkOptions, shippedOptions } from '../../seat-options.ts';
import type { LambdaRobustnessConfig } from './settings.ts';

/** Policies that know the day, and the ceiling. */
const REFERENCES: Readonly<Record<string, { readonly title: string; readonly kind: PolicyKind }>> = {
  clairvoyant: { title: 'Clairvoyant under the same moves', kind: 'reference' },
  'hindsight-optimum': { title: 'Hindsight optimum (R*)', kind: 'ceiling' },
};

/** Baselines that start from λ₀ take this as start; how far they may go from it must cover the widest group. */
const OWN_START: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  flb: { startMultiplier: 1 },
  bslb: { startMultiplier: 1 },
  'dual-pacing': { startMultiplier: 1, maxChange: 1000 },
  'pid-pacing': { startMultiplier: 1, maxLogMultiplier: 7 },
  'multiplicative-pacing': { startMultiplier: 1, maxChange: 1000 },
};

/** One policy of the experiment, checked; plain JSON. */
export interface LambdaSeat {
  readonly policy: string;
  readonly title: string;
  readonly kind: PolicyKind;
  /** Id in its registry. */
  readonly id: string;
  readonly source: 'learner' | 'baseline' | 'clairvoyant' | 'ceiling';
  readonly options: unknown;
  /** Of learners. */
  readonly envSteps: number;
  readonly numEnvs: number;
}

const DEFAULT_NUM_ENVS = 128;

/**
 * Checks every seat before anything runs.
 *
 * @throws SimError `UNKNOWN_ID` on an unknown policy; `CONFIG_INVALID` on bad options, a learner that cannot choose among
 * moves, or two seats of one name.
 */
export function lambdaSeats(config: LambdaRobustnessConfig): LambdaSeat[] {
  const seats = config.policies.map((entry, i) => seatOf(entry, `policies.${i}`, config.envSteps));
  checkNames(seats, ['policy']);
  return seats;
}

function seatOf(entry: LambdaRobustnessConfig['policies'][number], path: string, envSteps: number): LambdaSeat {
  const written: Record<string, unknown> = typeof entry === 'string' ? { id: entry } : { ...entry };
  const { id: givenId, as, title, ...rest } = written;
  const id = String(givenId);
  const names = { policy: String(as ?? id), id, envSteps, numEnvs: DEFAULT_NUM_ENVS };
  const reference = Object.hasOwn(REFERENCES, id) ? REFERENCES[id]! : undefined;
  if (reference !== undefined) {
    checkOptions(null, rest, path);
    const source = reference.kind === 'ceiling' ? 'ceiling' : 'clairvoyant';
    return { ...names, title: String(title ?? reference.title), kind: reference.kind, source, options: {} };
  }
  if (baselines.has(id)) {
    const baseline = baselines.get(id);
    const options = checkOptions(baseline.schema, { ...OWN_START[id], ...rest }, path);
    return { ...names, title: String(title ?? baseline.title), kind: 'baseline', source: 'baseline', options };
  }
  if (!agents.has(id)) {
    const known = [...agents.ids, ...baselines.ids, ...Object.keys(REFERENCES)];
    throw new SimError('UNKNOWN_ID', `${path}: ${unknownIdMessage('policy', id, known)}`);
  }
  return { ...names, ...learnerSeat(id, title, rest, path, envSteps) };
}

function learnerSeat(id: string, title: unknown, rest: Record<string, unknown>, path: string, defaultSteps: number) {
  const agent = agents.get(id);
  if (!agent.actionSpaces.includes('discrete')) {
    throw new SimError('CONFIG_INVALID', `${path}: '${id}' cannot choose among moves of λ; seat a learner that can`);
  }
  const written: Record<string, unknown> = { ...shippedOptions('lambda-robustness', id), ...rest };
  const { envSteps = defaultSteps, numEnvs = DEFAULT_NUM_ENVS, ...options } = written;
  return {
    title: String(title ?? agent.title),
    kind: 'learner' as const,
    source: 'learner' as const,
    options: checkOptions(agent.schema as z.ZodType, options, path),
    envSteps: wholeNumber(envSteps, `${path}.envSteps`),
    numEnvs: wholeNumber(numEnvs, `${path}.numEnvs`),
  };
}

function wholeNumber(value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new SimError('CONFIG_INVALID', `${path}: expected a positive whole number, received ${JSON.stringify(value)}`);
}
