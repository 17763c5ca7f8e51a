import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { PACKAGE_ROOT } from '../../../experiments/package-root.ts';
import { type PeerEntry, type PeersSummary, peersTable } from '../../../experiments/scripts/peers-table.ts';
import { atomicWriteFileSync } from '../../../src/core/atomic-write.ts';
import type { PeerRun } from './peer-run.ts';
import { sb3Arguments, WITHOUT_COUNTERPART } from './sb3-arguments.ts';
import { PEER_AGENTS, peerProblems, peerTask } from './tasks.ts';

/*
 * Ours and Stable-Baselines3 on the same tasks, one training after the other, each in a process of its own:
 *
 *     npx tsx test/bench/peers/compare.ts --seeds 3 --python python3
 *
 * Needs stable-baselines3 and gymnasium in that Python; without them it says so and does nothing.
 */

const HERE = join(PACKAGE_ROOT, 'test', 'bench', 'peers');
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    python: { type: 'string', default: process.env['BIDLAB_PYTHON'] ?? 'python3' },
    task: { type: 'string', multiple: true, default: [...peerProblems.ids] },
    out: { type: 'string', default: join(PACKAGE_ROOT, 'results', 'reference', 'peers', 'summary.json') },
  },
});

function nodeCommand(file: string, ...args: readonly (string | number)[]): string[] {
  return [process.execPath, '--import', 'tsx', join(HERE, file), ...args.map(String)];
}

function runJson([program, ...args]: readonly string[]): PeerRun {
  const out = execFileSync(program!, args, {
    cwd: PACKAGE_ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(out.trim().split('\n').at(-1)!) as PeerRun;
}

/** A training by Stable-Baselines3. @param native Gymnasium's name of the same environment; null goes over the bridge. */
async function theirs(id: string, agent: string, seed: number, native: string | null): Promise<PeerRun> {
  const task = await peerTask(id, agent, seed);
  const { numEnvs, envSteps, interval, threshold, scoreUnit, seeds } = task;
  const serve = (role: string) => nodeCommand('environment-process.ts', id, agent, seed, role);
  const commands = { train: serve('train'), judge: serve('judge') };
  const length = { numEnvs, envSteps, interval, threshold, scoreUnit, seeds };
  const spec = { agent, native, ...length, ...commands, arguments: sb3Arguments(agent, task) };
  return runJson([values.python, join(HERE, 'train_sb3.py'), JSON.stringify(spec)]);
}

function entryOf(id: string, agent: string, seed: number, program: PeerEntry['program'], run: PeerRun): PeerEntry {
  const { title, score, threshold } = peerProblems.get(id);
  const last = run.curve.at(-1)!;
  return {
    ...{ task: id, title, score, threshold, agent, seed, program },
    reached: last.score >= threshold,
    bestScore: Math.max(...run.curve.map((point) => point.score)),
    ...{ envSteps: last.envSteps, seconds: last.seconds, bridge: run.bridge, versions: run.versions },
  };
}

function save(entries: readonly PeerEntry[]): PeersSummary {
  const summary: PeersSummary = {
    command: `npx tsx test/bench/peers/compare.ts --seeds ${values.seeds}`,
    machine: `${cpus().length} cores (${cpus()[0]!.model}); both programs on one thread: ${[...new Set(entries.map(({ versions }) => versions))].join('; ')}.`,
    notes: [
      'Same environments, episodes that judge, budget of steps and hyper-parameters, with',
      `${WITHOUT_COUNTERPART.map((name) => `\`${name}\``).join(', ')} of our DQN left out where Stable-Baselines3 has no counterpart.`,
      'Seconds are those of training, without evaluations; a training ends at the first evaluation that reaches the threshold.',
    ],
    entries,
  };
  mkdirSync(dirname(values.out), { recursive: true });
  atomicWriteFileSync(values.out, `${JSON.stringify(summary, null, 1)}\n`);
  return summary;
}

async function compare(): Promise<void> {
  const entries: PeerEntry[] = [];
  const add = (...entry: Parameters<typeof entryOf>) => {
    entries.push(entryOf(...entry));
    const { program, envSteps, seconds, bestScore } = entries.at(-1)!;
    process.stderr.write(`${entry.slice(0, 3).join(' ')} ${program}: ${bestScore} ${envSteps} steps ${seconds} s\n`);
    save(entries);
  };
  for (const id of values.task) {
    for (const agent of PEER_AGENTS) {
      for (let seed = 0; seed < Number(values.seeds); seed++) {
        add(id, agent, seed, 'bidlab', runJson(nodeCommand('train-process.ts', id, agent, seed)));
        add(id, agent, seed, 'sb3', await theirs(id, agent, seed, null));
        const { gymnasium } = peerProblems.get(id);
        if (gymnasium !== null) add(id, agent, seed, 'sb3-native', await theirs(id, agent, seed, gymnasium));
      }
    }
  }
  process.stdout.write(`${peersTable(save(entries))}\n`);
}

if (spawnSync(values.python, ['-c', 'import stable_baselines3, gymnasium'], { stdio: 'ignore' }).status === 0) {
  await compare();
} else {
  const remedy = 'pip install stable-baselines3, or name another Python by --python';
  process.stdout.write(`skipped: ${values.python} has no stable_baselines3 and gymnasium; ${remedy}\n`);
}
