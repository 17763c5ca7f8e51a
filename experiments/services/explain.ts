import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { agents } from '../../agents/registry.ts';
import type { CliIo, ExplainRequest, Outcome } from '../../src/cli/services.ts';
import { SimError } from '../../src/core/errors.ts';
import { unknownIdMessage } from '../../src/core/registry.ts';
import { Rng } from '../../src/core/rng.ts';
import type { Explanation } from '../../src/explain/explanation.ts';
import { PACING_FEATURES } from '../../src/policy/runtime.ts';
import { fidelityWords, lossWords, outputFormat } from '../../src/report/explanation-page.ts';
import { writeExplanation } from '../../src/report/write-report.ts';
import type { Manifest } from '../../src/store/manifest.ts';
import { type CompareConfig, compareSchema } from '../experiment-config.ts';
import { explainPolicy } from '../explain-policy.ts';
import { provenanceOf } from '../provenance.ts';
import type { Seat } from '../seats.ts';
import { worldOf, worldSource } from '../world.ts';
import { bundlePath, readPolicy } from './export.ts';

const DEFAULTS = { episodes: 100, leaves: 16, seed: 0 };

/** `bidlab explain`: attributions, importance, partial dependence, heat map and a tree of one trained policy. */
export async function explainService(request: ExplainRequest, io: CliIo): Promise<Outcome> {
  const { run, png } = request;
  const path = bundlePath(run, 'no network');
  const features = heatMapFeatures(request.features);
  const out = request.out ?? join(run, 'explain');
  refuseForeign(out);
  const { model, title } = (await readPolicy(readFileSync(path, 'utf8'), path)).details;
  const { config, baseFolder, dataFolder, seat, seed } = readRun(run);
  io.progress({ task: 'explain', label: 'reading', done: 0, total: 1 });
  const source = await worldSource(config, baseFolder, request.data ?? dataFolder ?? undefined);
  const world = worldOf(config, source, seed);
  io.signal.throwIfAborted();
  io.progress({ task: 'explain', label: title, done: 0.2, total: 1 });
  const manifest = JSON.parse(readFileSync(join(run, 'manifest.json'), 'utf8')) as Manifest;
  const { episodes = DEFAULTS.episodes, leaves = DEFAULTS.leaves } = request;
  const explanation = explainPolicy({
    ...{ config, world, model, title, run, features, episodes, leaves },
    settings: seat.settings,
    isValueBased: model.network.head === 'argmax' && agents.get(seat.settings.agent).actionValues,
    rng: new Rng(`explain/${request.seed ?? DEFAULTS.seed}`),
    configHash: manifest.configHash,
    provenance: provenanceOf(manifest, world.replay.tape.meta),
  });
  io.signal.throwIfAborted();
  const { files } = await writeExplanation(explanation, out, { png });
  return outcomeOf(
    explanation,
    files.map((file) => join(out, file)),
  );
}

function outcomeOf(explanation: Explanation, files: readonly string[]): Outcome {
  const { distilled, features, importance, explained, completeness, heatMap } = explanation;
  const ordered = [...features].sort((a, b) => b.importance.mean - a.importance.mean);
  return {
    summary: [
      `${explanation.title}: ${ordered[0]!.title.toLowerCase()} matters most, then ${ordered[1]!.title.toLowerCase()}.`,
      `A tree of ${distilled.numLeaves} leaves: ${fidelityWords(distilled)}; ${lossWords(distilled)}.`,
      `Attributions add up within ${outputFormat(completeness.largestGap)} (allowed ${outputFormat(completeness.tolerance)}, ${explained.unit}).`,
    ],
    tables: [
      {
        columns: [
          { title: 'Feature' },
          { title: importance.title, align: 'right' },
          { title: '± standard error', align: 'right' },
          { title: `Attribution, ${explained.unit}`, align: 'right' },
          { title: '± standard error', align: 'right' },
        ],
        rows: ordered.map(({ name, importance: own, attribution }) => [
          name,
          own.mean,
          own.standardError,
          attribution.meanAbsolute,
          attribution.standardError,
        ]),
      },
    ],
    files,
    warnings: explanation.notes,
    json: { ...explanation, heatMap: { features: heatMap.features }, files },
  };
}

/** The features named for the heat map. @throws SimError `UNKNOWN_ID`, `CONFIG_INVALID`. */
function heatMapFeatures(names: readonly string[] | undefined): readonly [number, number] | null {
  if (names === undefined) return null;
  const known = PACING_FEATURES.map(({ name }) => name);
  for (const name of names) {
    if (!known.includes(name))
      throw new SimError('UNKNOWN_ID', `--features: ${unknownIdMessage('feature', name, known)}`);
  }
  const [x, y] = names.map((name) => known.indexOf(name));
  if (names.length !== 2 || x === y) {
    throw new SimError(
      'CONFIG_INVALID',
      `--features: expected two different features, such as --features timeLeft,budgetLeft, received '${names.join(',')}'`,
    );
  }
  return [x!, y!];
}

/** A run of a learner in a comparison. */
interface LearnerRun {
  readonly config: CompareConfig;
  readonly baseFolder: string;
  readonly dataFolder: string | null;
  readonly seat: Extract<Seat, { source: 'learner' }>;
  readonly seed: number;
}

function readRun(run: string): LearnerRun {
  const path = join(run, 'config.json');
  try {
    const stored = JSON.parse(readFileSync(path, 'utf8')) as LearnerRun;
    return { ...stored, config: compareSchema.parse(stored.config) };
  } catch (cause) {
    throw new SimError('FILE_INVALID', `${path}: expected the settings of a run as JSON; do the run again`, { cause });
  }
}

/** Only an earlier explanation is written over. @throws SimError `OUTPUT_CONFLICT` */
function refuseForeign(out: string): void {
  if (!existsSync(out)) return;
  if (!statSync(out).isDirectory()) {
    throw new SimError('OUTPUT_CONFLICT', `${out}: expected a folder, found a file; choose another one with --out`);
  }
  if (readdirSync(out).length === 0 || existsSync(join(out, 'explain.json'))) return;
  throw new SimError(
    'OUTPUT_CONFLICT',
    `${out}: holds files that are no explanation; choose an empty or new folder with --out`,
  );
}
