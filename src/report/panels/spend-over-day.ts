import type { TopLevelSpec } from 'vega-lite';
import { chartHead, round5 } from '../chart.ts';
import { endLabelLayers } from '../end-labels.ts';
import { colourScale, type Series } from '../series.ts';
import { PLOT_WIDTH } from '../theme.ts';

/** A share of the budget spent by a moment. */
interface SpendPoint {
  /** In [0, 1]. */
  readonly timeShare: number;
  readonly spendShare: number;
}

/** What {@link spendOverDay} shows. */
export interface SpendOverDay {
  readonly title: string;
  readonly caption: string;
  readonly points: readonly (SpendPoint & { readonly title: string })[];
  /** Spend in step with the expected traffic. */
  readonly plan: readonly SpendPoint[];
  /** Policies in order, with their colours. */
  readonly series: readonly Series[];
}

const HEIGHT = 320;
const PLAN = '#DADDE3';

/** Cumulative spend over the day, one line a policy, the plan as a broad band. */
export function spendOverDay({ title, caption, points, plan, series }: SpendOverDay): TopLevelSpec {
  const rounded = <T extends SpendPoint>(point: T) => ({
    ...point,
    timeShare: round5(point.timeShare),
    spendShare: round5(point.spendShare),
  });
  const strong = new Set(series.filter(({ highlighted }) => highlighted).map((entry) => entry.title));
  const values = points.map((point) => ({ ...rounded(point), strong: strong.has(point.title) }));
  const domain: [number, number] = [0, 1];
  const x = {
    field: 'timeShare',
    type: 'quantitative',
    scale: { domain, nice: false },
    axis: { title: 'Share of the day gone', format: '.0%', tickCount: 8 },
  } as const;
  const y = {
    field: 'spendShare',
    type: 'quantitative',
    scale: { domain, nice: false },
    axis: { title: 'Share of the budget spent', format: '.0%', tickCount: 5 },
  } as const;
  const color = { field: 'title', type: 'nominal', scale: colourScale(series), legend: null } as const;
  const ends = series.flatMap((entry) => {
    const last = values.findLast((point) => point.title === entry.title);
    return last === undefined ? [] : [{ title: entry.title, y: last.spendShare }];
  });
  return {
    ...chartHead(title, caption),
    width: PLOT_WIDTH - 60,
    height: HEIGHT,
    data: { values },
    layer: [
      { data: { values: plan.map(rounded) }, mark: { type: 'line', strokeWidth: 9, color: PLAN }, encoding: { x, y } },
      {
        transform: [{ filter: '!datum.strong' }],
        mark: { type: 'line', strokeWidth: 1.2, opacity: 0.8 },
        encoding: { x, y, color },
      },
      {
        transform: [{ filter: 'datum.strong' }],
        mark: { type: 'line', strokeWidth: 2.4 },
        encoding: { x, y, color },
      },
      ...endLabelLayers(ends, series, { height: HEIGHT, domain }),
    ],
  };
}
