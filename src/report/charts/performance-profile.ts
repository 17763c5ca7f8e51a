import type { TopLevelSpec } from 'vega-lite';
import { groupBy } from '../../eval/group-by.ts';
import { performanceProfile as profileOf } from '../../eval/statistics.ts';
import { type Chart, chartHead, paddedDomain, round3, round5 } from '../chart.ts';
import type { ReportData } from '../report-data.ts';
import { colourScale, seriesOf } from '../series.ts';
import { PLOT_WIDTH } from '../theme.ts';

const title = 'How often is it good?';
const caption =
  'For every score on the horizontal axis, the share of flights on which a policy did better than that. A line further up and to the right is better; a long slope to the left means bad days.';

/** Performance profiles (Agarwal et al. 2021) of the highlighted policies, the others in grey. */
export const performanceProfile: Chart = { title, caption, spec };

function spec(data: ReportData): TopLevelSpec | null {
  const series = seriesOf(data.aggregates);
  const rows = groupBy(data.rows, (row) => row.policy);
  const drawn = series.filter(({ policy }) => (rows.get(policy)?.length ?? 0) > 1);
  if (drawn.length === 0) return null;
  const coloured = drawn.filter(({ highlighted }) => highlighted);
  const best = (coloured.length > 0 ? coloured : drawn).flatMap(({ policy }) => rows.get(policy)!);
  const [low, high] = paddedDomain([...best.map((row) => row.valueRatio), 1], 0.02);
  const thresholds = Array.from({ length: 61 }, (_, i) => low + ((high - low) * i) / 60);
  const values = drawn.flatMap(({ policy, title: name, highlighted }) => {
    const shares = profileOf(
      rows.get(policy)!.map((row) => row.valueRatio),
      thresholds,
    );
    return shares.map((share, i) => ({
      title: name,
      score: round5(thresholds[i]!),
      share: round3(share),
      highlighted,
    }));
  });
  const legend = {
    title: null,
    orient: 'top',
    columns: 6,
    symbolType: 'stroke',
    values: coloured.map((entry) => entry.title),
  } as const;
  const layer = (highlighted: boolean) => ({
    transform: [{ filter: highlighted ? 'datum.highlighted' : '!datum.highlighted' }],
    mark: { type: 'line' as const, strokeWidth: highlighted ? 2.4 : 1, opacity: highlighted ? 1 : 0.7 },
  });
  return {
    ...chartHead(title, caption),
    width: PLOT_WIDTH + 100,
    height: 260,
    data: { values },
    encoding: {
      x: {
        field: 'score',
        type: 'quantitative',
        scale: { domain: [low, high], nice: false },
        axis: { title: 'Share of the hindsight optimum', labelExpr: "format(datum.value, '.3~f')", tickCount: 8 },
      },
      y: {
        field: 'share',
        type: 'quantitative',
        scale: { domain: [0, 1] },
        axis: { title: 'Share of flights that did better', format: '.0%' },
      },
      color: { field: 'title', type: 'nominal', scale: colourScale(drawn), legend },
    },
    layer: [layer(false), layer(true)],
  };
}
