import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CompareConfig, compareSchema } from '../../experiments/experiment-config.ts';
import { type FinishedExperiment, type RunSettings, runCompare } from '../../experiments/run-compare.ts';
import type { TrialResult } from '../../experiments/trial.ts';
import type { SummaryRow } from '../../src/eval/summary-row.ts';
import { readRunResult, runFolder } from '../../src/store/run-store.ts';

/** A learner that trains for an instant. */
export const TINY_DQN = { id: 'dqn', numEnvs: 8, batchSize: 16, learningStarts: 40, hidden: [8], actions: 'grid' };
/** Another. */
export const TINY_PPO = { id: 'ppo', numEnvs: 8, numSteps: 6, batchSize: 16, hidden: [8], actions: 'log' };

/** An experiment of five short days that is over in a moment, as it would stand in a YAML file. */
export const TINY = {
  experiment: 'tiny',
  kind: 'compare',
  title: 'A tiny comparison',
  market: { preset: 'open-market', auctionsPerDay: 300 },
  days: { train: 2, validation: 1, test: 2 },
  stepsPerFlight: 6,
  budgetFractions: [0.125, 0.5],
  seeds: 2,
  envSteps: 240,
  evaluations: 2,
  policies: ['linear', 'pid-pacing', 'rlb', 'best-constant', 'hindsight-optimum'],
};

/** {@link TINY} with changes, checked. */
export function tinyConfig(changes: Readonly<Record<string, unknown>> = {}): CompareConfig {
  return compareSchema.parse({ ...TINY, ...changes });
}

/** What a run in this thread came to. */
export interface TinyRun {
  readonly finished: FinishedExperiment;
  /** Rows of every trial in the order of the trials. */
  readonly rows: readonly SummaryRow[];
  /** Lines for people. */
  readonly notes: readonly string[];
  /** Ids of the trials that were run now, not kept from before, in order. */
  readonly started: readonly string[];
}

/** Runs an experiment in this thread, on the plain backend. */
export async function runHere(
  config: CompareConfig,
  out: string,
  changes: Partial<RunSettings> = {},
): Promise<TinyRun> {
  const notes: string[] = [];
  const labels: string[] = [];
  const finished = await runCompare(config, {
    baseFolder: out,
    dataFolder: undefined,
    out,
    backend: 'cpu',
    workers: 0,
    force: false,
    signal: new AbortController().signal,
    onProgress: ({ label }) => labels.push(label),
    note: (line) => notes.push(line),
    ...changes,
  });
  const rows = finished.trials.flatMap(({ runId }) => readRunResult<TrialResult>(out, runId).rows);
  return { finished, rows, notes, started: [...new Set(labels)].filter((label) => label !== 'starting') };
}

/** A file of the run of a policy and seed, as text. */
export function runFile({ finished }: TinyRun, policy: string, seed: number, file: string): string {
  const trial = finished.trials.find((each) => each.seat.policy === policy && each.seed === seed);
  if (trial === undefined) throw new Error(`no trial of ${policy}, seed ${seed}`);
  return readFileSync(join(runFolder(finished.folder, trial.runId), file), 'utf8');
}
