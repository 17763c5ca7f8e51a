import { supportWarning } from '../../../src/bidding/landscape-estimate.ts';
import { fitLandscape } from '../../../src/bidding/landscape-fit.ts';
import { gammaLandscape } from '../../../src/bidding/landscape-gamma.ts';
import { logLogisticLandscape } from '../../../src/bidding/landscape-log-logistic.ts';
import { logNormalLandscape } from '../../../src/bidding/landscape-log-normal.ts';
import { addOutcome, emptyObservations, largestInformative } from '../../../src/bidding/landscape-observations.ts';
import { Rng } from '../../../src/core/rng.ts';
import { microsToCpm } from '../../../src/core/units.ts';
import { type FeedbackMode, toldMinToWin } from '../../../src/market/feedback.ts';
import type { LandscapePanel } from '../../../src/report/panels/landscape-truth.ts';
import { SegmentTruth } from '../../../src/sim/bid-shading/segment-truth.ts';
import { nonParametric } from './estimates.ts';
import type { BidShadingConfig } from './settings.ts';
import { FEEDBACK_WORDS } from './words.ts';

/** Auctions that the estimates of the chart are made from. */
const NUM_AUCTIONS = 200;
/** Their bids are uniform up to this share of the largest price shown. */
const HIGHEST_BID = 0.45;
const NUM_POINTS = 120;

/** Panels of the chart, and what to know of them. */
export interface LandscapeFigure {
  readonly panels: readonly LandscapePanel[];
  readonly warnings: readonly string[];
}

/** The first segment's landscape without drift, and what each estimator makes of the same auctions in each mode. */
export function landscapePanels(config: BidShadingConfig): LandscapeFigure {
  const truth = new SegmentTruth(config.segments[0]!);
  const highest = quantile(truth, 0.995);
  const best = truth.bestBid(truth.baseMicros, config.segments[0]!.meanValueMicros);
  const warnings: string[] = [];
  const panels = config.modes.map((mode): LandscapePanel => {
    const { told, outcomes } = auctions(truth, mode, highest * HIGHEST_BID, new Rng(`${config.experiment}/landscape`));
    const estimates = [
      { title: 'Non-parametric', estimate: nonParametric(mode, told) },
      { title: 'Log-normal', estimate: fitLandscape(logNormalLandscape, told) },
      { title: 'Gamma', estimate: fitLandscape(gammaLandscape, told) },
      { title: 'Win-rate model', estimate: fitLandscape(logLogisticLandscape, outcomes) },
    ];
    const warning = supportWarning(estimates[0]!.estimate, best);
    if (warning !== null) warnings.push(`Landscape chart, ${FEEDBACK_WORDS[mode].toLowerCase()}: ${warning}.`);
    const bids = Array.from({ length: NUM_POINTS }, (_, i) => (highest * (i + 1)) / NUM_POINTS);
    const truthAt = (bid: number) => truth.winProbability(truth.baseMicros, bid);
    return {
      panel: FEEDBACK_WORDS[mode],
      supportCpm: microsToCpm(largestInformative(told)),
      curves: [
        { title: 'Truth', points: bids.map((bid) => ({ cpm: microsToCpm(bid), probability: truthAt(bid) })) },
        ...estimates.map(({ title, estimate }) => ({
          title,
          points: bids.map((bid) => ({ cpm: microsToCpm(bid), probability: estimate.cdf(bid) })),
        })),
      ],
    };
  });
  return { panels, warnings };
}

function auctions(truth: SegmentTruth, mode: FeedbackMode, highestBid: number, rng: Rng) {
  const told = emptyObservations();
  const outcomes = emptyObservations();
  for (let i = 0; i < NUM_AUCTIONS; i++) {
    const price = truth.drawPrice(truth.baseMicros, rng);
    const bid = Math.ceil(rng.next() * highestBid);
    const won = bid > price;
    addOutcome(told, bid, won, toldMinToWin(mode, won, price) + 1);
    addOutcome(outcomes, bid, won, Number.NaN);
  }
  return { told, outcomes };
}

function quantile(truth: SegmentTruth, probability: number): number {
  let bid = truth.baseMicros;
  while (truth.winProbability(truth.baseMicros, bid) < probability) bid *= 1.05;
  return bid;
}
