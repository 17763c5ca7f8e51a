import type { EpisodeDataset } from './episode-dataset.ts';
import type { VectorEnv } from './vector-env.ts';

/** `explore` draws as in training; `greedy` takes the best known action (mode of the distribution). */
export type ActMode = 'explore' | 'greedy';

/** Anything that chooses actions of a decision process from observations, in batches. */
export interface Actor {
  /**
   * @param observations `[B, O]`
   * @param actions `[B]` integers for a discrete space, `[B, D]` integers for several choices, `[B, A]` floats for a box;
   * overwritten.
   */
  act(observations: Float32Array, actions: Int32Array | Float32Array, mode: ActMode): void;
}

/**
 * A learner. The loop owns the environment: it calls `act(env.observations)`, `env.step(actions)`, `observe(env)`, then
 * `update()`; the agent decides itself when to learn.
 */
export interface Agent extends Actor {
  readonly id: string;
  /**
   * Takes in the transition that the environment's last step made: rewards, ends, final and current observations.
   * The observations acted on are those of the last `act(…, 'explore')`.
   */
  observe(env: VectorEnv): void;
  /** Learns if it is time to; returns the metrics of this update by metric id, or null when nothing was learnt. */
  update(): Readonly<Record<string, number>> | null;
  /** Everything needed to continue training exactly. */
  getState(): AgentState;
  /** @throws SimError `SHAPE_MISMATCH` when the state is another network's. */
  setState(state: AgentState): void;
  /** The network that acts greedily, as plain arrays: what an export carries and what evaluation runs. */
  actorNetwork(): PlainNetwork;
  /** Frees what lies outside the JavaScript heap (tensors). */
  dispose(): void;
}

/** A learner that can also learn from logged episodes, without acting. */
export interface OfflineAgent extends Agent {
  /**
   * Takes in logged episodes of its own spaces to learn from.
   *
   * @throws SimError `CONFIG_INVALID` when they do not fit its buffer.
   */
  takeLog(dataset: EpisodeDataset): void;
  /** A round of learning on what it holds. @param progress Share of training done, which schedules run over. */
  learn(progress: number): Readonly<Record<string, number>>;
}

/** JSON for counters and streams, named float arrays for weights and buffers. */
export interface AgentState {
  readonly json: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<Record<string, Float32Array>>;
}

/**
 * A feed-forward network as plain arrays; the format that exports carry and `src/policy/runtime.ts` runs.
 *
 * Layer l computes `activation(x · kernel + bias)`; kernel is `[in, out]` row-major, as TensorFlow.js keeps it.
 */
export interface PlainNetwork {
  readonly layers: readonly {
    readonly inputs: number;
    readonly outputs: number;
    readonly activation: 'linear' | 'relu' | 'tanh';
    readonly kernel: Float32Array;
    readonly bias: Float32Array;
  }[];
  /**
   * How outputs become an action: the index of the largest output (of several choices, of each one's outputs in turn), or the
   * first A outputs as they are.
   */
  readonly head: 'argmax' | 'mean';
}
