import { checkLength } from '../src/core/errors.ts';
import { Rng, type RngState } from '../src/core/rng.ts';
import type { VectorEnv } from '../src/core/vector-env.ts';
import type { Engine, MlpSpec, Network } from '../src/nn/network.ts';
import { BestReturns } from '../src/rl/best-returns.ts';
import { huberTdLoss } from '../src/rl/losses/huber-td.ts';
import { readArray, readCounter } from './context.ts';

/** Sizes and settings of a {@link RewardNet}. */
export interface RewardNetSpec {
  readonly numEnvs: number;
  /** O. */
  readonly obsDim: number;
  readonly numActions: number;
  readonly batchSize: number;
  readonly rewardHidden: readonly number[];
  readonly rewardLearningRate: number;
  /** Pairs of state and action held. */
  readonly rewardBufferSize: number;
  readonly stateResolution: number;
  /** Returns are multiplied by this. */
  readonly rewardScale: number;
  readonly activation: 'relu' | 'tanh';
  readonly adamEpsilon: number;
  readonly maxGradNorm: number;
}

/**
 * DRLB's reward: R(s, a) is fitted to the best return of any episode that did a in s, so that a step is paid for what it can lead to
 * and not for what it buys at once. N copies.
 *
 *     L = mean ½ (R(s, a) − M(s, a))²
 *
 * Source: Wu et al. (2018), arXiv:1802.08365, section 4.3 and algorithm 1.
 */
export class RewardNet {
  readonly #spec: RewardNetSpec;
  readonly #network: Network;
  readonly #best: BestReturns;
  #rng: Rng;
  /** By copy: observation and action of every step of the running episode. */
  readonly #episodes: Float32Array[];
  readonly #lengths: Uint32Array;
  /** `[N]` rewards of the running episodes, in float32, so that a saved one is exact. */
  readonly #returns: Float32Array;
  readonly #outputs: Float32Array;
  readonly #batch: RewardBatch;

