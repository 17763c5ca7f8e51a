import { join, resolve } from 'node:path';
import { agents } from '../../agents/registry.ts';
import type { CliIo, Outcome, TrainRequest } from '../../src/cli/services.ts';
import { SimError } from '../../src/core/errors.ts';
import { unknownIdMessage } from '../../src/core/registry.ts';
import { readDatasetOrigin } from '../../src/data/dataset-file.ts';
import { readRunMetrics, readRunResult, runFolder } from '../../src/store/run-store.ts';
import type { PolicyEntry } from '../experiment-config.ts';
import { loadComparison } from '../experiment-file.ts';
import { runCompare } from '../run-compare.ts';
import type { TrialResult } from '../trial.ts';
import { fillingFolder } from './results-folder.ts';
import { compareSettings, quickened } from './run.ts';

/** `bidlab train`: one learner of an experiment, one seed; its run also counts for `bidlab run`. */
export async function trainService(request: TrainRequest, io: CliIo): Promise<Outcome> {
  const { config: compare, baseFolder } = loadComparison(request.file, request.set);
  const config = request.quick ? quickened(compare) : compare;
  const seed = request.seed ?? 0;
  const seated = learnerEntry(config.policies, request.policy);
  const entry = request.dataset === undefined ? seated : withDataset(seated, resolve(request.dataset));
  const out = request.out ?? join('results', config.experiment);
  const settings = compareSettings(config, baseFolder, { ...request, workers: 1 }, out, io);
  const { trials, backend } = await fillingFolder(out, () =>
    runCompare({ ...config, policies: [entry] }, { ...settings, seeds: [seed] }),
  );
  const { runId, seat } = trials[0]!;
  const { rows, curve } = readRunResult<TrialResult>(out, runId);
  const metrics = await readRunMetrics(out, runId);
  const best = curve.reduce((a, b) => (b.score > a.score ? b : a));
  const mean = rows.reduce((sum, row) => sum + row.valueRatio, 0) / rows.length;
  const folder = runFolder(out, runId);
  return {
    summary: [
      `${seat.title}, seed ${seed}, on ${backend}: ${mean.toFixed(4)} of the hindsight optimum on the test flights.`,
      `The best model came after ${best.envSteps} ${request.dataset === undefined ? 'steps' : 'rounds'}, with ${best.score.toFixed(4)} on the validation flights.`,
      `Take it away with: bidlab export ${folder} --out FOLDER`,
    ],
    files: [folder],
    json: { run: folder, policy: seat.policy, seed, backend, rows, curve, metrics },
  };
}

/** The seat, learning from a log; where it does not say what its actions are, they are what the log says. */
function withDataset(entry: PolicyEntry, dataset: string): PolicyEntry {
  const written = typeof entry === 'string' ? { id: entry } : entry;
  const { actions } = readDatasetOrigin(dataset).behaviour;
  return { ...(typeof actions === 'string' && { actions }), ...written, dataset } as PolicyEntry;
}

/** The named learner's seat, or the first that is a learner; one that the experiment lacks sits down with its defaults. */
function learnerEntry(policies: readonly PolicyEntry[], wanted: string | undefined): PolicyEntry {
  const idOf = (entry: PolicyEntry) => (typeof entry === 'string' ? entry : 'id' in entry ? String(entry.id) : '');
  const nameOf = (entry: PolicyEntry) => (typeof entry === 'string' ? entry : String(entry['as'] ?? idOf(entry)));
  const seated = policies.find(
    (entry) => agents.has(idOf(entry)) && (wanted === undefined || nameOf(entry) === wanted),
  );
  if (seated !== undefined) return seated;
  if (wanted !== undefined && agents.has(wanted)) return wanted;
  if (wanted !== undefined) throw new SimError('UNKNOWN_ID', unknownIdMessage('learner', wanted, agents.ids));
  throw new SimError(
    'CONFIG_INVALID',
    `the experiment seats no learner; name one with --policy (${agents.ids.join(', ')})`,
  );
}
