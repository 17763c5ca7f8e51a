import { bestConstantMultiplier, multiplierCurve } from '../../src/bidding/knapsack.ts';
import {
  bidForSpend,
  type MarketSample,
  needMicros,
  type PriceLandscape,
  priceLandscape,
} from '../../src/bidding/landscape.ts';
import type { BaselineContext } from './baseline.ts';
import { constantBid, constantMultiplier } from './constant-policy.ts';
import { searchLog } from './tune.ts';

/** Opportunities that fits look at; more say nothing new about a price landscape. */
const MAX_SAMPLE = 100_000;

/** What several baselines learn from the training data, made once a context. */
export interface Training {
  /** At most 100,000 opportunities, evenly spaced in time. */
  readonly sample: MarketSample;
  readonly landscape: PriceLandscape;
  /** Auctions expected in a flight. */
  readonly numAuctions: number;
  /** Budget of a flight over its expected auctions, micros. */
  readonly budgetPerAuction: number;
  /** Means over all training opportunities. */
  readonly meanValue: number;
  readonly meanPriceMicros: number;
  /** Realised training clicks. */
  readonly numClicks: number;
  /** Cost of the whole training traffic at market prices, micros. */
  readonly costMicros: number;
  /** The multiplier of best score on the tuning flights; searched when first asked for. */
  multiplier(): number;
  /** The constant bid of best score, micros; searched when first asked for. */
  bid(): number;
}

const cache = new WeakMap<BaselineContext, Training>();

/** The training summary of a context. */
export function trainingOf(context: BaselineContext): Training {
  const known = cache.get(context);
  if (known !== undefined) return known;
  const made = summarise(context);
  cache.set(context, made);
  return made;
}

function summarise(context: BaselineContext): Training {
  const { train, flight } = context;
  const n = train.value.length;
  const sample = marketSample(context);
  const landscape = priceLandscape(sample.needs, sample.prices);
  let costMicros = 0;
  let numClicks = 0;
  for (let i = 0; i < n; i++) {
    costMicros += Math.max(train.marketPriceMicros[i]!, train.floorMicros[i]!);
    numClicks += train.click[i]!;
  }
  const numAuctions = Math.max(1, sum(flight.expectedAuctions));
  const training = {
    sample,
    landscape,
    numAuctions,
    budgetPerAuction: flight.budgetMicros / numAuctions,
    meanValue: sum(train.value) / n,
    meanPriceMicros: costMicros / n,
    numClicks,
    costMicros,
  };
  let multiplier: number | undefined;
  let bid: number | undefined;
  return {
    ...training,
    multiplier() {
      multiplier ??= tuneMultiplier(context, sample, training.budgetPerAuction);
      return multiplier;
    },
    bid() {
      bid ??= tuneBid(context, landscape, training.budgetPerAuction);
      return bid;
    },
  };
}

function marketSample({ train, auction }: BaselineContext): MarketSample {
  const n = Math.min(train.value.length, MAX_SAMPLE);
  const stride = train.value.length / n;
  const values = new Float64Array(n);
  const needs = new Float64Array(n);
  const prices = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const at = Math.floor(i * stride);
    values[i] = train.value[at]!;
    needs[i] = needMicros(train.marketPriceMicros[at]!, train.floorMicros[at]!, auction);
    // With first prices the smallest winning bid is also the least that winning can cost.
    prices[i] =
      auction.pricing === 'first-price' ? needs[i]! : Math.max(train.marketPriceMicros[at]!, train.floorMicros[at]!);
  }
  return { values, needs, prices };
}

/** Starts where the training sample's spend meets the budget and searches around it by score. */
function tuneMultiplier(context: BaselineContext, sample: MarketSample, budgetPerAuction: number): number {
  const curve = multiplierCurve(sample.values, sample.needs, sample.prices);
  const fitting = bestConstantMultiplier(curve, budgetPerAuction * sample.values.length);
  const start = fitting > 0 ? fitting : firstPositive(curve.entries);
  const policy = constantMultiplier(start);
  return searchLog(start, 4, (multiplier) => {
    policy.set(multiplier);
    return context.score(policy);
  });
}

function tuneBid(context: BaselineContext, landscape: PriceLandscape, budgetPerAuction: number): number {
  const start = Math.max(bidForSpendOrLeast(landscape, budgetPerAuction), context.auction.bidQuantumMicros);
  const policy = constantBid(start);
  return searchLog(start, 4, (bid) => {
    policy.set(bid);
    return context.score(policy);
  });
}

/** The bid whose expected spend meets the budget, or the least one that wins anything. */
function bidForSpendOrLeast(landscape: PriceLandscape, budgetPerAuction: number): number {
  const bid = bidForSpend(landscape, budgetPerAuction);
  return bid > 0 ? bid : landscape.needs[0]!;
}

function firstPositive(sorted: Float64Array): number {
  for (let i = 0; i < sorted.length; i++) if (sorted[i]! > 0) return sorted[i]!;
  return 1;
}

function sum(xs: Float64Array): number {
  let total = 0;
  for (let i = 0; i < xs.length; i++) total += xs[i]!;
  return total;
}
