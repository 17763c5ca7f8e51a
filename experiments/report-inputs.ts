import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MICROS_PER_UNIT } from '../src/core/units.ts';
import { supportWarnings } from '../src/data/describe-tape.ts';
import { buildSummary } from '../src/eval/summary.ts';
import type { SummaryRow } from '../src/eval/summary-row.ts';
import { composeVerdict } from '../src/eval/verdict.ts';
import {
  type FlightCounters,
  type LoadedPolicy,
  loadPolicy,
  type PacingModel,
  PacingRuntime,
} from '../src/policy/runtime.ts';
import type {
  ActionShare,
  ExhaustionPoint,
  HeatMapCell,
  LearningPoint,
  PacingPoint,
  ReportData,
} from '../src/report/report-data.ts';
import { beginFlight, blankCounters } from '../src/sim/flight-counters.ts';
import { readRunManifest, readRunMetrics, readRunResult, runFolder } from '../src/store/run-store.ts';
import { CAMPAIGN_FIT, FEN_CPM_MICROS } from './campaign.ts';
import { singular } from './decision-words.ts';
import { pooledRow } from './measured.ts';
import { priceLandscape } from './price-landscape.ts';
import { provenanceOf } from './provenance.ts';
import type { FinishedExperiment, FinishedTrialRef } from './run-compare.ts';
import type { TrialResult } from './trial.ts';
import type { World } from './world.ts';

const HEAT_CELLS = 16;
const ACTION_BINS = 24;

/** A finished trial with its results read back. */
interface ReadTrial extends FinishedTrialRef {
  readonly result: TrialResult;
}

/**
 * Everything the report of a `compare` experiment shows, from the finished runs on disk.
 *
 * @param world The world of seed 0: its market is the one that the price panel shows.
 */
export async function reportInputs(experiment: FinishedExperiment, world: World): Promise<ReportData> {
  const { config, configHash, folder } = experiment;
  const trials: ReadTrial[] = experiment.trials.map((trial) => ({
    ...trial,
    result: readRunResult<TrialResult>(folder, trial.runId),
  }));
  const flightRows = trials.flatMap((trial) => trial.result.rows);
  const summary = buildSummary(config.experiment, configHash, flightRows);
  const learners = trials.filter((trial) => trial.seat.source === 'learner');
  const { meta } = world.replay.tape;
  return {
    experiment: config.experiment,
    configHash,
    title: config.title,
    description: config.description,
    currency: meta.currency,
    valueUnit: meta.valueUnit,
    multiplierUnit: `${meta.currency} bid per ${singular(meta.valueUnit)}`,
    rows: config.campaign === undefined ? summary.rows : campaignRows(summary.rows),
    aggregates: summary.aggregates,
    verdict: composeVerdict(summary.aggregates),
    learningCurves: (await Promise.all(learners.map((trial) => learningPoints(folder, trial)))).flat(),
    pacing: trials.flatMap(pacingPoints),
    exhaustion: trials.flatMap(exhaustionPoints),
    priceLandscape: priceLandscape(world),
    heatmaps: (await Promise.all(learners.filter(firstSeed).map((trial) => heatMap(folder, trial, world)))).flat(),
    actions: learners.filter(firstSeed).flatMap((trial) => actionShares(learners, trial)),
    warnings: warningsOf(experiment, world),
    provenance: experimentProvenance(experiment, world),
  };
}

