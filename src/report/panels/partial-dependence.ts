import type { TopLevelSpec } from 'vega-lite';
import type { Explanation, FeatureExplanation } from '../../explain/explanation.ts';
import { chartHead } from '../chart.ts';
import { SERIES_COLOURS } from '../theme.ts';

/** The decision by each feature alone, one panel a feature, the most important first, all on one scale. */
export function partialDependencePanels(
  title: string,
  description: string,
  { features, decision }: Explanation,
): TopLevelSpec {
  const ordered = [...features].sort((a, b) => b.importance.mean - a.importance.mean);
  const decisions = features.flatMap((feature) => feature.partialDependence.map((point) => point.decision));
  const low = Math.min(...decisions);
  const high = Math.max(...decisions);
  const room = Math.max(0.05 * (high - low), 0.01 * high);
  const domain: [number, number] = [low - room, high + room];
  return {
    ...chartHead(title, description),
    columns: 3,
    concat: ordered.map((feature, i) => panel(feature, decision, domain, i % 3 === 0)),
  };
}

function panel(
  feature: FeatureExplanation,
  decision: Explanation['decision'],
  domain: [number, number],
  isFirst: boolean,
) {
  const values = feature.partialDependence.map(({ value, decision: shown }) => ({
    feature: feature.title,
    value: Number(value.toPrecision(5)),
    decision: Number(shown.toPrecision(5)),
  }));
  return {
    width: 215,
    height: 165,
    data: { values },
    mark: { type: 'line' as const, strokeWidth: 2, color: SERIES_COLOURS.learners[0], point: values.length === 1 },
    encoding: {
      x: {
        field: 'value',
        type: 'quantitative' as const,
        scale: { zero: false, nice: false },
        axis: { title: [feature.title, `(${feature.unit})`], tickCount: 4, grid: false },
      },
      y: {
        field: 'decision',
        type: 'quantitative' as const,
        scale: { domain, nice: false, zero: false },
        axis: { title: isFirst ? axisLines(decision) : null, tickCount: 4, format: '.3~g', titleFontSize: 11 },
      },
      tooltip: [
        { field: 'value', title: `${feature.title} (${feature.unit})`, format: '.3~g' },
        { field: 'decision', title: decision.title, format: '.3~g' },
      ],
    },
  };
}

/** Title and unit in lines short enough for the side of a panel. */
function axisLines({ title, unit }: Explanation['decision']): string[] {
  return [title, ...`(${unit})`.split(/(?<=,) /)];
}