  constructor(engine: Engine, spec: RewardNetSpec, rng: Rng) {
    const { numEnvs, obsDim, numActions, batchSize } = spec;
    const mlp: MlpSpec = {
      inputs: obsDim,
      hidden: spec.rewardHidden,
      outputs: numActions,
      activation: spec.activation,
      outputGain: 1,
      initializer: 'he-uniform',
    };
    const adam = { learningRate: spec.rewardLearningRate, beta1: 0.9, beta2: 0.999, epsilon: spec.adamEpsilon };
    this.#spec = spec;
    this.#network = engine.createNetwork(mlp, adam, rng.split('weights').seed());
    this.#best = new BestReturns(spec.rewardBufferSize, obsDim, spec.stateResolution);
    this.#rng = rng.split('replay');
    this.#episodes = Array.from({ length: numEnvs }, () => new Float32Array(64 * (obsDim + 1)));
    this.#lengths = new Uint32Array(numEnvs);
    this.#returns = new Float32Array(numEnvs);
    this.#outputs = new Float32Array(numEnvs * numActions);
    this.#batch = {
      observations: new Float32Array(batchSize * obsDim),
      actions: new Int32Array(batchSize),
      best: new Float32Array(batchSize),
      rewards: new Float32Array(batchSize * numActions),
      dRewards: new Float32Array(batchSize * numActions),
    };
  }

  /**
   * Takes in one step of every copy; where an episode ended, its return counts for every state and action of it.
   *
   * @param observations `[N, O]` acted on. @param actions `[N]`
   */
  record(
    observations: Float32Array,
    actions: Int32Array,
    env: Pick<VectorEnv, 'rewards' | 'terminated' | 'truncated'>,
  ): void {
    const { numEnvs, rewardScale } = this.#spec;
    for (let n = 0; n < numEnvs; n++) {
      this.#append(n, observations, actions[n]!);
      this.#returns[n]! += env.rewards[n]! * rewardScale;
      if (env.terminated[n] === 1 || env.truncated[n] === 1) this.#close(n);
    }
  }

  /** R(s, a). @param observations `[N, O]` @param actions `[N]` @param rewards `[N]` overwritten. */
  rewards(observations: Float32Array, actions: Int32Array, rewards: Float64Array): void {
    const { numActions } = this.#spec;
    this.#network.forward(observations, this.#outputs, false);
    for (let n = 0; n < rewards.length; n++) rewards[n] = this.#outputs[n * numActions + actions[n]!]!;
  }

  /** One gradient step towards the best returns. @returns The loss before it; null before the first episode has ended. */
  learn(): number | null {
    const { numActions, rewardLearningRate, maxGradNorm } = this.#spec;
    if (this.#best.size === 0) return null;
    const { observations, actions, best, rewards, dRewards } = this.#batch;
    this.#best.sample(this.#rng, observations, actions, best);
    this.#network.forward(observations, rewards, true);
    const loss = huberTdLoss(rewards, actions, best, numActions, Number.POSITIVE_INFINITY, dRewards);
    this.#network.backward(dRewards);
    this.#network.applyGradients(rewardLearningRate, maxGradNorm);
    return loss;
  }

  #append(n: number, observations: Float32Array, action: number): void {
    const { obsDim } = this.#spec;
    const at = this.#lengths[n]! * (obsDim + 1);
    let rows = this.#episodes[n]!;
    if (at === rows.length) {
      rows = new Float32Array(2 * at);
      rows.set(this.#episodes[n]!);
      this.#episodes[n] = rows;
    }
    for (let k = 0; k < obsDim; k++) rows[at + k] = observations[n * obsDim + k]!;
    rows[at + obsDim] = action;
    this.#lengths[n]!++;
  }

  #close(n: number): void {
    const width = this.#spec.obsDim + 1;
    for (let t = 0; t < this.#lengths[n]!; t++) this.#best.note(this.#episodes[n]!, t * width, this.#returns[n]!);
    this.#lengths[n] = 0;
    this.#returns[n] = 0;
  }

  getJson(): Readonly<Record<string, unknown>> {
    return { rewardCursor: this.#best.cursor, rewardRng: this.#rng.getState() };
  }

  getArrays(): Readonly<Record<string, Float32Array>> {
    const width = this.#spec.obsDim + 1;
    const running = this.#episodes.map((rows, n) => rows.subarray(0, this.#lengths[n]! * width));
    const rows = new Float32Array(running.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const own of running) {
      rows.set(own, at);
      at += own.length;
    }
    return {
      rewardWeights: this.#network.getWeights(),
      rewardOptimizer: this.#network.getOptimizerState(),
      bestReturns: this.#best.getRows(),
      episodeRows: rows,
      episodeLengths: Float32Array.from(this.#lengths),
      episodeReturns: this.#returns.slice(),
    };
  }

  /** @throws SimError `SHAPE_MISMATCH` when the state is another network's. */
  setState(json: Readonly<Record<string, unknown>>, arrays: Readonly<Record<string, Float32Array>>): void {
    const width = this.#spec.obsDim + 1;
    const rows = readArray(arrays, 'episodeRows');
    const lengths = readArray(arrays, 'episodeLengths');
    checkLength('episodeLengths', lengths.length, this.#spec.numEnvs);
    checkLength('episodeRows', rows.length, width * lengths.reduce((sum, length) => sum + length, 0));
    this.#network.setWeights(readArray(arrays, 'rewardWeights'));
    this.#network.setOptimizerState(readArray(arrays, 'rewardOptimizer'));
    this.#best.setRows(readArray(arrays, 'bestReturns'), readCounter(json, 'rewardCursor'));
    this.#returns.set(readArray(arrays, 'episodeReturns'));
    this.#rng = Rng.fromState(json['rewardRng'] as RngState);
    this.#lengths.set(lengths);
    let at = 0;
    for (let n = 0; n < lengths.length; n++) {
      const own = rows.subarray(at, at + lengths[n]! * width);
      // Room as if it had grown step by step.
      let room = 64 * width;
      while (room < own.length) room *= 2;
      this.#episodes[n] = new Float32Array(room);
      this.#episodes[n]!.set(own);
      at += own.length;
    }
  }

  dispose(): void {
    this.#network.dispose();
  }
}

/** Pairs drawn, what the network says of them and the gradient. */
interface RewardBatch {
  readonly observations: Float32Array;
  readonly actions: Int32Array;
  readonly best: Float32Array;
  readonly rewards: Float32Array;
  readonly dRewards: Float32Array;
}
