import { SimError } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import { auctionRulesOf, valueUnitOf } from '../data/auction-rules.ts';
import { allocateTape, type Tape, type TapeMeta } from '../data/tape.ts';
import { dailyFactors } from '../market/drift.ts';
import { PriceSampler, priceLevels } from '../market/price-levels.ts';
import { arrivalTimes, SECONDS_PER_DAY } from '../market/traffic.ts';
import { RateSampler } from '../response/rate-sampler.ts';
import type { MarketConfig } from './market-config.ts';

/** More rows than this would not fit a typed array's usual limits. */
const MAX_ROWS = 500_000_000;

/**
 * A synthetic tape.
 *
 * Price and click probability are tied by a Gaussian copula: with standard normal scores u (price) and e,
 * `pCtr = Q(ρ·u + √(1 − ρ²)·e)` where Q is the quantile function of the click probability. A click is a Bernoulli draw of
 * pCtr, a conversion one of pCvr given the click; value = pCtr · (valuePerClick + pCvr · valuePerConversion).
 *
 * Every day and every quantity has its own stream: more days leave the earlier ones as they are, and another response
 * model leaves prices and times as they are.
 *
 * @param seed The stream that everything is drawn from by name; equal paths give equal tapes.
 * @throws SimError `CONFIG_INVALID` where the market has no price level or too many rows.
 */
export function generateTape(config: MarketConfig, seed: Rng): Tape {
  const trafficFactors = dailyFactors(config.drift.traffic, config.days, seed.split('traffic-drift'));
  const priceFactors = dailyFactors(config.drift.price, config.days, seed.split('price-drift'));
  const counts = trafficFactors.map((factor) => Math.max(1, Math.round(config.auctionsPerDay * factor)));
  const length = counts.reduce((sum, count) => sum + count, 0);
  if (length > MAX_ROWS) {
    throw new SimError(
      'CONFIG_INVALID',
      `market: expected at most ${MAX_ROWS} opportunities, received ${length}; lower days or auctionsPerDay`,
    );
  }
  const tape = allocateTape(metaOf(config), length);
  const market = new MarketSampler(config);
  let offset = 0;
  for (let day = 0; day < config.days; day++) {
    const count = counts[day]!;
    market.fillDay(tape, day, offset, count, priceFactors[day]!, seed.split('day').split(day));
    offset += count;
  }
  return tape;
}

function metaOf(config: MarketConfig): TapeMeta {
  const { priceUnit, response } = config;
  const perConversion = response.pCvr === null ? 0 : response.valuePerConversion;
  return {
    name: config.name,
    origin: 'generated',
    currency: config.currency,
    priceUnit: { name: priceUnit.name, micros: priceUnit.micros },
    clock: 'seconds',
    lostPrices: 'known',
    ...auctionRulesOf(config.auction, priceUnit.micros),
    valueUnit: response.valueUnit ?? valueUnitOf(response.valuePerClick, perConversion, config.currency),
    segments: config.segments.map((segment) => segment.name),
  };
}

/** Cumulative shares of alternatives, drawn by one uniform number each. */
class ShareSampler {
  readonly #cumulative: Float64Array;

  /** @param shares Probabilities; what they lack to 1 falls to the index after the last. */
  constructor(shares: readonly number[]) {
    this.#cumulative = new Float64Array(shares.length);
    let sum = 0;
    for (let i = 0; i < shares.length; i++) {
      sum += shares[i]!;
      this.#cumulative[i] = sum;
    }
  }

  index(uniform: number): number {
    let i = 0;
    while (i < this.#cumulative.length && uniform >= this.#cumulative[i]!) i++;
    return i;
  }
}

/** The tables of one market; fills the days of a tape. */
class MarketSampler {
  readonly #config: MarketConfig;
  readonly #prices: PriceSampler;
  readonly #clickRates: RateSampler;
  readonly #conversionRates: RateSampler | null;
  readonly #segments: ShareSampler;
  readonly #rateFactors: Float64Array;
  readonly #floors: ShareSampler;
  readonly #floorMicros: Float64Array;

