import type { TopLevelSpec } from 'vega-lite';
import { chartHead, round5 } from '../chart.ts';

/** Mean cumulative spend of one policy in one panel. */
export interface SpendCurve {
  /** Words of the policy, unique. */
  readonly title: string;
  /** Words of the panel: "First price". */
  readonly panel: string;
  /** Shares of the budget spent at evenly spaced times, from the beginning to the end. */
  readonly spentShare: readonly number[];
}

/** What a chart of spend against a target curve shows. */
export interface SpendAgainstTarget {
  readonly title: string;
  /** What a screen reader says. */
  readonly description: string;
  /** The target at the same times. */
  readonly targetShare: readonly number[];
  readonly curves: readonly SpendCurve[];
  /** Colour of each policy by its words; order of the legend. */
  readonly colours: { readonly domain: string[]; readonly range: string[] };
}

/** A road under the lines. */
const TARGET = '#DADDE3';

/** Cumulative spend over the day, one panel each, the target as a broad band. */
export function spendAgainstTarget(chart: SpendAgainstTarget): TopLevelSpec {
  const panels = [...new Set(chart.curves.map(({ panel }) => panel))];
  const hour = (i: number, length: number) => round5((24 * i) / (length - 1));
  const target = panels.flatMap((panel) =>
    chart.targetShare.map((share, i, all) => ({
      what: 'target',
      panel,
      hour: hour(i, all.length),
      share: round5(share),
    })),
  );
  const spend = chart.curves.flatMap(({ title, panel, spentShare }) =>
    spentShare.map((share, i, all) => ({
      what: 'spend',
      title,
      panel,
      hour: hour(i, all.length),
      share: round5(share),
    })),
  );
  const x = {
    field: 'hour',
    type: 'quantitative',
    scale: { domain: [0, 24] as [number, number], nice: false },
    axis: { title: 'Hour of the day', values: [0, 6, 12, 18, 24] as number[] },
  } as const;
  const y = {
    field: 'share',
    type: 'quantitative',
    scale: { domainMin: 0 },
    axis: { title: 'Share of the budget spent', format: '.0%', tickCount: 5 },
  } as const;
  return {
    ...chartHead(chart.title, chart.description),
    data: { values: [...target, ...spend] },
    columns: 2,
    facet: { field: 'panel', type: 'nominal', sort: panels, header: { title: null, labelAnchor: 'start' } },
    spec: {
      width: panels.length === 1 ? 820 : 400,
      height: 280,
      encoding: { x, y },
      layer: [
        {
          transform: [{ filter: "datum.what === 'target'" }],
          mark: { type: 'line', strokeWidth: 9, color: TARGET },
        },
        {
          transform: [{ filter: "datum.what === 'spend'" }],
          mark: { type: 'line', strokeWidth: 1.8 },
          encoding: {
            color: {
              field: 'title',
              type: 'nominal',
              scale: chart.colours,
              legend: { title: null, orient: 'top', columns: 4, symbolType: 'stroke' },
            },
          },
        },
      ],
    },
  };
}
