/*
 * The runtime of an exported bidding policy: raw counters in, bids out.
 *
 * This file imports nothing, so it can be copied into a bidder as it is. bidlab's own evaluation runs the same code, so an
 * export bids as the evaluated policy did, to the last bit: every sum is float32 in one fixed order.
 *
 * Map: counters → observation (observeFlight) → network (forward, greedyAction) → multiplier (decodeMultiplier) → bid
 * (placeBid); then the bundle (loadPolicy) and the tracker that keeps the counters of a live flight (Flight).
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

function feature(name: string, unit: string, low: number, high: number, description: string): ObservationFeature {
  return { name, unit, low, high, description };
}

/** The observation of `budget-pacing-v1`, in order. Every feature is clipped to [low, high]. */
export const PACING_FEATURES: readonly ObservationFeature[] = [
  feature('timeLeft', 'share of the flight', 0, 1, 'Decision steps left, this one included, over all steps.'),
  feature('budgetLeft', 'share of the budget', 0, 1, 'Money left over the budget of the flight.'),
  feature('trafficLeft', 'share of expected auctions', 0, 1, 'Auctions expected from now on over those of the flight.'),
  feature('trafficExpected', 'log ratio', -3, 3, 'Auctions expected in this step against an average step.'),
  feature('budgetPressure', 'log ratio', -6, 3, 'Money left over the cost of all traffic left at the mean price.'),
  feature('budgetTightness', 'log ratio', -6, 3, 'The same at the start of the flight: how scarce the budget is.'),
  feature('spendAgainstPlan', 'ratio', 0, 4, 'Spend of the last step over what the plan gave to its traffic.'),
  feature('lastWinRate', 'share of auctions', 0, 1, 'Impressions won over auctions in the last step.'),
  feature('lastCpm', 'log ratio', -3, 3, 'Price paid per impression in the last step against the mean market price.'),
  feature('lastValuePerWin', 'log ratio', -3, 3, 'Value per impression in the last step against the mean opportunity.'),
  feature('lastMultiplier', 'log ratio', -5, 5, 'Multiplier of the last step against mean price over mean value.'),
  feature('winRate', 'share of auctions', 0, 1, 'Impressions won over auctions since the flight began.'),
];

function clip(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}

/** ln(a / b), or 0 where the ratio says nothing (a or b not positive); NaN stays NaN. */
function logRatio(a: number, b: number): number {
  if (a > 0 && b > 0) return Math.log(a / b);
  return Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : 0;
}

/** Writes the observation of a flight, one value per feature of {@link PACING_FEATURES}, from `out[offset]` on. */
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

/**
 * How an action becomes the multiplier α of a step, micros per value unit; α is clipped to [minMultiplier, maxMultiplier].
 *
 * `grid`: action i is `multipliers[i]`. `moves`: action i multiplies λ = 1/α by `1 + lambdaMoves[i]` (Wu et al. 2018), so α
 * becomes α / (1 + move). `log`: one float a, α = baseMultiplier · exp(a).
 */
export type ActionDecoding = { readonly minMultiplier: number; readonly maxMultiplier: number } & (
  | { readonly kind: 'grid'; readonly multipliers: readonly number[] }
  | { readonly kind: 'moves'; readonly lambdaMoves: readonly number[] }
  | { readonly kind: 'log'; readonly baseMultiplier: number }
);

/** The multiplier that an action stands for, clipped to the decoding's bounds; NaN for an action that does not exist. */
export function decodeMultiplier(decoding: ActionDecoding, action: number, lastMultiplier: number): number {
  let multiplier: number;
  if (decoding.kind === 'grid') multiplier = decoding.multipliers[action] ?? Number.NaN;
  else if (decoding.kind === 'moves') multiplier = lastMultiplier / (1 + (decoding.lambdaMoves[action] ?? Number.NaN));
  else multiplier = decoding.baseMultiplier * Math.exp(action);
  return clip(multiplier, decoding.minMultiplier, decoding.maxMultiplier);
}

/** Number of network outputs that the decoding reads. */
export function numActionOutputs(decoding: ActionDecoding): number {
  if (decoding.kind === 'log') return 1;
  return decoding.kind === 'grid' ? decoding.multipliers.length : decoding.lambdaMoves.length;
}

