import type { TopLevelSpec } from 'vega-lite';
import type { ReportData } from './report-data.ts';
import { chartConfig } from './theme.ts';

/** One figure of a report: a pure function from the report's data to a Vega-Lite specification. */
export interface Chart {
  /** Words for the heading. */
  readonly title: string;
  /** What is seen and how to read it, one to three sentences. */
  readonly caption: string;
  /** The whole specification, data included; null when there is nothing to show. */
  spec(data: ReportData): TopLevelSpec | null;
}

/** What every specification starts with. `description` is what a screen reader says. */
export function chartHead(title: string, description: string) {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title,
    description,
    config: chartConfig,
  } as const;
}

/** Axis labels of budget fractions: "1/32" where the inverse is whole. */
export const FRACTION_LABEL =
  "datum.value < 1 && abs(1 / datum.value - round(1 / datum.value)) < 1e-6 ? '1/' + round(1 / datum.value) : format(datum.value, '.3~g')";

/** "1/32 of the cost of all traffic" for 0.03125. */
export function budgetWords(fraction: number): string {
  const inverse = Math.round(1 / fraction);
  const isUnitFraction = inverse > 1 && Math.abs(1 / fraction - inverse) < 1e-6;
  return `Budget ${isUnitFraction ? `1/${inverse}` : String(Number(fraction.toPrecision(3)))} of full cost`;
}

/** The smallest interval with round ends that holds all numbers, a little room included. */
export function paddedDomain(values: readonly number[], padding = 0.04): [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = Math.max((high - low) * padding, 1e-3);
  return [round3(low - room), round3(high + room)];
}

/**
 * Where a score axis may start so that the contenders can be told apart: low enough for all anchors and for everything not
 * further below them than they are below `top`. What lies lower is drawn as an arrow at the edge.
 */
export function focusFloor(anchors: readonly number[], all: readonly number[], top: number): number {
  const floor = Math.min(...anchors);
  return Math.min(floor, ...all.filter((value) => value >= 2 * floor - top));
}

/** Three decimals: enough for a pixel, and specs stay readable. */
export function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Five decimals for data in specs: below what a screen can show. */
export function round5(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
