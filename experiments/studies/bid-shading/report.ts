import { groupBy } from '../../../src/eval/group-by.ts';
import type { Measure, StudyRow } from '../../../src/eval/measures.ts';
import { mean } from '../../../src/eval/statistics.ts';
import type { Verdict } from '../../../src/eval/verdict.ts';
import { landscapeTruth } from '../../../src/report/panels/landscape-truth.ts';
import { linesByGroup } from '../../../src/report/panels/lines-by-group.ts';
import { reliability } from '../../../src/report/panels/reliability.ts';
import type { StudyChart } from '../study.ts';
import { landscapePanels } from './landscapes.ts';
import type { BidShadingConfig } from './settings.ts';
import type { BidShadingResult, BidShadingTrial } from './trial.ts';
import { FEEDBACK_WORDS } from './words.ts';

/** A finished trial. */
interface Finished {
  readonly trial: BidShadingTrial;
  readonly result: BidShadingResult;
}

/** One line of results. */
export type BidShadingRow = ReturnType<typeof shadingRow>;

/** The row of one policy under one mode in one seed. */
export function shadingRow({ trial: { seat, mode, seed }, result: { total } }: Finished) {
  return {
    policy: seat.policy,
    title: seat.title,
    kind: seat.kind,
    seed,
    feedback: FEEDBACK_WORDS[mode],
    surplusRatio: total.expectedMicros / total.bestMicros,
    realisedRatio: total.surplusMicros / total.bestMicros,
    winRate: total.wins / total.opportunities,
    shading: total.bidMicros / total.valueMicros,
    spendMicros: total.spendMicros,
  } satisfies StudyRow;
}

/** Measures of the study, in the order of the headline table. */
export const SHADING_MEASURES: Readonly<Record<string, Measure>> = {
  surplusRatio: {
    title: 'Surplus',
    unit: 'share of the best',
    description:
      'Expected surplus of the bids over that of the best bids under the true landscape; bidding value is 0.',
    format: 'percent',
    better: 'higher',
  },
  realisedRatio: {
    title: 'Surplus realised',
    unit: 'share of the best',
    description: 'Value less price of what was won, over the expected surplus of the best bids.',
    format: 'percent',
    better: 'higher',
  },
  winRate: {
    title: 'Win rate',
    unit: 'share of opportunities',
    description: 'Impressions won over opportunities.',
    format: 'percent',
    better: null,
  },
  shading: {
    title: 'Bid',
    unit: 'share of value',
    description: 'Sum of bids over sum of values: 100 % is no shading.',
    format: 'percent',
    better: null,
  },
  spendMicros: {
    title: 'Spend',
    unit: 'currency',
    description: 'Paid for all judged episodes.',
    format: 'micros',
    better: null,
  },
};

/** In words: the best learner and the best baseline under each mode. */
export function shadingVerdict(config: BidShadingConfig, rows: readonly BidShadingRow[]): Verdict {
  const modes = config.modes.map((mode) => {
    const own = rows.filter(({ feedback }) => feedback === FEEDBACK_WORDS[mode]);
    return { words: FEEDBACK_WORDS[mode], learner: best(own, 'learner'), baseline: best(own, 'baseline') };
  });
  const details = modes.map(({ words, learner, baseline }) => {
    const parts = [learner, baseline].flatMap((entry) =>
      entry === null ? [] : [`${entry.title} ${percent(entry.mean)}`],
    );
    return `${words}: ${parts.length === 0 ? 'nobody competed' : parts.join(', ')} of the best possible surplus.`;
  });
  const contests = modes.filter(({ learner, baseline }) => learner !== null && baseline !== null);
  const won = contests.filter(({ learner, baseline }) => learner!.mean > baseline!.mean).length;
  const headline =
    contests.length === 0
      ? 'There was no contest between trained agents and baselines.'
      : `A trained agent earned more than the best baseline under ${won} of ${contests.length} feedback modes.`;
  const caveats =
    contests.length > 0 && config.seeds < 10
      ? [`Learners were trained with ${config.seeds} seeds; a claim about a learner needs 10 or more.`]
      : [];
  return { headline, details, caveats };
}