/** Rounding and limits of a bid, integer micros. */
export interface BidRules {
  /** A bid is rounded down to a multiple of this, 1 or more. */
  readonly bidQuantumMicros: number;
  /** No bid is above this; null for no limit. */
  readonly maxBidMicros: number | null;
  /** No smaller bid is sent; 0 where absent. */
  readonly minBidMicros?: number;
}

/** The bid for an opportunity of the given value, integer micros: never above multiplier · value in float64. */
export function bidMicros(multiplier: number, value: number, rules: BidRules): number {
  const exact = multiplier * value;
  const multiple = Math.floor(exact / rules.bidQuantumMicros) * rules.bidQuantumMicros;
  const bid = multiple > exact ? multiple - rules.bidQuantumMicros : multiple;
  return rules.maxBidMicros !== null && bid > rules.maxBidMicros ? rules.maxBidMicros : bid;
}

/**
 * The bid that a bidder should send, integer micros: {@link bidMicros}, lowered to the money left; 0, which means no bid,
 * where it could not win (below the floor or the smallest bid) and where a number is negative or not finite.
 */
export function placeBid(
  multiplier: number,
  value: number,
  floorMicros: number,
  remainingMicros: number,
  rules: BidRules,
): number {
  if (!(multiplier >= 0 && value >= 0 && multiplier * value < Number.POSITIVE_INFINITY)) return 0;
  const affordable = remainingMicros - (remainingMicros % rules.bidQuantumMicros);
  const bid = Math.min(bidMicros(multiplier, value, rules), affordable);
  return bid >= Math.max(floorMicros, rules.minBidMicros ?? 0, 1) ? bid : 0;
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

/** Applies the activation in place. NaN stays NaN, so that a broken number can never look like a confident action. */
function activate(y: Float32Array, activation: RuntimeLayer['activation']): void {
  if (activation === 'relu') {
    for (let j = 0; j < y.length; j++) if (y[j]! < 0) y[j] = 0;
  } else if (activation === 'tanh') {
    for (let j = 0; j < y.length; j++) y[j] = Math.tanh(y[j]!);
  }
}

/**
 * Outputs of the network for one observation, float32 in a fixed order: bias first, then inputs 0, 1, 2, …
 *
 * @param scratch From {@link makeScratch}; the result is its last buffer, overwritten by the next call.
 */
export function forward(network: RuntimeNetwork, input: Float32Array, scratch: readonly Float32Array[]): Float32Array {
  let x = input;
  for (let l = 0; l < network.layers.length; l++) {
    const { inputs, outputs, kernel, bias, activation } = network.layers[l]!;
    const y = scratch[l]!;
    // Four outputs side by side keep their sums in registers; each is still added up in the order of its inputs.
    let j = 0;
    for (; j + 4 <= outputs; j += 4) {
      let [a, b, c, d] = [bias[j]!, bias[j + 1]!, bias[j + 2]!, bias[j + 3]!];
      for (let i = 0, k = j; i < inputs; i++, k += outputs) {
        const xi = x[i]!;
        a = Math.fround(a + Math.fround(xi * kernel[k]!));
        b = Math.fround(b + Math.fround(xi * kernel[k + 1]!));
        c = Math.fround(c + Math.fround(xi * kernel[k + 2]!));
        d = Math.fround(d + Math.fround(xi * kernel[k + 3]!));
      }
      y[j] = a;
      y[j + 1] = b;
      y[j + 2] = c;
      y[j + 3] = d;
    }
    for (; j < outputs; j++) {
      let sum = bias[j]!;
      for (let i = 0, k = j; i < inputs; i++, k += outputs) sum = Math.fround(sum + Math.fround(x[i]! * kernel[k]!));
      y[j] = sum;
    }
    activate(y, activation);
    x = y;
  }
  return x;
}

/** The greedy action of network outputs: lowest index of the largest output, or the first output as it is; NaN if any is NaN. */
export function greedyAction(outputs: Float32Array, head: RuntimeNetwork['head']): number {
  if (head === 'mean') return outputs[0]!;
  let best = 0;
  for (let j = 0; j < outputs.length; j++) {
    if (Number.isNaN(outputs[j]!)) return Number.NaN;
    if (outputs[j]! > outputs[best]!) best = j;
  }
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
    const action = greedyAction(outputs, this.model.network.head);
    return decodeMultiplier(this.model.decoding, action, counters.lastMultiplier);
  }
}

