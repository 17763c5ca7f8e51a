import { groupBy } from '../../../src/eval/group-by.ts';
import type { StudyRow } from '../../../src/eval/measures.ts';
import { mean } from '../../../src/eval/statistics.ts';
import type { Verdict } from '../../../src/eval/verdict.ts';
import { constraintOverTime } from '../../../src/report/panels/constraint-over-time.ts';
import { spendOverDay } from '../../../src/report/panels/spend-over-day.ts';
import { trainingCurves } from '../../../src/report/panels/training-curves.ts';
import { valueCpaPareto } from '../../../src/report/panels/value-cpa-pareto.ts';
import type { Series } from '../../../src/report/series.ts';
import { GREY, SERIES_COLOURS } from '../../../src/report/theme.ts';
import { TRAFFIC_SHARES } from '../../../src/sim/auction-net/period-config.ts';
import type { StudyChart } from '../study.ts';
import type { GoalWords } from './goal-words.ts';
import { type AuctionNetRow, type Finished, targetRatioOf } from './measures.ts';
import type { AuctionNetResult } from './trial.ts';

interface Standing {
  readonly policy: string;
  readonly title: string;
  readonly kind: StudyRow['kind'];
  readonly score: number;
  readonly rows: readonly AuctionNetRow[];
}

function standings(rows: readonly AuctionNetRow[]): Standing[] {
  return [...groupBy(rows, ({ policy }) => policy).values()]
    .map((own): Standing => {
      const { policy, title, kind } = own[0]!;
      return { policy, title, kind, score: mean(own.map(({ score }) => score)), rows: own };
    })
    .sort((a, b) => b.score - a.score);
}

/** In words: the best learner against the best tuned rule, on the same advertisers and periods. */
export function auctionNetVerdict(rows: readonly AuctionNetRow[], words: GoalWords): Verdict {
  const ordered = standings(rows);
  const learner = ordered.find(({ kind }) => kind === 'learner');
  const rule = ordered.find(({ kind }) => kind === 'baseline');
  const first = ordered[0]!;
  if (learner === undefined || rule === undefined) {
    const missing = learner === undefined ? 'No trained agent took part.' : 'No pacing rule took part.';
    return {
      headline: `${first.title} scored most: ${first.score.toFixed(2)} per period.`,
      details: [missing],
      caveats: [],
    };
  }
  const gain = (100 * (learner.score - rule.score)) / rule.score;
  const sign = gain < 0 ? '−' : '+';
  return {
    headline: `${learner.title} scored ${learner.score.toFixed(2)} per period, ${sign}${Math.abs(gain).toFixed(1)} % against the best tuned rule (${rule.title}, ${rule.score.toFixed(2)}).`,
    details: [seedsSentence(learner, rule), rateSentence(learner, words), rateSentence(rule, words)],
    caveats: seedCaveat(learner),
  };
}

function seedsSentence(learner: Standing, rule: Standing): string {
  const bySeed = ({ rows }: Standing, seed: number) =>
    mean(rows.filter((row) => row.seed === seed).map(({ score }) => score));
  const seeds = [...new Set(learner.rows.map(({ seed }) => seed))];
  const ahead = seeds.filter((seed) => bySeed(learner, seed) > bySeed(rule, seed)).length;
  return `It was ahead in ${ahead} of ${seeds.length} seeds, each with periods of its own.`;
}

function rateSentence({ title, rows }: Standing, { brokenClause }: GoalWords): string {
  const percent = (field: 'budgetUsed' | 'aliveLastHour' | 'cpaOver') =>
    `${Math.round(100 * mean(rows.map((row) => row[field])))} %`;
  return `${title} used ${percent('budgetUsed')} of its budget, could still bid in the last hour of ${percent('aliveLastHour')} of periods, and ${brokenClause} ${percent('cpaOver')}.`;
}

function seedCaveat({ rows }: Standing): string[] {
  const count = new Set(rows.map(({ seed }) => seed)).size;
  const luck =
    'A period brings two or three conversions, so its score is mostly luck; only means over many say something.';
  return count < 10
    ? [luck, `Learners were trained with ${count} seeds; a claim about a learner needs 10 or more.`]
    : [luck];
}

