import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { CartPole } from '../../../envs/classic/cartpole.ts';
import { PACKAGE_ROOT } from '../../../experiments/package-root.ts';
import { type PeerEntry, peersTable } from '../../../experiments/scripts/peers-table.ts';
import { sb3Arguments } from './sb3-arguments.ts';
import { type ByteStream, type EnvironmentHeader, REQUESTS, serveEnvironment } from './serve-environment.ts';
import { PEER_AGENTS, peerTask } from './tasks.ts';

const HERE = join(PACKAGE_ROOT, 'test', 'bench', 'peers');
const PROCESS = ['--import', 'tsx', join(HERE, 'environment-process.ts'), 'cartpole-v1', 'dqn', '0', 'train'];
const PYTHON = process.env['BIDLAB_PYTHON'] ?? 'python3';
const HAS_GYMNASIUM =
  spawnSync(PYTHON, ['-c', 'import gymnasium, stable_baselines3'], { stdio: 'ignore' }).status === 0;

const RESET = Buffer.from([REQUESTS.reset, ...new Uint8Array(Uint32Array.of(7).buffer)]);

function stepRequest(actions: Int32Array): Buffer {
  return Buffer.concat([Buffer.of(REQUESTS.step), new Uint8Array(actions.buffer)]);
}

/** Episodes of CartPole under one list of actions, as the answers to a reset and to steps. */
function played(numEnvs: number, actions: readonly Int32Array[]) {
  const env = new CartPole(numEnvs);
  env.reset(7);
  const first = [...env.observations];
  const steps = actions.map((action) => {
    env.step(action);
    const { rewards, terminated, truncated, observations, finalObservations } = env;
    return [rewards, terminated, truncated, observations, finalObservations].map((column) => [...column]);
  });
  return { first, steps };
}

/** The columns of one step's answer. */
function columnsOf(message: Buffer, numEnvs: number, obsDim: number): number[][] {
  const { buffer } = new Uint8Array(message);
  const at = 8 + 10 * numEnvs;
  const rows = numEnvs * obsDim;
  return [
    [...new Float64Array(buffer, 8, numEnvs)],
    [...new Uint8Array(buffer, 8 + 8 * numEnvs, numEnvs)],
    [...new Uint8Array(buffer, 8 + 9 * numEnvs, numEnvs)],
    [...new Float32Array(buffer.slice(at, at + 4 * rows))],
    [...new Float32Array(buffer.slice(at + 4 * rows))],
  ];
}

async function readBytes(stream: Readable, size: number): Promise<Buffer> {
  for (;;) {
    const chunk = stream.read(size) as Buffer | null;
    if (chunk !== null) return chunk;
    if (stream.readableEnded) throw new Error('the process ended');
    await new Promise((resolve) => stream.once('readable', resolve));
  }
}

const ACTIONS = Array.from({ length: 30 }, (_, t) => Int32Array.from({ length: 8 }, (__, n) => (t * n) % 2));

