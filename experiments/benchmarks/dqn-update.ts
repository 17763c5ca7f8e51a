import { agents } from '../../agents/registry.ts';
import { Rng } from '../../src/core/rng.ts';
import { box, discrete } from '../../src/core/space.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import type { Benchmark } from './benchmark.ts';
import { fastestSeconds } from './measure.ts';

const NUM_ENVS = 64;
const OBS_DIM = 16;
const NUM_ACTIONS = 11;
const BATCH = 256;
const UPDATES = 10;

/** An environment of noise: what a learner makes of it does not matter here. */
function noiseEnv(rng: Rng): VectorEnv {
  const features = Array.from({ length: OBS_DIM }, (_, d) => {
    return { name: `noise${d}`, unit: '1', low: -Infinity, high: Infinity, description: 'Standard normal.' };
  });
  const observations = new Float32Array(NUM_ENVS * OBS_DIM);
  const rewards = new Float64Array(NUM_ENVS);
  const draw = () => {
    for (let i = 0; i < observations.length; i++) observations[i] = rng.normal();
    for (let n = 0; n < NUM_ENVS; n++) rewards[n] = rng.normal();
  };
  return {
    id: 'noise',
    numEnvs: NUM_ENVS,
    observationSpace: box(features),
    actionSpace: discrete(NUM_ACTIONS),
    observations,
    finalObservations: observations,
    rewards,
    terminated: new Uint8Array(NUM_ENVS),
    truncated: new Uint8Array(NUM_ENVS),
    reset: draw,
    step: draw,
  };
}

/** Milliseconds of one whole update of double DQN: replay, targets, gradient, Adam, target network. */
export const dqnUpdate: Benchmark = {
  title: 'Double-DQN update on simd: replay of 256, target network, Huber, Adam, soft update, 16-64-64-11',
  unit: 'ms',
  async measure() {
    const env = noiseEnv(new Rng('bench/dqn-update'));
    const { observationSpace, actionSpace, numEnvs } = env;
    const engine = await selectEngine('simd');
    const agent = agents
      .get('dqn')
      .create(
        { engine, observationSpace, actionSpace, numEnvs, totalEnvSteps: 1e9, rng: new Rng('bench/dqn-update/agent') },
        { batchSize: BATCH, learningStarts: 0, targetUpdateInterval: 1, tau: 0.01, hidden: [64, 64] },
      );
    const actions = new Int32Array(numEnvs);
    env.reset(0);
    for (let t = 0; t < 100; t++) {
      agent.act(env.observations, actions, 'explore');
      env.step(actions);
      agent.observe(env);
    }
    const seconds = await fastestSeconds(() => {
      for (let i = 0; i < UPDATES; i++) agent.update();
    });
    agent.dispose();
    return (seconds / UPDATES) * 1000;
  },
};
