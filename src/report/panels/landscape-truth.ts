import type { TopLevelSpec } from 'vega-lite';
import { chartHead, round5 } from '../chart.ts';
import { INK, SERIES_COLOURS, SOFT_INK } from '../theme.ts';

/** Estimates of one landscape from what one feedback mode tells. */
export interface LandscapePanel {
  /** Heading of the panel. */
  readonly panel: string;
  /** Largest bid that the data tell about, currency units per thousand impressions. */
  readonly supportCpm: number;
  /** The truth first; win probability by bid. */
  readonly curves: readonly {
    readonly title: string;
    readonly points: readonly { readonly cpm: number; readonly probability: number }[];
  }[];
}

/** True win probability by bid and estimates of it, a panel a feedback mode; beyond the data the ground is shaded. */
export function landscapeTruth(title: string, caption: string, panels: readonly LandscapePanel[]): TopLevelSpec {
  const names = panels[0]!.curves.map((curve) => curve.title);
  const highest = Math.max(...panels.flatMap(({ curves }) => curves[0]!.points.map(({ cpm }) => cpm)));
  const values = panels.flatMap(({ panel, curves }) =>
    curves.flatMap((curve) =>
      curve.points.map(({ cpm, probability }) => ({
        panel,
        estimate: curve.title,
        cpm: round5(cpm),
        probability: round5(probability),
      })),
    ),
  );
  const beyond = panels.map(({ panel, supportCpm }) => ({
    panel,
    from: round5(Math.min(supportCpm, highest)),
    to: round5(highest),
  }));
  const x = {
    field: 'cpm',
    type: 'quantitative',
    scale: { domain: [0, round5(highest)] as [number, number], nice: false },
    axis: { title: 'Bid, currency per thousand', tickCount: 5 },
  } as const;
  const y = {
    field: 'probability',
    type: 'quantitative',
    scale: { domain: [0, 1] as [number, number] },
    axis: { title: 'Auctions won', format: '.0%', tickCount: 5 },
  } as const;
  const color = {
    field: 'estimate',
    type: 'nominal',
    scale: { domain: names, range: [INK, ...SERIES_COLOURS.learners] as string[] },
    legend: { title: null, orient: 'top', symbolType: 'stroke' },
  } as const;
  return {
    ...chartHead(title, caption),
    data: { values: [...values, ...beyond] },
    facet: {
      field: 'panel',
      type: 'nominal',
      sort: panels.map(({ panel }) => panel),
      header: { title: null, labelAnchor: 'start' },
    },
    columns: 3,
    spec: {
      width: 225,
      height: 220,
      layer: [
        {
          transform: [{ filter: 'isValid(datum.from) && datum.from < datum.to' }],
          mark: { type: 'rect', color: SOFT_INK, opacity: 0.12 },
          encoding: { x: { ...x, field: 'from' }, x2: { field: 'to' }, y: { value: 0 }, y2: { value: 220 } },
        },
        {
          transform: [{ filter: `datum.estimate === ${JSON.stringify(names[0])}` }],
          mark: { type: 'line', strokeWidth: 4.5, opacity: 0.35 },
          encoding: { x, y, color },
        },
        {
          transform: [{ filter: `isValid(datum.estimate) && datum.estimate !== ${JSON.stringify(names[0])}` }],
          mark: { type: 'line', strokeWidth: 1.7 },
          encoding: {
            x,
            y,
            color,
            tooltip: [
              { field: 'estimate', title: 'Estimate' },
              { field: 'cpm', title: 'Bid, CPM', format: '.2f' },
              { field: 'probability', title: 'Auctions won', format: '.1%' },
            ],
          },
        },
      ],
    },
  };
}