describe('the bridge', () => {
  it('answers a vector step by one message, the same as the environment itself, ends of episodes included', () => {
    const requests = Buffer.concat([RESET, ...ACTIONS.map(stepRequest)]);
    let at = 0;
    const answers: Buffer[] = [];
    const stream: ByteStream = {
      read(buffer) {
        if (at === requests.length) return false;
        buffer.set(requests.subarray(at, at + buffer.length));
        at += buffer.length;
        return true;
      },
      write: (buffer) => void answers.push(Buffer.from(buffer)),
    };
    serveEnvironment(new CartPole(8), stream);
    const header = JSON.parse(answers[0]!.toString()) as EnvironmentHeader;
    expect(header).toEqual({ numEnvs: 8, obsDim: 4, actions: { kind: 'discrete', n: 2 } });
    const { first, steps } = played(8, ACTIONS);
    expect([...new Float32Array(new Uint8Array(answers[1]!).buffer)]).toEqual(first);
    expect(answers.slice(2).map((answer) => columnsOf(answer, 8, 4))).toEqual(steps);
    expect(steps.some(([, terminated]) => terminated!.includes(1))).toBe(true);
  });

  it('speaks over the pipes of a process', async () => {
    const child = spawn(process.execPath, PROCESS, { cwd: PACKAGE_ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
    const header = `${JSON.stringify({ numEnvs: 8, obsDim: 4, actions: { kind: 'discrete', n: 2 } })}\n`;
    expect((await readBytes(child.stdout, header.length)).toString()).toBe(header);
    child.stdin.write(RESET);
    const { first, steps } = played(8, ACTIONS.slice(1, 2));
    expect([...new Float32Array(new Uint8Array(await readBytes(child.stdout, 8 * 16)).buffer)]).toEqual(first);
    child.stdin.end(stepRequest(ACTIONS[1]!));
    expect(columnsOf(await readBytes(child.stdout, 8 + 8 * 42), 8, 4)).toEqual(steps[0]);
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
  });

  it.skipIf(!HAS_GYMNASIUM)(`is a VecEnv (needs gymnasium and stable_baselines3 in ${PYTHON})`, () => {
    const code = `
import json, sys
import numpy as np
from bidlab_env import BidlabVecEnv
env = BidlabVecEnv(json.loads(sys.argv[1]), 7)
first = env.reset().ravel().tolist()
steps = []
for actions in json.loads(sys.argv[2]):
    observations, rewards, dones, infos = env.step(np.array(actions))
    ends = {i: info["terminal_observation"].tolist() for i, info in enumerate(infos) if dones[i]}
    steps.append([rewards.tolist(), dones.tolist(), observations.ravel().tolist(), ends])
env.close()
print(json.dumps([first, steps]))`;
    const args = [
      '-c',
      code,
      JSON.stringify([process.execPath, ...PROCESS]),
      JSON.stringify(ACTIONS.map((a) => [...a])),
    ];
    const { stdout, stderr } = spawnSync(PYTHON, args, {
      ...{ cwd: PACKAGE_ROOT, encoding: 'utf8' },
      env: { ...process.env, PYTHONPATH: HERE, PYTHONDONTWRITEBYTECODE: '1' },
    });
    expect(stdout, stderr).not.toBe('');
    const { first, steps } = played(8, ACTIONS);
    const expected = steps.map(([rewards, terminated, truncated, observations, final]) => {
      const dones = terminated!.map((end, n) => end + truncated![n]! > 0);
      const ends = dones.flatMap((done, n) => (done ? [[String(n), final!.slice(4 * n, 4 * n + 4)]] : []));
      return [rewards, dones, observations, Object.fromEntries(ends)];
    });
    expect(JSON.parse(stdout)).toEqual([first, expected]);
  });
});

describe('the same hyper-parameters for Stable-Baselines3', () => {
  const base = { trainInterval: 1, gradientSteps: 2, targetUpdateInterval: 1, tau: 0.1 };
  it('update the target network as far in one vector step as two gradient steps of ours do', () => {
    const { model } = sb3Arguments('dqn', { options: base, numEnvs: 16 });
    expect(model).toMatchObject({ target_update_interval: 16, tau: 1 - 0.9 * 0.9 });
  });

  it('count the steps between updates of the target network in env steps', () => {
    const rare = { ...base, trainInterval: 32, gradientSteps: 128, targetUpdateInterval: 128, tau: 1 };
    const { model } = sb3Arguments('dqn', { options: rare, numEnvs: 8 });
    expect(model).toMatchObject({ target_update_interval: 32 * 8, tau: 1 });
  });

  it('are all given for every learner, with evaluations after whole rounds of learning', async () => {
    for (const agent of PEER_AGENTS) {
      const task = await peerTask('cartpole-v1', agent, 0);
      expect(task.envSteps % task.interval === 0 || task.envSteps > task.interval).toBe(true);
      expect(task.interval % (task.numEnvs * 32)).toBe(0);
      expect(Object.values(sb3Arguments(agent, task).model)).not.toContain(undefined);
    }
  });
});

describe('the table of peers', () => {
  const entry = (program: PeerEntry['program'], seed: number, seconds: number, reached: boolean): PeerEntry => ({
    ...{ task: 't', title: 'T', score: 'return', threshold: 9, agent: 'ppo', seed, program, reached },
    ...{ bestScore: 8, envSteps: 1000, seconds, versions: '' },
    bridge: program === 'sb3' ? { waiting: 4, environment: 1 } : null,
  });
  const tableOf = (entries: readonly PeerEntry[]) =>
    peersTable({ command: '', machine: 'm.', notes: [], entries }).split('\n')[2];

  it('divides median seconds, with and without the bridge', () => {
    const entries = [1, 2, 9].flatMap((s, seed) => [entry('bidlab', seed, s, true), entry('sb3', seed, 10 * s, true)]);
    expect(tableOf(entries)).toBe('| T, PPO | return 9 | 2.00 (1,000) | 20.00 (1,000) | 4.0 |  | 10.0 | 8.0 | 10.0 |');
  });

  it('gives a bound where they were stopped short, and nothing where we were', () => {
    expect(tableOf([entry('bidlab', 0, 2, true), entry('sb3', 0, 20, false)])).toContain('| > 10.0 | > 8.0 | 10.0 |');
    expect(tableOf([entry('bidlab', 0, 2, false), entry('sb3', 0, 20, true)])).toMatch(
      /reached in 0 of 1, best 8\.00 .*\| – \| – \| 10\.0 \|$/,
    );
  });
});
