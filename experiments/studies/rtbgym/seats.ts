import type { z } from 'zod';
import { agents } from '../../../agents/registry.ts';
import { parseConfig } from '../../../src/core/config.ts';
import { SimError } from '../../../src/core/errors.ts';
import { unknownIdMessage } from '../../../src/core/registry.ts';
import type { PolicyKind } from '../../../src/eval/summary-row.ts';
import { checkNames, learnerSettings } from '../../seat-options.ts';
import {
  constantSchema,
  dpSchema,
  type LearnerSettings,
  learnerSchema,
  logSpaced,
  type RtbGymConfig,
  randomSchema,
} from './settings.ts';

/** A policy of the experiment, its settings checked; plain JSON. */
export interface RtbGymSeat {
  /** Unique in the experiment. */
  readonly policy: string;
  readonly title: string;
  readonly kind: PolicyKind;
  readonly player: RtbGymPlayer;
}

/** How a seat plays. */
export type RtbGymPlayer =
  | { readonly kind: 'constant'; readonly multiplier: number }
  | { readonly kind: 'random'; readonly multipliers: readonly number[] }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'dp'; readonly multipliers: readonly number[] }
  | {
      readonly kind: 'learner';
      readonly agent: string;
      readonly settings: LearnerSettings;
      readonly options: unknown;
      readonly envSteps: number;
    };

type SeatBody = Pick<RtbGymSeat, 'title' | 'kind' | 'player'>;

/** Seats that are no learners. */
const FIXED: Readonly<Record<string, (options: unknown, path: string) => SeatBody>> = {
  constant(options, path) {
    const { multiplier } = parseConfig(constantSchema, options, path);
    return { title: `Constant α = ${multiplier}`, kind: 'baseline', player: { kind: 'constant', multiplier } };
  },
  random(options, path) {
    const { actions, ...range } = parseConfig(randomSchema, options, path);
    checkRange(range, path);
    if (actions === 'uniform') {
      const title = `Random, uniform on [${range.low}, ${range.high}]`;
      return { title, kind: 'baseline', player: { kind: 'uniform', low: range.low, high: range.high } };
    }
    const title = `Random, ${range.count} multipliers from ${range.low} to ${range.high}`;
    return { title, kind: 'baseline', player: { kind: 'random', multipliers: logSpaced(range) } };
  },
  dp(options, path) {
    const range = parseConfig(dpSchema, options, path);
    checkRange(range, path);
    return { title: 'Dynamic programming', kind: 'ceiling', player: { kind: 'dp', multipliers: logSpaced(range) } };
  },
};

/**
 * Checks every seat before anything runs. Seats of one id without names of their own are told apart by their multiplier or
 * actions.
 *
 * @throws SimError `UNKNOWN_ID` on an unknown policy; `CONFIG_INVALID` on bad options or two seats of one name.
 */
export function rtbGymSeats(config: RtbGymConfig): RtbGymSeat[] {
  const ids = config.policies.map((entry) => (typeof entry === 'string' ? entry : entry.id));
  const seats = config.policies.map((entry, i): RtbGymSeat => {
    const { id, as, title, ...options } = typeof entry === 'string' ? { id: entry } : entry;
    const body = seatBody(id, options, `policies.${i}`, config.envSteps);
    const shared = ids.filter((other) => other === id).length > 1;
    return { ...body, policy: as ?? (shared ? ownName(id, body.player) : id), title: title ?? body.title };
  });
  checkNames(seats, ['policy', 'title']);
  return seats;
}

function seatBody(id: string, options: Readonly<Record<string, unknown>>, path: string, envSteps: number): SeatBody {
  if (Object.hasOwn(FIXED, id)) return FIXED[id]!(options, path);
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
  defaultEnvSteps: number,
): SeatBody {
  const agent = agents.get(id);
  const { settings, options } = learnerSettings(learnerSchema, 'rtbgym-v1', id, written, path);
  checkRange(settings.actions, `${path}.actions`);
  const space = settings.actions.kind === 'grid' ? 'discrete' : 'box';
  if (!agent.actionSpaces.includes(space)) {
    throw new SimError(
      'CONFIG_INVALID',
      `${path}.actions.kind: '${id}' cannot act in a ${space} space; expected ${space === 'box' ? 'grid' : 'log or linear'}, received ${settings.actions.kind}`,
    );
  }
  return {
    title: agent.title,
    kind: 'learner',
    player: {
      kind: 'learner',
      agent: id,
      settings,
      options: parseConfig(agent.schema as z.ZodType, options, path),
      envSteps: settings.envSteps ?? defaultEnvSteps,
    },
  };
}

function checkRange({ low, high }: { readonly low: number; readonly high: number }, path: string): void {
  if (low < high) return;
  throw new SimError('CONFIG_INVALID', `${path}: low expected below high (${high}), received ${low}`);
}

/** "constant-1.05", "random-uniform", "dqn-log". */
function ownName(id: string, player: RtbGymPlayer): string {
  if (player.kind === 'constant') return `${id}-${player.multiplier}`;
  if (player.kind === 'random' || player.kind === 'uniform') {
    return `${id}-${player.kind === 'uniform' ? 'uniform' : 'discrete'}`;
  }
  return player.kind === 'learner' ? `${id}-${player.settings.actions.kind}` : id;
}
