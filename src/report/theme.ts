import type { Config } from 'vega-lite';

/** Colours that people with any colour vision tell apart (Okabe and Ito 2008, jfly.uni-koeln.de/color). */
export const SERIES_COLOURS = {
  learners: ['#0072B2', '#D55E00', '#009E73', '#CC79A7'],
  baselines: ['#000000', '#B07700'],
} as const;

/** Context: policies that are not highlighted. */
export const GREY = '#A3A8B0';
/** References known only in hindsight. */
export const REFERENCE_COLOUR = '#7A8290';
/** Text and rules that explain. */
export const INK = '#1F2430';
/** Ink of secondary text. */
export const SOFT_INK = '#5B6370';
/** Better and worse beyond doubt. */
export const BETTER = '#0072B2';
/** Colour of what is worse than the baseline. */
export const WORSE = '#D55E00';

/** Width of a chart's plotting area without its labels, pixels. */
export const PLOT_WIDTH = 700;

const FONT = '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif';

/** The look of every chart: quiet grid, dark text that survives a grey printer, no decoration. */
export const chartConfig: Config = {
  font: FONT,
  background: '#FFFFFF',
  padding: 8,
  view: { stroke: null },
  title: { anchor: 'start', fontSize: 15, fontWeight: 600, color: INK, offset: 12, frame: 'bounds' },
  axis: {
    labelColor: SOFT_INK,
    titleColor: INK,
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
    gridColor: '#E6E8EC',
    domainColor: '#8A919C',
    tickColor: '#8A919C',
    labelLimit: 420,
  },
  legend: {
    labelColor: INK,
    titleColor: INK,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelLimit: 420,
    symbolOpacity: 1,
    symbolStrokeWidth: 3,
  },
  header: { labelColor: INK, labelFontSize: 12, labelFontWeight: 600, titleFontSize: 12, titleColor: INK },
  line: { strokeCap: 'round', strokeJoin: 'round' },
};
