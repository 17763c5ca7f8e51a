import { agents, createOfflineAgent } from '../agents/registry.ts';
import type { Agent, AgentState, OfflineAgent, PlainNetwork } from '../src/core/agent.ts';
import type { EpisodeDataset } from '../src/core/episode-dataset.ts';
import { SimError } from '../src/core/errors.ts';
import type { Rng } from '../src/core/rng.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import type { Engine } from '../src/nn/network.ts';
import type { MetricsRecord } from '../src/store/run-store.ts';
import { learnOffline } from '../src/train/learn-offline.ts';
import { ReplayableEnv } from '../src/train/replayable-env.ts';
import { type TrainCounters, type TrainRecord, train } from '../src/train/train.ts';

/** One learner on one environment. */
export interface AgentTraining {
  /** Id in the agent registry. */
  readonly agent: string;
  /** Checked options of the agent. */
  readonly options: unknown;
  readonly env: VectorEnv;
  /** Env steps; rounds of learning where it learns from a log. */
  readonly envSteps: number;
  /** How often the greedy network is scored along the way. */
  readonly evaluations: number;
  readonly rng: Rng;
  readonly engine: Engine;
  /** Scores the greedy network on what is kept apart for that, higher is better; also called before the first step. */
  score(network: PlainNetwork): number;
  /** Id of the score in the records: 'eval/valueRatio'. */
  readonly scoreId: string;
  /** Called after each evaluation with the share of training done. */
  onRecord(share: number, record: MetricsRecord): void;
  /** Logged episodes of the environment's spaces to learn from without acting; absent where it acts. */
  readonly log?: EpisodeDataset;
  /** When to give up before `envSteps`; absent for never. Schedules run over `envSteps` all the same. */
  readonly earlyStop?: EarlyStop;
  /** Where training stood and may stand again; absent where it always begins at the beginning. */
  readonly checkpoints?: TrainingCheckpoints;
}

/** Training ends once `patience` evaluations in a row scored no more than `minDelta` above the best before them. */
export interface EarlyStop {
  /** Evaluations, ≥ 1. */
  readonly patience: number;
  /** Unit of the score, ≥ 0. */
  readonly minDelta: number;
}

/** Keeps one training's checkpoints; where, its owner knows. */
export interface TrainingCheckpoints {
  /** The state to go on from; null to begin at the beginning. */
  readonly from: TrainingState | null;
  /** Called after each evaluation with everything that going on takes. */
  save(state: TrainingState): void;
  /** Where the last good state lies, in words for an error message; null before the first. */
  lastGood(): string | null;
}

/** A training between two steps: with it, an equal training goes on bit for bit. */
export interface TrainingState {
  readonly agent: AgentState;
  readonly env: AgentState;
  readonly counters: TrainCounters;
  /** The best network so far, and where it stood. */
  readonly network: PlainNetwork;
  readonly best: ScorePoint;
  readonly curve: readonly ScorePoint[];
  readonly metrics: readonly MetricsRecord[];
}

/** One point of a learning curve. */
export interface ScorePoint {
  readonly envSteps: number;
  readonly score: number;
}

/** What training leaves. */
export interface TrainedAgent {
  /** The best network by score, and where it stood. */
  readonly network: PlainNetwork;
  readonly best: ScorePoint;
  readonly curve: readonly ScorePoint[];
  readonly metrics: readonly MetricsRecord[];
}

/**
 * Trains one agent and keeps the greedy network that scored best.
 *
 * A function of its arguments: equal ones give equal weights on one backend.
 *
 * @throws SimError `DIVERGED` when a loss or weight is no longer finite.
 */
export function trainAgent(training: AgentTraining): TrainedAgent {
  const { env, envSteps, rng, log, options } = training;
  const context = {
    engine: training.engine,
    observationSpace: env.observationSpace,
    actionSpace: env.actionSpace,
    numEnvs: env.numEnvs,
    totalEnvSteps: envSteps,
    rng: rng.split('agent'),
  };
  if (log !== undefined) {
    const agent = createOfflineAgent(training.agent, context, options);
    return freed(training, agent, () => followLog(training, agent, log));
  }
  const agent = agents.get(training.agent).create(context, options);
  return freed(training, agent, () => followTraining(training, agent));
}

