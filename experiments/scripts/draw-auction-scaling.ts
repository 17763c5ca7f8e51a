import { join } from 'node:path';
import type { TopLevelSpec } from 'vega-lite';
import { atomicWriteFileSync } from '../../src/core/atomic-write.ts';
import { chartHead } from '../../src/report/chart.ts';
import { renderSvg } from '../../src/report/render.ts';
import { SERIES_COLOURS } from '../../src/report/theme.ts';
import { type AuctionCost, auctionScaling } from '../benchmarks/auction.ts';
import { PACKAGE_ROOT } from '../package-root.ts';

/*
 * Measures what a bid costs in runs of 10⁴ to 10⁷ opportunities and draws results/reference/auction-scaling.svg:
 *
 *     npx tsx experiments/scripts/draw-auction-scaling.ts
 */

function scalingSpec(values: readonly AuctionCost[]): TopLevelSpec {
  const title = 'Cost of a bid against the length of a run';
  return {
    ...chartHead(
      title,
      'Processor time to make, clear and charge one bid; a flat line means that long runs cost no more.',
    ),
    width: 420,
    height: 220,
    data: { values: [...values] },
    mark: { type: 'line', point: { size: 60, filled: true }, color: SERIES_COLOURS.learners[0] },
    encoding: {
      x: {
        field: 'opportunities',
        type: 'quantitative',
        scale: { type: 'log' },
        axis: {
          title: 'Opportunities in the run, 48 bidders and three slots each',
          values: [1e4, 1e5, 1e6, 1e7],
          format: '~s',
        },
      },
      y: {
        field: 'nsPerBid',
        type: 'quantitative',
        scale: { domainMin: 0 },
        axis: { title: 'Nanoseconds a bid', tickCount: 5 },
      },
    },
  };
}

const costs = auctionScaling();
for (const { opportunities, nsPerBid } of costs)
  process.stdout.write(`${opportunities}: ${nsPerBid.toFixed(1)} ns a bid\n`);
atomicWriteFileSync(
  join(PACKAGE_ROOT, 'results', 'reference', 'auction-scaling.svg'),
  await renderSvg(scalingSpec(costs)),
);
