import { shadeBatch } from '../../../envs/bid-shading.ts';
import type { LandscapeEstimate } from '../../../src/bidding/landscape-estimate.ts';
import type { LandscapeFit } from '../../../src/bidding/landscape-fit.ts';
import {
  addOutcome,
  emptyObservations,
  type LandscapeObservations,
} from '../../../src/bidding/landscape-observations.ts';
import { bestShadedBid } from '../../../src/bidding/shading-search.ts';
import type { Notice } from '../../../src/market/feedback.ts';
import type { ShadingEpisode } from '../../../src/sim/bid-shading/episode.ts';
import type { ShadingMarket } from '../../../src/sim/bid-shading/market.ts';
import { ShadingObserver } from '../../../src/sim/bid-shading/observer.ts';
import type { PlainActor } from '../../plain-actor.ts';
import { binnedHistory, likelierFit, nonParametric, pooled, winRateFit } from './estimates.ts';
import type { FixedPolicy } from './seats.ts';
import { type LearnerSettings, learnerActions } from './settings.ts';

/** Bids through one episode after another. */
export interface EpisodeBidder {
  /** Forgets the last episode. */
  begin(): void;
  receive(notice: Notice, segment: number): void;
  /** Writes the bids of the batch at hand, integer micros. @param out `[B]` */
  bid(episode: ShadingEpisode, out: Float64Array): void;
  /** What it believed a bid of the batch at hand would win; absent where it has no such belief. */
  predict?(segment: number, bidMicros: number): number;
}

/** What estimators start from, by segment. */
export interface ShadingHistory {
  /** As the feedback mode tells. */
  readonly told: readonly LandscapeObservations[];
  /** Wins and losses alone. */
  readonly outcomes: readonly LandscapeObservations[];
  /** What the history of a segment weighs, auctions. */
  readonly weight: number;
}

/** The bidder of a seat that is no learner. */
export function fixedBidder(id: FixedPolicy, market: ShadingMarket, history: ShadingHistory): EpisodeBidder {
  const { told, outcomes, weight } = history;
  switch (id) {
    case 'truth-optimal':
      return batchBidder(
        ({ truths, levels, segment }) =>
          (value) =>
            truths[segment]!.bestBid(levels[segment]!, value),
      );
    case 'best-factor':
      return batchBidder(({ truths, levels, segment }) => {
        const factor = truths[segment]!.bestFactor(levels[segment]!);
        return (value) => Math.floor(factor * value);
      });
    case 'unshaded':
      return batchBidder(() => (value) => value);
    case 'kaplan-meier':
      return estimatingBidder(told, weight, true, (seen) => nonParametric(market.feedback, seen), bestShadedBid);
    case 'parametric':
      return estimatingBidder(binnedHistory(told), weight, true, likelierFit, bestShadedBid);
    case 'win-rate':
      return estimatingBidder(binnedHistory(outcomes), weight, false, winRateFit, bestShadedBid);
    case 'most-probable-price':
      return estimatingBidder(binnedHistory(told), weight, true, likelierFit, mostProbablePrice);
  }
}

/** The mode of the fitted law, at most the value. */
function mostProbablePrice(valueMicros: number, { law, parameters }: LandscapeFit): number {
  return Math.min(valueMicros, Math.ceil(law.mode(...parameters)));
}

/** Bids by a rule made anew for each batch from what only the simulator knows. */
function batchBidder(ruleOf: (episode: ShadingEpisode) => (valueMicros: number) => number): EpisodeBidder {
  return {
    begin: () => undefined,
    receive: () => undefined,
    bid(episode, out) {
      const rule = ruleOf(episode);
      for (let i = 0; i < out.length; i++) out[i] = rule(episode.values[i]!);
    },
  };
}

/**
 * Estimates each segment's landscape from its history and the notices of the episode so far, and bids by it.
 *
 * @param usesPrices Whether minimums to win are used where they are told.
 */
function estimatingBidder<E extends LandscapeEstimate>(
  history: readonly LandscapeObservations[],
  historyWeight: number,
  usesPrices: boolean,
  estimate: (observations: LandscapeObservations, last?: E) => E,
  rule: (valueMicros: number, estimate: E) => number,
): EpisodeBidder {
  const first: (E | undefined)[] = history.map(() => undefined);
  const today = history.map(() => emptyObservations());
  const known = history.map(() => ({ count: 0, estimate: undefined as E | undefined }));
  const estimateOf = (segment: number): E => {
    const entry = known[segment]!;
    const seen = today[segment]!;
    if (entry.estimate !== undefined && entry.count === seen.count) return entry.estimate;
    const made = estimate(pooled(history[segment]!, historyWeight, seen), entry.estimate ?? first[segment]);
    if (seen.count === 0) first[segment] ??= made;
    entry.estimate = made;
    entry.count = seen.count;
    return made;
  };
  return {
    begin() {
      for (const [s, seen] of today.entries()) {
        seen.count = 0;
        known[s]!.count = 0;
        known[s]!.estimate = first[s];
      }
    },
    receive({ bidMicros, won, minToWinMicros }, segment) {
      addOutcome(today[segment]!, bidMicros, won, usesPrices ? minToWinMicros + 1 : Number.NaN);
    },
    bid({ segment, values }, out) {
      const believed = estimateOf(segment);
      for (let i = 0; i < out.length; i++) out[i] = rule(values[i]!, believed);
    },
    predict: (segment, bidMicros) => estimateOf(segment).cdf(bidMicros),
  };
}

/** A trained network on the observations of `bid-shading-v1`. */
export function networkBidder(actor: PlainActor, settings: LearnerSettings, market: ShadingMarket): EpisodeBidder {
  const actions = learnerActions(settings);
  const observer = new ShadingObserver(market);
  const action = actions.kind === 'grid' ? new Int32Array(1) : new Float32Array(actions.kind === 'curve' ? 2 : 1);
  const observation = new Float32Array(observer.size);
  let played = -1;
  return {
    begin() {
      observer.reset();
      played = -1;
    },
    receive: (notice, segment) => observer.receive(notice, segment),
    bid(episode, out) {
      if (played >= 0) observer.settled(episode, played);
      played = episode.segment;
      observer.write(episode, 0, observation);
      actor.act(observation, action);
      shadeBatch(actions, action, 0, episode, out);
    },
  };
}
