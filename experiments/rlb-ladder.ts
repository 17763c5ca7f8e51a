import { setImmediate } from 'node:timers/promises';
import type { BidTable } from '../src/bidding/bid-table.ts';
import { tableBid } from '../src/bidding/bid-table.ts';
import { linearBid } from '../src/bidding/linear.ts';
import { listedLinearBase } from '../src/bidding/listed-linear-base.ts';
import { mcpcBid } from '../src/bidding/mcpc.ts';
import { solveRlb } from '../src/bidding/rlb-dp.ts';
import { type RlbStatistics, rlbBudget, rlbStatistics } from '../src/bidding/rlb-statistics.ts';
import { ssMdpBid } from '../src/bidding/ss-mdp.ts';
import { solveValueAware, valueLevels } from '../src/bidding/value-aware-dp.ts';
import type { BidPolicy, Opportunity } from '../src/core/policy.ts';
import type { SummaryRow } from '../src/eval/summary-row.ts';
import { cutByRecords, type FlightWindow, flightWindows, recordsPlan } from '../src/sim/flight-window.ts';
import { playFlights } from '../src/sim/play-flights.ts';
import { Replay } from '../src/sim/replay.ts';
import { CAMPAIGN_FIT, type Campaign, FEN_CPM_MICROS, rlbInfo } from './campaign.ts';
import type { LadderConfig } from './experiment-config.ts';
import { Hindsight } from './hindsight.ts';
import { refuseIdleBudgets } from './idle-budgets.ts';
import { measured, pooledRow } from './measured.ts';

/** A row of the ladder: a policy over all episodes at one fraction. */
export interface LadderRow extends SummaryRow {
  /** Spend in the log's own price unit, fen CPM. */
  readonly cost: number;
  /** Budget of an episode, fen CPM. */
  readonly budget: number;
  /** Base bid of linear bidding, fen CPM. */
  readonly linearBase?: number;
  /** What the value distribution of value-aware planning was taken from. */
  readonly valueFit?: string;
}

/** Both views of the ladder's results. */
export interface LadderResult {
  /** One row per policy and fraction, all episodes together. */
  readonly totals: readonly LadderRow[];
  /** One row per policy, fraction and episode; intervals come from these. */
  readonly episodes: readonly SummaryRow[];
}

const TITLES: Readonly<Record<LadderConfig['policies'][number], string>> = {
  'ss-mdp': 'SS-MDP (planning, blind to the request)',
  mcpc: 'Mcpc (largest cost per click)',
  linear: 'Linear (published bases)',
  rlb: 'RLB (exact DP)',
  'value-aware-dp': 'Value-aware DP',
};

/** What the policies of the ladder share. */
interface Ladder {
  readonly config: LadderConfig;
  readonly campaign: Campaign;
  readonly statistics: RlbStatistics;
  readonly replay: Replay;
  readonly windows: readonly FlightWindow[];
  readonly hindsight: Hindsight;
  /** One table at the largest budget serves every fraction. */
  readonly rlbTable: BidTable | null;
  readonly valueAwareTable: BidTable | null;
}

/**
 * Replays a campaign's log in episodes of `horizon` records under every policy and budget fraction.
 *
 * Everything is in whole fen CPM as in the paper: bids are rounded down, a bid equal to the price wins, the last, shorter
 * episode gets the full budget and counter.
 *
 * @param onStep Called before each policy and fraction with words for people.
 * @throws SimError `CONFIG_INVALID` on a budget that can buy nothing in any episode.
 *
 * Source: Cai et al. (2017), "Real-Time Bidding by Reinforcement Learning in Display Advertising", WSDM, section 5.
 */
export async function runLadder(
  config: LadderConfig,
  campaign: Campaign,
  onStep: (label: string) => void,
): Promise<LadderResult> {
  onStep('planning tables');
  const ladder = makeLadder(config, campaign);
  const totals: LadderRow[] = [];
  const episodes: SummaryRow[] = [];
  for (const budgetFraction of config.budgetFractions) {
    for (const policy of config.policies) {
      onStep(`${TITLES[policy]} at ${budgetFraction}`);
      // Signals and timers get their turn.
      await setImmediate();
      const rows = playEpisodes(ladder, policy, budgetFraction);
      episodes.push(...rows);
      totals.push(totalRow(ladder, rows));
    }
  }
  return { totals, episodes };
}

