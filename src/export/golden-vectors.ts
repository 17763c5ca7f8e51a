import { Rng } from '../core/rng.ts';
import {
  type BidRules,
  type FlightCounters,
  forward,
  type GoldenVector,
  makeScratch,
  observeFlight,
  PACING_FEATURES,
  type PacingModel,
  PacingRuntime,
  placeBid,
} from '../policy/runtime.ts';

const NUM_RANDOM = 112;

/** Counters of a flight in the middle of its life; traffic, budget and outcomes vary over orders of magnitude. */
function randomCounters(rng: Rng, model: PacingModel): FlightCounters {
  const { priceMicros, value } = model.scales;
  const numSteps = 1 + rng.int(96);
  const stepIndex = rng.int(numSteps);
  const expectedAuctionsTotal = Math.ceil(10 ** rng.uniform(1, 6));
  const perStep = expectedAuctionsTotal / numSteps;
  const budgetMicros = Math.ceil(expectedAuctionsTotal * priceMicros * 10 ** rng.uniform(-2.5, 0.5));
  const lastAuctions = stepIndex === 0 ? 0 : Math.round(perStep * rng.uniform(0.2, 2));
  const lastWins = Math.round(lastAuctions * rng.next());
  const auctions = Math.max(lastAuctions, Math.round(perStep * stepIndex));
  const wins = Math.max(lastWins, Math.round(auctions * rng.next()));
  const { minMultiplier, maxMultiplier } = model.decoding;
  const multiplier = (priceMicros / value) * Math.exp(rng.uniform(-2, 2));
  return {
    stepIndex,
    numSteps,
    budgetMicros,
    remainingMicros: Math.round(budgetMicros * rng.next()),
    expectedAuctions: Math.round(perStep * rng.uniform(0.2, 2)),
    expectedAuctionsLeft: Math.round(perStep * (numSteps - stepIndex)),
    expectedAuctionsTotal,
    lastExpectedAuctions: stepIndex === 0 ? 0 : Math.round(perStep),
    lastAuctions,
    lastWins,
    lastSpendMicros: Math.round(lastWins * priceMicros * rng.uniform(0.2, 2)),
    lastValue: lastWins * value * rng.uniform(0.3, 3),
    auctions,
    wins,
    value: wins * value,
    lastMultiplier: Math.min(maxMultiplier, Math.max(minMultiplier, multiplier)),
  };
}

/** The corners: first and last step, no money, one micro, no traffic, no wins, extremes of the multiplier. */
function edgeCounters(base: FlightCounters, model: PacingModel): FlightCounters[] {
  const nothingYet = { lastExpectedAuctions: 0, lastAuctions: 0, lastWins: 0, lastSpendMicros: 0, lastValue: 0 };
  const first = { ...base, ...nothingYet, stepIndex: 0, auctions: 0, wins: 0, value: 0 };
  const { minMultiplier, maxMultiplier } = model.decoding;
  return [
    { ...first, remainingMicros: base.budgetMicros, expectedAuctionsLeft: base.expectedAuctionsTotal },
    { ...first, numSteps: 1, remainingMicros: base.budgetMicros, expectedAuctions: base.expectedAuctionsTotal },
    { ...base, stepIndex: base.numSteps - 1, expectedAuctionsLeft: base.expectedAuctions },
    { ...base, remainingMicros: 0 },
    { ...base, remainingMicros: 1 },
    { ...base, remainingMicros: base.budgetMicros },
    { ...base, expectedAuctions: 0, expectedAuctionsLeft: 0 },
    { ...base, ...nothingYet },
    { ...base, lastWins: 0, lastSpendMicros: 0, lastValue: 0 },
    { ...base, lastAuctions: 1000, lastWins: 1000, lastSpendMicros: base.budgetMicros, lastValue: 1e6 },
    { ...base, lastMultiplier: minMultiplier },
    { ...base, lastMultiplier: maxMultiplier },
  ];
}

/** Values to bid on: none, the mean, far above it, and one that the multiplier brings exactly onto the floor. */
function bidsFor(rng: Rng, multiplier: number, counters: FlightCounters, model: PacingModel, rules: BidRules) {
  const { priceMicros, value } = model.scales;
  const random = value * Math.exp(rng.normal());
  const onFloor = Math.floor((multiplier * random) / rules.bidQuantumMicros) * rules.bidQuantumMicros;
  const requests = [
    { value: 0, floorMicros: 0 },
    { value, floorMicros: 0 },
    { value: value * 1000, floorMicros: 0 },
    { value: random, floorMicros: Math.round(priceMicros * rng.next()) },
    { value: random, floorMicros: onFloor },
    { value: random, floorMicros: onFloor + 1 },
  ];
  return requests.map((request) => ({
    ...request,
    bidMicros: placeBid(multiplier, request.value, request.floorMicros, counters.remainingMicros, rules),
  }));
}

/**
 * Decisions recorded for a model, from raw counters to bids: seeded random states and the corner cases.
 *
 * @returns More than 100 vectors, six bids each; always the same for the same model.
 * @throws Error where the model answers with a number that is not finite.
 */
export function goldenVectors(model: PacingModel, rules: BidRules): GoldenVector[] {
  const rng = new Rng('golden-vectors');
  const random = Array.from({ length: NUM_RANDOM }, (_, i) => randomCounters(rng.split(i), model));
  const middle = { ...random[0]!, numSteps: 48, stepIndex: 24 };
  const runtime = new PacingRuntime(model);
  const observation = new Float32Array(PACING_FEATURES.length);
  const scratch = makeScratch(model.network);
  return [...random, ...edgeCounters(middle, model)].map((counters, i) => {
    const multiplier = runtime.multiplier(counters);
    if (!Number.isFinite(multiplier)) throw new Error('the network answers with numbers that are not finite');
    observeFlight(counters, model.scales, observation, 0);
    return {
      counters,
      observation: Array.from(observation),
      outputs: Array.from(forward(model.network, observation, scratch)),
      multiplier,
      bids: bidsFor(rng.split(`bids/${i}`), multiplier, counters, model, rules),
    };
  });
}
