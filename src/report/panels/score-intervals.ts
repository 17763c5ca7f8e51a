import type { TopLevelSpec } from 'vega-lite';
import type { PolicyKind } from '../../eval/summary-row.ts';
import { chartHead, focusFloor, paddedDomain, round5 } from '../chart.ts';
import { intervalLayers, ruleAt } from '../interval-layers.ts';
import { GREY, PLOT_WIDTH, REFERENCE_COLOUR, SERIES_COLOURS, SOFT_INK } from '../theme.ts';

/** What {@link scoreIntervals} shows. */
export interface ScoreIntervals {
  readonly title: string;
  readonly caption: string;
  /** Of the score: "Conversions per episode". */
  readonly axis: string;
  /** Digits of the labels. */
  readonly digits: number;
  /** One per policy, titles unique; learners take their colours in this order. */
  readonly scores: readonly {
    readonly title: string;
    readonly kind: PolicyKind;
    readonly mean: number;
    readonly low: number;
    readonly high: number;
  }[];
  /** A score drawn as a dashed line through the chart. */
  readonly line: number;
}

/** A dot with its interval per policy, best first; learners bold. What lies far below the contest is an arrow. */
export function scoreIntervals({ title, caption, axis, digits, scores, line }: ScoreIntervals): TopLevelSpec {
  const ordered = [...scores].sort((a, b) => b.mean - a.mean);
  const label = (value: number) => value.toFixed(digits);
  const values = ordered.map((entry) => ({
    title: entry.title,
    mean: round5(entry.mean),
    low: round5(entry.low),
    high: round5(entry.high),
    label:
      entry.low === entry.high
        ? label(entry.mean)
        : `${label(entry.mean)}  (${label(entry.low)} to ${label(entry.high)})`,
  }));
  const contest = values.filter((_, i) => ordered[i]!.kind !== 'baseline' || i < ordered.length / 2);
  const top = Math.max(...values.map(({ high }) => high));
  const anchors = [...(contest.length > 0 ? contest : values).map(({ low }) => low), line];
  const floor = focusFloor(
    anchors,
    values.map(({ low }) => low),
    top,
  );
  const domain = paddedDomain([floor, top, line]);
  const format = `.${digits}f`;
  return {
    ...chartHead(title, caption),
    width: PLOT_WIDTH - 60,
    height: { step: 25 },
    data: { values },
    layer: [
      ruleAt(line, domain, { color: SOFT_INK, dashed: true }),
      ...intervalLayers({
        middle: 'mean',
        axis: { title: axis, labelExpr: "format(datum.value, '~g')", tickCount: 8 },
        domain,
        floor,
        order: ordered.map((entry) => entry.title),
        bold: ordered.filter(({ kind }) => kind === 'learner').map((entry) => entry.title),
        color: { field: 'title', scale: colours(scores), legend: false },
        tooltip: [
          { field: 'mean', title: 'Mean', format },
          { field: 'low', title: 'Interval from', format },
          { field: 'high', title: 'Interval to', format },
        ],
      }),
    ],
  };
}

function colours(scores: ScoreIntervals['scores']) {
  const { learners } = SERIES_COLOURS;
  let next = 0;
  const colourOf = (kind: PolicyKind) => {
    if (kind === 'learner') return learners[next++ % learners.length]!;
    return kind === 'baseline' ? GREY : REFERENCE_COLOUR;
  };
  return { domain: scores.map(({ title }) => title), range: scores.map(({ kind }) => colourOf(kind)) };
}
