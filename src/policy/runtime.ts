/*
 * The runtime of an exported bidding policy: raw counters in, bids out.
 *
 * This file imports nothing, so it can be copied into a bidder as it is. bidlab's own evaluation runs the same code, so an
 * export bids as the evaluated policy did, to the last bit: every sum is float32 in one fixed order.
 */

/** Raw counters of one flight at a decision point: everything a bidder can count for itself. */
export interface FlightCounters {
  /** Decision step about to be taken, 0 … numSteps − 1. */
  stepIndex: number;
  numSteps: number;
  /** Budget of the whole flight, integer micros. */
  budgetMicros: number;
  /** What is left of it, integer micros. */
  remainingMicros: number;
  /** Auctions expected in the step about to be taken (the traffic plan). */
  expectedAuctions: number;
  /** Auctions expected from this step to the end of the flight, this step included. */
  expectedAuctionsLeft: number;
  /** Auctions expected in the whole flight. */
  expectedAuctionsTotal: number;
  /** Auctions that the plan expected in the last step; 0 before the first. */
  lastExpectedAuctions: number;
  /** Auctions, impressions won, spend and value won in the last step; 0 before the first. */
  lastAuctions: number;
  lastWins: number;
  lastSpendMicros: number;
  lastValue: number;
  /** Auctions, impressions and value since the flight began. */
  auctions: number;
  wins: number;
  value: number;
  /** Multiplier of the last step; the starting multiplier before the first. */
  lastMultiplier: number;
}

/** Scales of the campaign that make observations comparable between campaigns. */
export interface PacingScales {
  /** Mean market price of the training data, micros. */
  readonly priceMicros: number;
  /** Mean value of an opportunity in the training data, value units. */
  readonly value: number;
}

/** One feature of an observation. */
export interface ObservationFeature {
  readonly name: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly description: string;
}

/** The observation of `budget-pacing-v1`, in order. Every feature is clipped to [low, high]. */
export const PACING_FEATURES: readonly ObservationFeature[] = [
  {
    name: 'timeLeft',
    unit: 'share of the flight',
    low: 0,
    high: 1,
    description: 'Decision steps left, this one included, over all steps.',
  },
  {
    name: 'budgetLeft',
    unit: 'share of the budget',
    low: 0,
    high: 1,
    description: 'Money left over the budget of the flight.',
  },
  {
    name: 'trafficLeft',
    unit: 'share of expected auctions',
    low: 0,
    high: 1,
    description: 'Auctions expected from now to the end over those of the whole flight.',
  },
  {
    name: 'trafficExpected',
    unit: 'log ratio',
    low: -3,
    high: 3,
    description: 'Auctions expected in this step against an average step.',
  },
  {
    name: 'budgetPressure',
    unit: 'log ratio',
    low: -6,
    high: 3,
    description: 'Money left against what buying every expected auction left at the mean market price would cost.',
  },
  {
    name: 'budgetTightness',
    unit: 'log ratio',
    low: -6,
    high: 3,
    description: 'The same at the start of the flight: how scarce the whole budget is.',
  },
  {
    name: 'spendAgainstPlan',
    unit: 'ratio',
    low: 0,
    high: 4,
    description: 'Spend of the last step over the share of the budget that its expected traffic had planned.',
  },
  {
    name: 'lastWinRate',
    unit: 'share of auctions',
    low: 0,
    high: 1,
    description: 'Impressions won over auctions in the last step.',
  },
  {
    name: 'lastCpm',
    unit: 'log ratio',
    low: -3,
    high: 3,
    description: 'Price paid per impression in the last step against the mean market price.',
  },
  {
    name: 'lastValuePerWin',
    unit: 'log ratio',
    low: -3,
    high: 3,
    description: 'Value per impression won in the last step against the mean value of an opportunity.',
  },
  {
    name: 'lastMultiplier',
    unit: 'log ratio',
    low: -5,
    high: 5,
    description: 'Multiplier of the last step against mean market price over mean value.',
  },
  {
    name: 'winRate',
    unit: 'share of auctions',
    low: 0,
    high: 1,
    description: 'Impressions won over auctions since the flight began.',
  },
];

