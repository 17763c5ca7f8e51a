import { groupBy } from '../../../src/eval/group-by.ts';
import type { Measure, StudyRow } from '../../../src/eval/measures.ts';
import { mean } from '../../../src/eval/statistics.ts';
import type { Verdict } from '../../../src/eval/verdict.ts';
import { decisionMap } from '../../../src/report/panels/decision-map.ts';
import { scoreIntervals } from '../../../src/report/panels/score-intervals.ts';
import { trainingCurves } from '../../../src/report/panels/training-curves.ts';
import type { StudyChart } from '../study.ts';
import type { RtbGymConfig } from './settings.ts';
import type { RtbGymResult, RtbGymTrial } from './trial.ts';

/** A finished trial. */
interface Finished {
  readonly trial: RtbGymTrial;
  readonly result: RtbGymResult;
}

/** One line of results: means per episode. */
export type RtbGymRow = ReturnType<typeof rtbGymRow>;

/** The row of one policy in one seed. */
export function rtbGymRow({ seat, seed }: RtbGymTrial, result: RtbGymResult) {
  const { player } = seat;
  return {
    policy: seat.policy,
    title: seat.title,
    kind: seat.kind,
    seed,
    multiplier: player.kind === 'constant' ? player.multiplier : null,
    episodes: result.episodes,
    conversions: result.conversions.mean,
    conversionsStandardError: result.conversions.standardError,
    gain: result.gain.mean,
    gainStandardError: result.gain.standardError,
    expectedConversions: result.expectedConversions.mean,
    expectedConversionsStandardError: result.expectedConversions.standardError,
    exactConversions: result.exactConversions,
    clicks: result.clicks,
    impressions: result.impressions,
    spendMicros: result.spendMicros,
    budgetUse: result.spendMicros / result.budgetMicros,
  } satisfies StudyRow;
}

/** Measures of the study, in the order of the headline table. */
export function rtbGymMeasures({ referenceMultiplier }: RtbGymConfig): Record<string, Measure> {
  return {
    conversions: {
      title: 'Conversions',
      unit: 'per episode',
      description: 'Realised conversions of an episode, mean over the episodes that judge.',
      format: 'number',
      better: 'higher',
      standardError: 'conversionsStandardError',
    },
    gain: {
      title: `Above α = ${referenceMultiplier}`,
      unit: 'conversions per episode',
      description: `Conversions less those of the constant multiplier ${referenceMultiplier} on the same episodes.`,
      format: 'number',
      better: 'higher',
      standardError: 'gainStandardError',
    },
    expectedConversions: {
      title: 'Expected conversions',
      unit: 'per episode',
      description: 'Sum of CTR · CVR over what was won and could be paid: the same mean as conversions, less noise.',
      format: 'number',
      better: 'higher',
      standardError: 'expectedConversionsStandardError',
    },
    exactConversions: {
      title: 'Exact expectation',
      unit: 'per episode',
      description: 'What dynamic programming expects of the policy, from the laws of the market, without any drawing.',
      format: 'number',
      better: 'higher',
    },
    budgetUse: {
      title: 'Budget used',
      unit: 'share',
      description: 'Spend over budget; spend always stays below the budget.',
      format: 'percent',
      better: null,
    },
    spendMicros: {
      title: 'Spend',
      unit: 'currency per episode',
      description: 'Money spent in an episode.',
      format: 'micros',
      better: null,
    },
  };
}

/** A policy over its seeds. */
interface Standing {
  readonly title: string;
  readonly kind: StudyRow['kind'];
  readonly mean: number;
  /** 1.96 standard errors to each side: of the mean over seeds, or of the one seed's episodes. */
  readonly low: number;
  readonly high: number;
  readonly rows: readonly RtbGymRow[];
}

function standings(rows: readonly RtbGymRow[]): Standing[] {
  return [...groupBy(rows, (row) => row.policy).values()].map((own): Standing => {
    const centre = mean(own.map((row) => row.conversions));
    const { title, kind, conversionsStandardError } = own[0]!;
    const variance = own.reduce((sum, row) => sum + (row.conversions - centre) ** 2, 0) / (own.length - 1);
    const error = own.length > 1 ? Math.sqrt(variance / own.length) : conversionsStandardError;
    return { title, kind, mean: centre, low: centre - 1.96 * error, high: centre + 1.96 * error, rows: own };
  });
}

