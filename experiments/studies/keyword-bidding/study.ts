import { createKeywordBidding, type KeywordBiddingEnv } from '../../../envs/keyword-bidding.ts';
import { Rng } from '../../../src/core/rng.ts';
import { mean } from '../../../src/eval/statistics.ts';
import type { Verdict } from '../../../src/eval/verdict.ts';
import { barsByPanel, type PanelBar } from '../../../src/report/panels/bars-by-panel.ts';
import { GREY, REFERENCE_COLOUR, SERIES_COLOURS } from '../../../src/report/theme.ts';
import { idealProfit } from '../../../src/sim/keyword/keyword-day.ts';
import { drawKeywords, type Keywords } from '../../../src/sim/keyword/keywords.ts';
import { PlainActor } from '../../plain-actor.ts';
import { type ScorePoint, trainAgent } from '../../train-agent.ts';
import type { Measure, Study, StudyChart, StudyRow, StudyTrial, TrialContext } from '../study.ts';
import { idealBids, interpolation, zeroMargin } from './bidders.ts';
import { actorPlayer, bidderPlayer, type KeywordOutcome, playEpisodes } from './play.ts';
import { type KeywordSeat, keywordSeats } from './seats.ts';
import { type KeywordBiddingConfig, keywordBiddingSchema } from './settings.ts';

/** One policy on one account of one seed. */
interface KeywordTrial extends StudyTrial {
  readonly seat: KeywordSeat;
  /** Index among the accounts. */
  readonly account: number;
}

/** What came of it. */
interface KeywordResult {
  readonly outcome: KeywordOutcome;
  /** Of learners: NCP on validation episodes along training. */
  readonly curve: readonly ScorePoint[];
}

/** Seeds of episodes: those that pick networks and those that judge. */
const VALIDATION_SEED = 1_000_000;
const TEST_SEED = 2_000_000;

const MEASURES: Readonly<Record<string, Measure>> = {
  ncp: {
    title: 'NCP',
    unit: 'share of ideal profit',
    description: 'Normalised cumulative profit: profit over the expected profit of ideal bids.',
    format: 'number',
    better: 'higher',
  },
  akncp: {
    title: 'AKNCP',
    unit: 'share of ideal profit',
    description: 'Median over keywords of mean profit over mean ideal profit: a keyword’s share whatever its volume.',
    format: 'number',
    better: 'higher',
  },
  profit: {
    title: 'Profit',
    unit: 'currency a day',
    description: 'Revenue less cost.',
    format: 'number',
    better: 'higher',
  },
  cost: { title: 'Cost', unit: 'currency a day', description: 'Paid for clicks.', format: 'number', better: null },
};

/** Sponsored search after AdCraft: learners against the naive bidders of the source and ideal bids. */
export const keywordBidding: Study<KeywordBiddingConfig, KeywordTrial, KeywordResult> = {
  kind: 'keyword-bidding',
  trialsCarryPolicies: true,
  schema: keywordBiddingSchema,
  quickened: (config) => ({
    ...config,
    seeds: 1,
    episodes: Math.min(config.episodes, 8),
    envSteps: Math.min(config.envSteps, 20_000),
    evaluations: Math.min(config.evaluations, 4),
  }),
  trials(config) {
    const seats = keywordSeats(config);
    return Array.from({ length: config.seeds }, (_, seed) =>
      config.accounts.flatMap(({ name }, account) =>
        seats.map((seat): KeywordTrial => {
          const cost = 1 + seat.envSteps / 1000;
          return { id: `${seat.policy}-${account}`, title: `${seat.title}, ${name}`, seed, cost, seat, account };
        }),
      ),
    ).flat();
  },
  runTrial,
  assemble(config, finished) {
    const rows = finished.map(({ trial: { seat, account, seed }, result }): StudyRow => {
      const { policy, title, kind } = seat;
      return { policy, title, kind, seed, account: config.accounts[account]!.name, ...result.outcome };
    });
    return {
      rows,
      measures: MEASURES,
      score: 'ncp',
      strata: [{ field: 'account', title: 'Account' }],
      verdict: verdictOf(rows),
      charts: [chartOf(rows)],
      warnings: [],
      provenance: {
        Account: `${config.numKeywords} keywords, drawn anew for each seed as in AdCraft (arXiv:2306.11971)`,
        Episodes: `${config.episodes} of ${config.numDays} days, the same for all policies`,
        Drift: config.drift === 0 ? 'none' : `up to ${100 * config.drift} % a day`,
      },
    };
  },
};

