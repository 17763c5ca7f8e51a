import { drawExposure } from '../../auction/slots.ts';
import { FastNormal } from '../../core/fast-normal.ts';
import type { Rng } from '../../core/rng.ts';
import { dailyFactors } from '../../market/drift.ts';
import type { ClickPredictor } from '../../market/rival-population.ts';
import { shockFactor } from '../../market/shocks.ts';
import { drawSeat, type House, type SeatDraw } from './house.ts';

/**
 * The opportunities of one flight in time order, drawn before anybody bids: equal streams give equal opportunities
 * whatever the bidders do. K opportunities, A seats, S slots; buffers grow and are drawn anew for each flight.
 */
export class Opportunities {
  /** `[T + 1]` first opportunity of each tick. */
  readonly tickOffsets: Int32Array;
  /** `[A]` */
  readonly seats: SeatDraw[] = [];
  /** `[K]` 1 where the request is a bot's. */
  bot = new Uint8Array(0);
  /** `[K]` publisher. */
  site = new Int32Array(0);
  /** `[K, A]` click probability of a person. */
  pCtr = new Float64Array(0);
  /** `[K, A]` what the bidder predicts of it, of bots as well; the same array where everybody predicts the truth. */
  predictedCtr: Float64Array = new Float64Array(0);
  /** `[K, A]` what an impression is worth if a person sees it, integer micros. */
  worthMicros = new Float64Array(0);
  /** `[K, A]` what the bidder believes of that, integer micros; the same array where everybody predicts the truth. */
  believedMicros: Float64Array = new Float64Array(0);
  /** `[K, A]` what bids are multiples of: the believed worth of one billed event, integer micros; the impression's where it is one. */
  basisMicros: Float64Array = new Float64Array(0);
  /** `[K, A]` billed events that bidders expect of an impression that is seen, > 0; null where it is itself the event. */
  eventRate: Float64Array | null = null;
  /** `[K, A]` the same as the seller knows it, the truth. */
  quality: Float64Array | null = null;
  /** `[K, S]` 1 where the slot is seen. */
  seen = new Uint8Array(0);
  /** `[K, S]` uniform numbers that decide what is clicked and converts. */
  clickDraw = new Float64Array(0);
  conversionDraw = new Float64Array(0);
  /** `[K, A]` uniform numbers for ties; empty unless ties are random. */
  tieDraw = new Float64Array(0);
  /** `[K]` click rate of each page for the average advertiser. */
  #rates = new Float64Array(0);
  readonly #house: House;
  /** `[T]` factor on what things are worth to rivals. */
  readonly #dear: Float64Array;
  /** Whether every seat predicts the truth. */
  readonly #allRight: boolean;

  constructor(house: House) {
    this.#house = house;
    this.tickOffsets = new Int32Array(house.numTicks + 1);
    this.#dear = new Float64Array(house.numTicks);
    this.#allRight = house.seats.every(({ predictor }) => predictor === null);
  }

  /** K */
  get length(): number {
    return this.tickOffsets[this.tickOffsets.length - 1]!;
  }

  /**
   * Draws a flight. Each quantity has a stream of its own, and each seat one by its name: another rival leaves all else as
   * it is.
   */
  draw(rng: Rng): void {
    this.#drawTraffic(rng.split('traffic'));
    this.#grow();
    this.#drawPages(rng.split('pages'));
    this.#drawSeats(rng);
    this.#drawOutcomes(rng.split('outcomes'));
  }

