import { agents } from '../../agents/registry.ts';
import { type BudgetPacingEnv, createBudgetPacing } from '../../envs/budget-pacing.ts';
import { Rng } from '../../src/core/rng.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { cutByRecords, flightWindows, trafficPlan } from '../../src/sim/flight-window.ts';
import { Replay } from '../../src/sim/replay.ts';
import { train } from '../../src/train/train.ts';
import { type ActionKind, actionDecoding } from '../action-decoding.ts';
import { benchMultiplier, benchTape } from './bench-market.ts';
import type { Benchmark } from './benchmark.ts';
import { fastestSeconds } from './measure.ts';

const DAYS = 4;
const STEPS = 48;
const AUCTIONS_PER_STEP = 1000;

/** `budget-pacing-v1` over 48 × 1,000 auctions a flight, budgets from 1/32 to 1/2, observations included. */
function pacingEnv(numEnvs: number, actions: ActionKind): BudgetPacingEnv {
  const tape = benchTape(DAYS, STEPS * AUCTIONS_PER_STEP);
  const cut = cutByRecords(tape, STEPS * AUCTIONS_PER_STEP, STEPS);
  const replay = new Replay(tape, cut.stepOffsets);
  const windows = flightWindows(replay, cut);
  const base = benchMultiplier(tape);
  return createBudgetPacing({
    replay,
    windows,
    plan: trafficPlan(replay, windows),
    budgetFractions: { low: 1 / 32, high: 1 / 2 },
    startingMultiplier: { low: base / 4, high: base * 4 },
    decoding: actionDecoding(actions, base),
    reward: 'value',
    rewardUnit: () => 1,
    scales: { priceMicros: base, value: 1 },
    numEnvs,
  });
}

/** Environment steps a second under random actions. */
export const envBudgetPacing: Benchmark = {
  title: 'budget-pacing-v1: environment steps, 1,024 copies, random policy',
  unit: '/s',
  async measure() {
    const numEnvs = 1024;
    const env = pacingEnv(numEnvs, 'grid');
    const rng = new Rng('bench/env');
    const numActions = env.actionSpace.kind === 'discrete' ? env.actionSpace.n : 1;
    const actions = Array.from({ length: 64 }, () => Int32Array.from({ length: numEnvs }, () => rng.int(numActions)));
    env.reset(0);
    const seconds = await fastestSeconds(() => {
      for (const batch of actions) env.step(batch);
    });
    return (actions.length * numEnvs) / seconds;
  },
};

/** Environment steps a second of PPO end to end: acting, stepping, learning. */
export const trainPpo: Benchmark = {
  title:
    'PPO end to end on budget-pacing-v1 (simd): continuous multiplier, 256 copies × 48 steps, 4 epochs, minibatch 1,024, 64-64',
  unit: '/s',
  async measure() {
    const numEnvs = 256;
    const rollout = numEnvs * STEPS;
    const env = pacingEnv(numEnvs, 'log');
    const agent = agents.get('ppo').create(
      {
        engine: await selectEngine('simd'),
        observationSpace: env.observationSpace,
        actionSpace: env.actionSpace,
        numEnvs,
        totalEnvSteps: 1e9,
        rng: new Rng('bench/ppo'),
      },
      { numSteps: STEPS, numEpochs: 4, batchSize: 1024, hidden: [64, 64], targetKl: null },
    );
    const records = train({ env, agent, totalEnvSteps: 1e9, seed: 0, recordInterval: rollout });
    const seconds = await fastestSeconds(() => {
      records.next();
    }, 4000);
    agent.dispose();
    return rollout / seconds;
  },
};