async function runTrial(
  config: KeywordBiddingConfig,
  trial: KeywordTrial,
  context: TrialContext,
): Promise<KeywordResult> {
  const { seat, seed } = trial;
  const { name, meanVolume, cvr } = config.accounts[trial.account]!;
  const density = meanVolume === undefined || cvr === undefined ? null : { meanVolume, cvr };
  const keywords = drawKeywords(config.numKeywords, new Rng(`${config.experiment}/${name}/${seed}`), density);
  const env = makeEnv(config, keywords, config.episodes);
  const play = (player: ReturnType<typeof bidderPlayer>, episodes: number) =>
    playEpisodes(env, config.numDays, keywords.size, episodes, player);
  if (seat.kind !== 'learner') {
    const player = bidderPlayer(env, keywords.size, (n) => bidderOf(seat.id, keywords, env, n));
    return { outcome: play(player, TEST_SEED + seed), curve: [] };
  }
  const trained = trainAgent({
    agent: seat.id,
    options: seat.options,
    env: makeEnv(config, keywords, seat.numEnvs),
    envSteps: seat.envSteps,
    evaluations: config.evaluations,
    rng: new Rng(`${config.experiment}/${seat.policy}/${name}/${seed}`),
    engine: await context.engine(),
    score: (network) => play(actorPlayer(env, new PlainActor(network, env.actionSpace)), VALIDATION_SEED + seed).ncp,
    scoreId: 'eval/return',
    onRecord: context.onShare,
  });
  const player = actorPlayer(env, new PlainActor(trained.network, env.actionSpace));
  return { outcome: play(player, TEST_SEED + seed), curve: trained.curve };
}

function bidderOf(id: string, keywords: Keywords, env: KeywordBiddingEnv, n: number) {
  if (id === 'zero-margin') return zeroMargin(keywords.size);
  return id === 'interpolation' ? interpolation(keywords.size) : idealBids(env.keywords(n));
}

function makeEnv(config: KeywordBiddingConfig, keywords: Keywords, numEnvs: number): KeywordBiddingEnv {
  const { numDays, dailyBudget, maxBid, lossThreshold, drift } = config;
  const ideal = new Float64Array(keywords.size);
  idealProfit(keywords, ideal);
  const rewardUnit = Math.max(
    ideal.reduce((a, b) => a + b, 0),
    0.01,
  );
  return createKeywordBidding({ keywords, numDays, dailyBudget, maxBid, lossThreshold, drift, rewardUnit, numEnvs });
}

/** Mean NCP with two standard errors over seeds, by account and policy. */
function barsOf(rows: readonly StudyRow[]): (PanelBar & Pick<StudyRow, 'kind'>)[] {
  const keys = new Map(rows.map((row) => [`${row['account']}/${row.policy}`, row]));
  return [...keys.values()].map(({ policy, title, kind, ...row }) => {
    const shares = rows.flatMap((other) =>
      other.policy === policy && other['account'] === row['account'] ? [other['ncp'] as number] : [],
    );
    const value = mean(shares);
    const variance = shares.reduce((sum, x) => sum + (x - value) ** 2, 0) / Math.max(1, shares.length - 1);
    const spread = 2 * Math.sqrt(variance / shares.length);
    return { title, kind, panel: `Account: ${row['account']}`, value, low: value - spread, high: value + spread };
  });
}

function chartOf(rows: readonly StudyRow[]): StudyChart {
  const title = 'Profit against ideal profit';
  const caption =
    'Profit over what ideal bids can be expected to earn (NCP), mean over seeds; lines are two standard errors. Ideal bids know what a click of each keyword is worth.';
  const bars = barsOf(rows);
  const unique = [...new Map(bars.map((bar) => [bar.title, bar.kind]))];
  const learners = unique.filter(([, kind]) => kind === 'learner').map(([words]) => words);
  const colourOf = (words: string, kind: string) =>
    SERIES_COLOURS.learners[learners.indexOf(words)] ?? (kind === 'reference' ? REFERENCE_COLOUR : GREY);
  const colours = {
    domain: unique.map(([words]) => words),
    range: unique.map(([words, kind]) => colourOf(words, kind)),
  };
  const spec = barsByPanel({
    title,
    description: caption,
    valueTitle: 'Share of ideal profit',
    format: '.2f',
    better: 'higher',
    bars,
    colours,
  });
  return { id: 'profit-share', title, caption, spec };
}

function verdictOf(rows: readonly StudyRow[]): Verdict {
  const bars = barsOf(rows);
  const panels = [...new Set(bars.map(({ panel }) => panel))];
  const sentences = panels.map((panel) => {
    const ranked = bars
      .filter((bar) => bar.panel === panel && bar.kind !== 'reference')
      .sort((a, b) => b.value - a.value);
    const [first, second] = ranked;
    if (first === undefined) return `${panel}: nobody but the reference bid.`;
    const next = second === undefined ? '' : `, before ${second.title} with ${second.value.toFixed(3)}`;
    return `${panel}: ${first.title} earns ${first.value.toFixed(3)} of the ideal profit${next}.`;
  });
  return { headline: sentences[0]!, details: sentences.slice(1), caveats: [] };
}
