import { MICROS_PER_UNIT } from '../../../src/core/units.ts';
import { mean } from '../../../src/eval/statistics.ts';
import type { Verdict } from '../../../src/eval/verdict.ts';
import { concentration } from '../../../src/report/panels/concentration.ts';
import { revenueSplit } from '../../../src/report/panels/revenue-split.ts';
import { winRateCurves } from '../../../src/report/panels/win-rate-curves.ts';
import type { Measure, StudyChart, StudyRow } from '../study.ts';
import type { ScenarioSummary } from './play.ts';
import { isOfGroup, rivalGroups } from './rival-groups.ts';
import type { MarketStudyConfig } from './settings.ts';
import { SEAT_NAME } from './world.ts';

/** Measures of a row, in the order of the headline table. */
export const MARKET_MEASURES: Readonly<Record<string, Measure>> = {
  surplus: money('Surplus', 'Worth of the impressions that people saw less what they cost, a flight.', 'higher'),
  worth: money('Worth', 'Worth to the bidder of the impressions that people saw, a flight.', 'higher'),
  spend: money('Spend', 'What the bidder paid, a flight.', null),
  budgetUse: percent('Budget used', 'Spend over budget.', null),
  winRate: percent('Win rate', 'Opportunities in which a slot was won, over all while in the market.', null),
  revenue: money('Revenue', 'What all bidders paid, a flight.', null),
  welfare: money('Welfare', 'Worth of all impressions to those who bought them, a flight.', null),
  hhi: index('HHI', 'Herfindahl–Hirschman index of spend over all bidders; 1 where one spends everything.'),
  gini: index('Gini', 'Gini coefficient of spend over all bidders; 0 where all spend alike.'),
  invalidImpressions: percent('Invalid impressions', 'Share of the bidder’s impressions that bots saw.', 'lower'),
  invalidClicks: percent('Invalid clicks', 'Share of the bidder’s clicks that bots made.', 'lower'),
  invalidSpend: percent('Invalid spend', 'Share of the bidder’s spend that went to bots.', 'lower'),
};

function money(title: string, description: string, better: Measure['better']): Measure {
  return { title, unit: 'currency a flight', description, format: 'micros', better };
}

function percent(title: string, description: string, better: Measure['better']): Measure {
  return { title, unit: 'share', description, format: 'percent', better };
}

function index(title: string, description: string): Measure {
  return { title, unit: 'index', description, format: 'number', better: null };
}

/** One policy in one auction format, scenario and seed. */
export interface MarketCell {
  readonly policy: string;
  readonly title: string;
  readonly auction: number;
  readonly scenario: number;
  readonly seed: number;
  readonly outcome: ScenarioSummary;
}

/** The charts, drawn for the market with the policy that did best in the seat. */
export function marketCharts(config: MarketStudyConfig, cells: readonly MarketCell[], best: string): StudyChart[] {
  const chosen = cells.filter(({ policy }) => policy === best);
  const who = chosen[0]?.title ?? best;
  return [splitChart(config, chosen, who), concentrationChart(config, chosen, who), winRateChart(config, chosen, who)];
}

/** Cells of one auction format and scenario. */
function groups(config: MarketStudyConfig, cells: readonly MarketCell[]) {
  return config.scenarios.flatMap((scenario, s) =>
    config.auctions.map((auction, a) => ({
      auction: auction.title,
      scenario: scenario.title,
      members: cells.filter((cell) => cell.auction === a && cell.scenario === s).map(({ outcome }) => outcome),
    })),
  );
}

function splitChart(config: MarketStudyConfig, cells: readonly MarketCell[], who: string): StudyChart {
  const title = 'Who gets what impressions are worth';
  const caption = `Worth of all impressions to those who bought them (the whole bar), parted into what the seller got, your surplus and your rivals’ surplus, with ${who} in your seat. Means over seeds and flights.`;
  const entries = groups(config, cells).map(({ auction, scenario, members }) => {
    const average = (of: (outcome: ScenarioSummary) => number) => mean(members.map(of)) / MICROS_PER_UNIT;
    const surplus = (outcome: ScenarioSummary, own: boolean) =>
      outcome.seats.reduce((sum, seat) => sum + ((seat.seat === SEAT_NAME) === own ? seat.surplus : 0), 0);
    return {
      ...{ row: auction, panel: scenario, revenue: average(({ revenue }) => revenue) },
      ownSurplus: average((outcome) => surplus(outcome, true)),
      rivalSurplus: average((outcome) => surplus(outcome, false)),
    };
  });
  const spec = revenueSplit({ title, description: caption, currency: config.market.currency, entries });
  return { id: 'revenue-and-surplus', title, caption, spec };
}