function best(rows: readonly BidShadingRow[], kind: StudyRow['kind']) {
  const standings = [
    ...groupBy(
      rows.filter((row) => row.kind === kind),
      (row) => row.policy,
    ).values(),
  ]
    .map((own) => ({ title: own[0]!.title, mean: mean(own.map(({ surplusRatio }) => surplusRatio)) }))
    .sort((a, b) => b.mean - a.mean);
  return standings[0] ?? null;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** Surplus by mode, landscapes against their estimates, and how well predictions came true. */
export function shadingCharts(config: BidShadingConfig, finished: readonly Finished[]): StudyChart[] {
  return [surplusChart(config, finished), landscapeChart(config), ...reliabilityChart(config, finished)];
}

/** Policies that earn less are left out of the chart: they would press the contest together. */
const LEAST_SHOWN = 0.6;

function surplusChart(config: BidShadingConfig, finished: readonly Finished[]): StudyChart {
  const title = 'Surplus by what bidders are told';
  const caption =
    'Expected surplus as a share of that of the best bids under the true landscape, means over seeds with 95 % intervals. Policies below 60 %, such as bidding value, which earns nothing, are only in the table.';
  const rows = finished.map(shadingRow);
  const points = [...groupBy(rows, ({ policy, feedback }) => JSON.stringify([policy, feedback])).values()].map(
    (own) => {
      const { policy, kind, feedback: group } = own[0]!;
      const values = own.map(({ surplusRatio }) => surplusRatio);
      const value = mean(values);
      const variance = values.reduce((sum, x) => sum + (x - value) ** 2, 0) / Math.max(1, values.length - 1);
      const error = 1.96 * Math.sqrt(variance / values.length);
      return { policy, title: own[0]!.title, kind, group, value, low: value - error, high: value + error };
    },
  );
  const shown = points.filter(({ policy }) => points.some((p) => p.policy === policy && p.value >= LEAST_SHOWN));
  const spec = linesByGroup({
    title,
    description: caption,
    groupTitle: 'Feedback',
    valueTitle: 'Share of the best surplus',
    format: '.0%',
    groups: config.modes.map((mode) => FEEDBACK_WORDS[mode]),
    points: shown,
    emphasised: ['win-rate', 'parametric'],
  });
  return { id: 'surplus', title, caption, spec };
}

function landscapeChart(config: BidShadingConfig): StudyChart {
  const title = `What bids win in ${config.segments[0]!.name}, and what estimators make of it`;
  const caption =
    'True share of auctions that a bid wins (wide line) and estimates from the same 200 auctions with random bids, as each feedback mode tells of them. On shaded ground there are no data: what is drawn there is a guess. The non-parametric estimate is the empirical distribution, Kaplan–Meier, and isotonic regression, from left to right.';
  return { id: 'landscape', title, caption, spec: landscapeTruth(title, caption, landscapePanels(config).panels) };
}

function reliabilityChart(config: BidShadingConfig, finished: readonly Finished[]): StudyChart[] {
  const points = config.modes.flatMap((mode) => {
    const own = finished.filter(({ trial, result }) => trial.mode === mode && result.reliability.length > 0);
    return [...groupBy(own, ({ trial }) => trial.seat.title)].flatMap(([title, group]) =>
      pooledBins(group).map((bin) => {
        return { panel: FEEDBACK_WORDS[mode], title, ...bin };
      }),
    );
  });
  if (points.length === 0) return [];
  const title = 'Do win probabilities come true?';
  const caption =
    'Win probability that a policy predicted for its own bids, in ten bins, against the share it won; larger dots are more auctions. Below the diagonal bids won less often than predicted: whoever bids by the highest estimate bids where it is too high.';
  const words = { title, caption, predicted: 'Predicted win probability', realised: 'Auctions won' };
  return [{ id: 'reliability', title, caption, spec: reliability(words, points) }];
}

/** Tenths of the prediction, pooled over seeds. */
function pooledBins(group: readonly Finished[]) {
  const bins = group.flatMap(({ result }) => result.reliability);
  return [...groupBy(bins, ({ predicted }) => String(Math.min(9, Math.floor(predicted * 10)))).values()]
    .map((own) => {
      const count = own.reduce((sum, bin) => sum + bin.count, 0);
      const weighted = (field: 'predicted' | 'won') =>
        own.reduce((sum, bin) => sum + bin[field] * bin.count, 0) / count;
      return { predicted: weighted('predicted'), realised: weighted('won'), count };
    })
    .sort((a, b) => a.predicted - b.predicted);
}
