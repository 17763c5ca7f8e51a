import { addOutcome, emptyObservations } from '../../../src/bidding/landscape-observations.ts';
import type { Rng } from '../../../src/core/rng.ts';
import type { FeedbackMode } from '../../../src/market/feedback.ts';
import { PROMPT_DELIVERY } from '../../../src/market/feedback-delivery.ts';
import {
  emptyShadingOutcome,
  ShadingEpisode,
  type ShadingOutcome,
  segmentTruths,
} from '../../../src/sim/bid-shading/episode.ts';
import type { ShadingMarket } from '../../../src/sim/bid-shading/market.ts';
import type { EpisodeBidder, ShadingHistory } from './bidders.ts';
import type { BidShadingConfig } from './settings.ts';

/** Random bids of a history are these shares of value, uniformly. */
const EXPLORED = { low: 0.05, high: 1 };
const NUM_RELIABILITY_BINS = 10;

/** The market of an experiment under one feedback mode. */
export function shadingMarket(config: BidShadingConfig, feedback: FeedbackMode): ShadingMarket {
  const { segments, numSteps, batchSize, driftSigma, delivery } = config;
  return { segments, numSteps, batchSize, driftSigma, feedback, delivery };
}

/** What random bids of earlier episodes have told, every notice delivered. */
export function drawHistory(market: ShadingMarket, episodes: number, weight: number, rng: Rng): ShadingHistory {
  const told = market.segments.map(() => emptyObservations());
  const outcomes = market.segments.map(() => emptyObservations());
  const bids = rng.split('bids');
  const prompt = { ...market, delivery: PROMPT_DELIVERY };
  const explorer: EpisodeBidder = {
    begin: () => undefined,
    receive({ bidMicros, won, minToWinMicros }, segment) {
      addOutcome(told[segment]!, bidMicros, won, minToWinMicros + 1);
      addOutcome(outcomes[segment]!, bidMicros, won, Number.NaN);
    },
    bid(episode, out) {
      for (let i = 0; i < out.length; i++) {
        out[i] = Math.ceil(bids.uniform(EXPLORED.low, EXPLORED.high) * episode.values[i]!);
      }
    },
  };
  playShading(prompt, explorer, episodes, rng);
  // A segment that no batch was of: one auction that says nothing.
  for (const observations of [...told, ...outcomes])
    if (observations.count === 0) addOutcome(observations, 1, false, Number.NaN);
  return { told, outcomes, weight };
}

/** Predicted win probabilities against what was won, in ten bins of the prediction. */
export interface ReliabilityBin {
  readonly predicted: number;
  readonly won: number;
  readonly count: number;
}

/** What a bidder made of its episodes. */
export interface ShadingPlay {
  readonly total: ShadingOutcome;
  /** Empty for a bidder that predicts nothing. */
  readonly reliability: readonly ReliabilityBin[];
}

/** Plays the episodes of a stream: equal streams are equal episodes, as in copy 0, 1, … of the environment. */
export function playShading(market: ShadingMarket, bidder: EpisodeBidder, episodes: number, rng: Rng): ShadingPlay {
  const episode = new ShadingEpisode(market, segmentTruths(market), rng);
  const bids = new Float64Array(market.batchSize);
  const total = emptyShadingOutcome();
  const bins = Array.from({ length: NUM_RELIABILITY_BINS }, () => ({ predicted: 0, won: 0, count: 0 }));
  const predicted = new Float64Array(market.batchSize);
  for (let e = 0; e < episodes; e++) {
    episode.begin(rng.split('episode').split(e));
    bidder.begin();
    while (!episode.ended) {
      bidder.bid(episode, bids);
      const predicts = writePredictions(bidder, episode.segment, bids, predicted);
      episode.settle(bids, bidder.receive);
      if (predicts) countReliability(bins, predicted, episode.won);
    }
    for (const key of Object.keys(total) as (keyof ShadingOutcome)[]) total[key] += episode.total[key];
  }
  return { total, reliability: bins.filter(({ count }) => count > 0).map(meansOf) };
}

/** @returns false where the bidder predicts nothing. */
function writePredictions(bidder: EpisodeBidder, segment: number, bids: Float64Array, out: Float64Array): boolean {
  if (bidder.predict === undefined) return false;
  for (const [i, bid] of bids.entries()) out[i] = bidder.predict(segment, bid);
  return true;
}

function countReliability(
  bins: readonly { predicted: number; won: number; count: number }[],
  predicted: Float64Array,
  won: Uint8Array,
): void {
  for (const [i, probability] of predicted.entries()) {
    const bin = bins[Math.min(bins.length - 1, Math.floor(probability * bins.length))]!;
    bin.predicted += probability;
    bin.won += won[i]!;
    bin.count++;
  }
}

function meansOf({ predicted, won, count }: ReliabilityBin): ReliabilityBin {
  return { predicted: predicted / count, won: won / count, count };
}
