import type { TopLevelSpec } from 'vega-lite';
import { chartHead, round5 } from '../chart.ts';
import { SERIES_COLOURS } from '../theme.ts';

/** How unequally spend is spread over bidders in one market. */
export interface ConcentrationEntry {
  /** Row: an auction format. */
  readonly row: string;
  /** Colour: a kind of day. */
  readonly series: string;
  /** Null where nobody spent anything. */
  readonly hhi: number | null;
  readonly gini: number | null;
}

/** Words of a {@link concentration} chart. */
export interface Concentration {
  readonly title: string;
  readonly description: string;
  /** Where the index would stand if all bidders spent alike: 1 over their number. */
  readonly evenHhi: number;
  /** In the order of the rows. */
  readonly entries: readonly ConcentrationEntry[];
}

const HHI = 'Herfindahl–Hirschman index';
const GINI = 'Gini coefficient';

/** Dots: Herfindahl–Hirschman index and Gini coefficient of spend, with the value of an even market as a rule. */
export function concentration({ title, description, evenHhi, entries }: Concentration): TopLevelSpec {
  const values = entries.flatMap(({ row, series, hhi, gini }) =>
    [
      { index: HHI, value: hhi, even: evenHhi },
      { index: GINI, value: gini, even: 0 },
    ].flatMap(({ index, value, even }) =>
      value === null ? [] : [{ row, series, index, value: round5(value), even: round5(even) }],
    ),
  );
  const rows = [...new Set(entries.map(({ row }) => row))];
  const series = [...new Set(entries.map((entry) => entry.series))];
  const palette = [SERIES_COLOURS.learners[0], SERIES_COLOURS.learners[1], ...SERIES_COLOURS.learners.slice(2)];
  const x = {
    field: 'value',
    type: 'quantitative',
    scale: { zero: true },
    axis: { title: '0 all alike … 1 one has everything', tickCount: 5, format: '.2f' },
  } as const;
  return {
    ...chartHead(title, description),
    data: { values },
    columns: 2,
    facet: { field: 'index', type: 'nominal', sort: [HHI, GINI], header: { title: null, labelAnchor: 'start' } },
    resolve: { scale: { x: 'independent' } },
    spec: {
      width: 290,
      height: { step: 34, for: 'position' },
      layer: [
        {
          mark: { type: 'rule', strokeDash: [4, 3], color: '#8A919C' },
          encoding: { x: { field: 'even', type: 'quantitative', aggregate: 'min' } },
        },
        {
          mark: { type: 'point', filled: true, size: 90, opacity: 0.9 },
          encoding: {
            x,
            y: {
              field: 'row',
              type: 'nominal',
              sort: rows,
              axis: { title: null, ticks: false, domain: false, grid: true },
            },
            // Side by side, so that equal values do not hide one another.
            yOffset: { field: 'series', type: 'nominal', sort: series },
            color: {
              field: 'series',
              type: 'nominal',
              scale: { domain: series, range: series.map((_, i) => palette[i % palette.length]!) },
              legend: { title: null, orient: 'top', symbolType: 'circle' },
            },
            tooltip: [
              { field: 'row', title: 'Sold by' },
              { field: 'series', title: 'Day' },
              { field: 'index', title: 'Index' },
              { field: 'value', title: 'Value', format: '.3f' },
            ],
          },
        },
      ],
    },
  };
}
