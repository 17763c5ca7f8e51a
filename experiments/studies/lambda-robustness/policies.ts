import type { BaselineContext } from '../../../agents/baselines/baseline.ts';
import { baselines } from '../../../agents/baselines/registry.ts';
import type { PlainNetwork } from '../../../src/core/agent.ts';
import type { Policy } from '../../../src/core/policy.ts';
import type { Rng } from '../../../src/core/rng.ts';
import type { Engine } from '../../../src/nn/network.ts';
import type { ActionDecoding, PacingModel } from '../../../src/policy/runtime.ts';
import { modelPolicy } from '../../model-policy.ts';
import { type ScorePoint, trainAgent } from '../../train-agent.ts';
import { type Days, optimalMultiplier, type Start, startsOf } from './days.ts';
import { fromOwnStart } from './from-start.ts';
import { meanRatio } from './play-groups.ts';
import { withRegretRewards } from './regret-rewards.ts';
import type { LambdaSeat } from './seats.ts';
import type { LambdaRobustnessConfig } from './settings.ts';

/** Room beyond the widest groups that moves may reach, as a factor. */
const MARGIN = 4;

/** Starts on the days that pick networks and step sizes. */
function tuningStarts(config: LambdaRobustnessConfig, days: Days, rng: Rng): Start[] {
  return startsOf(config, days, days.validation, rng.split('validation'));
}

/** A baseline, tuned on the validation days' starts; those that pace begin each flight at its own λ₀. */
export function baselinePolicy(config: LambdaRobustnessConfig, days: Days, seat: LambdaSeat, rng: Rng): Policy {
  const starts = tuningStarts(config, days, rng);
  const numFlights = Math.max(days.validation.length, days.test.length) * config.groups.length;
  const { tape, stepOffsets } = days.replay;
  const to = stepOffsets[days.validation[0]!.firstStep]!;
  const context: BaselineContext = {
    train: {
      value: tape.value.subarray(0, to),
      marketPriceMicros: tape.marketPriceMicros.subarray(0, to),
      floorMicros: tape.floorMicros.subarray(0, to),
      click: tape.click.subarray(0, to),
    },
    auction: tape.meta,
    flight: {
      budgetMicros: days.budgetMicros,
      numSteps: config.numSteps,
      expectedAuctions: days.plan.expectedAuctions,
    },
    numFlights,
    rng: rng.split('baseline'),
    score: (policy) => meanRatio(days, starts, ownStart(policy)),
  };
  const options = seat.options as Record<string, unknown>;
  const ownStart = (policy: Policy) => (options['startMultiplier'] === 1 ? fromOwnStart(policy, numFlights) : policy);
  return ownStart(baselines.get(seat.id).build(context, options));
}

/** What training a learner leaves. */
export interface LearntPolicy {
  readonly policy: Policy;
  readonly best: ScorePoint;
  readonly curve: readonly ScorePoint[];
}

/** A learner on moves of λ, trained from starts log-uniform over all groups. @throws SimError `DIVERGED`. */
export function learnPolicy(
  config: LambdaRobustnessConfig,
  days: Days,
  seat: LambdaSeat,
  rng: Rng,
  engine: Engine,
  onShare: (share: number) => void,
): LearntPolicy {
  const starts = tuningStarts(config, days, rng);
  const range = startRange(config, days);
  const decoding: ActionDecoding = {
    kind: 'moves',
    lambdaMoves: config.moves,
    minMultiplier: range.low / MARGIN,
    maxMultiplier: range.high * MARGIN,
  };
  const modelOf = (network: PlainNetwork): PacingModel => ({ scales: days.scales, network, decoding });
  const trained = trainAgent({
    agent: seat.id,
    options: seat.options,
    env: withRegretRewards(
      {
        replay: days.replay,
        windows: days.train,
        plan: days.plan,
        budgetFractions: { list: [config.budgetFraction] },
        startingMultiplier: range,
        decoding,
        scales: days.scales,
        numEnvs: seat.numEnvs,
      },
      days.tableOf,
    ),
    envSteps: seat.envSteps,
    evaluations: config.evaluations,
    rng,
    engine,
    score: (network) => meanRatio(days, starts, modelPolicy(modelOf(network))),
    scoreId: 'eval/valueRatio',
    onRecord: onShare,
  });
  return { policy: modelPolicy(modelOf(trained.network)), best: trained.best, curve: trained.curve };
}

/** Multipliers that the groups can start from: 1 / ((1 + deviation) · λ*) around the training days' mean optimum. */
function startRange({ groups }: LambdaRobustnessConfig, days: Days): { readonly low: number; readonly high: number } {
  const optimum = days.train.reduce((sum, window) => sum + optimalMultiplier(days, window), 0) / days.train.length;
  return {
    low: optimum / (1 + Math.max(...groups.map(({ high }) => high))),
    high: optimum / (1 + Math.min(...groups.map(({ low }) => low))),
  };
}
