import type { PlainNetwork } from '../core/agent.ts';

/** Shape of a multi-layer perceptron with one linear output layer. */
export interface MlpSpec {
  /** Size of an input row, O. */
  readonly inputs: number;
  /** Sizes of the hidden layers. */
  readonly hidden: readonly number[];
  /** Size of an output row, K (all heads side by side). */
  readonly outputs: number;
  readonly activation: 'relu' | 'tanh';
  /** Scale of the output layer's initial weights (orthogonal gain); 1 unless the algorithm says otherwise. */
  readonly outputGain: number;
  /** `he-uniform` for value networks, `orthogonal` for policy gradients (hidden gain sqrt 2). */
  readonly initializer: 'he-uniform' | 'orthogonal';
}

/** Optimiser settings (Adam, Kingma & Ba 2015, arXiv:1412.6980). */
export interface AdamSpec {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decoupled weight decay (AdamW, Loshchilov & Hutter 2019, arXiv:1711.05101); 0 where absent. */
  readonly weightDecay?: number;
}

/** Gradient descent with momentum: v ← momentum · v + g, w ← w − learningRate · v (Polyak 1964). */
export interface SgdSpec {
  readonly learningRate: number;
  /** In [0, 1); 0 for plain gradient descent. */
  readonly momentum: number;
}

/** Any optimiser; every engine has all of them. */
export type OptimizerSpec = AdamSpec | SgdSpec;

/**
 * A trainable network behind one seam, so that any engine can stand there. B batch, O inputs, K outputs.
 *
 * Calls come in the order forward → backward → applyGradients. The agent's loss writes dLoss/dOutput itself.
 */
export interface Network {
  readonly spec: MlpSpec;
  /** Number of trainable weights. */
  readonly numWeights: number;
  /**
   * @param inputs `[B, O]`; B is `inputs.length / O`.
   * @param outputs `[B, K]`, overwritten.
   * @param train Keeps the activations for {@link backward}.
   */
  forward(inputs: Float32Array, outputs: Float32Array, train: boolean): void;
  /**
   * Adds the gradient of the last training forward to the accumulated gradients.
   *
   * @param dOutputs `[B, K]` dLoss/dOutput.
   * @param dInputs `[B, O]` receives dLoss/dInput where given.
   */
  backward(dOutputs: Float32Array, dInputs?: Float32Array): void;
  /**
   * dLoss/dInput of the last training forward; the accumulated gradients stay as they are. For following a fixed network
   * uphill: the actions of a critic, the features of a policy.
   *
   * @param dOutputs `[B, K]` dLoss/dOutput.
   * @param dInputs `[B, O]` overwritten.
   */
  inputGradients(dOutputs: Float32Array, dInputs: Float32Array): void;
  /**
   * One step of the optimiser with the accumulated gradients, which are then zero.
   *
   * @param learningRate Overrides the optimiser's for this step.
   * @param maxGradNorm Gradients are scaled down to this global L2 norm; Infinity for no limit.
   * @returns The L2 norm before clipping.
   */
  applyGradients(learningRate: number, maxGradNorm: number): number;
  /** `[numWeights]` a copy: layer by layer, kernel `[in, out]` row-major, then bias. */
  getWeights(): Float32Array;
  /** @throws SimError `SHAPE_MISMATCH` on a wrong length. */
  setWeights(weights: Float32Array): void;
  /** `weights ← (1 − tau) · weights + tau · source.weights`; for target networks. */
  blendFrom(source: Network, tau: number): void;
  /** Optimiser state: step count and both moments (SGD: velocity and zeros), `[1 + 2 · numWeights]`. */
  getOptimizerState(): Float32Array;
  setOptimizerState(state: Float32Array): void;
  /** `[numWeights]` a copy of the accumulated gradients; for tests and diagnostics. */
  getGradients(): Float32Array;
  toPlain(head: PlainNetwork['head']): PlainNetwork;
  dispose(): void;
}

/** Makes networks on one backend. */
export interface Engine {
  /** Words for manifests: "wasm (SIMD)". */
  readonly description: string;
  readonly backend: 'cuda' | 'tensorflow' | 'simd' | 'wasm' | 'cpu';
  /** @param seed Seeds the initial weights. */
  createNetwork(spec: MlpSpec, optimizer: OptimizerSpec, seed: number): Network;
  /** Live tensors of the engine; must stay flat during training. */
  numTensors(): number;
}