/** One row per policy, seed and fraction, as the paper counts, with the log's own price unit and what was fitted on. */
function campaignRows(rows: readonly SummaryRow[]): SummaryRow[] {
  const groups = new Map<string, SummaryRow[]>();
  for (const row of rows) {
    const key = `${row.policy}/${row.seed}/${row.budgetFraction}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => {
    const row = pooledRow(group);
    return { ...row, cost: row.spendMicros / FEN_CPM_MICROS, valueFit: CAMPAIGN_FIT };
  });
}

const firstSeed = (trial: ReadTrial) => trial.seed === 0;

async function learningPoints(folder: string, { seat, seed, runId, result }: ReadTrial): Promise<LearningPoint[]> {
  const metrics = await readRunMetrics(folder, runId);
  return result.curve.map(({ envSteps, score }, i) => ({
    policy: seat.policy,
    title: seat.title,
    seed,
    envSteps,
    // The first point is the untrained policy, before the first record.
    seconds: i === 0 ? 0 : (metrics[i - 1]?.['time/seconds'] ?? 0),
    valueRatio: score,
  }));
}

function pacingPoints({ seat, seed, result }: ReadTrial): PacingPoint[] {
  if (seed !== 0) return [];
  return result.traces.flatMap(({ budgetFraction, spendShare, planShare, multiplier, winRate }) =>
    spendShare.map((share, t) => ({
      policy: seat.policy,
      title: seat.title,
      kind: seat.kind,
      seed,
      budgetFraction,
      timeShare: (t + 1) / spendShare.length,
      spendShare: share,
      planShare: planShare[t]!,
      multiplier: multiplier[t] === null ? null : multiplier[t]! / MICROS_PER_UNIT,
      winRate: winRate[t]!,
    })),
  );
}

function exhaustionPoints({ seat, seed, result }: ReadTrial): ExhaustionPoint[] {
  if (seed !== 0) return [];
  return result.traces.flatMap(({ budgetFraction, exhaustedAt }) =>
    exhaustedAt === null
      ? []
      : [{ policy: seat.policy, title: seat.title, seed, budgetFraction, timeShare: exhaustedAt }],
  );
}

/** The bundle of a learner's run. */
async function readBundle(folder: string, runId: string): Promise<LoadedPolicy> {
  return loadPolicy(readFileSync(join(runFolder(folder, runId), 'checkpoint', 'policy.json'), 'utf8'));
}

/** What the model bids in states that are on plan so far: time left × budget left, at the middle budget fraction. */
async function heatMap(folder: string, { seat, runId, result }: ReadTrial, world: World): Promise<HeatMapCell[]> {
  const { model } = (await readBundle(folder, runId)).details;
  const fractions = [...new Set(result.rows.map((row) => row.budgetFraction))].sort((a, b) => a - b);
  const budgetMicros = world.budgetMicros(fractions[Math.floor(fractions.length / 2)]!);
  const cells: HeatMapCell[] = [];
  for (let i = 0; i < HEAT_CELLS; i++) {
    for (let j = 0; j < HEAT_CELLS; j++) {
      const timeLeft = 1 - (i + 0.5) / HEAT_CELLS;
      const budgetLeft = (j + 0.5) / HEAT_CELLS;
      const multiplier = multiplierAt(model, world, budgetMicros, timeLeft, budgetLeft) / MICROS_PER_UNIT;
      cells.push({ policy: seat.policy, title: seat.title, timeLeft, budgetLeft, multiplier });
    }
  }
  return cells;
}

function multiplierAt(
  model: PacingModel,
  world: World,
  budgetMicros: number,
  timeLeft: number,
  budgetLeft: number,
): number {
  const c: FlightCounters = blankCounters();
  const { plan } = world;
  beginFlight(c, plan, budgetMicros, world.referenceMultiplier);
  c.stepIndex = Math.floor((1 - timeLeft) * c.numSteps);
  c.remainingMicros = Math.round(budgetLeft * budgetMicros);
  c.expectedAuctions = plan.expectedAuctions[c.stepIndex]!;
  c.expectedAuctionsLeft = plan.expectedAuctionsFrom[c.stepIndex]!;
  return new PacingRuntime(model).multiplier(c);
}

/** Multipliers that a learner chose on its recorded flights, all seeds, in equal log bins. */
function actionShares(learners: readonly ReadTrial[], { seat }: ReadTrial): ActionShare[] {
  const chosen = learners
    .filter((trial) => trial.seat.policy === seat.policy)
    .flatMap((trial) => trial.result.traces.flatMap((trace) => trace.multiplier))
    .filter((multiplier) => multiplier !== null && multiplier > 0) as number[];
  if (chosen.length === 0) return [];
  const low = Math.log(Math.min(...chosen));
  const width = Math.max(1e-9, (Math.log(Math.max(...chosen)) - low) / ACTION_BINS);
  const counts = new Int32Array(ACTION_BINS);
  for (const multiplier of chosen) {
    const bin = Math.min(ACTION_BINS - 1, Math.floor((Math.log(multiplier) - low) / width));
    counts[bin] = counts[bin]! + 1;
  }
  return Array.from(counts, (count, bin) => ({
    policy: seat.policy,
    title: seat.title,
    multiplier: Math.exp(low + (bin + 0.5) * width) / MICROS_PER_UNIT,
    share: count / chosen.length,
  })).filter(({ share }) => share > 0);
}

function warningsOf({ config }: FinishedExperiment, world: World): string[] {
  const warnings = supportWarnings(world.replay.tape);
  if (config.objective !== 'value') warnings.push(`Learners were rewarded with realised ${config.objective}.`);
  return warnings;
}

function experimentProvenance(experiment: FinishedExperiment, world: World): Record<string, string> {
  const { config, folder, trials } = experiment;
  const manifests = trials.map((trial) => readRunManifest(folder, trial.runId));
  const trained = manifests.find((manifest) => manifest.backend !== 'none') ?? manifests[0]!;
  const { train, validation, test } = config.days;
  return {
    ...provenanceOf(trained, world.replay.tape.meta),
    Flights: `${train} to train, ${validation} to validate, ${test} to test, ${config.stepsPerFlight} decisions each`,
    Seeds: config.seeds === 1 ? '1' : `${config.seeds}, numbered from 0`,
    'Configuration hash': experiment.configHash,
  };
}
