import { SimError } from '../../../src/core/errors.ts';
import { Rng } from '../../../src/core/rng.ts';
import type { ScorePoint } from '../../train-agent.ts';
import type { Study, StudyRow, StudyTrial, TrialContext } from '../study.ts';
import { playScenario, type ScenarioSummary, seatMeasures } from './play.ts';
import { seatPolicy } from './policies.ts';
import { MARKET_MEASURES, type MarketCell, marketCharts, marketVerdict, ranking } from './report.ts';
import { isOfGroup, rivalGroups } from './rival-groups.ts';
import { type MarketSeat, marketSeats } from './seats.ts';
import { type MarketStudyConfig, marketStudySchema } from './settings.ts';
import { houseOf, marketWorld, SEAT_NAME } from './world.ts';

/** One policy in the seat under one auction format in one seed. */
interface MarketTrial extends StudyTrial {
  readonly auction: number;
  readonly seat: MarketSeat;
}

/** What came of it. */
interface MarketResult {
  /** In the order of the scenarios. */
  readonly scenarios: readonly ScenarioSummary[];
  /** Of learners: the objective on validation flights along training, in budgets. */
  readonly curve: readonly ScorePoint[];
}

/** Who wins in a market of many bidders: policies in turn in one seat, by auction format and kind of day. */
export const marketStudy: Study<MarketStudyConfig, MarketTrial, MarketResult> = {
  kind: 'market',
  schema: marketStudySchema,
  quickened: (config) => ({
    ...config,
    seeds: Math.min(config.seeds, 2),
    flights: { train: 2, validation: 2, test: 4 },
    envSteps: Math.min(config.envSteps, 20_000),
    evaluations: Math.min(config.evaluations, 4),
  }),
  trials(config) {
    const seats = marketSeats(config);
    for (const auction of config.auctions.keys()) {
      if (houseOf(config, auction, null).firstAgent === 0) throw noRivals();
      for (const scenario of config.scenarios.keys()) houseOf(config, auction, scenario);
    }
    return Array.from({ length: config.seeds }, (_, seed) =>
      config.auctions.flatMap(({ name, title }, auction) =>
        seats.map((seat): MarketTrial => {
          const cost = seat.kind === 'learner' ? 30 : 2;
          return { id: `${seat.policy}-${name}`, title: `${seat.title}, ${title}`, seed, cost, auction, seat };
        }),
      ),
    ).flat();
  },
  runTrial,
  assemble(config, finished) {
    const score = config.objective === 'surplus' ? 'surplus' : 'worth';
    const cells = finished.flatMap(({ trial, result }) =>
      result.scenarios.map((outcome, scenario): MarketCell => {
        const { auction, seed, seat } = trial;
        return { policy: seat.policy, title: seat.title, auction, scenario, seed, outcome };
      }),
    );
    const kinds = new Map(finished.map(({ trial: { seat } }) => [seat.policy, seat.kind]));
    const incumbent = finished[0]?.trial.seat.policy;
    const rows = cells.flatMap((cell) => rowsOf(config, cell, kinds.get(cell.policy)!, cell.policy === incumbent));
    const best = ranking(rows, score)[0]?.policy ?? '';
    return {
      rows,
      measures: MARKET_MEASURES,
      score,
      strata: [
        { field: 'auction', title: 'Sold by' },
        { field: 'scenario', title: 'Day' },
      ],
      verdict: marketVerdict(config, rows, score),
      charts: marketCharts(config, cells, best),
      warnings: fraudWarnings(config, cells),
      provenance: provenanceOf(config, finished[0]?.trial.seat.title ?? ''),
    };
  },
};

function noRivals(): SimError {
  const message =
    'market.rivals: expected at least one rival, received none: nobody would bid against the seat; add a group';
  return new SimError('CONFIG_INVALID', message);
}

async function runTrial(config: MarketStudyConfig, trial: MarketTrial, context: TrialContext): Promise<MarketResult> {
  const { auction, seat, seed } = trial;
  const world = marketWorld(config, auction, seed);
  const rng = new Rng(`${config.experiment}/${seat.policy}/${config.auctions[auction]!.name}/${seed}`);
  const { policy, curve } = await seatPolicy(seat.player, {
    ...{ config, world, rng },
    engine: () => context.engine(),
    onShare: (share) => context.onShare(share),
  });
  const scenarios = config.scenarios.map((_, scenario) => playScenario(config, world, auction, scenario, policy));
  return { scenarios, curve };
}

/** The row of the policy and, for the first policy alone, one for each kind of rival in its market: the mean of its seats. */
function rowsOf(config: MarketStudyConfig, cell: MarketCell, kind: StudyRow['kind'], withRivals: boolean): StudyRow[] {
  const { policy, title, seed, outcome } = cell;
  const place = { auction: config.auctions[cell.auction]!.title, scenario: config.scenarios[cell.scenario]!.title };
  const { revenue, welfare, hhi, gini } = outcome;
  const shared = { seed, ...place, revenue, welfare, hhi, gini };
  const own = outcome.seats.find(({ seat }) => seat === SEAT_NAME)!;
  const rows: StudyRow[] = [{ policy, title, kind, ...seatMeasures([own]), ...shared }];
  if (!withRivals) return rows;
  for (const { name, title: words, count } of rivalGroups(config)) {
    const members = outcome.seats.filter(({ seat }) => isOfGroup(seat, name, count));
    if (members.length === 0) continue;
    const many = count === 1 ? '' : `, each of ${count}`;
    const who = { policy: `rivals:${name}`, title: `Rival: ${words ?? name}${many}`, kind: 'reference' as const };
    rows.push({ ...who, ...seatMeasures(members), ...shared });
  }
  return rows;
}

function fraudWarnings(config: MarketStudyConfig, cells: readonly MarketCell[]): string[] {
  const { share, sites } = config.market.traffic.invalid;
  if (share === 0) return [];
  const found = cells.flatMap(({ outcome }) => outcome.fraud.foundShare ?? []);
  const mean = found.reduce((sum, x) => sum + x, 0) / Math.max(1, found.length);
  return [
    `${(share * 100).toFixed(0)} % of the requests are bots’ on ${sites} sites: they click, never convert and are worth nothing, and no bidder here avoids them. Click rates by site alone give away ${(mean * 100).toFixed(0)} % of their impressions in the log of one flight.`,
  ];
}

function provenanceOf(config: MarketStudyConfig, incumbent: string): Record<string, string> {
  const { market, flights, seat } = config;
  const rivals = market.rivals.map(({ title, name, count }) => `${title ?? name} × ${count}`).join(', ');
  return {
    Market: `${market.days} day(s) of ${market.ticksPerDay} ticks, about ${market.traffic.opportunitiesPerDay} opportunities a day`,
    Rivals: rivals === '' ? 'none' : rivals,
    'Your seat': `budget ${seat.budget} ${market.currency} a ${seat.budgetPer}; it sits last, so a tie is lost`,
    Flights: `${flights.train} to plan on, ${flights.validation} to choose networks, ${flights.test} to judge, drawn anew for each seed and the same for all policies and ways of selling`,
    'Rows of rivals': `in the market with ${incumbent} in your seat; means over the rivals of a kind`,
  };
}
