import { z } from 'zod';
import { mirrorDualStep } from '../../src/bidding/first-price-dual.ts';
import type { LandscapeFit } from '../../src/bidding/landscape-fit.ts';
import { logLogisticLandscape } from '../../src/bidding/landscape-log-logistic.ts';
import { addOutcome, emptyObservations, type LandscapeObservations } from '../../src/bidding/landscape-observations.ts';
import { steadyFit } from '../../src/bidding/landscape-steady.ts';
import { bestShadedBid } from '../../src/bidding/shading-search.ts';
import { shadingTable } from '../../src/bidding/shading-table.ts';
import type { BidNotice, BidPolicy, FlightCounters } from '../../src/core/policy.ts';
import { type BaselineContext, defineBaseline } from './baseline.ts';
import { trainingOf } from './training.ts';

/** Notices that a first fit needs, and new ones that call for another at the next step. */
const FIRST_FIT = 40;
const REFIT_AFTER = 20;
/** Notices that a fit reads, the latest ones. */
const MEMORY = 4000;
/** Step of the shadow price per relative spend error, largest error it answers to, and its largest value. */
const STEP_SIZE = 0.3;
const MAX_ERROR = 3;
const MAX_SHADOW_PRICE = 1000;
/** Nobody says what value is worth: it is taken for so many linear multipliers of the training data. */
const WORTH_OVER_LINEAR = 1.5;

/** Shades by a win curve that it learns within the flight from what it is told: prices, own prices, or wins and losses. */
export const noticeShading = defineBaseline({
  title: 'Shading by notices',
  kind: 'bid',
  source:
    'Win-rate curve and search of Pan et al. (2020), arXiv:2009.09259, fitted online to censored notices; budget by the shadow price of Wang et al. (2023), arXiv:2304.13477.',
  schema: z.strictObject({
    worthMicros: z.number().positive().nullable().default(null).meta({
      unit: 'micros per value unit',
      description:
        'What one unit of value is worth before shading; null for what the market says it is, and 1.5 linear multipliers of the training data where nobody says.',
    }),
    initialShade: z.number().gt(0).max(1).default(0.7).meta({
      unit: 'share of worth',
      description: 'What is bid until enough notices have come for a curve.',
    }),
  }),
  build(context, { worthMicros, initialShade }) {
    const worth = worthMicros ?? context.valueMicros ?? WORTH_OVER_LINEAR * trainingOf(context).multiplier();
    return noticeShadingPolicy(context, worth, initialShade);
  },
});

function noticeShadingPolicy({ numFlights }: BaselineContext, worth: number, initialShade: number): BidPolicy {
  const fresh = () => new FlightShading(initialShade);
  const flights = Array.from({ length: numFlights }, fresh);
  return {
    kind: 'bid',
    reset(mask) {
      for (let n = 0; n < numFlights; n++) if (mask === undefined || mask[n] === 1) flights[n] = fresh();
    },
    beginStep: (flight, counters) => flights[flight]!.beginStep(counters),
    bid: (flight, { value }) => flights[flight]!.bid(value * worth),
    observe: (flight, won, _priceMicros, notice) => flights[flight]!.observe(won, notice),
  };
}

/** What one flight has learnt: the curve of winning by bid, and the shadow price of its money. */
class FlightShading {
  readonly #initialShade: number;
  /** Ids that were counted: a second notice repeats the first. */
  readonly #counted = new Set<number>();
  #observations: LandscapeObservations = emptyObservations();
  #unread = 0;
  #fit: LandscapeFit | undefined;
  #shaded: ((worthMicros: number) => number) | null = null;
  #shadowPrice = 1;
  #lastBidMicros = 0;

  constructor(initialShade: number) {
    this.#initialShade = initialShade;
  }

  beginStep(c: FlightCounters): void {
    if (c.stepIndex > 0) {
      const planned = (c.budgetMicros * c.lastExpectedAuctions) / c.expectedAuctionsTotal;
      const [mu, spend] = [this.#shadowPrice, c.lastSpendMicros];
      this.#shadowPrice = mirrorDualStep(mu, spend, planned, STEP_SIZE, MAX_ERROR, 1, MAX_SHADOW_PRICE);
    }
    if (this.#observations.count >= FIRST_FIT && this.#unread >= REFIT_AFTER) this.#refit();
  }

  bid(worthMicros: number): number {
    const paced = worthMicros / this.#shadowPrice;
    this.#lastBidMicros = this.#shaded === null ? paced * this.#initialShade : this.#shaded(paced);
    return this.#lastBidMicros;
  }

  observe(won: boolean, notice: BidNotice | undefined): void {
    if (notice !== undefined) {
      if (this.#counted.has(notice.id)) return;
      this.#counted.add(notice.id);
    }
    const bid = notice?.bidMicros ?? this.#lastBidMicros;
    // A need of nothing is won by the smallest bid there is.
    const need = notice === undefined ? Number.NaN : Math.max(1, notice.minToWinMicros);
    if (!(bid > 0) && Number.isNaN(need)) return;
    if (this.#observations.count >= MEMORY) this.#forgetHalf();
    addOutcome(this.#observations, bid, won, need);
    this.#unread++;
  }

  #refit(): void {
    this.#fit = steadyFit(logLogisticLandscape, this.#observations, this.#fit);
    this.#unread = 0;
    const fit = this.#fit;
    const high = Math.max(fit.supportMicros, 2);
    this.#shaded = shadingTable(high / 1e5, high * 20, (worth) => bestShadedBid(worth, fit));
  }

  #forgetHalf(): void {
    const { count, lower, upper, weight } = this.#observations;
    const from = count >> 1;
    this.#observations = {
      count: count - from,
      lower: lower.slice(from),
      upper: upper.slice(from),
      weight: weight.slice(from),
    };
  }
}
