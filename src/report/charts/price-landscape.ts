import type { TopLevelSpec } from 'vega-lite';
import { type Chart, chartHead, round5 } from '../chart.ts';
import type { ReportData } from '../report-data.ts';
import { PLOT_WIDTH } from '../theme.ts';

const title = 'What the market costs';
const caption =
  'Above, how market prices are spread over the test auctions; below, the share of auctions that a bid of that height would win, whatever they are worth.';
const BAND = '#56B4E9';
const CURVE = '#0072B2';

/** Market price histogram and win probability by bid, one price axis. */
export const priceLandscape: Chart = { title, caption, spec };

function spec(data: ReportData): TopLevelSpec | null {
  if (data.priceLandscape.length === 0) return null;
  const values = [...data.priceLandscape]
    .sort((a, b) => a.cpm - b.cpm)
    .map(({ cpm, density, winProbability }) => ({
      cpm: round5(cpm),
      density: round5(density),
      winProbability: round5(winProbability),
    }));
  const scale = { domain: [0, values.at(-1)!.cpm] as [number, number], nice: false };
  const price = { field: 'cpm', type: 'quantitative', scale } as const;
  const width = PLOT_WIDTH + 100;
  return {
    ...chartHead(title, caption),
    data: { values },
    spacing: 14,
    vconcat: [
      {
        width,
        height: 130,
        mark: {
          type: 'area',
          interpolate: 'step',
          color: BAND,
          opacity: 0.75,
          line: { color: CURVE, strokeWidth: 1.2 },
        },
        encoding: {
          x: { ...price, axis: { title: null, labels: false } },
          y: {
            field: 'density',
            type: 'quantitative',
            axis: { title: 'Share of auctions', format: '~%', tickCount: 4 },
          },
        },
      },
      {
        width,
        height: 150,
        mark: { type: 'line', color: CURVE, strokeWidth: 2.4 },
        encoding: {
          x: { ...price, axis: { title: `Price or bid, ${data.currency} per thousand impressions` } },
          y: {
            field: 'winProbability',
            type: 'quantitative',
            scale: { domain: [0, 1] },
            axis: { title: 'Auctions won', format: '.0%', tickCount: 5 },
          },
          tooltip: [
            { field: 'cpm', title: `Bid, ${data.currency} CPM`, format: '.2f' },
            { field: 'winProbability', title: 'Auctions won', format: '.1%' },
          ],
        },
      },
    ],
  };
}