/** In words: the best learner against the reference multiplier, in every seed, and how much of the room it filled. */
export function rtbGymVerdict(config: RtbGymConfig, rows: readonly RtbGymRow[]): Verdict {
  const ordered = standings(rows).sort((a, b) => b.mean - a.mean);
  const learners = ordered.filter(({ kind }) => kind === 'learner');
  const ceiling = ordered.find(({ kind }) => kind === 'ceiling');
  const reference = `the constant multiplier ${config.referenceMultiplier}`;
  const best = learners[0];
  if (best === undefined) {
    const first = ordered[0]!;
    return {
      headline: `${first.title} won most: ${first.mean.toFixed(2)} conversions per episode.`,
      details: ['No trained agent took part.'],
      caveats: [],
    };
  }
  return {
    headline: `${best.title} won ${best.mean.toFixed(2)} conversions per episode, ${signed(gainOf(best))} against ${reference} on the same episodes.`,
    details: [...learners.map((learner) => seedsSentence(learner, reference)), ...roomSentence(best, ceiling)],
    caveats:
      best.rows.length < 10
        ? [`Learners were trained with ${best.rows.length} seeds; a claim about a learner needs 10 or more.`]
        : [],
  };
}

const gainOf = ({ rows }: Standing) => mean(rows.map(({ gain }) => gain));

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}

function seedsSentence({ title, rows }: Standing, reference: string): string {
  const clear = rows.filter(({ gain, gainStandardError }) => gain >= 3 * gainStandardError).length;
  const least = Math.min(...rows.map(({ conversions }) => conversions));
  return `${title} is above ${reference} by three standard errors or more in ${clear} of ${rows.length} seeds; its worst seed won ${least.toFixed(2)}.`;
}

function roomSentence(best: Standing, ceiling: Standing | undefined): string[] {
  if (ceiling === undefined) return [];
  const exact = ceiling.rows[0]!.exactConversions ?? ceiling.mean;
  const share = gainOf(best) / gainOf(ceiling);
  const gained = share > 0 ? `; ${best.title} gained ${Math.round(100 * share)} % of what that gains` : '';
  return [
    `No policy of one multiplier a step can expect more than about ${exact.toFixed(2)} (exact by dynamic programming)${gained}.`,
  ];
}

/** Learning curves, conversions per policy, and what is decided where; charts without data are left out. */
export function rtbGymCharts(config: RtbGymConfig, finished: readonly Finished[]): StudyChart[] {
  return [conversionsChart(config, finished), ...curvesChart(config, finished), ...decisionsChart(finished)];
}

function conversionsChart(config: RtbGymConfig, finished: readonly Finished[]): StudyChart {
  const title = 'Conversions per episode';
  const caption = `Means over the episodes that judge, with 95 % intervals; trained agents are in bold. The dashed line is what a constant multiplier of ${config.referenceMultiplier} is exactly expected to win. An arrow is a policy too far left for the scale; its score is on the right.`;
  const scores = standings(finished.map(({ trial, result }) => rtbGymRow(trial, result)));
  const line = finished[0]!.result.exactReference;
  const spec = scoreIntervals({ title, caption, axis: 'Conversions per episode', digits: 2, scores, line });
  return { id: 'conversions', title, caption, spec };
}

function curvesChart(config: RtbGymConfig, finished: readonly Finished[]): StudyChart[] {
  const points = finished.flatMap(({ trial: { seat, seed }, result }) =>
    result.curve.map(({ envSteps, score }) => ({ title: seat.title, seed, envSteps, score })),
  );
  if (points.length === 0) return [];
  const ceiling = finished.find(({ trial }) => trial.seat.kind === 'ceiling')?.result.exactConversions ?? null;
  const title = 'Learning curves';
  const caption =
    'Expected conversions of the greedy policy on the episodes that choose the network, after so many environment steps: thick lines are means over seeds, thin lines single seeds. Dashed lines are exact expectations.';
  const spec = trainingCurves({
    title,
    caption,
    axis: 'Expected conversions per episode',
    points,
    lines: [
      { title: `Constant α = ${config.referenceMultiplier}`, score: finished[0]!.result.exactReference },
      ...(ceiling === null ? [] : [{ title: 'Dynamic programming', score: ceiling }]),
    ],
  });
  return [{ id: 'learning-curves', title, caption, spec }];
}

function decisionsChart(finished: readonly Finished[]): StudyChart[] {
  const first = Math.min(...finished.map(({ trial }) => trial.seed));
  const cells = finished.flatMap(({ trial, result }) =>
    trial.seed !== first || result.decisions === null
      ? []
      : result.decisions.map((decision) => ({ title: trial.seat.title, ...decision })),
  );
  if (cells.length === 0) return [];
  const title = 'The multiplier in every situation';
  const caption = `What is bid by step and budget left, of learners in seed ${first}. Before step 1 only the whole budget occurs. Good policies bid high with money to spare for the steps left (upper right) and low where it is short; situations that hardly occur are of no consequence.`;
  return [{ id: 'decisions', title, caption, spec: decisionMap({ title, caption, unit: 'Multiplier α', cells }) }];
}
