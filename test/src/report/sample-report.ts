import { Rng } from '../../../src/core/rng.ts';
import { aggregate } from '../../../src/eval/aggregate.ts';
import type { PolicyKind, SummaryRow } from '../../../src/eval/summary-row.ts';
import { composeVerdict } from '../../../src/eval/verdict.ts';
import type { ReportData } from '../../../src/report/report-data.ts';

interface SamplePolicy {
  readonly policy: string;
  readonly title: string;
  readonly kind: PolicyKind;
  /** Score at the smallest and at the largest budget. */
  readonly scores: readonly [number, number];
  /** Above 1 spends early, below 1 late. */
  readonly haste: number;
}

const POLICIES: readonly SamplePolicy[] = [
  { policy: 'knapsack', title: 'Hindsight optimum', kind: 'ceiling', scores: [1, 1], haste: 1 },
  {
    policy: 'best-constant',
    title: 'Best constant multiplier in hindsight',
    kind: 'reference',
    scores: [0.978, 0.994],
    haste: 1,
  },
  { policy: 'ppo', title: 'PPO', kind: 'learner', scores: [0.962, 0.988], haste: 1.02 },
  { policy: 'dqn', title: 'DQN', kind: 'learner', scores: [0.951, 0.981], haste: 0.93 },
  { policy: 'reinforce', title: 'REINFORCE', kind: 'learner', scores: [0.92, 0.97], haste: 0.85 },
  { policy: 'value-aware-dp', title: 'Value-aware DP', kind: 'baseline', scores: [0.948, 0.977], haste: 0.97 },
  { policy: 'dual-pacing', title: 'Dual pacing', kind: 'baseline', scores: [0.931, 0.975], haste: 1.05 },
  { policy: 'pid', title: 'PID pacing', kind: 'baseline', scores: [0.925, 0.971], haste: 0.98 },
  { policy: 'rlb', title: 'RLB (exact DP)', kind: 'baseline', scores: [0.934, 0.958], haste: 0.9 },
  { policy: 'linear', title: 'Linear bidding, tuned', kind: 'baseline', scores: [0.902, 0.955], haste: 1.6 },
  { policy: 'ortb1', title: 'ORTB1', kind: 'baseline', scores: [0.88, 0.95], haste: 1.4 },
  { policy: 'mcpc', title: 'Fixed maximum cost per click', kind: 'baseline', scores: [0.62, 0.93], haste: 3 },
  { policy: 'constant', title: 'Constant bid', kind: 'baseline', scores: [0.68, 0.85], haste: 1.7 },
  { policy: 'random', title: 'Random bid', kind: 'baseline', scores: [0.55, 0.78], haste: 1.5 },
];

/** How big a {@link sampleReport} is. */
export interface SampleSize {
  readonly seeds: number;
  readonly flights: number;
  readonly fractions: readonly number[];
  readonly steps: number;
  /** How many of the sample's policies take part, from the best. */
  readonly policies?: number;
  readonly evaluations?: number;
  readonly replicates?: number;
}

/** A report of made-up but plausible numbers: learners slightly above planners, hasty policies out of money early. */
export function sampleReport(size: SampleSize): ReportData {
  const rng = new Rng('sample-report');
  const policies = POLICIES.slice(0, size.policies ?? POLICIES.length);
  const rows = policies.flatMap((policy) => policyRows(policy, size, rng.split(policy.policy)));
  const aggregates = aggregate(rows, { replicates: size.replicates ?? 400 });
  const players = policies.filter(({ kind }) => kind !== 'ceiling');
  const learners = policies.filter(({ kind }) => kind === 'learner');
  return {
    experiment: 'sample',
    configHash: '0123456789abcdef'.repeat(4),
    title: 'Pacing a display campaign over ten held-out days',
    description:
      'Three learners trained on a synthetic market fitted to a public display log, against the standard baselines tuned on the same training days.',
    currency: 'CNY',
    valueUnit: 'expected clicks',
    multiplierUnit: 'CNY bid per expected click',
    rows,
    aggregates,
    verdict: composeVerdict(aggregates),
    learningCurves: learners.flatMap((policy) => learningCurve(policy, size, rng.split(`curve/${policy.policy}`))),
    pacing: players.flatMap((policy) => pacingTrace(policy, size, rng.split(`pacing/${policy.policy}`))),
    exhaustion: players
      .filter(({ haste }) => haste > 1.3)
      .flatMap(({ policy, title, haste }) =>
        size.fractions.map((budgetFraction) => ({
          policy,
          title,
          seed: 0,
          budgetFraction,
          timeShare: goneAt(haste, budgetFraction),
        })),
      )
      .filter(({ timeShare }) => timeShare < 1),
    priceLandscape: Array.from({ length: 100 }, (_, i) => {
      const cpm = 3 * i + 1.5;
      const density = (cpm / 70) ** 1.5 * Math.exp(-cpm / 45);
      return { cpm, density: density / 27, winProbability: 1 - Math.exp(-cpm / 70) * (1 + cpm / 120) };
    }),
    heatmaps: [...learners, ...policies.filter(({ policy }) => policy === 'value-aware-dp')].flatMap((policy) =>
      heatMap(policy, Math.min(20, size.steps)),
    ),
    actions: learners.flatMap(({ policy, title }) => actionShares(policy, title)),
    warnings: [
      'Market prices of auctions that the log lost are unknown: bids above 300 CNY CPM, the highest price seen, are judged by extrapolation.',
    ],
    provenance: {
      Configuration: '01234567',
      Commit: '6b9deff (clean)',
      bidlab: '0.1.0',
      Engine: 'wasm, one core',
      Node: 'v20.20.2',
      Data: 'synthetic market “display-a”, seed 1, 10 test days of 40,000 auctions',
    },
  };
}

