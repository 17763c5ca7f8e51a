import type { TopLevelSpec } from 'vega-lite';
import { groupBy } from '../../eval/group-by.ts';
import { type Chart, chartHead, round5 } from '../chart.ts';
import type { ReportData } from '../report-data.ts';
import { colourScale, seriesOf, withSeries } from '../series.ts';

const title = 'Which actions they choose';
const caption =
  'How often each multiplier was chosen on the test flights, as a share of all decisions. A single bar is a policy that stopped deciding.';

/** Share of decisions by multiplier, one panel per policy. */
export const actionHistogram: Chart = { title, caption, spec };

function spec(data: ReportData): TopLevelSpec | null {
  const series = seriesOf(data.aggregates);
  const actions = withSeries(data.actions, series);
  if (actions.length === 0) return null;
  const values = binned(actions);
  const shown = series.filter((entry) => actions.some(({ policy }) => policy === entry.policy));
  const levels = new Set(values.map(({ multiplier }) => multiplier)).size;
  return {
    ...chartHead(title, caption),
    data: { values },
    facet: {
      row: {
        field: 'title',
        type: 'nominal',
        sort: shown.map((entry) => entry.title),
        header: { title: null, labelAngle: 0, labelAlign: 'left', labelOrient: 'top', labelAnchor: 'start' },
      },
    },
    spec: {
      width: 820,
      height: shown.length > 3 ? 70 : 100,
      mark: { type: 'bar', cornerRadiusEnd: 1.5 },
      encoding: {
        x: {
          field: 'multiplier',
          type: 'ordinal',
          scale: { paddingInner: 0.15 },
          axis: { title: data.multiplierUnit, labelAngle: levels > 14 ? -45 : 0, labelOverlap: true, format: '~g' },
        },
        y: { field: 'share', type: 'quantitative', axis: { title: 'Share', format: '~%', tickCount: 3 } },
        color: { field: 'title', type: 'nominal', scale: colourScale(shown), legend: null },
        tooltip: [
          { field: 'title', title: 'Policy' },
          { field: 'multiplier', title: data.multiplierUnit, format: '~g' },
          { field: 'share', title: 'Share of decisions', format: '.1%' },
        ],
      },
    },
  };
}

/** More levels than this are gathered in bins. */
const MAX_LEVELS = 21;

/**
 * One record per policy and level. Few levels (a grid of discrete actions) stay as they are; many (continuous actions) are
 * gathered in bins of equal ratio, named by their geometric middle.
 */
function binned(actions: readonly { readonly title: string; readonly multiplier: number; readonly share: number }[]) {
  const positive = actions.filter(({ multiplier }) => multiplier > 0);
  const levels = [...new Set(positive.map(({ multiplier }) => Number(multiplier.toPrecision(3))))];
  const low = Math.log(Math.min(...levels));
  const width = (Math.log(Math.max(...levels)) - low) / MAX_LEVELS;
  const levelOf = (multiplier: number): number => {
    if (levels.length <= MAX_LEVELS) return Number(multiplier.toPrecision(3));
    const bin = Math.max(0, Math.min(MAX_LEVELS - 1, Math.floor((Math.log(multiplier) - low) / width)));
    return Number(Math.exp(low + (bin + 0.5) * width).toPrecision(2));
  };
  const groups = groupBy(positive, ({ title: name, multiplier }) => JSON.stringify([name, levelOf(multiplier)]));
  return [...groups.values()].map((group) => ({
    title: group[0]!.title,
    multiplier: levelOf(group[0]!.multiplier),
    share: round5(group.reduce((sum, { share }) => sum + share, 0)),
  }));
}
