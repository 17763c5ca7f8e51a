import { agents } from '../agents/registry.ts';
import type { Agent, PlainNetwork } from '../src/core/agent.ts';
import type { Rng } from '../src/core/rng.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import type { Engine } from '../src/nn/network.ts';
import type { MetricsRecord } from '../src/store/run-store.ts';
import { train } from '../src/train/train.ts';

/** One learner on one environment. */
export interface AgentTraining {
  /** Id in the agent registry. */
  readonly agent: string;
  /** Checked options of the agent. */
  readonly options: unknown;
  readonly env: VectorEnv;
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
  const { env, envSteps, rng } = training;
  const agent = agents.get(training.agent).create(
    {
      engine: training.engine,
      observationSpace: env.observationSpace,
      actionSpace: env.actionSpace,
      numEnvs: env.numEnvs,
      totalEnvSteps: envSteps,
      rng: rng.split('agent'),
    },
    training.options,
  );
  try {
    return followTraining(training, agent);
  } finally {
    agent.dispose();
  }
}

function followTraining(training: AgentTraining, agent: Agent): TrainedAgent {
  const { env, envSteps, evaluations, rng, scoreId } = training;
  const evaluate = (steps: number) => {
    const network = agent.actorNetwork();
    return { network, best: { envSteps: steps, score: training.score(network) } };
  };
  let kept = evaluate(0);
  const curve: ScorePoint[] = [kept.best];
  const metrics: MetricsRecord[] = [];
  const recordInterval = Math.ceil(envSteps / evaluations);
  for (const record of train({ env, agent, totalEnvSteps: envSteps, seed: rng.split('env').seed(), recordInterval })) {
    const now = evaluate(record.envSteps);
    curve.push(now.best);
    if (now.best.score > kept.best.score) kept = now;
    const line = { envSteps: record.envSteps, ...record.metrics, [scoreId]: now.best.score };
    metrics.push(line);
    training.onRecord(Math.min(1, record.envSteps / envSteps), line);
  }
  return { ...kept, curve, metrics };
}
