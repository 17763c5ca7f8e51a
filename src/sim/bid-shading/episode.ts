import type { Rng } from '../../core/rng.ts';
import { type Notice, toldMinToWin } from '../../market/feedback.ts';
import { FeedbackLedger } from '../../market/feedback-ledger.ts';
import { FeedbackQueue } from '../../market/feedback-queue.ts';
import type { ShadingMarket } from './market.ts';
import { SegmentTruth } from './segment-truth.ts';

/** What a batch, or all batches of an episode so far, came to. */
export interface ShadingOutcome {
  opportunities: number;
  wins: number;
  /** Σ value, bid and price paid, integer micros. */
  valueMicros: number;
  bidMicros: number;
  spendMicros: number;
  /** Σ (value − price) over what was won, integer micros. */
  surplusMicros: number;
  /** Σ (value − bid) · P(bid wins): the same without the luck of the prices, micros. */
  expectedMicros: number;
  /** Σ of that for the best bids, micros. */
  bestMicros: number;
}

/** Nothing yet. */
export function emptyShadingOutcome(): ShadingOutcome {
  return {
    opportunities: 0,
    wins: 0,
    valueMicros: 0,
    bidMicros: 0,
    spendMicros: 0,
    surplusMicros: 0,
    expectedMicros: 0,
    bestMicros: 0,
  };
}

/** Called with each notice that arrives for the first time and the segment of its auction. */
export type NoticeReceiver = (notice: Notice, segment: number) => void;

/**
 * One run of a market: draws batches, settles bids in first price and carries notices. Reused from episode to episode;
 * allocates nothing within one.
 *
 * Prices, values, segments and the fate of notices come from the stream of the episode alone, never from what is bid.
 */
export class ShadingEpisode {
  readonly market: ShadingMarket;
  /** `[S]` */
  readonly truths: readonly SegmentTruth[];
  /** `[S]` price levels of this episode, micros; hidden from bidders. */
  readonly levels: Float64Array;
  /** `[B]` values of the batch at hand, integer micros. */
  readonly values: Float64Array;
  /** `[B]` 1 where the bid of the batch settled last won; hidden from bidders until a notice tells. */
  readonly won: Uint8Array;
  /** Batches settled, 0 … T. */
  step = 0;
  /** What the best bids are expected to earn, micros a batch on average over this episode's segments. */
  bestPerBatch = 0;
  /** Of the batch settled last, and of the whole episode. */
  readonly last: ShadingOutcome = emptyShadingOutcome();
  readonly total: ShadingOutcome = emptyShadingOutcome();
  /** `[T]` segment of each batch. */
  readonly #segments: Int32Array;
  /** `[B]` highest rival bids of the batch at hand. */
  readonly #prices: Float64Array;
  readonly #queue: FeedbackQueue;
  readonly #ledger = new FeedbackLedger();
  readonly #notice: Notice = { id: 0, bidMicros: 0, won: false, priceMicros: 0, minToWinMicros: 0 };
  readonly #arrive: (notice: Notice) => void;
  #receive: NoticeReceiver = () => undefined;
  #rng: Rng;

  /** @param truths Of the market's segments, shared by all episodes: see {@link segmentTruths}. */
  constructor(market: ShadingMarket, truths: readonly SegmentTruth[], rng: Rng) {
    this.market = market;
    this.truths = truths;
    this.levels = new Float64Array(market.segments.length);
    this.values = new Float64Array(market.batchSize);
    this.won = new Uint8Array(market.batchSize);
    this.#prices = new Float64Array(market.batchSize);
    this.#segments = new Int32Array(market.numSteps);
    this.#queue = new FeedbackQueue(market.delivery, rng);
    this.#arrive = (notice) => {
      if (!this.#ledger.accept(notice)) return;
      this.#receive(notice, this.#segments[Math.floor(notice.id / market.batchSize)]!);
    };
    this.#rng = rng;
    this.begin(rng);
  }