/** Colours by score: learners, the two best rules; the others grey. */
function seriesOf(ordered: readonly Standing[]): Series[] {
  const { learners, baselines } = SERIES_COLOURS;
  const counts = { learner: 0, baseline: 0 };
  return ordered.map(({ policy, title, kind }): Series => {
    const place = kind === 'learner' ? counts.learner++ : counts.baseline++;
    const colour = (kind === 'learner' ? learners : baselines)[place];
    return { policy, title, kind, colour: colour ?? GREY, highlighted: colour !== undefined };
  });
}

/** Value against the goal, the goal over the day, spend over the day, and learning curves where there were learners. */
export function auctionNetCharts(
  rows: readonly AuctionNetRow[],
  finished: readonly Finished[],
  words: GoalWords,
): StudyChart[] {
  const ordered = standings(rows);
  const series = seriesOf(ordered);
  const traces = new Map(
    ordered.map(({ policy, title }) => [
      title,
      finished.filter(({ trial }) => trial.seat.policy === policy).map(({ result }) => result.trace),
    ]),
  );
  return [
    ...paretoChart(ordered, series, words),
    goalChart(traces, series, words),
    spendChart(traces, series),
    ...curvesChart(finished),
  ];
}

type Traces = ReadonlyMap<string, readonly AuctionNetResult['trace'][]>;

function goalChart(traces: Traces, series: readonly Series[], { chart, violation, ratio }: GoalWords): StudyChart {
  const points = [...traces].flatMap(([title, own]) =>
    TRAFFIC_SHARES.map((_, tick) => {
      const conversions = mean(own.map((trace) => trace.conversions[tick]!));
      const allowed = mean(own.map((trace) => trace.allowed[tick]!));
      return { title, timeShare: (tick + 1) / TRAFFIC_SHARES.length, ratio: ratio(allowed, conversions) };
    }),
  );
  const { title, caption } = chart;
  return {
    id: 'goal-over-time',
    title,
    caption,
    spec: constraintOverTime({ ...chart, violation, top: 2, points, series }),
  };
}

function spendChart(traces: Traces, series: readonly Series[]): StudyChart {
  const title = 'Spend over the day';
  const caption =
    'Share of the budget spent by each moment, mean over advertisers, periods and seeds. The broad grey band spends in step with the expected traffic.';
  const points = [...traces].flatMap(([name, own]) =>
    TRAFFIC_SHARES.map((_, tick) => ({
      title: name,
      timeShare: (tick + 1) / TRAFFIC_SHARES.length,
      spendShare: mean(own.map((trace) => trace.spendShare[tick]!)),
    })),
  );
  let planned = 0;
  const plan = TRAFFIC_SHARES.map((share, tick) => {
    planned += share;
    return { timeShare: (tick + 1) / TRAFFIC_SHARES.length, spendShare: Math.min(1, planned) };
  });
  return { id: 'spend-over-day', title, caption, spec: spendOverDay({ title, caption, points, plan, series }) };
}

/** Policies without a conversion are left out: their cost per conversion has no end. */
function paretoChart(ordered: readonly Standing[], series: readonly Series[], words: GoalWords): StudyChart[] {
  const points = ordered.flatMap(({ title, rows }) => {
    const ratio = targetRatioOf(rows, words);
    if (ratio === null || ratio === 0) return [];
    const value = mean(rows.map(({ conversions }) => conversions));
    return [{ title, value, cpaRatio: words.better === 'lower' ? ratio : 1 / ratio }];
  });
  if (points.length === 0) return [];
  const { title, caption, axis: ratioAxis } = words.pareto;
  const spec = valueCpaPareto({ title, caption, axis: 'Conversions per period', ratioAxis, points, series });
  return [{ id: 'value-cpa-pareto', title, caption, spec }];
}

function curvesChart(finished: readonly Finished[]): StudyChart[] {
  const points = finished.flatMap(({ trial: { seat, seed }, result }) =>
    result.curve.map(({ envSteps, score }) => ({ title: seat.title, seed, envSteps, score })),
  );
  if (points.length === 0) return [];
  const title = 'Learning curves';
  const caption =
    'Score of the greedy policy on the recorded periods that choose the network, after so many environment steps: thick lines are means over seeds, thin lines single seeds.';
  const spec = trainingCurves({ title, caption, axis: 'Score per period', points, lines: [] });
  return [{ id: 'learning-curves', title, caption, spec }];
}
