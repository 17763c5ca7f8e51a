import type { TopLevelSpec } from 'vega-lite';
import { type Chart, chartHead, round5 } from '../chart.ts';
import type { ReportData } from '../report-data.ts';
import { seriesOf, withSeries } from '../series.ts';

const title = 'What a policy does in every situation';
const caption =
  'The multiplier a policy chooses by how much of the flight and of the budget is left; the flight runs from left to right. Good pacing bids hard where money is plentiful for the time left (top right) and holds back where it is short (bottom left).';

/** Width of a panel where 1, 2 or 3 stand side by side. */
const PANEL_WIDTHS = [460, 370, 255] as const;

/** Multiplier by time left and budget left, one panel per policy. */
export const policyHeatMap: Chart = { title, caption, spec };

function spec(data: ReportData): TopLevelSpec | null {
  const series = seriesOf(data.aggregates);
  const cells = withSeries(data.heatmaps, series).filter(({ multiplier }) => multiplier > 0);
  if (cells.length === 0) return null;
  const timeStep = gridStep(cells.map(({ timeLeft }) => timeLeft));
  const budgetStep = gridStep(cells.map(({ budgetLeft }) => budgetLeft));
  const values = cells.map(({ title: name, timeLeft, budgetLeft, multiplier }) => ({
    title: name,
    timeFrom: round5(timeLeft + timeStep / 2),
    // Cells overlap by a hair: renderers leave light seams between shapes that only touch.
    timeTo: round5(timeLeft - 0.54 * timeStep),
    budgetFrom: round5(budgetLeft - budgetStep / 2),
    budgetTo: round5(budgetLeft + 0.54 * budgetStep),
    multiplier: round5(multiplier),
  }));
  const shown = series.filter((entry) => cells.some(({ policy }) => policy === entry.policy));
  const columns = shown.length === 4 ? 2 : Math.min(3, shown.length);
  const share = (name: string, reverse: boolean) =>
    ({
      type: 'quantitative',
      scale: { domain: [0, 1] as [number, number], nice: false, reverse },
      axis: { title: name, format: '.0%', values: [0, 0.25, 0.5, 0.75, 1] as number[], grid: false },
    }) as const;
  return {
    ...chartHead(title, caption),
    data: { values },
    columns,
    facet: {
      field: 'title',
      type: 'nominal',
      sort: shown.map((entry) => entry.title),
      header: { title: null, labelAnchor: 'start' },
    },
    spec: {
      width: PANEL_WIDTHS[Math.min(columns, 3) - 1]!,
      height: columns === 3 ? 200 : 260,
      mark: { type: 'rect', strokeWidth: 0, clip: true },
      encoding: {
        x: { field: 'timeFrom', ...share('Flight left', true) },
        x2: { field: 'timeTo' },
        y: { field: 'budgetFrom', ...share('Budget left', false) },
        y2: { field: 'budgetTo' },
        color: {
          field: 'multiplier',
          type: 'quantitative',
          scale: { type: 'log', scheme: 'viridis', nice: false },
          legend: {
            title: data.multiplierUnit,
            orient: 'top',
            gradientLength: 260,
            format: '~g',
            tickCount: 5,
            titleLimit: 300,
          },
        },
        tooltip: [
          { field: 'title', title: 'Policy' },
          { field: 'timeFrom', title: 'Flight left, up to', format: '.0%' },
          { field: 'budgetTo', title: 'Budget left, up to', format: '.0%' },
          { field: 'multiplier', title: data.multiplierUnit, format: '.4~g' },
        ],
      },
    },
  };
}

/** Smallest distance between two different grid values; 0.1 where there is only one. */
function gridStep(values: readonly number[]): number {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const gaps = distinct.slice(1).map((value, i) => value - distinct[i]!);
  return gaps.length === 0 ? 0.1 : Math.min(...gaps);
}
