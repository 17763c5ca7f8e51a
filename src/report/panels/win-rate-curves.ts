import type { TopLevelSpec } from 'vega-lite';
import { chartHead, round5 } from '../chart.ts';
import { GREY, SERIES_COLOURS } from '../theme.ts';

/** One bidder's win rate over the flight in one market. */
export interface WinRateCurve {
  /** Column: an auction format. */
  readonly column: string;
  /** Row: a kind of day. */
  readonly row: string;
  readonly bidder: string;
  /** Colour: what kind of bidder it is. */
  readonly group: string;
  /** Drawn broad. */
  readonly own: boolean;
  /** `[T]` share of opportunities won by tick; null where the bidder was absent. */
  readonly winRates: readonly (number | null)[];
}

/** Words of a {@link winRateCurves} chart. */
export interface WinRateCurves {
  readonly title: string;
  readonly description: string;
  readonly days: number;
  readonly curves: readonly WinRateCurve[];
}

/** Okabe–Ito colours that are left beside the one of the own seat. */
const GROUP_COLOURS = ['#D55E00', '#009E73', '#CC79A7', '#B07700', '#000000', '#56B4E9'];

/** Lines of win rate over the flight, one a bidder, coloured by kind; panels by auction format and kind of day. */
export function winRateCurves({ title, description, days, curves }: WinRateCurves): TopLevelSpec {
  const values = curves.flatMap(({ column, row, bidder, group, own, winRates }) =>
    winRates.flatMap((winRate, t) =>
      winRate === null
        ? []
        : [
            {
              column,
              row,
              bidder,
              group,
              own,
              hour: round5(((t + 0.5) * 24 * days) / winRates.length),
              winRate: round5(winRate),
            },
          ],
    ),
  );
  const distinct = (of: (curve: WinRateCurve) => string) => [...new Set(curves.map(of))];
  const own = [...new Set(curves.filter((curve) => curve.own).map(({ group }) => group))];
  const others = distinct(({ group }) => group).filter((group) => !own.includes(group));
  const line = (isOwn: boolean) => ({
    transform: [{ filter: `datum.own === ${isOwn}` }],
    mark: { type: 'line' as const, strokeWidth: isOwn ? 3 : 1.3, opacity: isOwn ? 1 : 0.8 },
  });
  return {
    ...chartHead(title, description),
    data: { values },
    facet: {
      column: { field: 'column', type: 'nominal', sort: distinct(({ column }) => column), header: { title: null } },
      row: { field: 'row', type: 'nominal', sort: distinct(({ row }) => row), header: { title: null } },
    },
    spec: {
      width: Math.max(150, Math.round(680 / distinct(({ column }) => column).length)),
      height: 190,
      encoding: {
        x: {
          field: 'hour',
          type: 'quantitative',
          scale: { domain: [0, 24 * days], nice: false },
          axis: { title: 'Hour of the flight', values: [0, 6, 12, 18, 24].map((hour) => hour * days) },
        },
        y: { field: 'winRate', type: 'quantitative', axis: { title: 'Share won', format: '.0%', tickCount: 5 } },
        detail: { field: 'bidder' },
        color: {
          field: 'group',
          type: 'nominal',
          scale: {
            domain: [...own, ...others],
            range: [
              ...own.map((_, i) => SERIES_COLOURS.learners[i] ?? GREY),
              ...others.map((_, i) => GROUP_COLOURS[i] ?? GREY),
            ],
          },
          legend: { title: null, orient: 'top', symbolType: 'stroke', columns: 4 },
        },
      },
      layer: [line(false), line(true)],
    },
  };
}
