import { agents } from '../../../agents/registry.ts';
import { meanFirstReturn } from '../../../experiments/mean-first-return.ts';
import { Rng } from '../../../src/core/rng.ts';
import { selectEngine } from '../../../src/nn/select-backend.ts';
import { train } from '../../../src/train/train.ts';
import type { PeerRun } from './peer-run.ts';
import { peerTask } from './tasks.ts';

/*
 * Trains our learner on a task until an evaluation reaches the threshold, and prints a {@link PeerRun} as JSON:
 *
 *     npx tsx test/bench/peers/train-process.ts cartpole-v1 dqn 0
 */

const [id = '', agentId = '', seed = '0'] = process.argv.slice(2);
const { options, numEnvs, envSteps, interval, seeds, threshold, scoreUnit, ...task } = await peerTask(
  id,
  agentId,
  Number(seed),
);
const [env, judge] = [task.train(), task.judge()];
const { observationSpace, actionSpace } = env;
const context = { observationSpace, actionSpace, numEnvs, totalEnvSteps: envSteps, engine: await selectEngine('simd') };
const agent = agents.get(agentId).create({ ...context, rng: new Rng(`peers/learner/${seeds.learner}`) }, options);
const curve: PeerRun['curve'][number][] = [];
let judging = 0;
const begun = performance.now();
for (const record of train({ env, agent, totalEnvSteps: envSteps, seed: seeds.train, recordInterval: interval })) {
  const paused = performance.now();
  const seconds = (paused - begun) / 1000 - judging;
  const score = meanFirstReturn(agent.actorNetwork(), judge, seeds.judge) / scoreUnit;
  curve.push({ envSteps: record.envSteps, seconds, score });
  if (score >= threshold) break;
  judging += (performance.now() - paused) / 1000;
}
agent.dispose();
const run: PeerRun = { curve, versions: `bidlab on simd, Node ${process.version}`, bridge: null };
process.stdout.write(JSON.stringify(run));