/** One recorded decision of a bundle: what the exporter computed for these counters, to be met exactly. */
export interface GoldenVector {
  readonly counters: FlightCounters;
  /** Float32 values, one per feature. */
  readonly observation: readonly number[];
  /** Float32 outputs of the network. */
  readonly outputs: readonly number[];
  readonly multiplier: number;
  readonly bids: readonly { readonly value: number; readonly floorMicros: number; readonly bidMicros: number }[];
}

/** The version of the bundle format that this file writes and reads. */
export const BUNDLE_VERSION = 1;
/** The observation that this file computes; a bundle made for another is refused. */
export const OBSERVATION_ID = 'budget-pacing-v1';

/** JSON text that is the same for equal documents: sorted keys, no spaces. @throws Error on what JSON cannot hold. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const pair = (key: string) => `${JSON.stringify(key)}:${canonicalJson((value as Record<string, unknown>)[key])}`;
    return `{${Object.keys(value).sort().map(pair).join(',')}}`;
  }
  if (typeof value === 'number' ? Number.isFinite(value) : value === null || /string|boolean/.test(typeof value)) {
    return JSON.stringify(value);
  }
  throw new Error(`bidlab policy: ${String(value)} cannot stand in a bundle; expected JSON`);
}

/** `sha256:…` over the canonical JSON of the bundle without its checksum. Needs WebCrypto (Node 20 and every browser). */
export async function bundleChecksum(bundle: object): Promise<string> {
  const { checksum: _, ...payload } = bundle as { checksum?: string };
  const digest = await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonicalJson(payload)));
  return `sha256:${[...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function refuse(where: string, expected: string, received: unknown): never {
  const shown = typeof received === 'object' && received !== null ? 'another structure' : String(received);
  throw new Error(`bidlab policy: ${where}: expected ${expected}, received ${shown.slice(0, 80)}`);
}

function asObject(value: unknown, where: string): Record<string, unknown> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : refuse(where, 'an object', value);
}

function asArray(value: unknown, where: string): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(where, 'an array', value);
}

function asNumber(value: unknown, where: string, low: number, high = Number.MAX_VALUE): number {
  if (typeof value === 'number' && value >= low && value <= high) return value;
  return refuse(where, `a number from ${low}${high === Number.MAX_VALUE ? '' : ` to ${high}`}`, value);
}

function asInteger(value: unknown, where: string, low: number): number {
  return Number.isSafeInteger(value) ? asNumber(value, where, low) : refuse(where, `an integer from ${low}`, value);
}

function asOneOf<T extends string>(value: unknown, where: string, known: readonly T[]): T {
  return known.find((word) => word === value) ?? refuse(where, `one of ${known.join(', ')}`, value);
}

function asNumbers(value: unknown, where: string, length: number, low: number, high = Number.MAX_VALUE): number[] {
  const array = asArray(value, where);
  if (array.length !== length) refuse(where, `${length} numbers`, array.length);
  return array.map((entry, i) => asNumber(entry, `${where}[${i}]`, low, high));
}

function readLayer(value: unknown, where: string, inputs: number): RuntimeLayer {
  const layer = asObject(value, where);
  if (layer['inputs'] !== inputs) refuse(`${where}.inputs`, String(inputs), layer['inputs']);
  const outputs = asInteger(layer['outputs'], `${where}.outputs`, 1);
  const weights = (key: string, length: number) =>
    Float32Array.from(asNumbers(layer[key], `${where}.${key}`, length, -3.4028235e38, 3.4028235e38));
  return {
    inputs,
    outputs,
    activation: asOneOf(layer['activation'], `${where}.activation`, ['linear', 'relu', 'tanh']),
    kernel: weights('kernel', inputs * outputs),
    bias: weights('bias', outputs),
  };
}

function readNetwork(value: unknown): RuntimeNetwork {
  const network = asObject(value, 'network');
  const layers: RuntimeLayer[] = [];
  let inputs = PACING_FEATURES.length;
  for (const entry of asArray(network['layers'], 'network.layers')) {
    const layer = readLayer(entry, `network.layers[${layers.length}]`, inputs);
    layers.push(layer);
    inputs = layer.outputs;
  }
  if (layers.length === 0) refuse('network.layers', 'at least one layer', 0);
  return { layers, head: asOneOf(network['head'], 'network.head', ['argmax', 'mean']) };
}

function readDecoding(value: unknown): ActionDecoding {
  const where = 'action.decoding';
  const raw = asObject(value, where);
  const kind = asOneOf(raw['kind'], `${where}.kind`, ['grid', 'moves', 'log']);
  const minMultiplier = asNumber(raw['minMultiplier'], `${where}.minMultiplier`, 0);
  const maxMultiplier = asNumber(raw['maxMultiplier'], `${where}.maxMultiplier`, minMultiplier);
  const bounds = { minMultiplier, maxMultiplier };
  if (kind === 'log') {
    return { kind, ...bounds, baseMultiplier: asNumber(raw['baseMultiplier'], `${where}.baseMultiplier`, 1e-300) };
  }
  const key = kind === 'grid' ? 'multipliers' : 'lambdaMoves';
  const length = Math.max(1, asArray(raw[key], `${where}.${key}`).length);
  const values = asNumbers(raw[key], `${where}.${key}`, length, kind === 'grid' ? 0 : -0.999999);
  return kind === 'grid' ? { kind, ...bounds, multipliers: values } : { kind, ...bounds, lambdaMoves: values };
}

function readScales(value: unknown): PacingScales {
  const observation = asObject(value, 'observation');
  if (observation['id'] !== OBSERVATION_ID) refuse('observation.id', `'${OBSERVATION_ID}'`, observation['id']);
  const features = asArray(observation['features'], 'observation.features');
  const names = features.map((feature, i) => asObject(feature, `observation.features[${i}]`)['name']);
  const known = PACING_FEATURES.map((feature) => feature.name);
  if (names.join() !== known.join()) refuse('observation.features', `the features ${known.join(', ')}`, names.join());
  const scales = asObject(observation['scales'], 'observation.scales');
  return {
    priceMicros: asNumber(scales['priceMicros'], 'observation.scales.priceMicros', 1e-300),
    value: asNumber(scales['value'], 'observation.scales.value', 1e-300),
  };
}

function readBidRules(value: unknown): BidRules {
  const bid = asObject(value, 'bid');
  return {
    bidQuantumMicros: asInteger(bid['bidQuantumMicros'], 'bid.bidQuantumMicros', 1),
    minBidMicros: asInteger(bid['minBidMicros'], 'bid.minBidMicros', 0),
    maxBidMicros: bid['maxBidMicros'] === null ? null : asInteger(bid['maxBidMicros'], 'bid.maxBidMicros', 0),
  };
}

function readPolicy(bundle: Record<string, unknown>): LoadedPolicy {
  const action = asObject(bundle['action'], 'action');
  const model: PacingModel = {
    scales: readScales(bundle['observation']),
    network: readNetwork(bundle['network']),
    decoding: readDecoding(action['decoding']),
  };
  const head = model.decoding.kind === 'log' ? 'mean' : 'argmax';
  if (model.network.head !== head) refuse('network.head', `'${head}' for this action`, model.network.head);
  const { outputs } = model.network.layers.at(-1)!;
  const needed = numActionOutputs(model.decoding);
  if (outputs !== needed) refuse('network.layers', `${needed} outputs for the actions`, outputs);
  return new LoadedPolicy({
    title: String(bundle['title']),
    currency: String(bundle['currency']),
    valueUnit: String(bundle['valueUnit']),
    checksum: String(bundle['checksum']),
    model,
    bidRules: readBidRules(bundle['bid']),
    startingMultiplier: asNumber(action['startingMultiplier'], 'action.startingMultiplier', 1e-300),
  });
}

function verifyGolden(policy: LoadedPolicy, golden: readonly unknown[]): void {
  for (let i = 0; i < golden.length; i++) {
    const where = `golden[${i}] (this JavaScript engine computes differently)`;
    const vector = golden[i] as GoldenVector;
    asObject(asObject(vector, where)['counters'], where);
    const multiplier = policy.multiplier(vector.counters);
    if (multiplier !== vector.multiplier) refuse(`${where} multiplier`, String(vector.multiplier), multiplier);
    for (const { value, floorMicros, bidMicros: expected } of asArray(vector.bids, where) as GoldenVector['bids']) {
      const bid = placeBid(multiplier, value, floorMicros, vector.counters.remainingMicros, policy.details.bidRules);
      if (bid !== expected) refuse(`${where} bid for value ${value}`, String(expected), bid);
    }
  }
}

/**
 * Reads a bundle; refuses one that is malformed, of another version, changed since its export, or bids otherwise than there.
 *
 * @param bundle The JSON text or the parsed document.
 * @param options `verifyGolden: false` skips replaying the recorded decisions (a few milliseconds).
 * @throws Error with one sentence that names the place.
 */
export async function loadPolicy(bundle: unknown, options: { verifyGolden?: boolean } = {}): Promise<LoadedPolicy> {
  let document = bundle;
  try {
    if (typeof bundle === 'string') document = JSON.parse(bundle);
  } catch (error) {
    throw new Error(`bidlab policy: not JSON (${(error as Error).message}); was the file cut off?`);
  }
  const root = asObject(document, 'bundle');
  if (root['format'] !== 'bidlab-policy') refuse('format', "'bidlab-policy'", root['format']);
  if (root['formatVersion'] !== BUNDLE_VERSION) {
    refuse('formatVersion (export the policy again with this bidlab)', String(BUNDLE_VERSION), root['formatVersion']);
  }
  const checksum = await bundleChecksum(root);
  if (root['checksum'] !== checksum) {
    refuse('checksum (the bundle was changed after its export; take the original)', checksum, root['checksum']);
  }
  const policy = readPolicy(root);
  if (options.verifyGolden !== false) verifyGolden(policy, asArray(root['golden'], 'golden'));
  return policy;
}

/** What a loaded bundle says about itself: money is in millionths of `currency`, `value` in the words of `valueUnit`. */
export interface PolicyDetails {
  readonly title: string;
  readonly currency: string;
  readonly valueUnit: string;
  readonly checksum: string;
  readonly model: PacingModel;
  readonly bidRules: BidRules;
  /** `lastMultiplier` before the first step, unless the flight's plan names another. */
  readonly startingMultiplier: number;
}

/** A policy from a bundle; one serves any number of flights. */
export class LoadedPolicy {
  readonly details: PolicyDetails;
  readonly #runtime: PacingRuntime;

  constructor(details: PolicyDetails) {
    this.details = details;
    this.#runtime = new PacingRuntime(details.model);
  }

  /** The multiplier for the step that `counters` stands before; NaN where a number in it is broken. */
  multiplier(counters: FlightCounters): number {
    return this.#runtime.multiplier(counters);
  }

  /** A new flight, or one that goes on from its saved {@link Flight.state}. @throws Error on a plan without money or traffic. */
  startFlight(plan: FlightPlan, state?: FlightState): Flight {
    return new Flight(this, plan, state);
  }
}

/** What is known when a flight begins. */
export interface FlightPlan {
  /** Integer micros, above 0. */
  readonly budgetMicros: number;
  /** `[numSteps]` auctions expected in each decision step: the traffic plan. */
  readonly expectedAuctions: readonly number[];
  readonly startingMultiplier?: number;
}

/** Everything that a flight remembers, as plain JSON: save it to go on after a restart. */
export interface FlightState {
  /** As of the last {@link Flight.startStep}, but for `remainingMicros` and the totals, which are up to date. */
  readonly counters: FlightCounters;
  /** What happened since that step began. */
  readonly step: { auctions: number; wins: number; spendMicros: number; value: number };
  /** Multiplier of the step; 0, which bids nothing, before the first step and where the policy's answer is not `sound`. */
  multiplier: number;
  sound: boolean;
}

function newFlightState({ budgetMicros, expectedAuctions }: FlightPlan, lastMultiplier: number): FlightState {
  const expectedAuctionsTotal = expectedAuctions.reduceRight((sum, auctions) => sum + auctions, 0);
  const counters = {
    ...{ stepIndex: -1, numSteps: expectedAuctions.length, budgetMicros, remainingMicros: budgetMicros },
    ...{ expectedAuctions: 0, expectedAuctionsLeft: expectedAuctionsTotal, expectedAuctionsTotal },
    ...{ lastExpectedAuctions: 0, lastAuctions: 0, lastWins: 0, lastSpendMicros: 0, lastValue: 0 },
    ...{ auctions: 0, wins: 0, value: 0, lastMultiplier },
  };
  return { counters, step: { auctions: 0, wins: 0, spendMicros: 0, value: 0 }, multiplier: 0, sound: true };
}

/**
 * Follows one live flight: {@link startStep} when a decision step begins, {@link bid} for each opportunity,
 * {@link recordAuction} for each outcome. It bids nothing rather than something wrong: on NaN, before the first step.
 */
export class Flight {
  readonly policy: LoadedPolicy;
  readonly plan: FlightPlan;
  readonly state: FlightState;

  constructor(policy: LoadedPolicy, plan: FlightPlan, state?: FlightState) {
    asInteger(plan.budgetMicros, 'flight.budgetMicros', 1);
    asNumbers(plan.expectedAuctions, 'flight.expectedAuctions', Math.max(1, plan.expectedAuctions.length), 0);
    this.policy = policy;
    this.plan = plan;
    const fresh = newFlightState(plan, plan.startingMultiplier ?? policy.details.startingMultiplier);
    asNumber(fresh.counters.expectedAuctionsTotal, 'flight.expectedAuctions in total', 1e-300);
    this.state = state === undefined ? fresh : JSON.parse(JSON.stringify(state));
  }

  /**
   * Begins the next decision step and returns its multiplier.
   *
   * @param expected A better forecast than the plan's: auctions in this step and from it to the end.
   * @throws Error when the flight has no more steps.
   */
  startStep(expected?: { readonly auctions: number; readonly auctionsLeft: number }): number {
    const { counters: c, step } = this.state;
    if (c.stepIndex + 1 >= c.numSteps) throw new Error(`bidlab policy: the flight has only ${c.numSteps} steps`);
    if (c.stepIndex >= 0) {
      Object.assign(c, { lastExpectedAuctions: c.expectedAuctions, lastAuctions: step.auctions, lastWins: step.wins });
      Object.assign(c, { lastSpendMicros: step.spendMicros, lastValue: step.value });
      if (this.state.sound) c.lastMultiplier = this.state.multiplier;
    }
    c.stepIndex++;
    c.expectedAuctions = expected?.auctions ?? this.plan.expectedAuctions[c.stepIndex]!;
    const left = this.plan.expectedAuctions.slice(c.stepIndex).reduceRight((sum, auctions) => sum + auctions, 0);
    c.expectedAuctionsLeft = expected?.auctionsLeft ?? left;
    Object.assign(step, { auctions: 0, wins: 0, spendMicros: 0, value: 0 });
    const multiplier = this.policy.multiplier(c);
    this.state.sound = Number.isFinite(multiplier);
    this.state.multiplier = this.state.sound ? multiplier : 0;
    return this.state.multiplier;
  }

  /** The multiplier of the current step, micros per value unit. */
  multiplier(): number {
    return this.state.multiplier;
  }

  /** The bid to send, integer micros; 0 for none. Never above the money left. */
  bid(value: number, floorMicros = 0): number {
    const { remainingMicros } = this.state.counters;
    return placeBid(this.state.multiplier, value, floorMicros, remainingMicros, this.policy.details.bidRules);
  }

  /**
   * Counts one auction of the flight, also where no bid was sent.
   *
   * @param priceMicros What was paid, integer micros; ignored where lost, as is `value`.
   * @throws Error on a price or value that is negative or not a number.
   */
  recordAuction(won: boolean, priceMicros: number, value: number): void {
    const { counters: c, step } = this.state;
    if (won) {
      asNumber(value, 'recordAuction value', 0);
      step.spendMicros += asInteger(priceMicros, 'recordAuction priceMicros', 0);
      step.value += value;
      step.wins++;
      c.value += value;
      c.wins++;
      c.remainingMicros = Math.max(0, c.remainingMicros - priceMicros);
    }
    step.auctions++;
    c.auctions++;
  }
}
