import type { TopLevelSpec } from 'vega-lite';
import { chartHead, round5 } from '../chart.ts';
import { SOFT_INK } from '../theme.ts';

/** One predictor of one rate. */
export interface ReliabilityCurve {
  /** Words of the predictor; it keeps its colour in every panel. */
  readonly title: string;
  /** Words over the panel: "Click rate". */
  readonly panel: string;
  /** Predictions of about one size and what came of them, smallest first; points without outcomes are left out. */
  readonly bins: readonly { readonly predicted: number; readonly observed: number }[];
  /** Expected calibration error. */
  readonly ece: number;
  /** nats */
  readonly logLoss: number;
  /** null where it is not known. */
  readonly auc: number | null;
}

/** Words of a {@link reliability} chart. */
export interface Reliability {
  readonly title: string;
  readonly description: string;
  readonly curves: readonly ReliabilityCurve[];
}

/** Okabe and Ito's colours; the first predictor is black. */
const COLOURS = ['#000000', '#0072B2', '#D55E00', '#009E73', '#CC79A7', '#B07700', '#56B4E9'];
const SIZE = 310;

/**
 * Observed against predicted rates on logarithmic axes, one line a predictor, one panel a rate; on the dashed diagonal a
 * predictor means what it says. Under each panel the numbers of its predictors.
 */
export function reliability({ title, description, curves }: Reliability): TopLevelSpec {
  const names = [...new Set(curves.map((curve) => curve.title))];
  const scale = { domain: names, range: names.map((_, i) => COLOURS[i % COLOURS.length]!) };
  const panels = [...new Set(curves.map(({ panel }) => panel))];
  return {
    ...chartHead(title, description),
    hconcat: panels.map((panel) => {
      const own = curves.filter((curve) => curve.panel === panel);
      return { vconcat: [diagram(panel, own, scale), numbers(own, scale)], spacing: 12 };
    }),
    spacing: 40,
  };
}

type ColourScale = { readonly domain: string[]; readonly range: string[] };

function diagram(panel: string, curves: readonly ReliabilityCurve[], scale: ColourScale) {
  const values = curves.flatMap(({ title, bins }) =>
    bins.flatMap(({ predicted, observed }) =>
      predicted > 0 && observed > 0 ? [{ title, predicted: round5(predicted), observed: round5(observed) }] : [],
    ),
  );
  const rates = values.flatMap(({ predicted, observed }) => [predicted, observed]).filter((rate) => rate > 0);
  const domain: [number, number] = [0.85 * Math.min(...rates), 1.15 * Math.max(...rates)];
  const axis = (words: string) => ({
    type: 'quantitative' as const,
    scale: { type: 'log' as const, domain, nice: false },
    axis: { title: words, format: '.1~%', tickCount: 5, labelOverlap: true },
  });
  const x = { field: 'predicted', ...axis('Predicted') };
  const y = { field: 'observed', ...axis('Observed') };
  return {
    title: { text: panel, fontSize: 12 },
    width: SIZE,
    height: SIZE,
    layer: [
      {
        data: { values: domain.map((rate) => ({ predicted: rate, observed: rate })) },
        mark: { type: 'line' as const, color: SOFT_INK, strokeDash: [4, 3] },
        encoding: { x, y },
      },
      {
        data: { values },
        mark: { type: 'line' as const, strokeWidth: 2, point: { filled: true, size: 40 } },
        encoding: { x, y, color: { field: 'title', type: 'nominal' as const, scale, legend: null } },
      },
    ],
  };
}

/** A small table under a panel; its first column is the legend. */
function numbers(curves: readonly ReliabilityCurve[], scale: ColourScale) {
  const rows = curves.map(({ title, ece, logLoss, auc }, row) => ({
    row: row + 1,
    colour: scale.range[scale.domain.indexOf(title)]!,
    cells: [title, `${(100 * ece).toFixed(2)} %`, logLoss.toFixed(4), auc === null ? '–' : auc.toFixed(3)],
  }));
  const head = { row: 0, colour: SOFT_INK, cells: ['Predictor', 'ECE', 'Log loss', 'AUC'] };
  const places = [0, 170, 240, SIZE];
  return {
    width: SIZE,
    height: 16 * (rows.length + 1),
    view: { stroke: null },
    layer: places.map((place, column) => ({
      data: { values: [head, ...rows].map(({ row, colour, cells }) => ({ row, colour, text: cells[column]! })) },
      mark: {
        type: 'text' as const,
        align: column === 0 ? ('left' as const) : ('right' as const),
        fontSize: 11,
        fontWeight: column === 0 ? ('bold' as const) : ('normal' as const),
      },
      encoding: {
        x: { value: place },
        y: {
          field: 'row',
          type: 'quantitative' as const,
          scale: { domain: [-0.5, rows.length + 0.5], reverse: true, nice: false, zero: false },
          axis: null,
        },
        text: { field: 'text' },
        color: { field: 'colour', type: 'nominal' as const, scale: null },
      },
    })),
  };
}
