import type { TopLevelSpec } from 'vega-lite';
import { chartHead, round5 } from '../chart.ts';
import { GREY, SERIES_COLOURS } from '../theme.ts';

/** One bin of one predictor. */
export interface ReliabilityPoint {
  /** Heading of the panel. */
  readonly panel: string;
  /** Who predicted, in words. */
  readonly title: string;
  /** Mean prediction and realised share, in [0, 1]. */
  readonly predicted: number;
  readonly realised: number;
  readonly count: number;
}

/** Words of a reliability chart. */
export interface ReliabilityWords {
  readonly title: string;
  readonly caption: string;
  /** "Predicted win probability" */
  readonly predicted: string;
  /** "Auctions won" */
  readonly realised: string;
}

/** Predicted probability against what came true, a panel a group; on the diagonal the prediction is right. */
export function reliability(words: ReliabilityWords, points: readonly ReliabilityPoint[]): TopLevelSpec {
  const unique = (values: readonly string[]) => [...new Set(values)];
  const names = unique(points.map(({ title }) => title));
  const panels = unique(points.map(({ panel }) => panel));
  const scale = { domain: [0, 1] as [number, number], nice: false };
  const color = {
    field: 'title',
    type: 'nominal',
    scale: { domain: names, range: names.map((_, i) => SERIES_COLOURS.learners[i % SERIES_COLOURS.learners.length]!) },
    legend: { title: null, orient: 'top', symbolType: 'circle', columns: 2 },
  } as const;
  const x = {
    field: 'predicted',
    type: 'quantitative',
    scale,
    axis: { title: words.predicted, format: '.0%', tickCount: 5 },
  } as const;
  const y = {
    field: 'realised',
    type: 'quantitative',
    scale,
    axis: { title: words.realised, format: '.0%', tickCount: 5 },
  } as const;
  return {
    ...chartHead(words.title, words.caption),
    data: {
      values: points.map(({ panel, title, predicted, realised, count }) => {
        return { panel, title, predicted: round5(predicted), realised: round5(realised), count };
      }),
    },
    facet: { field: 'panel', type: 'nominal', sort: panels, header: { title: null, labelAnchor: 'start' } },
    columns: 3,
    spec: {
      width: 225,
      height: 225,
      layer: [
        {
          data: {
            values: [
              { predicted: 0, realised: 0 },
              { predicted: 1, realised: 1 },
            ],
          },
          mark: { type: 'line', color: GREY, strokeDash: [4, 3], strokeWidth: 1.2 },
          encoding: { x, y },
        },
        {
          mark: { type: 'line', strokeWidth: 1.2, opacity: 0.6 },
          encoding: { x, y, color },
        },
        {
          mark: { type: 'point', filled: true, opacity: 0.9 },
          encoding: {
            x,
            y,
            color,
            size: { field: 'count', type: 'quantitative', scale: { range: [12, 130] }, legend: null },
            tooltip: [
              { field: 'title', title: 'Predictor' },
              { field: 'predicted', title: words.predicted, format: '.1%' },
              { field: 'realised', title: words.realised, format: '.1%' },
              { field: 'count', title: 'Auctions', format: ',' },
            ],
          },
        },
      ],
    },
  };
}
