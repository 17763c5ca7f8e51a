import type { TopLevelSpec } from 'vega-lite';
import { chartHead, round5 } from '../chart.ts';
import { GREY, SERIES_COLOURS, SOFT_INK } from '../theme.ts';

/** Who gets how much of what impressions are worth, in one market. */
export interface RevenueSplitEntry {
  /** Row: an auction format. */
  readonly row: string;
  /** Panel: a kind of day. */
  readonly panel: string;
  /** Currency units. */
  readonly revenue: number;
  readonly ownSurplus: number;
  readonly rivalSurplus: number;
}

/** Words of a {@link revenueSplit}. */
export interface RevenueSplit {
  readonly title: string;
  readonly description: string;
  readonly currency: string;
  /** In the order of the rows. */
  readonly entries: readonly RevenueSplitEntry[];
}

const SELLER = 'Seller (revenue)';
const OWN = 'You (surplus)';
const RIVALS = 'Rivals (surplus)';

/** Stacked bars: welfare as revenue of the seller, surplus of the own seat and surplus of the rivals; losses lie left of 0. */
export function revenueSplit({ title, description, currency, entries }: RevenueSplit): TopLevelSpec {
  const values = entries.flatMap(({ row, panel, revenue, ownSurplus, rivalSurplus }) =>
    [
      { part: SELLER, order: 0, amount: revenue },
      { part: OWN, order: 1, amount: ownSurplus },
      { part: RIVALS, order: 2, amount: rivalSurplus },
    ].map((part) => ({ row, panel, ...part, amount: round5(part.amount) })),
  );
  const rows = [...new Set(entries.map(({ row }) => row))];
  const panels = [...new Set(entries.map(({ panel }) => panel))];
  return {
    ...chartHead(title, description),
    data: { values },
    columns: 1,
    facet: { field: 'panel', type: 'nominal', sort: panels, header: { title: null, labelAnchor: 'start' } },
    spec: {
      width: 620,
      height: { step: 30 },
      mark: { type: 'bar', height: 20 },
      encoding: {
        y: { field: 'row', type: 'nominal', sort: rows, axis: { title: null, ticks: false, domain: false } },
        x: {
          field: 'amount',
          type: 'quantitative',
          stack: 'zero',
          axis: { title: `Worth of a flight’s impressions (${currency})`, tickCount: 6 },
        },
        order: { field: 'order' },
        color: {
          field: 'part',
          type: 'nominal',
          scale: { domain: [SELLER, OWN, RIVALS], range: [SOFT_INK, SERIES_COLOURS.learners[0], GREY] },
          legend: { title: null, orient: 'top' },
        },
        tooltip: [
          { field: 'row', title: 'Sold by' },
          { field: 'part', title: 'Who' },
          { field: 'amount', title: currency, format: ',.2f' },
        ],
      },
    },
  };
}
