import { z } from 'zod';
import { agents } from '../../../agents/registry.ts';
import { parseConfig } from '../../../src/core/config.ts';
import { SimError } from '../../../src/core/errors.ts';
import { unknownIdMessage } from '../../../src/core/registry.ts';
import type { PolicyKind } from '../../../src/eval/summary-row.ts';
import { checkNames, learnerSettings } from '../../seat-options.ts';
import { type BidShadingConfig, type LearnerSettings, learnerSchema } from './settings.ts';

/**
 * Policies that are no learners. `kaplan-meier` is Kaplan–Meier's estimate under winner-only feedback; it is the empirical
 * distribution where everybody learns the price, and isotonic regression under wins and losses alone.
 */
export type FixedPolicy =
  | 'truth-optimal'
  | 'best-factor'
  | 'win-rate'
  | 'most-probable-price'
  | 'kaplan-meier'
  | 'parametric'
  | 'unshaded';

const FIXED: Readonly<Record<FixedPolicy, { readonly title: string; readonly kind: PolicyKind }>> = {
  'truth-optimal': { title: 'Best bids under the true landscape', kind: 'ceiling' },
  'best-factor': { title: 'Best factor under the true landscape', kind: 'reference' },
  'win-rate': { title: 'Win-rate model, line search', kind: 'baseline' },
  'most-probable-price': { title: 'Most probable price', kind: 'baseline' },
  'kaplan-meier': { title: 'Non-parametric landscape, line search', kind: 'baseline' },
  parametric: { title: 'Parametric fit, line search', kind: 'baseline' },
  unshaded: { title: 'Unshaded', kind: 'baseline' },
};

/** A policy of the experiment, checked; plain JSON. */
export interface ShadingSeat {
  /** Unique in the experiment. */
  readonly policy: string;
  readonly title: string;
  readonly kind: PolicyKind;
  readonly player:
    | { readonly kind: 'fixed'; readonly id: FixedPolicy }
    | {
        readonly kind: 'learner';
        readonly agent: string;
        readonly settings: LearnerSettings;
        readonly options: unknown;
        readonly envSteps: number;
      };
}

/**
 * Checks every seat before anything runs.
 *
 * @throws SimError `UNKNOWN_ID` on an unknown policy; `CONFIG_INVALID` on bad options, actions that an agent cannot take, or two
 * seats of one name.
 */
export function shadingSeats(config: BidShadingConfig): ShadingSeat[] {
  const seats = config.policies.map((entry, i): ShadingSeat => {
    const { id, as, title, ...options } = typeof entry === 'string' ? { id: entry } : { ...entry };
    const body = seatBody(String(id), options, `policies.${i}`, config.envSteps);
    return { ...body, policy: String(as ?? id), title: String(title ?? body.title) };
  });
  checkNames(seats, ['policy', 'title']);
  return seats;
}

function seatBody(
  id: string,
  options: Readonly<Record<string, unknown>>,
  path: string,
  envSteps: number,
): Omit<ShadingSeat, 'policy'> {
  if (Object.hasOwn(FIXED, id)) {
    parseConfig(z.strictObject({}), options, path);
    return { ...FIXED[id as FixedPolicy], player: { kind: 'fixed', id: id as FixedPolicy } };
  }
  if (agents.has(id)) return learnerBody(id, options, path, envSteps);
  throw new SimError(
    'UNKNOWN_ID',
    `${path}: ${unknownIdMessage('policy', id, [...Object.keys(FIXED), ...agents.ids])}`,
  );
}

function learnerBody(
  id: string,
  written: Readonly<Record<string, unknown>>,
  path: string,
  envSteps: number,
): Omit<ShadingSeat, 'policy'> {
  const agent = agents.get(id);
  const { settings, options } = learnerSettings(learnerSchema, 'bid-shading-v1', id, written, path);
  const space = settings.actions.kind === 'grid' ? 'discrete' : 'box';
  if (!agent.actionSpaces.includes(space)) {
    throw new SimError(
      'CONFIG_INVALID',
      `${path}.actions.kind: '${id}' cannot act in a ${space} space; expected ${space === 'box' ? 'grid' : 'linear or curve'}, received ${settings.actions.kind}`,
    );
  }
  const checked = parseConfig(agent.schema as z.ZodType, options, path);
  const player = {
    kind: 'learner',
    agent: id,
    settings,
    options: checked,
    envSteps: settings.envSteps ?? envSteps,
  } as const;
  return { title: agent.title, kind: 'learner', player };
}
