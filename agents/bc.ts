import { z } from 'zod';
import type { ActMode, AgentState, OfflineAgent, PlainNetwork } from '../src/core/agent.ts';
import { parseConfig } from '../src/core/config.ts';
import type { EpisodeDataset } from '../src/core/episode-dataset.ts';
import { Rng, type RngState } from '../src/core/rng.ts';
import { makeContinuousBatch, ReplayBuffer, type TransitionBatch } from '../src/rl/replay.ts';
import { scheduledValue } from '../src/rl/schedule.ts';
import { CloningPolicy } from './cloning-policy.ts';
import { type AgentContext, readCounter, requireDiscrete } from './context.ts';
import { replayLog } from './logged-replay.ts';
import { loggedSettings } from './off-policy-settings.ts';
import { learningRate, learningRateSchedule } from './settings.ts';

/** Hyper-parameters of {@link createBc}. */
export const bcSchema = z
  .strictObject({
    learningRate: learningRate(1e-3),
    learningRateSchedule: learningRateSchedule('constant'),
    ...loggedSettings,
  })
  .meta({ description: 'Behaviour cloning: does what the log did.' });

/**
 * Behaviour cloning: the policy under which the logged actions are likeliest.
 *
 * Source: Pomerleau (1991), doi:10.1162/neco.1991.3.1.88.
 */
class Bc implements OfflineAgent {
  readonly id = 'bc';
  readonly #options: z.output<typeof bcSchema>;
  readonly #policy: CloningPolicy;
  readonly #replay: ReplayBuffer;
  readonly #batch: TransitionBatch<Float32Array>;
  #actRng: Rng;
  #replayRng: Rng;

  constructor(context: AgentContext, options: z.output<typeof bcSchema>) {
    const { rng, actionSpace } = context;
    if (actionSpace.kind !== 'box') requireDiscrete('bc', actionSpace);
    const obsDim = context.observationSpace.features.length;
    const adam = { learningRate: options.learningRate, beta1: 0.9, beta2: 0.999, epsilon: options.adamEpsilon };
    this.#options = options;
    this.#policy = new CloningPolicy(context, options, adam);
    const { actionDim } = this.#policy;
    this.#replay = new ReplayBuffer(options.bufferSize, obsDim, actionDim);
    this.#batch = makeContinuousBatch(options.batchSize, obsDim, actionDim);
    this.#actRng = rng.split('act');
    this.#replayRng = rng.split('replay');
  }

  act(observations: Float32Array, actions: Int32Array | Float32Array, mode: ActMode): void {
    this.#policy.act(observations, new Float32Array(actions.length), actions, mode, this.#actRng);
  }

  /** Its own actions teach it nothing. */
  observe(): void {}

  update(): null {
    return null;
  }

  takeLog(dataset: EpisodeDataset): void {
    replayLog(this.id, dataset, this.#replay, dataset.actions, 0, 1);
  }

  learn(progress: number): Readonly<Record<string, number>> {
    const rate = scheduledValue(this.#options.learningRate, this.#options.learningRateSchedule, progress);
    this.#replay.sample(this.#batch, this.#replayRng);
    const { observations, actions } = this.#batch;
    const fit = this.#policy.fit(observations, actions, null, rate, this.#options.maxGradNorm);
    return {
      'train/learningRate': rate,
      'train/policyLoss': fit.loss,
      'train/gradNorm': fit.gradNorm,
      'train/entropy': fit.entropy,
    };
  }

  getState(): AgentState {
    return {
      json: {
        replayCursor: this.#replay.cursor,
        actRng: this.#actRng.getState(),
        replayRng: this.#replayRng.getState(),
      },
      arrays: { ...this.#policy.getArrays(), ...this.#replay.getArrays() },
    };
  }

  setState({ json, arrays }: AgentState): void {
    this.#policy.setArrays(arrays);
    this.#replay.setArrays(arrays, readCounter(json, 'replayCursor'));
    this.#actRng = Rng.fromState(json['actRng'] as RngState);
    this.#replayRng = Rng.fromState(json['replayRng'] as RngState);
  }

  actorNetwork(): PlainNetwork {
    return this.#policy.actorNetwork();
  }

  dispose(): void {
    this.#policy.dispose();
  }
}

/**
 * Behaviour cloning for discrete actions or a box.
 *
 * @param options Hyper-parameters; checked against {@link bcSchema}, defaults filled in.
 * @throws SimError `CONFIG_INVALID` on a bad option.
 */
export function createBc(context: AgentContext, options: unknown): OfflineAgent {
  return new Bc(context, parseConfig(bcSchema, options, 'agent bc'));
}
