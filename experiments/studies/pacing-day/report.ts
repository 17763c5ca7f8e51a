import { mean } from '../../../src/eval/statistics.ts';
import type { Verdict } from '../../../src/eval/verdict.ts';
import { barsByPanel, type PanelBar } from '../../../src/report/panels/bars-by-panel.ts';
import { type SpendCurve, spendAgainstTarget } from '../../../src/report/panels/spend-against-target.ts';
import { GREY } from '../../../src/report/theme.ts';
import type { Measure, StudyChart, StudyRow } from '../study.ts';
import { pacers } from './controllers.ts';
import { PACERS, type PacingDayConfig } from './settings.ts';

/** Measures of a row, in the order of the headline table. */
export const PACING_MEASURES: Readonly<Record<string, Measure>> = {
  valueRatio: {
    title: 'Worth won',
    unit: 'share of the hindsight optimum',
    description:
      'What the impressions are worth to the campaign (its own full bids) over the most that the budget could have bought at the outside bids; worth paid for beyond the budget does not count.',
    format: 'number',
    better: 'higher',
  },
  pacingMae: {
    title: 'Pacing error',
    unit: 'share of the budget',
    description:
      'Mean over the day of the distance between spend so far and its target; of campaigns whose budget would be gone before midnight without pacing.',
    format: 'percent',
    better: 'lower',
  },
  pacingRmse: {
    title: 'Pacing error (RMSE)',
    unit: 'share of the budget',
    description:
      'Root mean square over the day of the distance between spend so far and its target, of the same campaigns.',
    format: 'percent',
    better: 'lower',
  },
  overspend: {
    title: 'Overspend',
    unit: 'share of the budget',
    description: 'Spend above the budget: what was bought in the minute in which it ended.',
    format: 'percent',
    better: 'lower',
  },
  minutesAlive: {
    title: 'Minutes alive',
    unit: 'minutes',
    description: 'Minutes of the day until the budget was gone.',
    format: 'number',
    better: 'higher',
  },
  spendShare: {
    title: 'Budget spent',
    unit: 'share of the budget',
    description: 'Spend over budget at the end of the day.',
    format: 'percent',
    better: null,
  },
  cpm: {
    title: 'CPM',
    unit: 'currency per thousand impressions',
    description: 'Price paid per thousand impressions.',
    format: 'number',
    better: 'lower',
  },
};

/** "First price" */
export function auctionWords(auction: string): string {
  return auction === 'first-price' ? 'First price' : 'Second price';
}

/** Okabe and Ito's colours in the order of the policies; no pacing is grey. */
function colours(): { domain: string[]; range: string[] } {
  const range = [GREY, '#B07700', '#009E73', '#56B4E9', '#0072B2', '#CC79A7', '#D55E00', '#000000'];
  return { domain: PACERS.map((id) => pacers[id].title), range };
}

/** Spend over the day, pacing error and worth won, each for both auctions side by side. */
export function pacingCharts(
  rows: readonly StudyRow[],
  curves: readonly SpendCurve[],
  targetShare: readonly number[],
): StudyChart[] {
  const used = new Set(rows.map(({ title }) => title));
  const all = colours();
  const domain = all.domain.filter((title) => used.has(title));
  const scale = { domain, range: domain.map((title) => all.range[all.domain.indexOf(title)]!) };
  const spend = {
    title: 'Spend over the day against its target',
    caption:
      'Share of the budget spent by each hour, mean over the campaigns whose budget would be gone before midnight without pacing; the broad grey band is the target, which follows the expected traffic. Above it a campaign may be out before the evening, below it money is left.',
  };
  const error = {
    title: 'Pacing error',
    caption:
      'Mean distance between spend so far and its target over the day, averaged over the campaigns whose budget would be gone before midnight without pacing; lines are two standard errors. Shorter is better.',
  };
  const worth = {
    title: 'Worth won for the budget',
    caption:
      'Worth of the impressions won over the most that the budget could have bought with every outside bid known, averaged over campaigns and seeds; lines are two standard errors. The order changes with how winners pay: lowering bids saves money in first price where throttling does not.',
  };
  const nothingPaced = curves.length === 0;
  const paced: StudyChart[] = [
    {
      id: 'spend-against-target',
      ...spend,
      spec: spendAgainstTarget({ ...spend, description: spend.caption, targetShare, curves, colours: scale }),
    },
    {
      id: 'pacing-error',
      ...error,
      spec: barsByPanel({
        ...error,
        description: error.caption,
        valueTitle: 'Share of the budget',
        format: '.1%',
        better: 'lower',
        bars: nothingPaced ? [] : barsOf(rows, 'pacingMae'),
        colours: scale,
      }),
    },
  ];
  return [
    ...(nothingPaced ? [] : paced),
    {
      id: 'worth-won',
      ...worth,
      spec: barsByPanel({
        ...worth,
        description: worth.caption,
        valueTitle: 'Share of the hindsight optimum',
        format: '.2f',
        better: 'higher',
        bars: barsOf(rows, 'valueRatio'),
        colours: scale,
      }),
    },
  ];
}

function barsOf(rows: readonly StudyRow[], measure: string): PanelBar[] {
  return summaries(rows, measure).map(({ title, auction, value, spread }) => ({
    title,
    panel: auctionWords(auction),
    value,
    low: Math.max(0, value - spread),
    high: value + spread,
  }));
}

/** Mean and two standard errors of a measure by auction and policy, in the order of the rows. */
function summaries(rows: readonly StudyRow[], measure: string) {
  const groups = new Map<string, { row: StudyRow; values: number[] }>();
  for (const row of rows) {
    const key = `${row['auction']}/${row.policy}`;
    const group = groups.get(key) ?? { row, values: [] };
    if (row[measure] !== null) group.values.push(row[measure] as number);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ row, values }) => {
    if (values.length === 0) return [];
    const value = mean(values);
    const variance = values.reduce((sum, x) => sum + (x - value) ** 2, 0) / Math.max(1, values.length - 1);
    const spread = 2 * Math.sqrt(variance / values.length);
    return [{ title: row.title, auction: String(row['auction']), value, spread }];
  });
}

/** Who paces best under each auction, in words. */
export function pacingVerdict(config: PacingDayConfig, rows: readonly StudyRow[]): Verdict {
  const winners = config.auctions.map((auction) => {
    const ranked = (measure: string) => summaries(rows, measure).filter((entry) => entry.auction === auction);
    const worth = ranked('valueRatio').sort((a, b) => b.value - a.value)[0]!;
    return { auction, worth, error: ranked('pacingMae').sort((a, b) => a.value - b.value)[0] };
  });
  const [first, second] = winners;
  const same = new Set(winners.map(({ worth }) => worth.title)).size === 1;
  const headline =
    second === undefined || same
      ? `${first!.worth.title} buys most for its budget${second === undefined ? '' : ' under both auctions'}.`
      : `The ranking depends on how winners pay: ${first!.worth.title} buys most in ${inWords(first!.auction)}, ${second.worth.title} in ${inWords(second.auction)}.`;
  const details = winners.map(({ auction, worth, error }) => {
    const bought = `${auctionWords(auction)}: ${worth.title} wins ${worth.value.toFixed(3)} of the hindsight optimum`;
    if (error === undefined) return `${bought}; no campaign had to be paced.`;
    const off = (100 * error.value).toFixed(1);
    return `${bought}; ${error.title} stays nearest to its target, ${off} % of the budget off on average.`;
  });
  return { headline, details, caveats: [] };
}

function inWords(auction: string): string {
  return auctionWords(auction).toLowerCase();
}
