import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CliIo, EvaluateRequest, Outcome } from '../../src/cli/services.ts';
import { parseYamlConfig } from '../../src/core/config.ts';
import { SimError } from '../../src/core/errors.ts';
import { Rng } from '../../src/core/rng.ts';
import { supportWarnings } from '../../src/data/describe-tape.ts';
import { readTape } from '../../src/data/tape-file.ts';
import { aggregate } from '../../src/eval/aggregate.ts';
import { type CompareConfig, compareSchema } from '../experiment-config.ts';
import { loadComparison } from '../experiment-file.ts';
import { refuseMissingColumn } from '../missing-column.ts';
import { playTest } from '../trial.ts';
import { worldOf, worldSource } from '../world.ts';
import { playerOf } from './player.ts';

/** `bidlab evaluate`: plays policies on the test flights of a tape or an experiment, all on the same ones. */
export async function evaluateService(request: EvaluateRequest, io: CliIo): Promise<Outcome> {
  const { config, baseFolder, dataFolder, seed } = settingOf(request);
  const players = await Promise.all(request.subjects.map(playerOf));
  io.progress({ task: 'evaluate', label: 'reading', done: 0, total: players.length });
  const world = worldOf(config, await worldSource(config, baseFolder, dataFolder), seed);
  for (const { kind, value } of request.subjects) if (kind === 'id') refuseMissingColumn(value, world.replay.tape);
  const rows = players.flatMap((player, i) => {
    io.signal.throwIfAborted();
    io.progress({ task: 'evaluate', label: player.title, done: i, total: players.length });
    const rng = new Rng(`evaluate/${player.policy}/${seed}`);
    return playTest(config, world, player, seed, (fraction) => player.build(world, fraction, rng)).rows;
  });
  const aggregates = aggregate(rows);
  const warnings = supportWarnings(world.replay.tape);
  const flights = `${world.test.length} test flights of ${world.replay.tape.meta.name}`;
  return {
    summary: [
      `Played on ${flights} at ${config.budgetFractions.length} budgets; fitted, where there is something to fit, on the ${world.train.length} before.`,
    ],
    tables: [
      {
        columns: [
          { title: 'Policy' },
          { title: 'Budget fraction', align: 'right' },
          { title: 'Value ratio', align: 'right' },
          { title: 'Value', align: 'right' },
          { title: 'Clicks', align: 'right' },
          { title: 'Win rate', align: 'right' },
          { title: 'Budget used', align: 'right' },
        ],
        rows: aggregates
          .filter((entry) => entry.budgetFraction !== null)
          .map((entry) => [
            entry.title,
            `1/${+(1 / entry.budgetFraction!).toFixed(2)}`,
            entry.mean.toFixed(4),
            entry.value,
            entry.clicks,
            `${(100 * entry.winRate).toFixed(1)} %`,
            `${(100 * entry.budgetUtilization).toFixed(1)} %`,
          ]),
      },
    ],
    files: [],
    warnings,
    json: { rows, aggregates, warnings },
  };
}

/** What to play on and where its files lie. */
interface Setting {
  readonly config: CompareConfig;
  /** Folder that relative paths of the experiment start from. */
  readonly baseFolder: string;
  readonly dataFolder: string | undefined;
  readonly seed: number;
}

/** The setting as the command line changes it. */
function settingOf(request: EvaluateRequest): Setting {
  const found = findSetting(request);
  const { tape, budgetFractions, data, seed } = request;
  const onTape = tape === undefined ? found.config : { ...withoutSource(found.config), tape: resolve(tape) };
  return {
    config: budgetFractions === undefined ? onTape : { ...onTape, budgetFractions: [...budgetFractions] },
    baseFolder: found.baseFolder,
    dataFolder: data ?? found.dataFolder,
    seed: seed ?? found.seed,
  };
}

/** The named experiment, else the named tape, else what the first run was played on. */
function findSetting(request: EvaluateRequest): Setting {
  const plain = { baseFolder: '.', dataFolder: undefined, seed: 0 };
  if (request.experiment !== undefined) {
    return { ...plain, ...loadComparison(request.experiment, request.set) };
  }
  if (request.tape !== undefined) return { ...plain, config: tapeConfig(request) };
  const run = request.subjects.find((subject) => subject.kind === 'run');
  if (run !== undefined) return runSetting(run.value, request.set);
  throw new SimError(
    'CONFIG_INVALID',
    'nothing to play on: name a tape with --tape or an experiment with --experiment',
  );
}

function withoutSource({ market: _, campaign: __, tape: ___, ...config }: CompareConfig): CompareConfig {
  return config;
}

/** Flights of a tape that has no days to go by. */
const NUM_FLIGHTS = 12;

/** The flights of a tape, days where it has three or more: the first half to fit on, one between, the rest to judge. */
function tapeConfig({ tape, set }: EvaluateRequest): CompareConfig {
  const { meta, timeSeconds, length } = readTape(tape!);
  const days = meta.clock === 'order' ? 0 : countDays(timeSeconds, length);
  const flights = days >= 3 ? days : NUM_FLIGHTS;
  if (length < flights) {
    throw new SimError('DATA_INVALID', `${tape}: has ${length} opportunities, but fitting and judging take ${flights}`);
  }
  const train = Math.max(1, Math.floor(flights / 2) - 1);
  const settings = {
    experiment: 'evaluate',
    kind: 'compare',
    title: meta.name,
    days: { train, validation: 1, test: flights - train - 1 },
    policies: ['linear'],
    ...(days >= 3 ? {} : { horizon: Math.floor(length / flights) }),
  };
  return parseYamlConfig(compareSchema, JSON.stringify(settings), 'evaluate', set);
}

function countDays(timeSeconds: Float64Array, length: number): number {
  const days = new Set<number>();
  for (let i = 0; i < length; i++) days.add(Math.floor(timeSeconds[i]! / 86_400));
  return days.size;
}

function runSetting(run: string, set: EvaluateRequest['set']): Setting {
  const path = join(run, 'config.json');
  if (!existsSync(path)) throw new SimError('FILE_NOT_FOUND', `${run}: holds no config.json; give the folder of a run`);
  let stored: { config: unknown; baseFolder: string; dataFolder: string | null; seed: number };
  try {
    stored = JSON.parse(readFileSync(path, 'utf8')) as typeof stored;
  } catch (cause) {
    throw new SimError('FILE_INVALID', `${path}: expected JSON; do the run again`, { cause });
  }
  return {
    config: parseYamlConfig(compareSchema, JSON.stringify(stored.config), path, set),
    baseFolder: stored.baseFolder,
    dataFolder: stored.dataFolder ?? undefined,
    seed: stored.seed,
  };
}
