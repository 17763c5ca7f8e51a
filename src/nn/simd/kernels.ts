import { readFileSync } from 'node:fs';

/** The compiled kernels on a memory of their own; `assembly/kernels.ts` says what each does. Addresses and strides in bytes. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  matMul(
    a: number,
    rowStride: number,
    columnStride: number,
    rows: number,
    inner: number,
    b: number,
    bStride: number,
    columns: number,
    c: number,
    cStride: number,
    mode: number,
    bias: number,
  ): void;
  addColumnSums(values: number, rows: number, columns: number, sum: number): void;
  transpose(values: number, rows: number, columns: number, out: number, outStride: number): void;
  copyRows(from: number, fromStride: number, to: number, toStride: number, rows: number, columns: number): void;
  relu(values: number, count: number): void;
  reluGradient(gradient: number, activated: number, count: number): void;
  tanh(values: number, count: number): void;
  tanhGradient(gradient: number, activated: number, count: number): void;
  squaredNorm(values: number, count: number): number;
  adam(
    weights: number,
    gradients: number,
    mean: number,
    square: number,
    count: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    stepSize: number,
    correction: number,
    epsilon: number,
    scale: number,
    decay: number,
  ): void;
  sgd(
    weights: number,
    gradients: number,
    velocity: number,
    count: number,
    momentum: number,
    learningRate: number,
    scale: number,
  ): void;
  blend(to: number, from: number, count: number, tau: number): void;
}

/** `mode` of `matMul`. */
export const WITH_BIAS = 0;
/** Adds to what is there. */
export const ADD = 1;
/** Begins with zeros. */
export const SET = 2;

/** Made by `npm run build`; the sources use the same file. */
const FILE = new URL(
  import.meta.url.endsWith('.ts') ? '../../../dist/src/nn/simd/kernels.wasm' : './kernels.wasm',
  import.meta.url,
);

/**
 * Compiles the kernels.
 *
 * @throws Error where the file is missing (run `npm run build`) or this machine has no WebAssembly SIMD.
 */
export function compileKernels(): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(FILE));
}

/** The kernels with a new memory. */
export function instantiateKernels(module: WebAssembly.Module): Kernels {
  return new WebAssembly.Instance(module).exports as unknown as Kernels;
}
