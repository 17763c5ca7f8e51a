import { groupBy } from '../../../src/eval/group-by.ts';
import { mean } from '../../../src/eval/statistics.ts';
import { equilibriumGamma } from '../../../src/report/panels/equilibrium-gamma.ts';
import { equilibriumSurplus } from '../../../src/report/panels/equilibrium-surplus.ts';
import { sumTotals } from '../../../src/sim/auction-gym/totals.ts';
import type { StudyChart } from '../study.ts';
import { BIDDERS } from './bidders.ts';
import { REFERENCE_GAMMAS } from './reference.ts';
import type { GymResult } from './results.ts';
import { finalIterations, PER_ROUNDS, surplusOf } from './rows.ts';
import { type AuctionGymConfig, agentSettings, type BidderSettings } from './settings.ts';
import { marketTotals } from './totals-chart.ts';

/** A finished trial as charts need it. */
export interface FinishedMarket {
  readonly trial: { readonly bidder: BidderSettings['id']; readonly title: string; readonly seed: number };
  readonly result: GymResult;
}

/** The figures of the report. */
export function gymCharts(config: AuctionGymConfig, finished: readonly FinishedMarket[]): StudyChart[] {
  if (finished.length === 0) return [];
  const charts = [surplusChart(config, finished)];
  return config.iterations < 2 ? charts : [...charts, gammaChart(config, finished), marketTotals(config, finished)];
}

/** Mean over trials: catalogues may differ from seed to seed. */
function meanReference(finished: readonly FinishedMarket[], of: (result: GymResult) => number): number {
  return mean(finished.map(({ result }) => of(result)));
}

function surplusChart(config: AuctionGymConfig, finished: readonly FinishedMarket[]): StudyChart {
  const title = 'What shading pays';
  const caption =
    'Expected surplus of one bidder per 10,000 auctions that it takes part in, by the share of its value that it bids: against rivals that bid their value, against rivals at the equilibrium, and if everybody bids that share. At the dashed line nobody gains by another share. Points are the kinds of bidders in the experiment, by their mean share and surplus over the last quarter of the iterations. In currency units.';
  const line = meanReference(finished, ({ reference }) => reference.equilibriumGamma);
  const curve = (name: string, id: keyof GymResult['reference']['curves']) => ({
    title: name,
    points: REFERENCE_GAMMAS.map((gamma, g) => ({
      gamma,
      surplus: PER_ROUNDS * meanReference(finished, ({ reference }) => reference.curves[id][g]!),
    })),
  });
  return {
    id: 'equilibrium-surplus',
    title,
    caption,
    spec: equilibriumSurplus({
      title,
      caption,
      unit: 'Surplus per 10,000 auctions',
      curves: [
        curve('Rivals truthful', 'rivalsTruthful'),
        curve('Rivals at equilibrium', 'rivalsAtEquilibrium'),
        curve('Everybody', 'everybody'),
      ],
      equilibriumGamma: line,
      bidders: bidderPoints(config, finished),
    }),
  };
}

/** Where each kind of bidder came to, on average over its agents and seeds. */
function bidderPoints(config: AuctionGymConfig, finished: readonly FinishedMarket[]) {
  const agents = finished.flatMap(({ trial, result }) =>
    agentSettings(config, trial.bidder).map((settings, agent) => {
      const last = result.agents.slice(-finalIterations(config.iterations));
      return { title: BIDDERS[settings.id].title(settings), totals: sumTotals(last.map((totals) => totals[agent]!)) };
    }),
  );
  return [...groupBy(agents, ({ title }) => title)].flatMap(([title, members]) => {
    const sum = sumTotals(members.map(({ totals }) => totals));
    if (sum.opportunities === 0) return [];
    return [
      { title, gamma: sum.gamma / sum.opportunities, surplus: (PER_ROUNDS * surplusOf(sum)) / sum.opportunities },
    ];
  });
}

function gammaChart(config: AuctionGymConfig, finished: readonly FinishedMarket[]): StudyChart {
  const title = 'Shading over the iterations';
  const caption =
    'Mean share of value that was bid: thin lines are single agents, thick ones the mean of a kind of bidder. Dashed are the symmetric equilibria among constant shares, and among shares that depend on the value, for bidders that shade high values more than low ones.';
  return {
    id: 'equilibrium-gamma',
    title,
    caption,
    spec: equilibriumGamma({
      title,
      caption,
      points: finished.flatMap(({ trial, result }) => {
        const settings = agentSettings(config, trial.bidder);
        return result.agents.flatMap((totals, i) =>
          totals.flatMap(({ gamma, opportunities }, agent) =>
            opportunities === 0
              ? []
              : [
                  {
                    title: BIDDERS[settings[agent]!.id].title(settings[agent]!),
                    run: `${trial.bidder} ${trial.seed} ${agent}`,
                    iteration: i + 1,
                    gamma: gamma / opportunities,
                  },
                ],
          ),
        );
      }),
      lines: [
        ...closedFormLine(config, finished),
        {
          title: 'Equilibrium, constant',
          gamma: meanReference(finished, ({ reference }) => reference.equilibriumGamma),
        },
        {
          title: 'Equilibrium by value',
          gamma: meanReference(finished, ({ reference }) => reference.valueEquilibriumGamma),
        },
      ],
    }),
  };
}

function closedFormLine({ auction, participants }: AuctionGymConfig, finished: readonly FinishedMarket[]) {
  const gamma = finished[0]!.result.reference.closedFormGamma;
  if (gamma === null) return [];
  const formula = auction === 'first-price' ? `(n − 1)/n, n = ${participants}` : 'truth';
  return [{ title: `Closed form ${formula}`, gamma }];
}
