import { type BudgetPacingEnv, createBudgetPacing } from '../envs/budget-pacing.ts';
import type { PlainNetwork } from '../src/core/agent.ts';
import type { Rng } from '../src/core/rng.ts';
import type { Engine } from '../src/nn/network.ts';
import type { PacingModel } from '../src/policy/runtime.ts';
import type { MetricsRecord } from '../src/store/run-store.ts';
import { type ActionKind, actionDecoding } from './action-decoding.ts';
import type { CompareConfig } from './experiment-config.ts';
import { meanValueRatio } from './flights.ts';
import { modelPolicy } from './model-policy.ts';
import { type EarlyStop, type ScorePoint, type TrainingCheckpoints, trainAgent } from './train-agent.ts';
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
  /** Changes of λ where actions are moves: λ is multiplied by 1 + move. Absent for the default ones. */
  readonly moves?: readonly number[];
  readonly envSteps: number;
  readonly numEnvs: number;
  /** Training budgets: those of the experiment (the default), or log-uniform over a range around them. */
  readonly budgets?: BudgetChoice;
  /** How wrong the price and value scales of a training flight may be, in logarithm; 0, the default, where they are right. */
  readonly scaleError?: number;
  /** When training ends early; absent for never. */
  readonly earlyStop?: EarlyStop;
  /** Checked options of the agent. */
  readonly options: unknown;
}

/** What training leaves. */
export interface TrainedLearner {
  /** The best model by validation score. */
  readonly model: PacingModel;
  /** Where it stood: mean value ratio on the validation days over all budget fractions. */
  readonly best: ScorePoint;
  readonly curve: readonly ScorePoint[];
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
  checkpoints?: TrainingCheckpoints,
): TrainedLearner {
  const decoding = actionDecoding(settings.actions, world.referenceMultiplier, settings.moves);
  const modelOf = (network: PlainNetwork): PacingModel => ({ scales: world.scales, network, decoding });
  const { network, ...trained } = trainAgent({
    agent: settings.agent,
    options: settings.options,
    env: pacingEnv(config, world, settings, world.train),
    envSteps: settings.envSteps,
    evaluations: config.evaluations,
    rng,
    engine,
    score: (candidate) => validationScore(config, world, modelOf(candidate)),
    scoreId: 'eval/valueRatio',
    onRecord,
    ...(settings.earlyStop !== undefined && { earlyStop: settings.earlyStop }),
    ...(checkpoints !== undefined && { checkpoints }),
  });
  return { model: modelOf(network), ...trained };
}

/** Mean value ratio of the greedy policy on the validation days over all budget fractions. */
function validationScore({ budgetFractions }: CompareConfig, world: World, model: PacingModel): number {
  let sum = 0;
  for (const fraction of budgetFractions) {
    sum += meanValueRatio(world, world.validation, fraction, modelPolicy(model));
  }
  return sum / budgetFractions.length;
}

/** The environment of a learner's seat. @param windows The flights it plays; training takes `world.train`. */
export function pacingEnv(
  config: CompareConfig,
  world: World,
  settings: LearnerSettings,
  windows: World['train'],
): BudgetPacingEnv {
  const { referenceMultiplier: reference } = world;
  return createBudgetPacing({
    replay: world.replay,
    windows,
    plan: world.plan,
    budgetFractions: trainingBudgets(config, settings.budgets ?? 'listed'),
    startingMultiplier: { low: reference / 4, high: reference * 4 },
    decoding: actionDecoding(settings.actions, reference, settings.moves),
    reward: config.objective,
    // A tenth of the hindsight optimum: episodes return about 10 whatever their budget.
    rewardUnit: (window, budgetMicros) => Math.max(world.hindsight.value(window, budgetMicros), Number.MIN_VALUE) / 10,
    scales: world.scales,
    scaleError: settings.scaleError ?? 0,
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