function concentrationChart(config: MarketStudyConfig, cells: readonly MarketCell[], who: string): StudyChart {
  const title = 'Concentration of spend';
  const caption = `How unequally bidders spend: the Herfindahl–Hirschman index and the Gini coefficient of their spend, with ${who} in your seat. Dashed: all spend alike.`;
  const known = (values: readonly (number | null)[]) => {
    const numbers = values.filter((value) => value !== null);
    return numbers.length === 0 ? null : mean(numbers);
  };
  const entries = groups(config, cells).map(({ auction, scenario, members }) => ({
    ...{ row: auction, series: scenario },
    hhi: known(members.map(({ hhi }) => hhi)),
    gini: known(members.map(({ gini }) => gini)),
  }));
  const evenHhi = 1 / Math.max(1, cells[0]?.outcome.seats.length ?? 1);
  const spec = concentration({ title, description: caption, evenHhi, entries });
  return { id: 'concentration', title, caption, spec };
}

function winRateChart(config: MarketStudyConfig, cells: readonly MarketCell[], who: string): StudyChart {
  const title = 'Win rate of each bidder over the flight';
  const caption = `Share of the opportunities of each tick that a bidder won, one line a bidder, coloured by kind; yours is the broad one, with ${who} in it. A line that falls to zero has run out of money; one that begins late is a rival that came late.`;
  const ruleOf = groupTitles(config);
  const curves = groups(config, cells).flatMap(({ auction, scenario, members }) =>
    (members[0]?.seats ?? []).map((seat, a) => ({
      ...{ column: auction, row: scenario, bidder: seat.title, own: seat.seat === SEAT_NAME },
      group: ruleOf(seat.seat),
      winRates: seat.winRates.map((_, t) => {
        const rates = members.flatMap(({ seats }) => seats[a]!.winRates[t] ?? []);
        return rates.length === 0 ? null : mean(rates);
      }),
    })),
  );
  const spec = winRateCurves({ title, description: caption, days: config.market.days, curves });
  return { id: 'win-rate-curves', title, caption, spec };
}

/** Words of the group that a seat belongs to. */
function groupTitles(config: MarketStudyConfig): (seat: string) => string {
  const all = rivalGroups(config);
  return (seat) => {
    if (seat === SEAT_NAME) return 'You';
    const group = all.find(({ name, count }) => isOfGroup(seat, name, count));
    return group?.title ?? group?.name ?? seat;
  };
}

/** Mean of the objective over seeds, auction formats and scenarios by policy, best first; scripted rivals left out. */
export function ranking(rows: readonly StudyRow[], score: string): { policy: string; title: string; mean: number }[] {
  const own = rows.filter(({ kind }) => kind !== 'reference');
  const policies = [...new Map(own.map(({ policy, title }) => [policy, title])).entries()];
  return policies
    .map(([policy, title]) => ({
      ...{ policy, title },
      mean: mean(own.filter((row) => row.policy === policy).map((row) => row[score] as number)),
    }))
    .sort((a, b) => b.mean - a.mean);
}

/** Which way of selling pays the seller most and least, on the first kind of day with the best policy in the seat. */
function sellerWords(config: MarketStudyConfig, rows: readonly StudyRow[], lead: { policy: string; title: string }) {
  const scenario = config.scenarios[0]!;
  const chosen = rows.filter((row) => row.policy === lead.policy && row['scenario'] === scenario.title);
  const revenues = config.auctions
    .map(({ title }) => {
      const here = chosen.filter((row) => row['auction'] === title).map((row) => Number(row['revenue']));
      return { title, revenue: mean(here) / MICROS_PER_UNIT };
    })
    .sort((a, b) => b.revenue - a.revenue);
  if (revenues.length < 2) return [];
  const all = revenues.map(({ title, revenue }) => `${title} ${revenue.toFixed(2)}`).join('; ');
  return [
    `Revenue of the seller (${scenario.title}, ${config.market.currency} a flight, ${lead.title} in the seat): ${all}.`,
  ];
}

/** Who wins under which auction format, in words. */
export function marketVerdict(config: MarketStudyConfig, rows: readonly StudyRow[], score: string): Verdict {
  const overall = ranking(rows, score);
  const lead = overall[0];
  if (lead === undefined) return { headline: 'There are no results yet.', details: [], caveats: [] };
  const { currency } = config.market;
  const amount = (micros: number) => `${(micros / MICROS_PER_UNIT).toFixed(2)} ${currency}`;
  const details = config.auctions.map(({ title }) => {
    const here = ranking(
      rows.filter((row) => row['auction'] === title),
      score,
    );
    const [first, second] = here;
    const next = second === undefined ? '' : `, ahead of ${second.title} (${amount(second.mean)})`;
    return `${title}: ${first!.title} with ${amount(first!.mean)} a flight${next}.`;
  });
  details.push(...sellerWords(config, rows, lead));
  const caveats =
    config.seeds < 5
      ? [
          `Only ${config.seeds} seed${config.seeds === 1 ? '' : 's'}: differences between neighbours in the table may be chance.`,
        ]
      : [];
  return {
    headline: `${lead.title} earned most in the seat over all ways of selling: ${amount(lead.mean)} ${score === 'surplus' ? 'surplus' : 'worth'} a flight.`,
    details,
    caveats,
  };
}
