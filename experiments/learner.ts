import { agents } from '../agents/registry.ts';
import { createBudgetPacing } from '../envs/budget-pacing.ts';
import type { Agent } from '../src/core/agent.ts';
import type { Rng } from '../src/core/rng.ts';
import type { Engine } from '../src/nn/network.ts';
import type { PacingModel } from '../src/policy/runtime.ts';
import type { MetricsRecord } from '../src/store/run-store.ts';
import { train } from '../src/train/train.ts';
import { type ActionKind, actionDecoding } from './action-decoding.ts';
import type { CompareConfig } from './experiment-config.ts';
import { meanValueRatio } from './flights.ts';
import { modelPolicy } from './model-policy.ts';
import type { World } from './world.ts';

/** How training budgets are drawn. */
export const BUDGET_CHOICES = ['listed', 'range'] as const;
/** One of {@link BUDGET_CHOICES}. */
export type BudgetChoice = (typeof BUDGET_CHOICES)[number];

/** How far a range of training budgets goes beyond the experiment's smallest and largest. */
const RANGE_BELOW = 0.64;
const RANGE_ABOVE = 2;

/** A learner's seat after its settings were checked. */
export interface LearnerSettings {
  /** Id in the agent registry. */
  readonly agent: string;
  readonly actions: ActionKind;
  readonly envSteps: number;
  readonly numEnvs: number;
  /** Training budgets: those of the experiment, or log-uniform over a range around them. */
  readonly budgets: BudgetChoice;
  /** Checked options of the agent. */
  readonly options: unknown;
}

/** One point of a learning curve. */
export interface CurvePoint {
  readonly envSteps: number;
  /** Mean value ratio on the validation days over all budget fractions, greedy. */
  readonly valueRatio: number;
}

/** What training leaves. */
export interface TrainedLearner {
  /** The best model by validation score. */
  readonly model: PacingModel;
  readonly bestEnvSteps: number;
  readonly bestValidation: number;
  readonly curve: readonly CurvePoint[];
  readonly metrics: readonly MetricsRecord[];
}

/** Called after each record with the share of training done. */
export type LearnerProgress = (share: number, record: MetricsRecord) => void;

/**
 * Trains one agent on the training days and keeps the model that scored best on the validation days.
 *
 * A function of its arguments: equal ones give equal weights on one backend.
 *
 * @throws SimError `DIVERGED` when a loss or weight is no longer finite.
 */
export function trainLearner(
  config: CompareConfig,
  world: World,
  settings: LearnerSettings,
  rng: Rng,
  engine: Engine,
  onRecord: LearnerProgress,
): TrainedLearner {
  const decoding = actionDecoding(settings.actions, world.referenceMultiplier);
  const env = makeEnv(config, world, settings);
  const agent = agents.get(settings.agent).create(
    {
      engine,
      observationSpace: env.observationSpace,
      actionSpace: env.actionSpace,
      numEnvs: settings.numEnvs,
      totalEnvSteps: settings.envSteps,
      rng: rng.split('agent'),
    },
    settings.options,
  );
  try {
    const recorder = new Recorder(config, world, decoding, agent);
    const interval = Math.ceil(settings.envSteps / config.evaluations);
    const records = train({
      env,
      agent,
      totalEnvSteps: settings.envSteps,
      seed: rng.split('env').seed(),
      recordInterval: interval,
    });
    for (const record of records) {
      const valueRatio = recorder.evaluate(record.envSteps);
      const line = { envSteps: record.envSteps, ...record.metrics, 'eval/valueRatio': valueRatio };
      recorder.metrics.push(line);
      onRecord(Math.min(1, record.envSteps / settings.envSteps), line);
    }
    return recorder.result();
  } finally {
    agent.dispose();
  }
}

function makeEnv(config: CompareConfig, world: World, settings: LearnerSettings) {
  const { referenceMultiplier: reference } = world;
  return createBudgetPacing({
    replay: world.replay,
    windows: world.train,
    plan: world.plan,
    budgetFractions: trainingBudgets(config, settings.budgets),
    startingMultiplier: { low: reference / 4, high: reference * 4 },
    decoding: actionDecoding(settings.actions, reference),
    reward: config.objective,
    // A tenth of the hindsight optimum: episodes return about 10 whatever their budget.
    rewardUnit: (window, budgetMicros) => Math.max(world.hindsight.value(window, budgetMicros), Number.MIN_VALUE) / 10,
    scales: world.scales,
    numEnvs: settings.numEnvs,
  });
}

/** A budget that lasts badly is a smaller one later in the flight: a range teaches states that a list seldom meets. */
function trainingBudgets({ budgetFractions }: CompareConfig, choice: BudgetChoice) {
  if (choice === 'listed') return { list: budgetFractions };
  return {
    low: Math.min(...budgetFractions) * RANGE_BELOW,
    high: Math.min(1, Math.max(...budgetFractions) * RANGE_ABOVE),
  };
}

/** Scores the greedy policy along the way and keeps the best model. */
class Recorder {
  readonly metrics: MetricsRecord[] = [];
  readonly #config: CompareConfig;
  readonly #world: World;
  readonly #decoding: PacingModel['decoding'];
  readonly #agent: Agent;
  readonly #curve: CurvePoint[] = [];
  #best: { model: PacingModel; point: CurvePoint } | null = null;

  constructor(config: CompareConfig, world: World, decoding: PacingModel['decoding'], agent: Agent) {
    this.#config = config;
    this.#world = world;
    this.#decoding = decoding;
    this.#agent = agent;
    this.evaluate(0);
  }

  /** Mean value ratio of the greedy policy on the validation days over all budget fractions. */
  evaluate(envSteps: number): number {
    const { scales, validation } = this.#world;
    const model: PacingModel = { scales, network: this.#agent.actorNetwork(), decoding: this.#decoding };
    let sum = 0;
    for (const fraction of this.#config.budgetFractions) {
      sum += meanValueRatio(this.#world, validation, fraction, modelPolicy(model));
    }
    const point = { envSteps, valueRatio: sum / this.#config.budgetFractions.length };
    this.#curve.push(point);
    if (this.#best === null || point.valueRatio > this.#best.point.valueRatio) this.#best = { model, point };
    return point.valueRatio;
  }

  result(): TrainedLearner {
    const { model, point } = this.#best!;
    return {
      model,
      bestEnvSteps: point.envSteps,
      bestValidation: point.valueRatio,
      curve: this.#curve,
      metrics: this.metrics,
    };
  }
}
