import { join } from 'node:path';
import type { BudgetPacingEnv } from '../../envs/budget-pacing.ts';
import type { CliIo, CollectRequest, Outcome } from '../../src/cli/services.ts';
import { loggedReturns } from '../../src/core/episode-dataset.ts';
import { SimError } from '../../src/core/errors.ts';
import type { MultiplierPolicy, Policy } from '../../src/core/policy.ts';
import { Rng } from '../../src/core/rng.ts';
import type { Space } from '../../src/core/space.ts';
import { writeDataset } from '../../src/data/dataset-file.ts';
import { mean } from '../../src/eval/statistics.ts';
import { type ActionDecoding, decodeMultiplier, numActionOutputs } from '../../src/policy/runtime.ts';
import { type Behaviour, collectEpisodes, joinDatasets } from '../../src/train/collect-episodes.ts';
import { actionDecoding } from '../action-decoding.ts';
import { loadComparison } from '../experiment-file.ts';
import { pacingEnv } from '../learner.ts';
import { worldOf, worldSource } from '../world.ts';
import { playerOf } from './player.ts';

/** `bidlab collect`: a policy's episodes on the training days of an experiment, with propensities, as a dataset. */
export async function collectService(request: CollectRequest, io: CliIo): Promise<Outcome> {
  const { file, set, data, subject, actions, episodes, epsilon, noise, seed, out } = request;
  const { config, baseFolder } = loadComparison(file, set);
  const player = await playerOf(subject);
  const world = worldOf(config, await worldSource(config, baseFolder, data), seed);
  const decoding = actionDecoding(actions, world.referenceMultiplier);
  const rng = new Rng(`collect/${player.policy}/${seed}`);
  const fractions = config.budgetFractions;
  // As many copies as policies are made for.
  const numEnvs = Math.max(world.train.length, world.validation.length, world.test.length);
  if (episodes < fractions.length) {
    throw new SimError(
      'VALUE_OUT_OF_RANGE',
      `--episodes: expected at least one for each of the ${fractions.length} budgets, received ${episodes}`,
    );
  }
  const progress = (done: number) =>
    io.progress({ task: 'collect', label: player.title, done, total: episodes, unit: 'episodes' });
  let before = 0;
  const logs = fractions.map((fraction, i) => {
    io.signal.throwIfAborted();
    const own = Math.ceil((episodes - i) / fractions.length);
    const env = pacingEnv({ ...config, budgetFractions: [fraction] }, world, { actions, numEnvs });
    const policy = requireMultipliers(player.policy, player.build(world, fraction, rng));
    const log = collectEpisodes({
      ...{ env, behaviour: behaviourOf(policy, env, decoding), episodes: own, epsilon, noise, seed },
      rng: rng.split(`actions ${fraction}`),
      onProgress: (done) => progress(before + done),
    });
    before += own;
    return log;
  });
  const dataset = joinDatasets(logs);
  const behaviour = { policy: player.policy, experiment: config.experiment, actions, epsilon, noise, seed, episodes };
  await writeDataset(out, dataset, { environment: 'budget-pacing-v1', behaviour });
  const returns = loggedReturns(dataset);
  return {
    summary: [
      `${returns.length} episodes (${dataset.rewards.length} steps) of ${player.title}, mean return ${mean([...returns]).toFixed(3)}, each step with the probability of its action.`,
      `Learn from them with: bidlab train ${file} --policy iql --dataset ${out}`,
    ],
    files: [join(out, 'dataset.json'), join(out, 'steps.csv')],
    json: { folder: out, episodes: returns.length, steps: dataset.rewards.length, meanReturn: mean([...returns]) },
  };
}

function requireMultipliers(name: string, policy: Policy): MultiplierPolicy {
  if (policy.kind === 'multiplier') return policy;
  throw new SimError(
    'CONFIG_INVALID',
    `${name}: bids for every impression, but episodes are logged by multipliers; choose another policy`,
  );
}

/** A multiplier policy in terms of the environment's actions: the action whose multiplier is nearest, by its logarithm. */
function behaviourOf(
  policy: MultiplierPolicy,
  { counters, actionSpace }: BudgetPacingEnv,
  decoding: ActionDecoding,
): Behaviour {
  const active = new Uint8Array(counters.length).fill(1);
  const multipliers = new Float64Array(counters.length);
  const ended = new Uint8Array(counters.length);
  policy.reset();
  return {
    act(_, actions) {
      policy.decide(counters, active, multipliers);
      for (let n = 0; n < counters.length; n++) {
        actions[n] = nearestAction(actionSpace, decoding, multipliers[n]!, counters[n]!.lastMultiplier);
      }
    },
    endEpisode(copy) {
      ended.fill(0);
      ended[copy] = 1;
      policy.reset(ended);
    },
  };
}

function nearestAction(space: Space, decoding: ActionDecoding, multiplier: number, lastMultiplier: number): number {
  const wanted = Math.log(Math.max(multiplier, decoding.minMultiplier));
  if (decoding.kind === 'log' && space.kind === 'box') {
    const { low, high } = space.features[0]!;
    return Math.max(low, Math.min(high, wanted - Math.log(decoding.baseMultiplier)));
  }
  const count = numActionOutputs(decoding);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let action = 0; action < count; action++) {
    const miss = Math.abs(Math.log(decodeMultiplier(decoding, action, lastMultiplier)) - wanted);
    if (miss >= least) continue;
    least = miss;
    best = action;
  }
  return best;
}