function makeLadder(config: LadderConfig, campaign: Campaign): Ladder {
  const statistics = rlbStatistics(rlbInfo(campaign.info));
  const { horizon } = config;
  const maxBudget = Math.max(...config.budgetFractions.map((c0) => rlbBudget(statistics.meanPrice, c0, horizon)));
  const problem = { priceProbabilities: statistics.priceProbabilities, numAuctions: horizon, maxBudget };
  const needsRlb = config.policies.some((policy) => policy === 'rlb' || policy === 'ss-mdp');
  const firstHalf = campaign.log.value.subarray(0, Math.floor(campaign.log.length / 2));
  const cut = cutByRecords(campaign.log, horizon, 1);
  const replay = new Replay(campaign.log, cut.stepOffsets);
  const windows = flightWindows(replay, cut);
  refuseIdleBudgets({
    budgetFractions: config.budgetFractions,
    windows,
    fullCostMicros: statistics.meanPrice * horizon * FEN_CPM_MICROS,
    currency: campaign.log.meta.currency,
    budgetMicros: (fraction) => rlbBudget(statistics.meanPrice, fraction, horizon) * FEN_CPM_MICROS,
  });
  return {
    config,
    campaign,
    statistics,
    replay,
    windows,
    hindsight: new Hindsight(replay),
    rlbTable: needsRlb ? solveRlb({ ...problem, meanValue: statistics.meanValue }) : null,
    valueAwareTable: config.policies.includes('value-aware-dp')
      ? solveValueAware({ ...problem, values: valueLevels(firstHalf, config.valueLevels) })
      : null,
  };
}

type Bid = (value: number, auctionsLeft: number, budget: number) => number;

function bidOf(ladder: Ladder, policy: LadderConfig['policies'][number], budgetFraction: number): Bid {
  const { statistics } = ladder;
  if (policy === 'ss-mdp') return (_, left, budget) => ssMdpBid(ladder.rlbTable!, left, budget, statistics.meanValue);
  if (policy === 'rlb') return (value, left, budget) => tableBid(ladder.rlbTable!, left, budget, value);
  if (policy === 'value-aware-dp') {
    return (value, left, budget) => tableBid(ladder.valueAwareTable!, left, budget, value);
  }
  if (policy === 'mcpc') return (value) => mcpcBid(value, statistics.costPerClick);
  const base = linearBaseOf(ladder, budgetFraction);
  return (value) => linearBid(base, value, statistics.meanValue);
}

/** The configured base, else the published one, else the one whose expected spend on the training statistics is the budget. */
function linearBaseOf({ config, campaign, statistics }: Ladder, budgetFraction: number): number {
  const given = config.linearBase ?? listedLinearBase(campaign.id, budgetFraction);
  if (given !== null) return given;
  const { priceProbabilities, meanValue, meanPrice } = statistics;
  const values = campaign.log.value.subarray(0, Math.floor(campaign.log.length / 2));
  const paid = new Float64Array(priceProbabilities.length);
  for (let p = 1; p < paid.length; p++) paid[p] = paid[p - 1]! + p * priceProbabilities[p]!;
  const spendOf = (base: number) => {
    let spend = 0;
    for (const value of values) spend += paid[Math.min(paid.length - 1, linearBid(base, value, meanValue))]!;
    return spend / values.length;
  };
  let base = 1;
  while (base < paid.length * 10 && spendOf(base + 1) <= budgetFraction * meanPrice) base++;
  return base;
}

/** Puts a bid in fen CPM behind the policy contract, which counts in micros. */
function fenPolicy(bid: Bid): BidPolicy {
  return {
    kind: 'bid',
    reset: () => undefined,
    beginStep: () => undefined,
    bid: (_, { value, auctionsLeft, remainingMicros }: Opportunity) =>
      bid(value, auctionsLeft, remainingMicros / FEN_CPM_MICROS) * FEN_CPM_MICROS,
  };
}

function playEpisodes(ladder: Ladder, policy: LadderConfig['policies'][number], budgetFraction: number): SummaryRow[] {
  const { replay, windows, hindsight, statistics, config } = ladder;
  const budgetMicros = rlbBudget(statistics.meanPrice, budgetFraction, config.horizon) * FEN_CPM_MICROS;
  const plan = recordsPlan(config.horizon, 1, statistics.meanPrice * config.horizon * FEN_CPM_MICROS);
  const flights = windows.map((window) => ({ window, budgetMicros, startingMultiplier: 1 }));
  const results = playFlights(replay, plan, flights, fenPolicy(bidOf(ladder, policy, budgetFraction)));
  return results.map((result, n) => {
    const hindsightValue = hindsight.value(windows[n]!, budgetMicros);
    return {
      policy,
      title: TITLES[policy],
      kind: 'baseline',
      seed: 0,
      budgetFraction,
      flight: windows[n]!.label,
      horizon: config.horizon,
      ...measured(windows[n]!.numAuctions, result, budgetMicros, hindsightValue),
      exhaustedAt: null,
    };
  });
}

function totalRow(ladder: Ladder, rows: readonly SummaryRow[]): LadderRow {
  const { policy, budgetFraction } = rows[0]!;
  const total = pooledRow(rows);
  return {
    ...total,
    flight: `all ${rows.length} episodes`,
    cost: total.spendMicros / FEN_CPM_MICROS,
    budget: rows[0]!.budgetMicros / FEN_CPM_MICROS,
    ...(policy === 'linear' ? { linearBase: linearBaseOf(ladder, budgetFraction) } : {}),
    ...(policy === 'value-aware-dp' ? { valueFit: CAMPAIGN_FIT } : {}),
  };
}
