import type { TopLevelSpec } from 'vega-lite';
import { microsToUnits } from '../../../src/core/units.ts';
import { groupBy } from '../../../src/eval/group-by.ts';
import { mean } from '../../../src/eval/statistics.ts';
import { chartHead, round3 } from '../../../src/report/chart.ts';
import { SERIES_COLOURS } from '../../../src/report/theme.ts';
import type { AgentTotals } from '../../../src/sim/auction-gym/totals.ts';
import type { StudyChart } from '../study.ts';
import { PER_ROUNDS, surplusOf } from './rows.ts';
import type { AuctionGymConfig } from './settings.ts';

/** A finished market as this chart needs it. */
interface MarketTotals {
  readonly trial: { readonly title: string; readonly seed: number };
  readonly result: { readonly market: readonly AgentTotals[] };
}

const title = 'Revenue, surplus and welfare';
const caption =
  'What the auctioneer took, what bidders were left with and the value of all clicks, in currency units per 10,000 rounds: thick lines are means over seeds, thin lines single seeds.';

const AMOUNTS = [
  { name: 'Revenue', of: ({ paidMicros }: AgentTotals) => microsToUnits(paidMicros) },
  { name: 'Surplus', of: surplusOf },
  { name: 'Welfare', of: ({ valueMicros }: AgentTotals) => microsToUnits(valueMicros) },
] as const;

/** The market's amounts over the iterations, one panel each. */
export function marketTotals(config: AuctionGymConfig, finished: readonly MarketTotals[]): StudyChart {
  const scale = PER_ROUNDS / config.rounds;
  const values = finished.flatMap(({ trial, result }) =>
    result.market.flatMap((totals, i) =>
      AMOUNTS.map(({ name, of }) => ({
        amount: name,
        title: trial.title,
        run: `${trial.title} ${trial.seed}`,
        iteration: i + 1,
        units: round3(scale * of(totals)),
      })),
    ),
  );
  return { id: 'market-totals', title, caption, spec: spec(values, config.iterations) };
}

interface Point {
  readonly amount: string;
  readonly title: string;
  readonly run: string;
  readonly iteration: number;
  readonly units: number;
}

function spec(values: readonly Point[], iterations: number): TopLevelSpec {
  const means = [
    ...groupBy(values, ({ amount, title: name, iteration }) => `${amount}/${name}/${iteration}`).values(),
  ].map((members) => ({ ...members[0]!, units: round3(mean(members.map(({ units }) => units))) }));
  const names = [...new Set(values.map((point) => point.title))];
  const colours = [...SERIES_COLOURS.learners, ...SERIES_COLOURS.baselines];
  const x = {
    field: 'iteration',
    type: 'quantitative',
    scale: { domain: [1, iterations] as [number, number], nice: false },
    axis: { title: 'Iteration', tickMinStep: 1, tickCount: 5, format: 'd' },
  } as const;
  const color = {
    field: 'title',
    type: 'nominal',
    scale: { domain: names, range: names.map((_, i) => colours[i % colours.length]!) },
    legend: names.length === 1 ? null : { title: null, orient: 'top' },
  } as const;
  return {
    ...chartHead(title, caption),
    data: { values: means },
    hconcat: AMOUNTS.map(({ name }, i) => {
      const y = {
        field: 'units',
        type: 'quantitative',
        scale: { zero: false, nice: true },
        axis: { title: i === 0 ? 'Per 10,000 rounds' : null, tickCount: 6, format: ',~r' },
      } as const;
      const only = [{ filter: `datum.amount === '${name}'` }];
      return {
        title: { text: name, fontSize: 12, anchor: 'middle' as const, frame: 'group' as const, offset: 8 },
        width: 215,
        height: 220,
        transform: only,
        layer: [
          {
            data: { values },
            transform: only,
            mark: { type: 'line' as const, strokeWidth: 0.7, opacity: 0.35 },
            encoding: { x, y, color, detail: { field: 'run', type: 'nominal' as const } },
          },
          { mark: { type: 'line' as const, strokeWidth: 2.4 }, encoding: { x, y, color } },
        ],
      };
    }),
  };
}
