import { agents } from '../../../agents/registry.ts';
import { CartPole } from '../../../envs/classic/cartpole.ts';
import { compareSchema } from '../../../experiments/experiment-config.ts';
import { type LearnerSettings, pacingEnv } from '../../../experiments/learner.ts';
import { PACKAGE_ROOT } from '../../../experiments/package-root.ts';
import { learnerSettings, shippedOptions } from '../../../experiments/seat-options.ts';
import { resolveSeats } from '../../../experiments/seats.ts';
import { PACING_DAYS } from '../../../experiments/studies/learners/pacing-problem.ts';
import { tapeEnv } from '../../../experiments/studies/rtbgym/learn.ts';
import { learnerSchema, rtbGymSchema } from '../../../experiments/studies/rtbgym/settings.ts';
import { studyMarket } from '../../../experiments/studies/rtbgym/world.ts';
import { worldOf, worldSource } from '../../../experiments/world.ts';
import { parseConfig } from '../../../src/core/config.ts';
import { makeRegistry } from '../../../src/core/registry.ts';
import { Rng } from '../../../src/core/rng.ts';
import type { VectorEnv } from '../../../src/core/vector-env.ts';

/** What two programs train on and are judged by, the same for both. */
export interface PeerTask {
  /** Copies that act at once in training. */
  readonly numEnvs: number;
  /** Checked options of the agent: the shipped ones. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Env steps at most. */
  readonly envSteps: number;
  /** Env steps from one evaluation to the next; whole rounds of learning. */
  readonly interval: number;
  /** Return of one unit of score. */
  readonly scoreUnit: number;
  readonly threshold: number;
  /** Seeds of the two environments and of the learner. */
  readonly seeds: { readonly train: number; readonly judge: number; readonly learner: number };
  train(): VectorEnv;
  /** Copies whose first episodes judge a greedy policy, always the same ones. */
  judge(): VectorEnv;
}

/** The part of a task that its problem gives. */
interface PeerProblem {
  readonly title: string;
  readonly score: string;
  /** Gymnasium's own version of the environment; null without one. */
  readonly gymnasium: string | null;
  readonly envSteps: number;
  /** Least env steps between evaluations. */
  readonly interval: number;
  readonly threshold: number;
  readonly scoreUnit: number;
  pose(agent: string, seed: number, rng: Rng): Promise<Posed>;
}

type Posed = Pick<PeerTask, 'numEnvs' | 'train' | 'judge'> & { readonly options: unknown };

/** Episodes of one evaluation; five times as many where they are short. */
const JUDGED_EPISODES = 200;

/** Add a task here. */
export const peerProblems = makeRegistry<PeerProblem>('task', {
  'cartpole-v1': {
    title: 'CartPole-v1',
    score: 'return',
    gymnasium: 'CartPole-v1',
    ...{ envSteps: 100_000, interval: 2_000, threshold: 475, scoreUnit: 1 },
    async pose(agent) {
      const { numEnvs, ...options } = shippedOptions('cartpole-v1', agent) as { numEnvs: number };
      return {
        ...{ numEnvs, options },
        train: () => new CartPole(numEnvs),
        judge: () => new CartPole(JUDGED_EPISODES),
      };
    },
  },
  'budget-pacing-v1': {
    title: 'budget-pacing-v1',
    score: 'share of the hindsight optimum',
    gymnasium: null,
    // Episodes return ten times the share.
    ...{ envSteps: 400_000, interval: 10_000, threshold: 0.95, scoreUnit: 10 },
    async pose(agent, seed) {
      const config = compareSchema.parse({ ...PACING_DAYS, policies: [agent] });
      const world = worldOf(config, await worldSource(config, PACKAGE_ROOT, undefined), seed);
      const [seat] = resolveSeats([agent], 'budget-pacing-v1', 1, PACKAGE_ROOT);
      const { settings } = seat as { settings: LearnerSettings };
      return {
        ...{ numEnvs: settings.numEnvs, options: settings.options },
        train: () => pacingEnv(config, world, settings),
        judge: () =>
          pacingEnv(
            config,
            world,
            { ...settings, numEnvs: JUDGED_EPISODES, scaleError: 0 },
            { windows: world.validation },
          ),
      };
    },
  },
  'rtbgym-v1': {
    title: 'rtbgym-v1',
    score: 'expected conversions',
    gymnasium: null,
    // Rewards are conversions over three.
    ...{ envSteps: 300_000, interval: 10_000, threshold: 15, scoreUnit: 1 / 3 },
    async pose(agent, _seed, rng) {
      const words = { experiment: 'peers', title: 'Peers', description: 'Peers' };
      const config = rtbGymSchema.parse({ kind: 'rtbgym', ...words, policies: [agent] });
      const market = studyMarket(config, { baseFolder: PACKAGE_ROOT, dataFolder: undefined });
      const { settings, options } = learnerSettings(learnerSchema, 'rtbgym-v1', agent, {}, agent);
      return {
        ...{ numEnvs: settings.numEnvs, options },
        train: () => tapeEnv(config, market, settings, rng.split('training'), settings.numEnvs),
        judge: () => tapeEnv(config, market, settings, rng.split('choosing'), 5 * JUDGED_EPISODES),
      };
    },
  },
});

/** Learners that both programs have. */
export const PEER_AGENTS = ['dqn', 'ppo'] as const;

/**
 * A task for one learner in one seed; equal arguments pose equal tasks in every process.
 *
 * @throws SimError `UNKNOWN_ID` on an unknown task or learner.
 */
export async function peerTask(id: string, agent: string, seed: number): Promise<PeerTask> {
  const { pose, envSteps, interval, threshold, scoreUnit } = peerProblems.get(id);
  const { schema } = agents.get(agent);
  const rng = new Rng(`peers/${id}/${agent}/${seed}`);
  const posed = await pose(agent, seed, rng);
  const options = parseConfig(schema, posed.options, agent) as Readonly<Record<string, unknown>>;
  const round = posed.numEnvs * Number(options['numSteps'] ?? options['trainInterval']);
  const [wholeInterval, wholeSteps] = [interval, envSteps].map((steps) => Math.ceil(steps / round) * round);
  return {
    ...posed,
    ...{ options, threshold, scoreUnit, interval: wholeInterval!, envSteps: wholeSteps! },
    seeds: { train: rng.split('env').seed(), judge: rng.split('judge').seed(), learner: seed },
  };
}