/** Runs a training; what the agent holds is freed, and a divergence names the last good checkpoint. */
function freed(training: AgentTraining, agent: Agent, follow: () => TrainedAgent): TrainedAgent {
  try {
    return follow();
  } catch (error) {
    const lastGood = training.checkpoints?.lastGood() ?? null;
    if (!(error instanceof SimError) || error.code !== 'DIVERGED' || lastGood === null) throw error;
    const what = error.message.slice('DIVERGED: '.length);
    throw new SimError('DIVERGED', `${what}; the last good checkpoint is ${lastGood}`, { cause: error });
  } finally {
    agent.dispose();
  }
}

function followTraining(training: AgentTraining, agent: Agent): TrainedAgent {
  const { envSteps, rng, checkpoints } = training;
  const replayable = checkpoints === undefined ? null : new ReplayableEnv(training.env);
  const env = replayable ?? training.env;
  const from = checkpoints?.from ?? null;
  if (from !== null) {
    agent.setState(from.agent);
    replayable!.setState(from.env);
  }
  const start = from === null ? { seed: rng.split('env').seed() } : { from: from.counters };
  const recordInterval = recordIntervalOf(training);
  const records = () => train({ env, agent, totalEnvSteps: envSteps, recordInterval, ...start });
  return followRecords(training, agent, records, () => replayable!.getState());
}

function followLog(training: AgentTraining, agent: OfflineAgent, log: EpisodeDataset): TrainedAgent {
  const from = training.checkpoints?.from ?? null;
  if (from === null) agent.takeLog(log);
  else agent.setState(from.agent);
  const rounds = { agent, numRounds: training.envSteps, recordInterval: recordIntervalOf(training) };
  const records = () => learnOffline({ ...rounds, ...(from !== null && { from: from.counters }) });
  return followRecords(training, agent, records, () => NO_STATE);
}

/** Nothing acts in the environment while an agent learns from a log. */
const NO_STATE: AgentState = { json: {}, arrays: {} };

function recordIntervalOf({ envSteps, evaluations }: AgentTraining): number {
  return Math.ceil(envSteps / evaluations);
}

/** Scores the network at every record, keeps the best, and saves the state where there is a place for it. */
function followRecords(
  training: AgentTraining,
  agent: Agent,
  begin: () => Iterable<TrainRecord>,
  envState: () => AgentState,
): TrainedAgent {
  const { envSteps, scoreId, checkpoints } = training;
  const evaluate = (steps: number) => {
    const network = agent.actorNetwork();
    return { network, best: { envSteps: steps, score: training.score(network) } };
  };
  const from = checkpoints?.from ?? null;
  const results = from === null ? resultsOf(evaluate(0)) : resultsOf(from, from.curve, from.metrics);
  const { curve, metrics } = results;
  let { kept } = results;
  const stalled = () => hasStalled(curve, training.earlyStop);
  for (const record of stalled() ? [] : begin()) {
    const now = evaluate(record.envSteps);
    curve.push(now.best);
    if (now.best.score > kept.best.score) kept = now;
    const line = { envSteps: record.envSteps, ...record.metrics, [scoreId]: now.best.score };
    metrics.push(line);
    training.onRecord(Math.min(1, record.envSteps / envSteps), line);
    if (checkpoints !== undefined) {
      const state = { agent: agent.getState(), env: envState(), counters: record.counters };
      checkpoints.save({ ...state, ...kept, curve, metrics });
    }
    if (stalled()) break;
  }
  return { network: kept.network, best: kept.best, curve, metrics };
}

/** The results to add to: those of a training that begins with one evaluation, or of one that goes on. */
function resultsOf(
  { network, best }: Pick<TrainedAgent, 'network' | 'best'>,
  curve: readonly ScorePoint[] = [best],
  metrics: readonly MetricsRecord[] = [],
) {
  return { kept: { network, best }, curve: [...curve], metrics: [...metrics] };
}

/** Whether a curve has stopped rising. @param curve Its first point stands before the first step and is no try. */
function hasStalled(curve: readonly ScorePoint[], earlyStop: EarlyStop | undefined): boolean {
  if (earlyStop === undefined) return false;
  const { patience, minDelta } = earlyStop;
  let best = curve[0]!.score;
  let since = 0;
  for (const { score } of curve.slice(1)) {
    if (score > best + minDelta) {
      best = score;
      since = 0;
    } else since++;
  }
  return since >= patience;
}
