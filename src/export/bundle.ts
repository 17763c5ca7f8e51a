import { SimError } from '../core/errors.ts';
import {
  type ActionDecoding,
  type BidRules,
  BUNDLE_VERSION,
  bundleChecksum,
  type GoldenVector,
  loadPolicy,
  OBSERVATION_ID,
  type ObservationFeature,
  PACING_FEATURES,
  type PacingModel,
  type PacingScales,
  type RuntimeLayer,
  type RuntimeNetwork,
} from '../policy/runtime.ts';
import { BID_FORMULA, COUNTERS, describeDecoding, FEATURE_FORMULAS } from './bundle-words.ts';
import { float32ToDecimals } from './float32-decimals.ts';
import { goldenVectors } from './golden-vectors.ts';

/** What a JSON file can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One layer as a bundle keeps it. */
interface BundleLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: RuntimeLayer['activation'];
  /** `[inputs · outputs]` decimals of float32, row-major: input i to output j is `kernel[i * outputs + j]`. */
  readonly kernel: readonly number[];
  /** `[outputs]` decimals of float32. */
  readonly bias: readonly number[];
}

/**
 * A pacing policy as one JSON document that explains itself. `checksum` covers everything else.
 *
 * `src/policy/runtime.ts` reads it back; its golden vectors let a port to another language prove itself.
 */
export interface Bundle {
  readonly format: 'bidlab-policy';
  readonly formatVersion: number;
  /** `sha256:` and 64 hex digits over the canonical JSON (sorted keys, no spaces) of the document without this key. */
  readonly checksum: string;
  readonly title: string;
  /** ISO 4217 code; all money is in micros, millionths of it. */
  readonly currency: string;
  /** What one unit of `value` is, in words. */
  readonly valueUnit: string;
  /** The raw counters that the bidder keeps. */
  readonly counters: readonly { readonly name: string; readonly unit: string; readonly description: string }[];
  readonly observation: {
    readonly id: string;
    readonly scales: PacingScales;
    /** In the order of the network's inputs; each value is rounded to float32. */
    readonly features: readonly (ObservationFeature & {
      /** From counters and scales to the value, before clipping to [low, high]. */
      readonly formula: string;
      /** The value where the counters cannot tell. */
      readonly defaultWhenMissing: number;
    })[];
  };
  readonly network: {
    readonly head: RuntimeNetwork['head'];
    /** The order of float32 operations that gives the golden outputs bit for bit. */
    readonly arithmetic: string;
    readonly layers: readonly BundleLayer[];
  };
  readonly action: {
    readonly decoding: ActionDecoding;
    readonly unit: string;
    readonly description: string;
    /** `lastMultiplier` before the first step. */
    readonly startingMultiplier: number;
  };
  readonly bid: Required<BidRules> & { readonly unit: string; readonly formula: string };
  /** How the policy was trained: experiment, run, seed, versions, data. */
  readonly provenance: Json;
  readonly golden: readonly GoldenVector[];
}

/** What an export is made from. */
export interface BundleSource {
  /** Words for people: "PPO, budget pacing". */
  readonly title: string;
  readonly model: PacingModel;
  readonly bidRules: BidRules;
  /** Micros per value unit, above 0. */
  readonly startingMultiplier: number;
  /** ISO 4217 code. */
  readonly currency: string;
  /** "expected clicks" */
  readonly valueUnit: string;
  readonly provenance: Json;
}

const ARITHMETIC =
  'float32 throughout: y[j] = bias[j]; for i = 0, 1, 2, …: y[j] = round32(y[j] + round32(x[i] * kernel[i * outputs + j])); then the activation';

function bundleLayer(layer: RuntimeLayer): BundleLayer {
  const { inputs, outputs, activation } = layer;
  return { inputs, outputs, activation, kernel: float32ToDecimals(layer.kernel), bias: float32ToDecimals(layer.bias) };
}

function describe(source: BundleSource): Omit<Bundle, 'checksum'> {
  const { model, bidRules } = source;
  return {
    format: 'bidlab-policy',
    formatVersion: BUNDLE_VERSION,
    title: source.title,
    currency: source.currency,
    valueUnit: source.valueUnit,
    counters: COUNTERS,
    observation: {
      id: OBSERVATION_ID,
      scales: { priceMicros: model.scales.priceMicros, value: model.scales.value },
      features: PACING_FEATURES.map((feature) => ({ ...feature, ...FEATURE_FORMULAS[feature.name]! })),
    },
    network: { head: model.network.head, arithmetic: ARITHMETIC, layers: model.network.layers.map(bundleLayer) },
    action: {
      decoding: model.decoding,
      unit: `micros per value unit (${source.valueUnit})`,
      description: describeDecoding(model.decoding),
      startingMultiplier: source.startingMultiplier,
    },
    bid: {
      bidQuantumMicros: bidRules.bidQuantumMicros,
      maxBidMicros: bidRules.maxBidMicros,
      minBidMicros: bidRules.minBidMicros ?? 0,
      unit: `micros (millionths of ${source.currency}) for one impression`,
      formula: BID_FORMULA,
    },
    provenance: source.provenance,
    golden: goldenVectors(model, { ...bidRules, minBidMicros: bidRules.minBidMicros ?? 0 }),
  };
}

/**
 * Makes the bundle of a trained pacing policy: weights, observation, action, bid rules, provenance, golden vectors.
 *
 * The result has been read back and replayed, so a bundle that this returns loads.
 *
 * @throws SimError `BUNDLE_INVALID` when the model cannot be exported: weights that are not finite, a network that does not
 * fit the observation or the actions.
 */
export async function exportBundle(source: BundleSource): Promise<Bundle> {
  try {
    const payload = describe(source);
    const bundle: Bundle = { ...payload, checksum: await bundleChecksum(payload) };
    await loadPolicy(JSON.stringify(bundle));
    return bundle;
  } catch (error) {
    throw new SimError('BUNDLE_INVALID', `${source.title}: cannot be exported: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