function clip(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}

/** ln(a / b), or 0 where the ratio says nothing (a or b not positive). */
function logRatio(a: number, b: number): number {
  return a > 0 && b > 0 ? Math.log(a / b) : 0;
}

/**
 * Writes the observation of a flight: one value per feature of {@link PACING_FEATURES}.
 *
 * @param out `[…]` written from `offset` on; allocates nothing.
 */
export function observeFlight(c: FlightCounters, scales: PacingScales, out: Float32Array, offset: number): void {
  const averageTraffic = c.expectedAuctionsTotal / c.numSteps;
  const plannedSpend = (c.budgetMicros * c.lastExpectedAuctions) / c.expectedAuctionsTotal;
  out[offset] = (c.numSteps - c.stepIndex) / c.numSteps;
  out[offset + 1] = c.remainingMicros / c.budgetMicros;
  out[offset + 2] = clip(c.expectedAuctionsLeft / c.expectedAuctionsTotal, 0, 1);
  out[offset + 3] = clip(logRatio(c.expectedAuctions, averageTraffic), -3, 3);
  out[offset + 4] =
    c.remainingMicros > 0 ? clip(logRatio(c.remainingMicros, c.expectedAuctionsLeft * scales.priceMicros), -6, 3) : -6;
  out[offset + 5] = clip(logRatio(c.budgetMicros, c.expectedAuctionsTotal * scales.priceMicros), -6, 3);
  out[offset + 6] = plannedSpend > 0 ? clip(c.lastSpendMicros / plannedSpend, 0, 4) : 1;
  out[offset + 7] = c.lastAuctions > 0 ? c.lastWins / c.lastAuctions : 0;
  out[offset + 8] = clip(logRatio(c.lastSpendMicros, c.lastWins * scales.priceMicros), -3, 3);
  out[offset + 9] = clip(logRatio(c.lastValue, c.lastWins * scales.value), -3, 3);
  out[offset + 10] = clip(logRatio(c.lastMultiplier * scales.value, scales.priceMicros), -5, 5);
  out[offset + 11] = c.auctions > 0 ? c.wins / c.auctions : 0;
}

/** How an action becomes the multiplier α of a step: bid = α · value. */
export type ActionDecoding =
  /** Action i is the multiplier `multipliers[i]`, micros per value unit. */
  | {
      readonly kind: 'grid';
      readonly multipliers: readonly number[];
      readonly minMultiplier: number;
      readonly maxMultiplier: number;
    }
  /** Action i multiplies λ = 1/α by `1 + lambdaMoves[i]` (Wu et al. 2018): α becomes α / (1 + move). */
  | {
      readonly kind: 'moves';
      readonly lambdaMoves: readonly number[];
      readonly minMultiplier: number;
      readonly maxMultiplier: number;
    }
  /** One float a: α = baseMultiplier · exp(a). */
  | {
      readonly kind: 'log';
      readonly baseMultiplier: number;
      readonly minMultiplier: number;
      readonly maxMultiplier: number;
    };

/** The multiplier that an action stands for, clipped to the decoding's bounds. */
export function decodeMultiplier(decoding: ActionDecoding, action: number, lastMultiplier: number): number {
  let multiplier: number;
  if (decoding.kind === 'grid') multiplier = decoding.multipliers[action]!;
  else if (decoding.kind === 'moves') multiplier = lastMultiplier / (1 + decoding.lambdaMoves[action]!);
  else multiplier = decoding.baseMultiplier * Math.exp(action);
  return clip(multiplier, decoding.minMultiplier, decoding.maxMultiplier);
}

