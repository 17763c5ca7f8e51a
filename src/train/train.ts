import type { Agent } from '../core/agent.ts';
import { checkLength, SimError } from '../core/errors.ts';
import { makeActions } from '../core/space.ts';
import type { VectorEnv } from '../core/vector-env.ts';

/** What {@link train} needs. */
export interface TrainOptions {
  readonly env: VectorEnv;
  readonly agent: Agent;
  /** Environment steps to take, summed over the copies; rounded up to whole vector steps. */
  readonly totalEnvSteps: number;
  /** Seeds the environment, which is then reset; without a seed the environment continues from where it stands. */
  readonly seed?: number;
  /** Environment steps between records; 0 gives a record for every vector step. */
  readonly recordInterval?: number;
  /** Where an earlier training stood at a record; agent and environment must stand there too, and `seed` is left out. */
  readonly from?: TrainCounters;
}

/** What the loop itself has counted at a record; plain JSON. */
export interface TrainCounters {
  readonly iteration: number;
  readonly envSteps: number;
  readonly updates: number;
  /** `[N]` returns and lengths so far of the running episodes. */
  readonly runningReturns: readonly number[];
  readonly runningLengths: readonly number[];
}

/** What happened since the last record. */
export interface TrainRecord {
  /** Records so far, this one included. */
  readonly iteration: number;
  /** Environment steps since this training began, summed over the copies. */
  readonly envSteps: number;
  /** Calls of the agent's update that learnt, since this training began. */
  readonly updates: number;
  /** Means over what happened since the last record, by metric id; ids without any are left out. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Undiscounted returns of the episodes that ended, in time order. */
  readonly episodeReturns: readonly number[];
  readonly episodeLengths: readonly number[];
  /** What {@link TrainOptions.from} takes to go on from here. */
  readonly counters: TrainCounters;
}

/**
 * The training loop: acts, steps, observes, learns; yields one record per `recordInterval` environment steps and one at the
 * end. Holds no clock and writes nothing: logging, evaluation, checkpoints and early stops belong to whoever consumes it.
 *
 * @throws SimError `SHAPE_MISMATCH` when the episodes' actions do not fit the space (from the environment); `DIVERGED` when
 * a metric or a weight is not finite; `VALUE_OUT_OF_RANGE` when `totalEnvSteps` is not positive.
 */
export function* train(options: TrainOptions): Generator<TrainRecord, void, void> {
  const { env, agent, totalEnvSteps, recordInterval = 0, from } = options;
  if (!(totalEnvSteps > 0)) {
    throw new SimError('VALUE_OUT_OF_RANGE', `train: expected totalEnvSteps > 0, received ${totalEnvSteps}`);
  }
  if (options.seed !== undefined) env.reset(options.seed);
  const { numEnvs, actionSpace } = env;
  const actions = makeActions(actionSpace, numEnvs);
  const window = new RecordWindow(numEnvs, from);
  let envSteps = from?.envSteps ?? 0;
  let updates = from?.updates ?? 0;
  let iteration = from?.iteration ?? 0;
  let nextRecord = envSteps + recordInterval;
  while (envSteps < totalEnvSteps) {
    agent.act(env.observations, actions, 'explore');
    env.step(actions);
    agent.observe(env);
    const metrics = agent.update();
    envSteps += numEnvs;
    window.addStep(env);
    if (metrics !== null) {
      updates++;
      window.addMetrics(metrics, agent.id, envSteps);
    }
    if (envSteps >= nextRecord || envSteps >= totalEnvSteps) {
      requireFiniteWeights(agent, envSteps);
      nextRecord = envSteps + recordInterval;
      iteration++;
      const counters = { iteration, envSteps, updates, ...window.running() };
      yield { iteration, envSteps, updates, ...window.take(), counters };
    }
  }
}

/** Sums of what happened since the last record. */
export class RecordWindow {
  readonly #numEnvs: number;
  readonly #returns: Float64Array;
  readonly #lengths: Uint32Array;
  readonly #sums = new Map<string, { sum: number; count: number }>();
  #episodeReturns: number[] = [];
  #episodeLengths: number[] = [];

  constructor(numEnvs: number, from?: TrainCounters) {
    this.#numEnvs = numEnvs;
    this.#returns = new Float64Array(numEnvs);
    this.#lengths = new Uint32Array(numEnvs);
    if (from === undefined) return;
    checkLength('train: from.runningReturns', from.runningReturns.length, numEnvs);
    checkLength('train: from.runningLengths', from.runningLengths.length, numEnvs);
    this.#returns.set(from.runningReturns);
    this.#lengths.set(from.runningLengths);
  }

  running(): Pick<TrainCounters, 'runningReturns' | 'runningLengths'> {
    return { runningReturns: Array.from(this.#returns), runningLengths: Array.from(this.#lengths) };
  }

  addStep(env: VectorEnv): void {
    for (let n = 0; n < this.#numEnvs; n++) {
      this.#returns[n]! += env.rewards[n]!;
      this.#lengths[n]!++;
      if (env.terminated[n] === 0 && env.truncated[n] === 0) continue;
      this.#episodeReturns.push(this.#returns[n]!);
      this.#episodeLengths.push(this.#lengths[n]!);
      this.#returns[n] = 0;
      this.#lengths[n] = 0;
    }
  }

  addMetrics(metrics: Readonly<Record<string, number>>, agentId: string, envSteps: number): void {
    for (const id in metrics) {
      const value = metrics[id]!;
      if (!Number.isFinite(value)) throw diverged(agentId, envSteps, `${id} is ${value}`);
      const held = this.#sums.get(id);
      if (held === undefined) this.#sums.set(id, { sum: value, count: 1 });
      else {
        held.sum += value;
        held.count++;
      }
    }
  }

  /** The record's part that is held here; starts the next window. */
  take(): Pick<TrainRecord, 'metrics' | 'episodeReturns' | 'episodeLengths'> {
    const episodeReturns = this.#episodeReturns;
    const episodeLengths = this.#episodeLengths;
    const metrics: Record<string, number> = {};
    if (episodeReturns.length > 0) {
      metrics['rollout/episodeReturn'] = mean(episodeReturns);
      metrics['rollout/episodeLength'] = mean(episodeLengths);
      metrics['rollout/episodes'] = episodeReturns.length;
    }
    for (const [id, { sum, count }] of this.#sums) metrics[id] = sum / count;
    this.#sums.clear();
    this.#episodeReturns = [];
    this.#episodeLengths = [];
    return { metrics, episodeReturns, episodeLengths };
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Checks the weights of the acting network. @throws SimError `DIVERGED` when one is not finite. */
export function requireFiniteWeights(agent: Agent, envSteps: number): void {
  for (const [l, layer] of agent.actorNetwork().layers.entries()) {
    if (!layer.kernel.every(Number.isFinite) || !layer.bias.every(Number.isFinite)) {
      throw diverged(agent.id, envSteps, `a weight of layer ${l} is not finite`);
    }
  }
}

function diverged(agentId: string, envSteps: number, what: string): SimError {
  return new SimError(
    'DIVERGED',
    `${agentId}: ${what} after ${envSteps} env steps; lower learningRate or maxGradNorm, or scale the rewards`,
  );
}