  #drawTraffic(rng: Rng): void {
    const { config, expectedOpportunities, numTicks } = this.#house;
    const { drift, noise } = config.traffic;
    const daily = dailyFactors(drift, config.days, rng.split('drift'));
    const wobble = rng.split('noise');
    for (let t = 0; t < numTicks; t++) {
      const day = t / config.ticksPerDay;
      const factor = daily[Math.floor(day)]! * shockFactor(config.shocks, 'traffic', day);
      const count = expectedOpportunities[t]! * factor * Math.exp(noise * wobble.normal() - (noise * noise) / 2);
      this.tickOffsets[t + 1] = this.tickOffsets[t]! + Math.round(count);
    }
  }

  #grow(): void {
    const { seats, selling } = this.#house;
    const k = this.length;
    if (this.bot.length >= k) return;
    const room = Math.ceil(k * 1.25);
    const [byseat, byslot] = [room * seats.length, room * selling.slots.exposure.length];
    this.#rates = new Float64Array(room);
    this.bot = new Uint8Array(room);
    this.site = new Int32Array(room);
    this.pCtr = new Float64Array(byseat);
    this.worthMicros = new Float64Array(byseat);
    const believed = (truth: Float64Array) => (this.#allRight ? truth : new Float64Array(byseat));
    this.predictedCtr = believed(this.pCtr);
    this.believedMicros = believed(this.worthMicros);
    const { bill } = selling;
    this.basisMicros = bill === 'click' || bill === 'conversion' ? new Float64Array(byseat) : this.believedMicros;
    if (bill === 'click') this.quality = this.pCtr;
    if (bill === 'conversion') this.quality = new Float64Array(byseat);
    if (this.quality !== null) this.eventRate = bill === 'click' ? this.predictedCtr : believed(this.quality);
    this.seen = new Uint8Array(byslot);
    this.clickDraw = new Float64Array(byslot);
    this.conversionDraw = new Float64Array(byslot);
    if (selling.randomTies) this.tieDraw = new Float64Array(byseat);
  }

  #drawPages(rng: Rng): void {
    const { clickRate, sigma, sites } = this.#house.config.pages;
    const { share, sites: fraudSites } = this.#house.config.traffic.invalid;
    const rates = new FastNormal(rng.split('click-rates'));
    const [bots, places] = [rng.split('bots'), rng.split('sites')];
    for (let k = 0; k < this.length; k++) {
      this.#rates[k] = clickRate * Math.exp(sigma * rates.normal());
      const bot = bots.next() < share;
      this.bot[k] = bot ? 1 : 0;
      this.site[k] = Math.floor(places.next() * (bot ? fraudSites : sites));
    }
  }

  #drawSeats(rng: Rng): void {
    const { config, seats, numTicks } = this.#house;
    const dear = this.#dear;
    const drift = dailyFactors(config.rivalDrift, config.days, rng.split('rival-drift'));
    for (let t = 0; t < numTicks; t++) {
      const day = t / config.ticksPerDay;
      dear[t] = drift[Math.floor(day)]! * shockFactor(config.shocks, 'price', day);
    }
    for (let a = 0; a < seats.length; a++) {
      const own = rng.split('seat').split(seats[a]!.name);
      this.seats[a] = drawSeat(seats[a]!, own);
      const factors = seats[a]!.rule === null ? null : dear;
      this.#drawSeat(a, new FastNormal(own.split('fit')), factors);
      if (!this.#allRight) this.#predict(a, new FastNormal(own.split('predictor')), factors);
    }
  }

  /** Column a; @param dear `[T]` factor on what things are worth to a rival, null for an agent. */
  #drawSeat(a: number, fits: FastNormal, dear: Float64Array | null): void {
    const { seats, numTicks, config, selling } = this.#house;
    const numSeats = seats.length;
    const { fitSigma } = seats[a]!;
    // The mean of the fits is 1.
    const scale = Math.exp(-(fitSigma * fitSigma) / 2);
    const { pCtr, basisMicros, worthMicros } = this;
    const { conversionRate } = config.pages;
    const perConversion = selling.bill === 'conversion' ? this.quality : null;
    for (let t = 0; t < numTicks; t++) {
      const clickMicros = this.#clickMicros(a, t, dear);
      for (let k = this.tickOffsets[t]!; k < this.tickOffsets[t + 1]!; k++) {
        const i = k * numSeats + a;
        const rate = Math.min(1, this.#rates[k]! * scale * Math.exp(fitSigma * fits.normal()));
        pCtr[i] = rate;
        basisMicros[i] = perConversion === null ? clickMicros : Math.round(clickMicros / conversionRate);
        if (perConversion !== null) perConversion[i] = rate * conversionRate;
        worthMicros[i] = Math.round(rate * clickMicros);
      }
    }
  }

  /** What the seat of column a believes; @param errors Two seats never share a stream, and no other draw takes from it. */
  #predict(a: number, errors: FastNormal, dear: Float64Array | null): void {
    const { seats, numTicks, config, selling } = this.#house;
    const { predictor } = seats[a]!;
    const { pCtr, predictedCtr, believedMicros, eventRate } = this;
    const { conversionRate } = config.pages;
    const perConversion = selling.bill === 'conversion' ? eventRate : null;
    for (let t = 0; t < numTicks; t++) {
      const clickMicros = this.#clickMicros(a, t, dear);
      for (let k = this.tickOffsets[t]!; k < this.tickOffsets[t + 1]!; k++) {
        const i = k * seats.length + a;
        const rate = predictor === null ? pCtr[i]! : predictedRate(pCtr[i]!, predictor, errors);
        predictedCtr[i] = rate;
        believedMicros[i] = Math.round(rate * clickMicros);
        if (perConversion !== null) perConversion[i] = rate * conversionRate;
      }
    }
  }

  /** Worth of a click to seat a in tick t, integer micros. */
  #clickMicros(a: number, t: number, dear: Float64Array | null): number {
    const { clickValueMicros } = this.seats[a]!;
    return dear === null ? clickValueMicros : Math.round(clickValueMicros * dear[t]!);
  }

  #drawOutcomes(rng: Rng): void {
    const [clicks, conversions] = [new FastNormal(rng.split('clicks')), new FastNormal(rng.split('conversions'))];
    const ties = new FastNormal(rng.split('ties'));
    const { selling, seats } = this.#house;
    const { slots } = selling;
    drawExposure(slots, rng.split('seen'), this.length, this.seen);
    for (let i = 0; i < this.length * slots.exposure.length; i++) {
      this.clickDraw[i] = clicks.next();
      this.conversionDraw[i] = conversions.next();
    }
    if (this.tieDraw.length > 0) for (let i = 0; i < this.length * seats.length; i++) this.tieDraw[i] = ties.next();
  }
}

/** logit p̂ = logit p + shift + noise · N(0, 1), in odds, which are right at p = 1 too. */
function predictedRate(rate: number, { shift, noise }: ClickPredictor, errors: FastNormal): number {
  const odds = rate * Math.exp(shift + noise * errors.normal());
  return odds / (1 - rate + odds);
}
