import type { Allocation, AuctionBatch } from '../../auction/mechanism.ts';
import type { BidPolicy, FlightCounters } from '../../core/policy.ts';
import type { Rng } from '../../core/rng.ts';
import { blankOpportunity } from '../bid-step.ts';
import { advanceFlight, beginFlight, blankCounters } from '../flight-counters.ts';
import { emptyOutcome } from '../step-outcome.ts';
import type { House } from './house.ts';
import type { ImpressionRow } from './impression-log.ts';
import { Opportunities } from './opportunities.ts';
import { addTally, clearTally, emptyTally, type Tally } from './tally.ts';

/** No bid, in the words of {@link AuctionBatch.bidsMicros}. */
const NO_BID = -1;

/** What a run may write down beside its tallies; both cost time and memory. */
export interface MarketRecords {
  /** Gets a row for every ad that is seen. */
  readonly log?: ImpressionRow[];
  /** Gets the highest bid of all seats but one for each opportunity, integer micros, 0 where there is none. */
  readonly rivalBids?: { readonly seat: number; readonly highestMicros: number[] };
}

/**
 * One flight of a market at a time: T ticks of opportunities, A seats, one auction after another.
 *
 * Rules. A bid is a multiple of the seat's basis rounded down to whole micros; below one micro it is no bid. It counts for
 * at most one micro more than the seat has left, so nobody sets prices with money that is not there. A win whose price for
 * one billed event is above what the seat has left is void: the auction is held again without that seat. Auctions are
 * settled in time order. So a budget is never overspent, and one seat against rivals that do not react plays exactly as on
 * the tape of their highest bids (`sim/replay.ts`, second price, a tie is lost).
 */
export class MarketRun {
  readonly opportunities: Opportunities;
  /** `[A]` what each seat can count for itself; worth in micros is the value unit, clicks and bots as it believes. */
  readonly counters: readonly FlightCounters[];
  /** Of the last tick, and of the flight so far. */
  readonly tick: Tally;
  readonly total: Tally;
  /** Tick about to be played, 0 … T. */
  tickIndex = 0;
  /** Opportunities of the flight so far, and slots of them that nobody bought. */
  auctions = 0;
  unsoldSlots = 0;
  readonly #house: House;
  readonly #numSeats: number;
  readonly #byClick: boolean;
  readonly #botClickRate: number;
  readonly #single: AuctionBatch;
  readonly #singleOut: Allocation;
  #batch: AuctionBatch;
  #out: Allocation;
  readonly #opportunity = blankOpportunity();
  readonly #outcome = emptyOutcome();
  readonly #remaining: Float64Array;
  #records: MarketRecords = {};

