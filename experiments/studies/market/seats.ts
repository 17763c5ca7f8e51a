import { z } from 'zod';
import { baselines } from '../../../agents/baselines/registry.ts';
import { agents } from '../../../agents/registry.ts';
import { parseConfig } from '../../../src/core/config.ts';
import { SimError } from '../../../src/core/errors.ts';
import { unknownIdMessage } from '../../../src/core/registry.ts';
import type { PolicyKind } from '../../../src/eval/summary-row.ts';
import { type BiddingRule, biddingRuleSchema } from '../../../src/market/rival-population.ts';
import { ACTION_KINDS } from '../../action-decoding.ts';
import { checkNames, checkOptions, learnerSettings } from '../../seat-options.ts';
import type { MarketStudyConfig } from './settings.ts';

/** A policy of the experiment, its settings checked; plain JSON. */
export interface MarketSeat {
  /** Unique in the experiment. */
  readonly policy: string;
  readonly title: string;
  readonly kind: PolicyKind;
  readonly player: MarketPlayer;
}

/** How a seat plays. */
export type MarketPlayer =
  | { readonly kind: 'rule'; readonly rule: BiddingRule }
  | { readonly kind: 'baseline'; readonly id: string; readonly options: unknown }
  | { readonly kind: 'learner'; readonly agent: string; readonly settings: LearnerSettings; readonly options: unknown };

const learnerSchema = z.strictObject({
  actions: z.enum(ACTION_KINDS).default('log').meta({ description: 'How actions set the multiplier.' }),
  numEnvs: z.int().min(1).max(4096).default(32).meta({ unit: 'copies', description: 'Copies that act at once.' }),
  envSteps: z.int().min(1).optional().meta({ unit: 'env steps', description: "Instead of the experiment's." }),
});

/** Settings of a learner that are not its agent's. */
export type LearnerSettings = z.output<typeof learnerSchema>;

/** Rules of scripted rivals that may sit in the seat too. */
const RULES: Readonly<Record<string, string>> = { fixed: 'Fixed multiple of worth', shading: 'Shading by win rate' };

/**
 * Checks every seat before anything runs.
 *
 * @throws SimError `UNKNOWN_ID` on an unknown policy; `CONFIG_INVALID` on bad options or two seats of one name.
 */
export function marketSeats(config: MarketStudyConfig): MarketSeat[] {
  const seats = config.policies.map((entry, i) => {
    const written: Record<string, unknown> = typeof entry === 'string' ? { id: entry } : { ...entry };
    const { id, as, title, ...options } = written;
    const body = seatBody(String(id), options, `policies.${i}`);
    return { ...body, policy: String(as ?? id), title: String(title ?? body.title) };
  });
  checkNames(seats, ['policy']);
  return seats;
}

function seatBody(id: string, options: Record<string, unknown>, path: string): Omit<MarketSeat, 'policy'> {
  if (Object.hasOwn(RULES, id)) {
    const rule = parseConfig(biddingRuleSchema, { rule: id, ...options }, path);
    return { title: ruleTitle(rule), kind: 'baseline', player: { kind: 'rule', rule } };
  }
  if (baselines.has(id)) {
    const { title, schema } = baselines.get(id);
    return { title, kind: 'baseline', player: { kind: 'baseline', id, options: checkOptions(schema, options, path) } };
  }
  if (agents.has(id)) return learnerBody(id, options, path);
  const known = [...Object.keys(RULES), ...agents.ids, ...baselines.ids];
  throw new SimError('UNKNOWN_ID', `${path}: ${unknownIdMessage('policy', id, known)}`);
}

function ruleTitle(rule: BiddingRule): string {
  if (rule.rule !== 'fixed') return RULES[rule.rule]!;
  return rule.multiplier === 1 ? 'Truthful' : `Bids ${rule.multiplier} times the worth`;
}

function learnerBody(id: string, written: Record<string, unknown>, path: string): Omit<MarketSeat, 'policy'> {
  const agent = agents.get(id);
  const { settings, options } = learnerSettings(learnerSchema, 'auction-house-v1', id, written, path);
  const space = settings.actions === 'log' ? 'box' : 'discrete';
  if (!agent.actionSpaces.includes(space)) {
    throw new SimError(
      'CONFIG_INVALID',
      `${path}.actions: '${id}' cannot act in a ${space} space; expected grid or moves, received ${settings.actions}`,
    );
  }
  const checked = parseConfig(agent.schema as z.ZodType, options, path);
  return { title: agent.title, kind: 'learner', player: { kind: 'learner', agent: id, settings, options: checked } };
}