/** Number of network outputs that the decoding reads. */
export function numActionOutputs(decoding: ActionDecoding): number {
  if (decoding.kind === 'grid') return decoding.multipliers.length;
  if (decoding.kind === 'moves') return decoding.lambdaMoves.length;
  return 1;
}

/** Rounding and limits of a bid, integer micros. */
export interface BidRules {
  /** A bid is rounded down to a multiple of this. */
  readonly bidQuantumMicros: number;
  /** No bid is above this; Infinity for none (null in JSON). */
  readonly maxBidMicros: number | null;
}

/** The bid for an opportunity of the given value, integer micros. */
export function bidMicros(multiplier: number, value: number, rules: BidRules): number {
  const q = rules.bidQuantumMicros;
  const bid = Math.floor((multiplier * value) / q) * q;
  return rules.maxBidMicros !== null && bid > rules.maxBidMicros ? rules.maxBidMicros : bid;
}

/** One fully connected layer: `activation(x · kernel + bias)`, kernel `[inputs, outputs]` row-major. */
export interface RuntimeLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: 'linear' | 'relu' | 'tanh';
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** A feed-forward network and how its outputs become an action. */
export interface RuntimeNetwork {
  readonly layers: readonly RuntimeLayer[];
  readonly head: 'argmax' | 'mean';
}

/** Buffers for {@link forward}, one per layer; make them once. */
export function makeScratch(network: RuntimeNetwork): Float32Array[] {
  return network.layers.map((layer) => new Float32Array(layer.outputs));
}

/**
 * Outputs of the network for one observation, float32 in a fixed order: bias first, then inputs 0, 1, 2, …
 *
 * @param scratch From {@link makeScratch}; the result is its last buffer, overwritten by the next call.
 */
export function forward(network: RuntimeNetwork, input: Float32Array, scratch: readonly Float32Array[]): Float32Array {
  let x = input;
  for (let l = 0; l < network.layers.length; l++) {
    const layer = network.layers[l]!;
    const y = scratch[l]!;
    y.set(layer.bias);
    for (let i = 0; i < layer.inputs; i++) {
      const xi = x[i]!;
      const row = i * layer.outputs;
      for (let j = 0; j < layer.outputs; j++) y[j] = Math.fround(y[j]! + Math.fround(xi * layer.kernel[row + j]!));
    }
    if (layer.activation === 'relu') {
      for (let j = 0; j < y.length; j++) if (!(y[j]! > 0)) y[j] = 0;
    } else if (layer.activation === 'tanh') {
      for (let j = 0; j < y.length; j++) y[j] = Math.tanh(y[j]!);
    }
    x = y;
  }
  return x;
}

/** The greedy action of network outputs: lowest index of the largest output, or the first output as it is. */
export function greedyAction(outputs: Float32Array, head: RuntimeNetwork['head']): number {
  if (head === 'mean') return outputs[0]!;
  let best = 0;
  for (let j = 1; j < outputs.length; j++) if (outputs[j]! > outputs[best]!) best = j;
  return best;
}

/** A trained pacing policy as plain data: observation scales, network, action decoding. */
export interface PacingModel {
  readonly scales: PacingScales;
  readonly network: RuntimeNetwork;
  readonly decoding: ActionDecoding;
}

/** What decides the multiplier of each step of a flight; holds only scratch memory. */
export class PacingRuntime {
  readonly model: PacingModel;
  readonly #observation: Float32Array;
  readonly #scratch: Float32Array[];

  constructor(model: PacingModel) {
    this.model = model;
    this.#observation = new Float32Array(PACING_FEATURES.length);
    this.#scratch = makeScratch(model.network);
  }

  /** The multiplier for the step that `counters` stands before. Allocates nothing. */
  multiplier(counters: FlightCounters): number {
    observeFlight(counters, this.model.scales, this.#observation, 0);
    const outputs = forward(this.model.network, this.#observation, this.#scratch);
    return decodeMultiplier(
      this.model.decoding,
      greedyAction(outputs, this.model.network.head),
      counters.lastMultiplier,
    );
  }
}
