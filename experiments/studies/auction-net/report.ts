import { groupBy } from '../../../src/eval/group-by.ts';
import type { Measure, StudyRow } from '../../../src/eval/measures.ts';
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
import type { AdvertiserResult, AuctionNetResult, AuctionNetTrial } from './trial.ts';

/** A row: one policy in one advertiser's place over the test periods of a seed. */
export type AuctionNetRow = StudyRow & Omit<AdvertiserResult, 'advertiser'> & { readonly advertiser: string };

interface Finished {
  readonly trial: AuctionNetTrial;
  readonly result: AuctionNetResult;
}

/** Measures of the headline table, by row field. */
export const auctionNetMeasures: Readonly<Record<string, Measure>> = {
  score: {
    title: 'Score',
    unit: 'conversions per period',
    description: 'Conversions times min(1, (CPA target / cost per conversion)²), per period, mean over periods.',
    format: 'number',
    better: 'higher',
  },
  conversions: {
    title: 'Conversions',
    unit: 'per period',
    description: 'Realised conversions of ads that were seen.',
    format: 'number',
    better: 'higher',
  },
  predictedConversions: {
    title: 'Predicted conversions',
    unit: 'per period',
    description: 'Sum of pValue over ads that were seen: conversions without their luck.',
    format: 'number',
    better: 'higher',
  },
  costMicros: {
    title: 'Cost',
    unit: 'currency per period',
    description: 'What was paid for ads that were seen.',
    format: 'micros',
    better: null,
  },
  cpaRatio: {
    title: 'CPA over target',
    unit: 'ratio',
    description: 'Cost over conversions over the CPA target, from the sums over an advertiser’s periods.',
    format: 'number',
    better: 'lower',
  },
  budgetUsed: {
    title: 'Budget used',
    unit: 'share',
    description: 'Cost over budget, mean over periods.',
    format: 'percent',
    better: null,
  },
  aliveLastHour: {
    title: 'Alive in the last hour',
    unit: 'share of periods',
    description:
      'Periods in which there was still money to bid with when the last hour, the last two of 48 ticks, began.',
    format: 'percent',
    better: 'higher',
  },
  cpaOver: {
    title: 'CPA over by 20 %',
    unit: 'share of periods',
    description: 'Periods whose cost per conversion was above 1.2 targets, those without a conversion included.',
    format: 'percent',
    better: 'lower',
  },
};

/** One row per policy, seed and advertiser. */
export function auctionNetRows(finished: readonly Finished[]): AuctionNetRow[] {
  return finished.flatMap(({ trial: { seat, seed }, result }) =>
    result.advertisers.map(({ advertiser, ...measured }) => ({
      policy: seat.policy,
      title: seat.title,
      kind: seat.kind,
      seed,
      advertiser: `Advertiser ${advertiser}`,
      ...measured,
    })),
  );
}

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
export function auctionNetVerdict(rows: readonly AuctionNetRow[]): Verdict {
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
    details: [seedsSentence(learner, rule), rateSentence(learner), rateSentence(rule)],
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

function rateSentence({ title, rows }: Standing): string {
  const percent = (field: 'budgetUsed' | 'aliveLastHour' | 'cpaOver') =>
    `${Math.round(100 * mean(rows.map((row) => row[field])))} %`;
  return `${title} used ${percent('budgetUsed')} of its budget, could still bid in the last hour of ${percent('aliveLastHour')} of periods, and its CPA was over by more than 20 % in ${percent('cpaOver')}.`;
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

/** CPA over the day, value against CPA, spend over the day, and learning curves where there were learners. */
export function auctionNetCharts(rows: readonly AuctionNetRow[], finished: readonly Finished[]): StudyChart[] {
  const ordered = standings(rows);
  const series = seriesOf(ordered);
  const traces = new Map(
    ordered.map(({ policy, title }) => [
      title,
      finished.filter(({ trial }) => trial.seat.policy === policy).map(({ result }) => result.trace),
    ]),
  );
  return [paretoChart(ordered, series), cpaChart(traces, series), spendChart(traces, series), ...curvesChart(finished)];
}

type Traces = ReadonlyMap<string, readonly AuctionNetResult['trace'][]>;

function cpaChart(traces: Traces, series: readonly Series[]): StudyChart {
  const title = 'Cost per conversion over the day';
  const caption =
    'Money spent so far over the CPA target, over conversions so far, sums over all advertisers, periods and seeds. In the shaded half a conversion costs more than its target.';
  const points = [...traces].flatMap(([name, own]) =>
    TRAFFIC_SHARES.map((_, tick) => {
      const conversions = mean(own.map((trace) => trace.conversions[tick]!));
      const allowed = mean(own.map((trace) => trace.allowed[tick]!));
      const timeShare = (tick + 1) / TRAFFIC_SHARES.length;
      return { title: name, timeShare, ratio: conversions > 0 ? allowed / conversions : null };
    }),
  );
  const axis = 'Cost per conversion so far over its target';
  const spec = constraintOverTime({ title, caption, axis, violation: 'above', top: 2, points, series });
  return { id: 'cpa-over-time', title, caption, spec };
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

function paretoChart(ordered: readonly Standing[], series: readonly Series[]): StudyChart {
  const title = 'Conversions against their cost';
  const caption =
    'Each dot is a policy: conversions per period and cost per conversion over the target, from sums over all advertisers, periods and seeds. The step joins the policies that no other beats in both. To the right of the dashed line conversions cost more than their target.';
  const points = ordered.map(({ title: name, rows }) => {
    const allowed = mean(rows.map((row) => row.costMicros / row.cpaTargetMicros));
    const conversions = mean(rows.map((row) => row.conversions));
    return { title: name, value: conversions, cpaRatio: conversions > 0 ? allowed / conversions : 0 };
  });
  const spec = valueCpaPareto({ title, caption, axis: 'Conversions per period', points, series });
  return { id: 'value-cpa-pareto', title, caption, spec };
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
