import { z } from 'zod';
import { DEFAULT_WEEKLY_TRAFFIC } from '../../market/default-traffic.ts';
import { driftSchema } from '../../market/drift.ts';
import { feedbackSchema } from '../../market/feedback-config.ts';
import { invalidTrafficSchema } from '../../market/invalid-traffic.ts';
import { advertiserFields, type RivalGroup, rivalGroupSchema } from '../../market/rival-population.ts';
import { type Shock, shockSchema } from '../../market/shocks.ts';
import { weeklyShares } from '../../market/weekly-traffic.ts';
import { houseAuctionSchema } from './auction-config.ts';

const share = z.number().min(0).max(1);

const trafficSchema = z
  .strictObject({
    opportunitiesPerDay: z.int().min(1).max(10_000_000).default(5000).meta({
      unit: 'opportunities',
      description: 'Ad requests on an average day.',
    }),
    startWeekday: z.int().min(1).max(7).default(1).meta({ unit: 'day', description: 'First day; 1 is Monday.' }),
    hourly: z
      .array(z.number().min(0))
      .length(168)
      .refine((weights) => weights.some((weight) => weight > 0), 'expected at least one positive weight')
      .default(() => [...weeklyShares(DEFAULT_WEEKLY_TRAFFIC)])
      .meta({ unit: 'relative', description: 'Traffic of each hour of the week, Monday first.' }),
    noise: z.number().min(0).max(2).default(0.1).meta({
      unit: 'log',
      description: 'Standard deviation of the logarithm of a tick’s traffic around its expectation.',
    }),
    drift: driftSchema.meta({ description: 'Traffic from day to day.' }),
    invalid: invalidTrafficSchema.meta({ description: 'Bots and click fraud.' }),
  })
  .prefault({});

const pagesSchema = z
  .strictObject({
    clickRate: share.positive().default(0.02).meta({ unit: 'probability', description: 'Median click probability.' }),
    sigma: z.number().min(0).max(3).default(0.6).meta({ unit: 'log', description: 'Its spread over pages.' }),
    conversionRate: share.default(0.05).meta({ unit: 'probability', description: 'Conversions per human click.' }),
    sites: z.int().min(1).max(10_000).default(20).meta({ unit: 'sites', description: 'Publishers.' }),
  })
  .prefault({});

/** A setting that lies outside the flight. */
interface LateSetting {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function lateStay({ enterDay, exitDay }: RivalGroup, days: number): LateSetting | null {
  if (enterDay < days && (exitDay ?? 0) <= days) return null;
  const message = `expected an entry and exit within the ${days} days of the flight; change it or raise days`;
  return { path: ['enterDay'], message };
}

/**
 * Shocks of prices and traffic that are not within a flight of `days` days: they would do nothing, or less than is written.
 *
 * @returns Paths from the list of shocks, each with what was expected and the remedy.
 */
function lateShocks(shocks: readonly Shock[], days: number): LateSetting[] {
  return shocks.flatMap((shock, i) => {
    if (shock.kind === 'new-rival') return [];
    const field = shock.fromDay >= days ? 'fromDay' : 'toDay';
    const day = shock[field];
    if (day === null || (field === 'toDay' && day <= days)) return [];
    const bound = field === 'fromDay' ? 'below' : 'at most';
    const message = `expected ${bound} the ${days} days of the flight [days], received ${day}; change it or raise days`;
    return [{ path: [i, field], message }];
  });
}

/**
 * What a day's shocks have outside a flight of `days` days, new rivals included.
 *
 * @returns Paths from the list of shocks, each with what was expected and the remedy; none where all is well.
 */
export function shocksOutsideFlight(shocks: readonly Shock[], days: number): LateSetting[] {
  const stays = shocks.flatMap((shock, i) => {
    const late = shock.kind === 'new-rival' ? lateStay(shock.rival, days) : null;
    return late === null ? [] : [{ path: [i, 'rival', ...late.path], message: late.message }];
  });
  return [...stays, ...lateShocks(shocks, days)];
}

/** A market of many bidders over one flight. Every setting has a default but the rivals. */
export const houseConfigSchema = z
  .strictObject({
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('USD')
      .meta({ description: 'ISO 4217 code.' }),
    days: z.int().min(1).max(366).default(1).meta({ unit: 'days', description: 'Length of a flight.' }),
    ticksPerDay: z.int().min(1).max(1440).default(48).meta({ unit: 'ticks', description: 'Decisions a day.' }),
    auction: houseAuctionSchema,
    traffic: trafficSchema,
    pages: pagesSchema,
    rivalDrift: driftSchema.meta({ description: 'What impressions are worth to rivals, from day to day.' }),
    rivals: z.array(rivalGroupSchema).max(200).default([]).meta({ description: 'Scripted bidders, in groups.' }),
    feedback: feedbackSchema.meta({
      description: 'What policies that bid per opportunity are told of each of their bids, and when.',
    }),
    shocks: z.array(shockSchema).max(100).default([]).meta({ description: 'What happens without notice.' }),
  })
  .superRefine((house, context) => {
    if (house.traffic.invalid.sites > house.pages.sites) {
      context.addIssue({
        code: 'custom',
        path: ['traffic', 'invalid', 'sites'],
        message: `expected at most the ${house.pages.sites} sites of pages.sites, received ${house.traffic.invalid.sites}; lower it or raise pages.sites`,
      });
    }
    const groups = [
      ...house.rivals.map((rival, i) => ({ rival, path: ['rivals', i] as PropertyKey[] })),
      ...house.shocks.flatMap((shock, i) =>
        shock.kind === 'new-rival' ? [{ rival: shock.rival, path: ['shocks', i, 'rival'] as PropertyKey[] }] : [],
      ),
    ];
    const seen = new Set<string>();
    for (const { rival, path } of groups) {
      if (seen.has(rival.name)) {
        const message = `expected each name once, received '${rival.name}' again; rename one or raise count`;
        context.addIssue({ code: 'custom', path: [...path, 'name'], message });
      }
      seen.add(rival.name);
      const late = lateStay(rival, house.days);
      if (late !== null) context.addIssue({ code: 'custom', path: [...path, ...late.path], message: late.message });
    }
    for (const { path, message } of lateShocks(house.shocks, house.days)) {
      context.addIssue({ code: 'custom', path: ['shocks', ...path], message });
    }
  })
  .meta({ description: 'A market of many bidders.' });

/** A checked market, see {@link houseConfigSchema}. */
export type HouseConfig = z.output<typeof houseConfigSchema>;

/** A seat for a policy from outside: an agent, a baseline, a user's own. */
export const agentSeatSchema = z.strictObject(advertiserFields);

/** A checked seat, see {@link agentSeatSchema}. */
export type AgentSeat = z.output<typeof agentSeatSchema>;
