import { Rng } from '../../../src/core/rng.ts';
import type { ActionDecoding, PacingModel, RuntimeLayer } from '../../../src/policy/runtime.ts';
import { PACING_FEATURES } from '../../../src/policy/runtime.ts';

/** Kinds of network and action that a bundle can hold. */
export interface ModelChoice {
  readonly seed: string;
  readonly hidden: readonly number[];
  readonly activation: RuntimeLayer['activation'];
  readonly decoding: ActionDecoding['kind'];
}

const PRICE_MICROS = 80_000;
const VALUE = 0.0008;
const BASE = PRICE_MICROS / VALUE;

function decodingOf(kind: ActionDecoding['kind']): ActionDecoding {
  const bounds = { minMultiplier: BASE / 50, maxMultiplier: BASE * 50 };
  if (kind === 'grid') {
    return { kind, ...bounds, multipliers: Array.from({ length: 21 }, (_, i) => BASE * 1.3 ** (i - 10)) };
  }
  if (kind === 'moves') return { kind, ...bounds, lambdaMoves: [-0.08, -0.03, -0.01, 0, 0.01, 0.03, 0.08] };
  return { kind, ...bounds, baseMultiplier: BASE };
}

/** A network with seeded normal weights; equal choices give equal models. */
export function randomModel(choice: ModelChoice): PacingModel {
  const rng = new Rng(`random-model/${choice.seed}`);
  const decoding = decodingOf(choice.decoding);
  const lastOutputs =
    decoding.kind === 'grid'
      ? decoding.multipliers.length
      : decoding.kind === 'moves'
        ? decoding.lambdaMoves.length
        : 1;
  const sizes = [PACING_FEATURES.length, ...choice.hidden, lastOutputs];
  const layers = sizes.slice(1).map((outputs, l): RuntimeLayer => {
    const inputs = sizes[l]!;
    const scale = 1 / Math.sqrt(inputs);
    return {
      inputs,
      outputs,
      activation: l === choice.hidden.length ? 'linear' : choice.activation,
      kernel: Float32Array.from({ length: inputs * outputs }, () => rng.normal() * scale),
      bias: Float32Array.from({ length: outputs }, () => rng.normal() * 0.1),
    };
  });
  return {
    scales: { priceMicros: PRICE_MICROS, value: VALUE },
    network: { layers, head: decoding.kind === 'log' ? 'mean' : 'argmax' },
    decoding,
  };
}

/** The rest of what an export needs. */
export const sourceDefaults = {
  title: 'PPO, budget pacing',
  bidRules: { bidQuantumMicros: 10, maxBidMicros: 300_000_000, minBidMicros: 10 },
  startingMultiplier: BASE,
  currency: 'CNY',
  valueUnit: 'expected clicks',
  provenance: { experiment: 'first-light', seed: 0 },
} as const;
