import { join } from 'node:path';
import type { CliIo, CliTable, Outcome, RunRequest } from '../../src/cli/services.ts';
import type { ConfigOverride } from '../../src/core/config.ts';
import type { ReportData } from '../../src/report/report-data.ts';
import type { StudyReport } from '../../src/report/study-report.ts';
import { configHash } from '../../src/store/canonical-json.ts';
import { openExperimentFolder } from '../../src/store/experiment-folder.ts';
import { loadCampaign } from '../campaign.ts';
import type { CompareConfig, LadderConfig } from '../experiment-config.ts';
import { isCompare, isLadder, loadExperiment } from '../experiment-file.ts';
import { ladderReport } from '../ladder-report.ts';
import { reportInputs } from '../report-inputs.ts';
import { runLadder } from '../rlb-ladder.ts';
import { type RunSettings, runCompare } from '../run-compare.ts';
import { studies } from '../studies/registry.ts';
import { runStudy } from '../studies/run-study.ts';
import type { StudyConfig } from '../studies/study.ts';
import { headlineTable, ladderTable, studyTables } from './headline-table.ts';
import { storeReport } from './report.ts';
import { fillingFolder } from './results-folder.ts';

/** `bidlab run`: runs what is not done yet, then writes the report. */
export async function runService(request: RunRequest, io: CliIo): Promise<Outcome> {
  const { config: loaded, baseFolder } = loadExperiment(request.file, overridesOf(request));
  const out = request.out ?? join('results', loaded.experiment);
  return fillingFolder(out, () => {
    if (isLadder(loaded)) return runLadderExperiment(loaded, request, out, io);
    if (isCompare(loaded)) return runComparison(loaded, baseFolder, request, out, io);
    return runStudyExperiment(loaded, baseFolder, request, out, io);
  });
}

async function runComparison(
  loaded: CompareConfig,
  baseFolder: string,
  request: RunRequest,
  out: string,
  io: CliIo,
): Promise<Outcome> {
  const config = request.quick ? quickened(loaded) : loaded;
  const finished = await runCompare(config, compareSettings(config, baseFolder, request, out, io));
  io.progress({ task: 'report', label: 'drawing the report', done: 0, total: null });
  const data = await reportInputs(finished, finished.world);
  return outcomeOf(data, out, await storeReport(data, out, request.png), headlineTable(data));
}

/** `--seeds` and `--quick` as settings; `--set` comes last and wins. */
function overridesOf(request: RunRequest): ConfigOverride[] {
  const overrides: ConfigOverride[] = [];
  if (request.seeds !== undefined) overrides.push({ path: 'seeds', value: request.seeds });
  return [...overrides, ...request.set];
}

/** A rough result in well under a minute: fewer seeds, short training. */
export function quickened(config: CompareConfig): CompareConfig {
  return {
    ...config,
    seeds: Math.min(config.seeds, 2),
    envSteps: Math.min(config.envSteps, 120_000),
    evaluations: Math.min(config.evaluations, 6),
  };
}

/** What the command line says about running, as the runner wants it. */
export function compareSettings(
  config: { readonly experiment: string },
  baseFolder: string,
  request: Pick<RunRequest, 'backend' | 'workers' | 'force' | 'data'>,
  out: string,
  io: CliIo,
): RunSettings {
  return {
    baseFolder,
    dataFolder: request.data,
    out,
    backend: request.backend ?? 'auto',
    workers: request.workers,
    force: request.force,
    signal: io.signal,
    onProgress: ({ done, total, label }) => io.progress({ task: config.experiment, label, done, total }),
    note: (line) => io.note(line),
  };
}

async function runStudyExperiment(
  loaded: StudyConfig,
  baseFolder: string,
  request: RunRequest,
  out: string,
  io: CliIo,
): Promise<Outcome> {
  const config = request.quick ? studies.get(loaded.kind).quickened(loaded) : loaded;
  const report = await runStudy(config, compareSettings(config, baseFolder, request, out, io));
  io.progress({ task: 'report', label: 'drawing the report', done: 0, total: null });
  return outcomeOf(report, out, await storeReport(report, out, request.png), ...studyTables(report));
}

async function runLadderExperiment(
  config: LadderConfig,
  request: RunRequest,
  out: string,
  io: CliIo,
): Promise<Outcome> {
  const task = config.experiment;
  io.progress({ task, label: 'reading the log', done: 0, total: null });
  const campaign = await loadCampaign(request.data, config.campaign);
  const hash = configHash(config);
  openExperimentFolder(out, config.experiment, hash, request.force);
  const total = config.budgetFractions.length * config.policies.length + 1;
  let done = 0;
  const result = await runLadder(config, campaign, (label) => {
    io.signal.throwIfAborted();
    io.progress({ task, label, done: done++, total });
  });
  const data = ladderReport(config, hash, campaign, result);
  return outcomeOf(data, out, await storeReport(data, out, request.png), ladderTable(data, result.totals));
}

function outcomeOf(
  data: ReportData | StudyReport,
  out: string,
  { files }: { readonly files: readonly string[] },
  ...tables: readonly CliTable[]
): Outcome {
  const first = ['report.html', 'summary.json', 'summary.csv'];
  const paths = [...first, ...files.filter((file) => !first.includes(file))].map((file) => join(out, file));
  return {
    summary: [data.verdict.headline, ...data.verdict.details],
    tables,
    files: paths,
    warnings: [...data.warnings, ...data.verdict.caveats],
    json: {
      experiment: data.experiment,
      configHash: data.configHash,
      out,
      verdict: data.verdict,
      rows: data.rows,
      aggregates: data.aggregates,
      files: paths,
    },
  };
}
