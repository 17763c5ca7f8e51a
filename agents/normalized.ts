import type { ActMode, Agent, AgentState, OfflineAgent, PlainNetwork } from '../src/core/agent.ts';
import type { EpisodeDataset } from '../src/core/episode-dataset.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import { RunningMoments } from '../src/rl/running-moments.ts';

/** What is normalised. */
export interface Normalization {
  readonly observations: boolean;
  readonly rewards: boolean;
  /** Discount of the returns whose spread rewards are measured in. */
  readonly gamma: number;
}

/** Rewards are clipped to ± this many standard deviations of returns. */
const REWARD_CLIP = 10;

/**
 * A learner that sees observations less their mean over their standard deviation, and rewards over the standard deviation of
 * the discounted return, both running over what was met so far.
 *
 * The network that it hands out takes observations as they are: mean and deviation are folded into its first layer, so exports and
 * evaluation need nothing beside it. That is why normalised observations are not clipped. From a log the moments are those of the
 * whole log.
 *
 * Source: `VecNormalize` of Stable-Baselines3; Engstrom et al. (2020), arXiv:2005.12729, on what it does to PPO.
 */
export class NormalizedAgent implements Agent {
  readonly id: string;
  readonly #agent: Agent;
  readonly #what: Normalization;
  readonly #moments: RunningMoments;
  readonly #returnMoments = new RunningMoments(1);
  // As the learner sees the last step: `[N, O]`, `[N, O]`, `[N]`.
  readonly #observations: Float32Array;
  readonly #finalObservations: Float32Array;
  readonly #rewards: Float64Array;
  /** `[N]` discounted returns of the running episodes. */
  readonly #returns: Float64Array;

  constructor(agent: Agent, numEnvs: number, obsDim: number, what: Normalization) {
    this.id = agent.id;
    this.#agent = agent;
    this.#what = what;
    this.#moments = new RunningMoments(obsDim);
    this.#observations = new Float32Array(numEnvs * obsDim);
    this.#finalObservations = new Float32Array(numEnvs * obsDim);
    this.#rewards = new Float64Array(numEnvs);
    this.#returns = new Float64Array(numEnvs);
  }

  act(observations: Float32Array, actions: Int32Array | Float32Array, mode: ActMode): void {
    if (!this.#what.observations) {
      this.#agent.act(observations, actions, mode);
      return;
    }
    const seen = mode === 'explore' ? this.#observations : new Float32Array(observations.length);
    this.#moments.normalize(observations, seen);
    this.#agent.act(seen, actions, mode);
  }

  observe(env: VectorEnv): void {
    const { observations, rewards } = this.#what;
    if (observations) {
      this.#moments.add(env.observations);
      this.#moments.normalize(env.observations, this.#observations);
      this.#moments.normalize(env.finalObservations, this.#finalObservations);
    }
    if (rewards) this.#scaleRewards(env);
    const { id, numEnvs, observationSpace, actionSpace, terminated, truncated, constraint } = env;
    this.#agent.observe({
      ...{ id, numEnvs, observationSpace, actionSpace, terminated, truncated },
      ...(constraint !== undefined && { constraint }),
      observations: observations ? this.#observations : env.observations,
      finalObservations: observations ? this.#finalObservations : env.finalObservations,
      rewards: rewards ? this.#rewards : env.rewards,
      reset: (seed) => env.reset(seed),
      step: (actions) => env.step(actions),
    });
  }

  #scaleRewards(env: VectorEnv): void {
    const returns = this.#returns;
    for (let n = 0; n < returns.length; n++) returns[n] = this.#what.gamma * returns[n]! + env.rewards[n]!;
    this.#returnMoments.add(returns);
    const std = this.#returnMoments.std(0);
    for (let n = 0; n < returns.length; n++) {
      this.#rewards[n] = Math.max(-REWARD_CLIP, Math.min(REWARD_CLIP, env.rewards[n]! / std));
      if (env.terminated[n] === 1 || env.truncated[n] === 1) returns[n] = 0;
    }
  }

  update(): Readonly<Record<string, number>> | null {
    return this.#agent.update();
  }

  /** The log as the learner sees it; its observations give the moments. */
  protected seen(dataset: EpisodeDataset): EpisodeDataset {
    const { observations, finalObservations } = dataset;
    if (!this.#what.observations) return dataset;
    this.#moments.add(observations);
    const normalized = (rows: Float32Array) => {
      const out = new Float32Array(rows.length);
      this.#moments.normalize(rows, out);
      return out;
    };
    return { ...dataset, observations: normalized(observations), finalObservations: normalized(finalObservations) };
  }

  getState(): AgentState {
    const { json, arrays } = this.#agent.getState();
    const normalization = {
      observations: this.#moments.getJson(),
      returns: this.#returnMoments.getJson(),
      running: [...this.#returns],
    };
    return { json: { ...json, normalization }, arrays };
  }

  setState({ json, arrays }: AgentState): void {
    const { normalization, ...own } = json as { normalization?: Partial<Record<string, unknown>> };
    this.#moments.setJson(normalization?.['observations']);
    this.#returnMoments.setJson(normalization?.['returns']);
    this.#returns.set(normalization?.['running'] as number[]);
    this.#agent.setState({ json: own, arrays });
  }

  actorNetwork(): PlainNetwork {
    const network = this.#agent.actorNetwork();
    return this.#what.observations ? foldMoments(network, this.#moments) : network;
  }

  dispose(): void {
    this.#agent.dispose();
  }
}

/** The same for a learner that can learn from logs. */
export class NormalizedOfflineAgent extends NormalizedAgent implements OfflineAgent {
  readonly #learner: OfflineAgent;

  constructor(agent: OfflineAgent, numEnvs: number, obsDim: number, what: Normalization) {
    super(agent, numEnvs, obsDim, what);
    this.#learner = agent;
  }

  takeLog(dataset: EpisodeDataset): void {
    this.#learner.takeLog(this.seen(dataset));
  }

  learn(progress: number): Readonly<Record<string, number>> {
    return this.#learner.learn(progress);
  }
}

/** A network of normalised inputs as one of plain inputs: (x − m)/s · W + b = x · (W/s) + (b − m/s · W). */
function foldMoments(network: PlainNetwork, moments: RunningMoments): PlainNetwork {
  const [first, ...rest] = network.layers;
  const { inputs, outputs, kernel, bias } = first!;
  const folded = new Float32Array(kernel.length);
  const shift = Float64Array.from(bias);
  for (let i = 0; i < inputs; i++) {
    const std = moments.std(i);
    for (let j = 0; j < outputs; j++) {
      const weight = kernel[i * outputs + j]! / std;
      folded[i * outputs + j] = weight;
      shift[j]! -= moments.mean(i) * weight;
    }
  }
  return { ...network, layers: [{ ...first!, kernel: folded, bias: Float32Array.from(shift) }, ...rest] };
}