function scoreAt({ scores: [low, high] }: SamplePolicy, fraction: number, fractions: readonly number[]): number {
  const position = fractions.length === 1 ? 1 : fractions.indexOf(fraction) / (fractions.length - 1);
  return low + (high - low) * position;
}

function policyRows(policy: SamplePolicy, size: SampleSize, rng: Rng): SummaryRow[] {
  const days = new Rng('sample-days');
  const hardness = Array.from({ length: size.flights }, () => 0.012 * days.normal());
  const trained = policy.kind === 'learner';
  return Array.from({ length: size.seeds }, (_, seed) => {
    const luck = trained ? 0.004 * rng.normal() : 0;
    return size.fractions.flatMap((budgetFraction) =>
      hardness.map((hard, day) => {
        const noise =
          policy.kind === 'ceiling'
            ? 0
            : hard + luck + 0.004 * new Rng(`${policy.policy}/${day}/${trained ? seed : ''}`).normal();
        const valueRatio = Math.min(1, scoreAt(policy, budgetFraction, size.fractions) + noise);
        return sampleRow(policy, { seed, budgetFraction, flight: `day ${day + 1}`, valueRatio, horizon: size.steps });
      }),
    );
  }).flat();
}

function sampleRow(
  { policy, title, kind, haste }: SamplePolicy,
  row: Pick<SummaryRow, 'seed' | 'budgetFraction' | 'flight' | 'valueRatio' | 'horizon'>,
): SummaryRow {
  const auctions = 40_000;
  const budgetMicros = Math.round(3_000_000_000 * row.budgetFraction);
  const gone = goneAt(haste, row.budgetFraction);
  const used = gone < 1 ? 1 : Math.min(1, 0.95 + 0.04 * haste);
  const spendMicros = Math.floor(budgetMicros * used);
  const impressions = Math.round(auctions * row.budgetFraction ** 0.7 * row.valueRatio * 0.95);
  const clicks = Math.round(32 * row.budgetFraction ** 0.4 * row.valueRatio);
  const hindsightValue = 34 * row.budgetFraction ** 0.4;
  return {
    policy,
    title,
    kind,
    ...row,
    auctions,
    impressions,
    clicks,
    conversions: 0,
    budgetMicros,
    spendMicros,
    value: hindsightValue * row.valueRatio,
    hindsightValue,
    winRate: impressions / auctions,
    cpm: impressions === 0 ? null : spendMicros / 1000 / impressions,
    ecpc: clicks === 0 ? null : spendMicros / 1e6 / clicks,
    budgetUtilization: spendMicros / budgetMicros,
    overspendMicros: 0,
    exhaustedAt: gone < 1 ? gone : null,
  };
}

function goneAt(haste: number, budgetFraction: number): number {
  return Math.min(1, (1.15 + 0.3 * budgetFraction) / haste);
}

function learningCurve({ policy, title, scores }: SamplePolicy, size: SampleSize, rng: Rng) {
  const evaluations = size.evaluations ?? 40;
  return Array.from({ length: size.seeds }, (_, seed) => {
    const speed = 5 + 2 * rng.next();
    return Array.from({ length: evaluations }, (_, i) => {
      const progress = (i + 1) / evaluations;
      const level = (scores[0] + scores[1]) / 2;
      const valueRatio = level - (level - 0.6) * Math.exp(-speed * progress) + 0.006 * rng.normal();
      return { policy, title, seed, envSteps: 25_000 * (i + 1), seconds: 0.6 * (i + 1), valueRatio };
    });
  }).flat();
}

function pacingTrace({ policy, title, kind, haste }: SamplePolicy, size: SampleSize, rng: Rng) {
  return size.fractions.flatMap((budgetFraction) =>
    Array.from({ length: size.steps }, (_, step) => {
      const timeShare = (step + 1) / size.steps;
      const planShare = timeShare - 0.09 * Math.sin(2 * Math.PI * timeShare);
      const gone = goneAt(haste, budgetFraction);
      const spendShare =
        haste > 1.3 ? Math.min(1, planShare / gone) : Math.min(0.95 + 0.04 * haste, planShare ** (1 / haste));
      const multiplier =
        (60 + 90 * budgetFraction) * haste ** 0.3 * (1 + 0.15 * Math.sin(5 * timeShare) + 0.05 * rng.normal());
      const winRate = spendShare >= 1 ? 0 : Math.max(0, budgetFraction ** 0.7 * (0.9 + 0.1 * rng.normal()));
      return { policy, title, kind, seed: 0, budgetFraction, timeShare, spendShare, planShare, multiplier, winRate };
    }),
  );
}

function heatMap({ policy, title, haste }: SamplePolicy, cells: number) {
  const grid = Array.from({ length: cells }, (_, i) => (i + 0.5) / cells);
  return grid.flatMap((timeLeft) =>
    grid.map((budgetLeft) => ({
      policy,
      title,
      timeLeft,
      budgetLeft,
      multiplier: 80 * haste * Math.min(4, Math.max(0.25, (budgetLeft / timeLeft) ** 0.8)),
    })),
  );
}

function actionShares(policy: string, title: string) {
  const weights = Array.from({ length: 15 }, (_, i) => Math.exp(-((i - 7 - title.length / 6) ** 2) / 6));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight, i) => ({ policy, title, multiplier: 80 * 2 ** ((i - 7) / 3.5), share: weight / total }));
}
