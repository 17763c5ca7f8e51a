import type { z } from 'zod';
import { agents } from '../../../agents/registry.ts';
import { parseConfig } from '../../../src/core/config.ts';
import { SimError } from '../../../src/core/errors.ts';
import { unknownIdMessage } from '../../../src/core/registry.ts';
import { type BiddingRule, biddingRuleSchema } from '../../../src/sim/auction-net/bidding-rules.ts';
import { checkNames, learnerSettings } from '../../seat-options.ts';
import { type AuctionNetStudyConfig, type LearnerSettings, learnerSchema } from './settings.ts';

/** A policy of the experiment, its settings checked; plain JSON. */
export interface AuctionNetSeat {
  /** Unique in the experiment. */
  readonly policy: string;
  readonly title: string;
  readonly kind: 'learner' | 'baseline';
  readonly bidder: AuctionNetBidder;
}

/** How a seat bids. */
export type AuctionNetBidder =
  | {
      readonly kind: 'rule';
      /** Settings that are fixed; a rule that is tuned tries its grid around them. */
      readonly rule: BiddingRule;
      readonly tuned: boolean;
    }
  | {
      readonly kind: 'learner';
      readonly agent: string;
      readonly settings: LearnerSettings;
      readonly options: unknown;
      readonly envSteps: number;
    };

const RULE_TITLES: Readonly<Record<BiddingRule['rule'], string>> = {
  fixed: 'Fixed multiplier',
  'pid-budget': 'PID on budget',
  'pid-cpa': 'PID on CPA',
  'budget-pacer': 'BudgetPacer',
  'online-lp': 'OnlineLP',
  'min-pacing': 'Min pacing',
  abid: 'Abid (pValue squared)',
};

/**
 * Checks every seat before anything runs.
 *
 * @throws SimError `UNKNOWN_ID` on an unknown policy; `CONFIG_INVALID` on bad options or two seats of one name.
 */
export function auctionNetSeats(config: AuctionNetStudyConfig): AuctionNetSeat[] {
  const seats = config.policies.map((entry, i) => {
    const { id, as, title, ...options } = typeof entry === 'string' ? { id: entry } : entry;
    const body = seatBody(id, options, `policies.${i}`, config.envSteps);
    return { ...body, policy: as ?? id, title: title ?? body.title };
  });
  checkNames(seats, ['policy', 'title']);
  return seats;
}

type SeatBody = Pick<AuctionNetSeat, 'title' | 'kind' | 'bidder'>;

function seatBody(id: string, written: Readonly<Record<string, unknown>>, path: string, envSteps: number): SeatBody {
  if (Object.hasOwn(RULE_TITLES, id)) {
    const rule = parseConfig(biddingRuleSchema, { rule: id, ...written }, path);
    const tuned = Object.keys(written).length === 0;
    const title = RULE_TITLES[rule.rule];
    return { title: tuned ? title : `${title} (as set)`, kind: 'baseline', bidder: { kind: 'rule', rule, tuned } };
  }
  if (agents.has(id)) return learnerBody(id, written, path, envSteps);
  const known = [...Object.keys(RULE_TITLES), ...agents.ids];
  throw new SimError('UNKNOWN_ID', `${path}: ${unknownIdMessage('policy', id, known)}`);
}

function learnerBody(id: string, written: Readonly<Record<string, unknown>>, path: string, envSteps: number): SeatBody {
  const agent = agents.get(id);
  const { settings, options } = learnerSettings(learnerSchema, 'constrained-bidding-v1', id, written, path);
  const space = settings.actions.kind === 'grid' ? 'discrete' : 'box';
  if (!agent.actionSpaces.includes(space)) {
    throw new SimError(
      'CONFIG_INVALID',
      `${path}.actions.kind: '${id}' cannot act in a ${space} space; expected ${space === 'box' ? 'grid' : 'log'}, received ${settings.actions.kind}`,
    );
  }
  const checked = parseConfig(agent.schema as z.ZodType, options, path);
  const steps = settings.envSteps ?? envSteps;
  return {
    title: agent.title,
    kind: 'learner',
    bidder: { kind: 'learner', agent: id, settings, options: checked, envSteps: steps },
  };
}
