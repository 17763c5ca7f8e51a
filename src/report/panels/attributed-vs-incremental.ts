import type { TopLevelSpec } from 'vega-lite';
import { chartHead, round3 } from '../chart.ts';
import { INK } from '../theme.ts';

/** A mean with an interval. */
interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** One policy: what attribution says it brought, and what it did bring. */
export interface AttributedPolicy {
  readonly title: string;
  readonly attributed: Estimate;
  readonly incremental: Estimate;
}

/** Words of an {@link attributedVsIncremental} chart. */
export interface AttributedVsIncremental {
  readonly title: string;
  readonly description: string;
  readonly valueTitle: string;
  /** d3 format of values: '.0f'. */
  readonly format: string;
  readonly policies: readonly AttributedPolicy[];
}

const BARS = [
  { id: 'attributed', title: 'Attributed to ads', colour: '#A3A8B0' },
  { id: 'incremental', title: 'Incremental: with ads minus without', colour: '#0072B2' },
] as const;

/** Two bars a policy with intervals, most incremental on top; the gap is what would have come anyway. */
export function attributedVsIncremental(chart: AttributedVsIncremental): TopLevelSpec {
  const order = [...chart.policies].sort((a, b) => b.incremental.value - a.incremental.value);
  const values = order.flatMap((policy) =>
    BARS.map(({ id, title }) => {
      const { value, low, high } = policy[id];
      return { policy: policy.title, bar: title, value: round3(value), low: round3(low), high: round3(high) };
    }),
  );
  const domain = BARS.map(({ title }) => title);
  const scale = {
    domain: [Math.min(0, ...values.map(({ low }) => low)), 1.1 * Math.max(...values.map(({ high }) => high))],
  };
  const x = {
    field: 'value',
    type: 'quantitative' as const,
    scale,
    axis: { title: chart.valueTitle, format: chart.format },
  };
  return {
    ...chartHead(chart.title, chart.description),
    width: 560,
    height: { step: 20 },
    data: { values },
    encoding: {
      y: {
        field: 'policy',
        type: 'nominal',
        sort: order.map(({ title }) => title),
        scale: { paddingInner: 0.3 },
        axis: { title: null, ticks: false, domain: false, labelColor: INK },
      },
      yOffset: { field: 'bar', sort: domain },
    },
    layer: [
      {
        mark: { type: 'bar' },
        encoding: {
          x,
          color: {
            field: 'bar',
            type: 'nominal',
            scale: { domain, range: BARS.map(({ colour }) => colour) },
            legend: { title: null, orient: 'top', symbolType: 'square', symbolStrokeWidth: 0 },
          },
          tooltip: [
            { field: 'policy', title: 'Policy' },
            { field: 'bar', title: 'Counted as' },
            { field: 'value', title: chart.valueTitle, format: chart.format },
          ],
        },
      },
      {
        mark: { type: 'rule', color: INK },
        encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
      },
      {
        mark: { type: 'text', align: 'left', dx: 5, fontSize: 11, color: INK },
        encoding: { x: { field: 'high', type: 'quantitative' }, text: { field: 'value', format: chart.format } },
      },
    ],
  };
}