  /** Segment of the batch at hand; of the last batch where the episode has ended. */
  get segment(): number {
    return this.#segments[Math.min(this.step, this.market.numSteps - 1)]!;
  }

  /** Whether every batch is settled. */
  get ended(): boolean {
    return this.step === this.market.numSteps;
  }

  /** Starts the episode of a stream and draws its first batch. */
  begin(rng: Rng): void {
    const { market } = this;
    this.#rng = rng.split('market');
    this.#queue.restart(rng.split('delivery'));
    this.#ledger.clear();
    this.step = 0;
    clear(this.total);
    clear(this.last);
    for (let s = 0; s < this.levels.length; s++) {
      this.levels[s] = this.truths[s]!.baseMicros * Math.exp(market.driftSigma * this.#rng.normal());
    }
    let best = 0;
    for (let t = 0; t < market.numSteps; t++) this.#segments[t] = this.#rng.int(this.levels.length);
    for (let s = 0; s < this.levels.length; s++) {
      let batches = 0;
      for (let t = 0; t < market.numSteps; t++) if (this.#segments[t] === s) batches++;
      if (batches > 0) best += batches * market.batchSize * this.truths[s]!.meanBestSurplus(this.levels[s]!);
    }
    this.bestPerBatch = best / market.numSteps;
    this.#draw();
  }

  /**
   * Settles the batch at hand, hands over the notices that are due, and draws the next batch.
   *
   * @param bidsMicros `[B]` integer micros; NaN or below 1 is no bid.
   */
  settle(bidsMicros: Float64Array, receive: NoticeReceiver): void {
    const { last, total, market } = this;
    const segment = this.segment;
    const truth = this.truths[segment]!;
    const level = this.levels[segment]!;
    clear(last);
    for (let i = 0; i < market.batchSize; i++) {
      const bid = bidsMicros[i]! >= 1 ? bidsMicros[i]! : 0;
      const value = this.values[i]!;
      const won = bid > this.#prices[i]!;
      this.won[i] = won ? 1 : 0;
      last.valueMicros += value;
      last.bidMicros += bid;
      last.expectedMicros += (value - bid) * truth.winProbability(level, bid);
      last.bestMicros += truth.bestSurplus(level, value);
      if (won) {
        last.wins++;
        last.spendMicros += bid;
        last.surplusMicros += value - bid;
      }
      if (bid > 0) this.#send(this.step * market.batchSize + i, bid, won, this.#prices[i]!);
    }
    last.opportunities = market.batchSize;
    add(total, last);
    this.#receive = receive;
    this.#queue.deliver(this.#arrive);
    this.step++;
    if (!this.ended) this.#draw();
  }

  #send(id: number, bid: number, won: boolean, price: number): void {
    const notice = this.#notice;
    notice.id = id;
    notice.bidMicros = bid;
    notice.won = won;
    notice.priceMicros = won ? bid : 0;
    notice.minToWinMicros = toldMinToWin(this.market.feedback, won, price);
    this.#queue.send(notice);
  }

  #draw(): void {
    const segment = this.segment;
    const truth = this.truths[segment]!;
    const level = this.levels[segment]!;
    for (let i = 0; i < this.values.length; i++) {
      this.values[i] = truth.drawValue(this.#rng);
      this.#prices[i] = truth.drawPrice(level, this.#rng);
    }
  }
}

/** The truth of each segment of a market. */
export function segmentTruths(market: ShadingMarket): readonly SegmentTruth[] {
  return market.segments.map((segment) => new SegmentTruth(segment));
}

function clear(outcome: ShadingOutcome): void {
  for (const key of KEYS) outcome[key] = 0;
}

function add(into: ShadingOutcome, outcome: ShadingOutcome): void {
  for (const key of KEYS) into[key] += outcome[key];
}

const KEYS = Object.keys(emptyShadingOutcome()) as (keyof ShadingOutcome)[];
