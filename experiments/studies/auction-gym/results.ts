import type { StudyRow } from '../../../src/eval/measures.ts';
import type { AgentTotals } from '../../../src/sim/auction-gym/totals.ts';
import { BIDDERS } from './bidders.ts';
import type { Reference } from './reference.ts';
import { agentLabel, gymNumbers, MARKET, PER_ROUNDS } from './rows.ts';
import { type AuctionGymConfig, agentSettings, type BidderSettings } from './settings.ts';

/** What came of one market with one seed; plain JSON. */
export interface GymResult {
  /** `[iterations][M]` */
  readonly agents: readonly (readonly AgentTotals[])[];
  /** `[iterations]` */
  readonly market: readonly AgentTotals[];
  readonly reference: Reference;
}

/** A market in words: its bidder, and the single agents that are another one. */
interface NamedMarket {
  readonly policy: string;
  readonly title: string;
}

/** How a market of one bidder is called. */
function nameMarket(config: AuctionGymConfig, bidder: BidderSettings['id']): NamedMarket {
  const [common, ...others] = distinctBidders(config, bidder);
  if (others.length === 0) return { policy: common!.id, title: BIDDERS[common!.id].title(common!) };
  const all = [common!, ...others];
  return {
    policy: [...new Set(all.map(({ id }) => id))].join('+'),
    title: all.map((settings) => BIDDERS[settings.id].title(settings)).join(' + '),
  };
}

/** Bidders in a market, each once: those of most agents first. */
function distinctBidders(config: AuctionGymConfig, bidder: BidderSettings['id']): BidderSettings[] {
  const found = new Map<string, { readonly settings: BidderSettings; count: number }>();
  for (const settings of agentSettings(config, bidder)) {
    const key = BIDDERS[settings.id].title(settings);
    const entry = found.get(key) ?? { settings, count: 0 };
    entry.count++;
    found.set(key, entry);
  }
  return [...found.values()].sort((a, b) => b.count - a.count).map(({ settings }) => settings);
}

/** The market's row of one seed, then a row for each agent. */
export function gymRows(
  config: AuctionGymConfig,
  { bidder, seed }: { readonly bidder: BidderSettings['id']; readonly seed: number },
  { agents, market, reference }: GymResult,
): StudyRow[] {
  const kinds = agentSettings(config, bidder);
  const { expectation } = reference;
  const learns = kinds.some((settings) => BIDDERS[settings.id].kind === 'learner');
  const marketRow: StudyRow = {
    ...nameMarket(config, bidder),
    kind: learns ? 'learner' : 'baseline',
    seed,
    scope: MARKET,
    ...gymNumbers(config, market),
    equilibriumGamma: reference.equilibriumGamma,
    closedFormGamma: reference.closedFormGamma,
    valueEquilibriumGamma: reference.valueEquilibriumGamma,
    answerToTruthful: reference.answerToTruthful,
    expectedRevenue: expectation === null ? null : PER_ROUNDS * expectation.revenue,
    expectedSurplus: expectation === null ? null : PER_ROUNDS * expectation.surplus,
    expectedWelfare: expectation === null ? null : PER_ROUNDS * expectation.welfare,
    expectedRevenueStandardError: expectation === null ? null : PER_ROUNDS * expectation.standardErrors.revenue,
    expectedSurplusStandardError: expectation === null ? null : PER_ROUNDS * expectation.standardErrors.surplus,
    expectedWelfareStandardError: expectation === null ? null : PER_ROUNDS * expectation.standardErrors.welfare,
  };
  const agentRows = kinds.map((settings, agent): StudyRow => {
    const entry = BIDDERS[settings.id];
    const numbers = gymNumbers(
      config,
      agents.map((totals) => totals[agent]!),
    );
    return {
      policy: settings.id,
      title: entry.title(settings),
      kind: entry.kind,
      seed,
      scope: agentLabel(agent),
      ...numbers,
    };
  });
  return [marketRow, ...agentRows];
}
