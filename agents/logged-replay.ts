import { type EpisodeDataset, loggedTransitions } from '../src/core/episode-dataset.ts';
import { SimError } from '../src/core/errors.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import type { ReplayBuffer } from '../src/rl/replay.ts';

/** Checks that the steps of a log fit a replay buffer. @throws SimError `CONFIG_INVALID` when they do not. */
export function requireRoom(agentId: string, { rewards }: EpisodeDataset, bufferSize: number): void {
  if (rewards.length <= bufferSize) return;
  throw new SimError(
    'CONFIG_INVALID',
    `${agentId}: bufferSize: expected room for the ${rewards.length} steps of the log [transitions], received ${bufferSize}; raise it`,
  );
}

/**
 * Fills a replay buffer with the steps of a log.
 *
 * @param actions `[T, A]` as the learner keeps them.
 * @throws SimError `CONFIG_INVALID` when they do not fit.
 */
export function replayLog(
  agentId: string,
  dataset: EpisodeDataset,
  replay: ReplayBuffer,
  actions: Float32Array,
  gamma: number,
  rewardScale: number,
): void {
  requireRoom(agentId, dataset, replay.capacity);
  const { observations, rewards } = dataset;
  const { obsDim, actionDim } = replay;
  for (const { step, nextObservations, nextOffset, terminated } of loggedTransitions(dataset)) {
    const reward = rewards[step]! * rewardScale;
    const discount = terminated ? 0 : gamma;
    replay.add(observations, step * obsDim, actions, step * actionDim, reward, nextObservations, nextOffset, discount);
  }
}

/**
 * Adds the last step of every copy to a replay buffer.
 *
 * @param observations `[N, O]` acted on. @param actions `[N, A]` as the learner keeps them.
 */
export function replayStep(
  env: VectorEnv,
  replay: ReplayBuffer,
  observations: Float32Array,
  actions: Float32Array,
  gamma: number,
  rewardScale: number,
): void {
  const { obsDim, actionDim } = replay;
  for (let n = 0; n < env.numEnvs; n++) {
    const terminated = env.terminated[n] === 1;
    const successor = terminated || env.truncated[n] === 1 ? env.finalObservations : env.observations;
    const row = n * obsDim;
    const reward = env.rewards[n]! * rewardScale;
    const discount = terminated ? 0 : gamma;
    replay.add(observations, row, actions, n * actionDim, reward, successor, row, discount);
  }
}
