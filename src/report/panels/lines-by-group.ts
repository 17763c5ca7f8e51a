import type { TopLevelSpec } from 'vega-lite';
import type { PolicyKind } from '../../eval/summary-row.ts';
import { chartHead, paddedDomain, round5 } from '../chart.ts';
import { endLabelLayers } from '../end-labels.ts';
import { colourScale, type Series } from '../series.ts';
import { GREY, PLOT_WIDTH, REFERENCE_COLOUR, SERIES_COLOURS } from '../theme.ts';

/** One policy in one group. */
export interface GroupPoint {
  readonly policy: string;
  /** Unique words. */
  readonly title: string;
  readonly kind: PolicyKind;
  readonly group: string;
  readonly value: number;
  /** Ends of an interval; equal to `value` where there is none. */
  readonly low: number;
  readonly high: number;
}

/** Words and order of a chart of lines over ordered groups. */
export interface LinesByGroup {
  readonly title: string;
  /** What a screen reader says. */
  readonly description: string;
  readonly groupTitle: string;
  readonly valueTitle: string;
  /** d3 format of the values: '.2f'. */
  readonly format: string;
  /** From left to right. */
  readonly groups: readonly string[];
  readonly points: readonly GroupPoint[];
  /** Policies that keep a colour although they are not among the best; they count as baselines. */
  readonly emphasised: readonly string[];
}

const HEIGHT = 340;

/** One line a policy over ordered groups, intervals as bands, named at its right end; ceilings are left out. */
export function linesByGroup(chart: LinesByGroup): TopLevelSpec {
  const points = chart.points.filter(({ kind }) => kind !== 'ceiling');
  const series = groupSeries(points, chart.emphasised);
  const domain = paddedDomain(points.flatMap(({ low, high }) => [low, high]));
  const x = {
    field: 'group',
    type: 'ordinal',
    sort: [...chart.groups],
    scale: { type: 'point', padding: 0.15 },
    axis: { title: chart.groupTitle, labelAngle: 0, labelFontSize: 10 },
  } as const;
  const scale = { domain, nice: false, zero: false };
  const y = {
    field: 'value',
    type: 'quantitative',
    scale,
    axis: { title: chart.valueTitle, format: chart.format },
  } as const;
  const color = { field: 'title', type: 'nominal', scale: colourScale(series), legend: null } as const;
  const strong = new Set(series.flatMap((entry) => (entry.highlighted ? [entry.policy] : [])));
  const last = chart.groups.at(-1);
  const ends = points.flatMap(({ group, title, value }) => (group === last ? [{ title, y: value }] : []));
  return {
    ...chartHead(chart.title, chart.description),
    width: PLOT_WIDTH,
    height: HEIGHT,
    data: {
      values: points.map((point) => ({
        title: point.title,
        group: point.group,
        value: round5(point.value),
        low: round5(point.low),
        high: round5(point.high),
        strong: strong.has(point.policy),
      })),
    },
    layer: [
      {
        transform: [{ filter: 'datum.strong' }],
        mark: { type: 'area', opacity: 0.15 },
        encoding: { x, y: { field: 'low', type: 'quantitative', scale }, y2: { field: 'high' }, color },
      },
      {
        transform: [{ filter: '!datum.strong' }],
        mark: { type: 'line', strokeWidth: 1.4, opacity: 0.85 },
        encoding: { x, y, color },
      },
      {
        transform: [{ filter: 'datum.strong' }],
        mark: { type: 'line', strokeWidth: 2.4, point: { filled: true, size: 45 } },
        encoding: {
          x,
          y,
          color,
          tooltip: [
            { field: 'title', title: 'Policy' },
            { field: 'group', title: chart.groupTitle },
            { field: 'value', title: chart.valueTitle, format: '.4f' },
            { field: 'low', title: 'Interval from', format: '.4f' },
            { field: 'high', title: 'Interval to', format: '.4f' },
          ],
        },
      },
      ...endLabelLayers(ends, series, { height: HEIGHT, domain }),
    ],
  };
}

/** Learners and emphasised policies in colour, in the order of the points; the rest grey. */
function groupSeries(points: readonly GroupPoint[], emphasised: readonly string[]): Series[] {
  const unique = [...new Map(points.map((point) => [point.policy, point])).values()];
  const learners = unique.filter(({ kind }) => kind === 'learner').map(({ policy }) => policy);
  const others = unique.flatMap(({ policy }) => (emphasised.includes(policy) ? [policy] : []));
  const colourOf = ({ policy, kind }: GroupPoint) =>
    SERIES_COLOURS.learners[learners.indexOf(policy)] ??
    SERIES_COLOURS.baselines[others.indexOf(policy)] ??
    (kind === 'reference' ? REFERENCE_COLOUR : GREY);
  return unique.map((point): Series => {
    const { policy, title, kind } = point;
    const colour = colourOf(point);
    return { policy, title, kind, colour, highlighted: colour !== GREY && colour !== REFERENCE_COLOUR };
  });
}