  constructor(house: House) {
    this.#house = house;
    this.#numSeats = house.seats.length;
    this.#byClick = house.config.auction.bill === 'click';
    this.#botClickRate = house.config.traffic.invalid.clickRate;
    this.opportunities = new Opportunities(house);
    this.counters = house.seats.map(blankCounters);
    this.tick = emptyTally(this.#numSeats);
    this.total = emptyTally(this.#numSeats);
    this.#remaining = new Float64Array(this.#numSeats);
    this.#single = this.#makeBatch(1);
    this.#singleOut = this.#makeAllocation(1);
    this.#batch = this.#makeBatch(0);
    this.#out = this.#makeAllocation(0);
  }

  /** Draws the next flight and gives every seat its budget. @param startingMultiplier What agents' counters show first. */
  begin(rng: Rng, startingMultiplier: number, records: MarketRecords = {}): void {
    this.opportunities.draw(rng);
    this.#records = records;
    this.tickIndex = 0;
    this.auctions = 0;
    this.unsoldSlots = 0;
    clearTally(this.tick);
    clearTally(this.total);
    for (let a = 0; a < this.#numSeats; a++) {
      const { rule, plan } = this.#house.seats[a]!;
      const { budgetMicros } = this.opportunities.seats[a]!;
      beginFlight(this.counters[a]!, plan, budgetMicros, rule === null ? startingMultiplier : rule.multiplier);
      this.#remaining[a] = budgetMicros;
    }
  }

  /** Whether the seat is in the market in the tick about to be played. */
  present(seat: number): boolean {
    const { enterTick, exitTick } = this.#house.seats[seat]!;
    return this.tickIndex >= enterTick && this.tickIndex < exitTick;
  }

  /**
   * Plays one tick.
   *
   * @param multipliers `[A]` bids over basis of seats that set one; ignored where `bidders` has a policy and where the
   * seat is not present; NaN or a negative number bids nothing.
   * @param bidders `[A]` policies that bid for each opportunity; null for the others. Their `beginStep` was called.
   * @param flight The flight that they know this run by.
   */
  playTick(multipliers: Float64Array, bidders: readonly (BidPolicy | null)[], flight: number): void {
    clearTally(this.tick);
    const from = this.opportunities.tickOffsets[this.tickIndex]!;
    const count = this.opportunities.tickOffsets[this.tickIndex + 1]! - from;
    for (let a = 0; a < this.#numSeats; a++) this.#remaining[a] = this.counters[a]!.remainingMicros;
    this.#makeRoom(count);
    if (this.#fillBids(from, count, multipliers, bidders)) this.#playAtOnce(from, count);
    else this.#playOneByOne(from, count, bidders, flight);
    addTally(this.total, this.tick);
    this.auctions += count;
    for (let a = 0; a < this.#numSeats; a++) if (this.present(a)) this.#advance(a, count, multipliers[a]!, bidders[a]!);
    this.tickIndex++;
  }

  #advance(a: number, count: number, multiplier: number, bidder: BidPolicy | null): void {
    const outcome = this.#outcome;
    const c = this.counters[a]!;
    outcome.wins = this.tick.wins[a]!;
    outcome.spendMicros = this.tick.spendMicros[a]!;
    outcome.value = this.tick.believedMicros[a]!;
    const shown = bidder !== null || !(multiplier >= 0) ? c.lastMultiplier : multiplier;
    advanceFlight(c, this.#house.seats[a]!.plan, outcome, count, shown);
  }

  /**
   * Writes all bids that are known before the tick.
   *
   * @returns Whether the whole tick can be cleared at once: everybody's bids are known, and nobody could spend what it has.
   */
  #fillBids(from: number, count: number, multipliers: Float64Array, bidders: readonly (BidPolicy | null)[]): boolean {
    const bids = this.#batch.bidsMicros;
    const basis = this.opportunities.basisMicros;
    const numSeats = this.#numSeats;
    let atOnce = true;
    for (let a = 0; a < numSeats; a++) {
      const multiplier = multipliers[a]!;
      const bidsNow = this.present(a) && bidders[a] === null && multiplier >= 0;
      if (this.present(a) && bidders[a] !== null) atOnce = false;
      let sum = 0;
      for (let k = 0; k < count; k++) {
        const bid = bidsNow ? Math.floor(multiplier * basis[(from + k) * numSeats + a]!) : 0;
        bids[k * numSeats + a] = bid >= 1 ? bid : NO_BID;
        sum += bid;
      }
      if (sum > this.#remaining[a]!) atOnce = false;
    }
    return atOnce;
  }

  #playAtOnce(from: number, count: number): void {
    const batch = this.#batch;
    const { slots, mechanism } = this.#house;
    const numSlots = slots.exposure.length;
    batch.numAuctions = count;
    this.#copyColumns(batch, from, count);
    mechanism.clear(batch, slots, this.#out);
    for (let k = 0; k < count; k++) {
      this.#noteRivalBid(batch.bidsMicros, k);
      this.#settle(this.#out, k * numSlots, from + k);
    }
  }

  #playOneByOne(from: number, count: number, bidders: readonly (BidPolicy | null)[], flight: number): void {
    const { slots, mechanism } = this.#house;
    const numSeats = this.#numSeats;
    const bids = this.#single.bidsMicros;
    for (let k = 0; k < count; k++) {
      const i = from + k;
      for (let a = 0; a < numSeats; a++) {
        const bidder = bidders[a]!;
        const wanted =
          bidder !== null && this.present(a)
            ? this.#ask(bidder, flight, a, i, k)
            : this.#batch.bidsMicros[k * numSeats + a]!;
        const bid = Math.min(Math.floor(wanted), this.#remaining[a]! + 1);
        bids[a] = bid >= 1 ? bid : NO_BID;
      }
      this.#noteRivalBid(bids, 0);
      this.#copyColumns(this.#single, i, 1);
      do mechanism.clear(this.#single, slots, this.#singleOut);
      while (this.#dropBroke());
      this.#settle(this.#singleOut, 0, i);
      this.#notify(bidders, flight);
    }
  }

  /** Asks a policy that bids per opportunity. */
  #ask(bidder: BidPolicy, flight: number, a: number, i: number, k: number): number {
    const opportunity = this.#opportunity;
    opportunity.value = this.opportunities.basisMicros[i * this.#numSeats + a]!;
    opportunity.floorMicros = this.#house.config.auction.reserveMicros;
    opportunity.remainingMicros = this.#remaining[a]!;
    opportunity.auctionsLeft = Math.max(1, this.counters[a]!.expectedAuctionsLeft - k);
    return bidder.bid(flight, opportunity);
  }

  /** Takes out the bids of winners that cannot pay. @returns Whether there were any. */
  #dropBroke(): boolean {
    const { winners, pricesMicros } = this.#singleOut;
    let dropped = false;
    for (let s = 0; s < this.#house.slots.exposure.length; s++) {
      const winner = winners[s]!;
      if (winner < 0 || pricesMicros[s]! <= this.#remaining[winner]!) continue;
      this.#single.bidsMicros[winner] = NO_BID;
      dropped = true;
    }
    return dropped;
  }

  /** Books auction i, whose slots stand in `out` from `row` on. */
  #settle(out: Allocation, row: number, i: number): void {
    const numSlots = this.#house.slots.exposure.length;
    for (let s = 0; s < numSlots; s++) {
      const winner = out.winners[row + s]!;
      if (winner < 0) this.unsoldSlots++;
      else this.#book(winner, out.pricesMicros[row + s]!, i, s);
    }
  }

  #book(a: number, priceMicros: number, i: number, slot: number): void {
    const { tick } = this;
    const { bot, seen, clickDraw, conversionDraw, pCtr, worthMicros, site } = this.opportunities;
    const place = i * this.#house.slots.exposure.length + slot;
    tick.wins[a]! += 1;
    if (seen[place] === 0) return;
    const entry = i * this.#numSeats + a;
    const invalid = bot[i]!;
    const clicked = clickDraw[place]! < (invalid === 1 ? this.#botClickRate : pCtr[entry]!);
    const converted = clicked && invalid === 0 && conversionDraw[place]! < this.#house.config.pages.conversionRate;
    const charged = this.#byClick && !clicked ? 0 : priceMicros;
    this.#remaining[a]! -= charged;
    tick.impressions[a]! += 1;
    tick.spendMicros[a]! += charged;
    tick.believedMicros[a]! += worthMicros[entry]!;
    if (clicked) tick.clicks[a]! += 1;
    if (converted) tick.conversions[a]! += 1;
    if (invalid === 1) {
      tick.invalidImpressions[a]! += 1;
      tick.invalidSpendMicros[a]! += charged;
      if (clicked) tick.invalidClicks[a]! += 1;
    } else {
      tick.worthMicros[a]! += worthMicros[entry]!;
    }
    this.#records.log?.push({
      ...{ opportunity: i, seat: a, slot, site: site[i]!, pCtr: pCtr[entry]!, clicked, converted },
      ...{ chargedMicros: charged, invalid: invalid === 1 },
    });
  }

  /** Tells the policies that bid per opportunity what came of it: the price of the slot won, 0 where none. */
  #notify(bidders: readonly (BidPolicy | null)[], flight: number): void {
    const { winners, pricesMicros } = this.#singleOut;
    const numSlots = this.#house.slots.exposure.length;
    for (let a = 0; a < this.#numSeats; a++) {
      const bidder = bidders[a]!;
      if (bidder?.observe === undefined || !this.present(a)) continue;
      let slot = numSlots - 1;
      while (slot >= 0 && winners[slot] !== a) slot--;
      bidder.observe(flight, slot >= 0, slot >= 0 ? pricesMicros[slot]! : 0);
    }
  }

  #noteRivalBid(bids: Float64Array, row: number): void {
    const { rivalBids } = this.#records;
    if (rivalBids === undefined) return;
    let highest = 0;
    for (let a = 0; a < this.#numSeats; a++) {
      const bid = bids[row * this.#numSeats + a]!;
      if (a !== rivalBids.seat && bid > highest) highest = bid;
    }
    rivalBids.highestMicros.push(highest);
  }

  #copyColumns(batch: AuctionBatch, from: number, count: number): void {
    const [start, end] = [from * this.#numSeats, (from + count) * this.#numSeats];
    batch.quality?.set(this.opportunities.pCtr.subarray(start, end));
    batch.tieBreak?.set(this.opportunities.tieDraw.subarray(start, end));
  }

  #makeRoom(count: number): void {
    if (this.#batch.reserveMicros.length >= count) return;
    this.#batch = this.#makeBatch(Math.ceil(count * 1.25));
    this.#out = this.#makeAllocation(Math.ceil(count * 1.25));
  }

  #makeBatch(numAuctions: number): AuctionBatch {
    const size = numAuctions * this.#numSeats;
    const { ties, reserveMicros } = this.#house.config.auction;
    return {
      numAuctions,
      numBidders: this.#numSeats,
      bidsMicros: new Float64Array(size),
      quality: this.#byClick ? new Float64Array(size) : null,
      reserveMicros: new Float64Array(numAuctions).fill(reserveMicros),
      softFloorMicros: null,
      ties,
      tieBreak: ties === 'random' ? new Float64Array(size) : null,
    };
  }

  #makeAllocation(numAuctions: number): Allocation {
    const size = numAuctions * this.#house.slots.exposure.length;
    return { winners: new Int32Array(size), pricesMicros: new Float64Array(size) };
  }
}