  constructor(config: MarketConfig) {
    const unit = config.priceUnit.micros;
    const quantum = config.auction.bidQuantumMicros;
    this.#config = config;
    this.#prices = new PriceSampler(priceLevels(config.price, unit, quantum));
    this.#clickRates = new RateSampler(config.response.pCtr);
    this.#conversionRates = config.response.pCvr === null ? null : new RateSampler(config.response.pCvr);
    const shareTotal = config.segments.reduce((sum, segment) => sum + segment.share, 0);
    const shares = config.segments.map((segment) => segment.share / shareTotal);
    const meanRate = config.segments.reduce((sum, segment, i) => sum + shares[i]! * segment.rateFactor, 0);
    this.#segments = new ShareSampler(shares.slice(0, -1));
    this.#rateFactors = Float64Array.from(config.segments, (segment) => segment.rateFactor / meanRate);
    this.#floors = new ShareSampler(config.floors.map((floor) => floor.share));
    this.#floorMicros = Float64Array.from(
      config.floors,
      (floor) => Math.round((floor.price * unit) / quantum) * quantum,
    );
  }

  /** Fills `count` rows from `offset` on with the opportunities of one day. */
  fillDay(tape: Tape, day: number, offset: number, count: number, priceFactor: number, streams: Rng): void {
    const start = day * SECONDS_PER_DAY;
    arrivalTimes(this.#config.hourlyTraffic, streams.split('times'), start, tape.timeSeconds, offset, count);
    if (this.#config.segments.length > 0) this.#fillSegments(tape, offset, count, streams.split('segments'));
    if (this.#config.floors.length > 0) this.#fillFloors(tape, offset, count, streams.split('floors'));
    this.#fillPricesAndValues(tape, offset, count, priceFactor, streams);
  }

  #fillSegments(tape: Tape, offset: number, count: number, rng: Rng): void {
    for (let i = offset; i < offset + count; i++) tape.segment[i] = this.#segments.index(rng.next());
  }

  #fillFloors(tape: Tape, offset: number, count: number, rng: Rng): void {
    for (let i = offset; i < offset + count; i++) {
      const floor = this.#floors.index(rng.next());
      tape.floorMicros[i] = floor < this.#floorMicros.length ? this.#floorMicros[floor]! : 0;
    }
  }

  #fillPricesAndValues(tape: Tape, offset: number, count: number, dayFactor: number, streams: Rng): void {
    const { response } = this.#config;
    const priceStream = streams.split('prices');
    const rateStream = streams.split('click-rates');
    const clickStream = streams.split('clicks');
    const conversionRateStream = streams.split('conversion-rates');
    const conversionStream = streams.split('conversions');
    const correlation = response.priceCorrelation;
    const rest = Math.sqrt(1 - correlation * correlation);
    for (let i = offset; i < offset + count; i++) {
      const priceScore = priceStream.normal();
      const segment = tape.segment[i]!;
      tape.marketPriceMicros[i] = this.#priceMicros(priceScore, tape.timeSeconds[i]!, segment, dayFactor);
      let pCtr = this.#clickRates.rate(correlation * priceScore + rest * rateStream.normal());
      if (this.#rateFactors.length > 0) pCtr = Math.min(1, pCtr * this.#rateFactors[segment]!);
      const clicked = clickStream.double() < pCtr;
      tape.click[i] = clicked ? 1 : 0;
      let worth = response.valuePerClick;
      if (this.#conversionRates !== null) {
        const pCvr = this.#conversionRates.rate(conversionRateStream.normal());
        worth += pCvr * response.valuePerConversion;
        // Drawn for every opportunity, so that clicks do not shift later conversions.
        const converts = conversionStream.double() < pCvr;
        tape.conversion[i] = clicked && converts ? 1 : 0;
      }
      tape.value[i] = pCtr * worth;
    }
  }

  /** The price of a normal score, moved by day, hour and segment and rounded to the quantum again where they move it. */
  #priceMicros(score: number, timeSeconds: number, segment: number, dayFactor: number): number {
    const base = this.#prices.priceMicros(score);
    const { hourlyPriceFactors, segments, auction } = this.#config;
    const hour = Math.floor((timeSeconds % SECONDS_PER_DAY) / 3600);
    let factor = dayFactor * hourlyPriceFactors[hour]!;
    if (segments.length > 0) factor *= segments[segment]!.priceFactor;
    if (factor === 1) return base;
    return Math.round((base * factor) / auction.bidQuantumMicros) * auction.bidQuantumMicros;
  }
}
