import type { ReserveStrategy } from '../../auction/reserve.ts';
import type { BidPolicy, FlightCounters } from '../../core/policy.ts';
import type { Rng } from '../../core/rng.ts';
import { blankOpportunity } from '../bid-step.ts';
import { advanceFlight, beginFlight, blankCounters } from '../flight-counters.ts';
import { emptyOutcome } from '../step-outcome.ts';
import { affordable, dropBroke, NO_BID } from './affordable.ts';
import { type AuctionRoom, copyAuction, makeRoom } from './auction-room.ts';
import type { House } from './house.ts';
import type { ImpressionRow } from './impression-log.ts';
import { Opportunities } from './opportunities.ts';
import { noteRivalBids, type RivalBids } from './rival-bids.ts';
import { SeatNotices } from './seat-notices.ts';
import { type Books, bookAuction, drawEvents } from './settle.ts';
import { addTally, clearTally, emptyTally, type Tally } from './tally.ts';

/** What a run may write down beside its tallies; both cost time and memory. */
export interface MarketRecords {
  /** Gets a row for every ad that is served. */
  readonly log?: ImpressionRow[];
  /** Gets what one seat would have had to beat in each opportunity. */
  readonly rivalBids?: RivalBids;
}

/**
 * One flight of a market at a time: T ticks of opportunities, A seats, one auction after another.
 *
 * Rules. A bid is for one billed event: a multiple of what that is worth to the seat (its basis), rounded down to whole
 * micros; below one micro it is no bid. Policies that bid per opportunity think in money for an impression; their bids are
 * divided by the billed events that they expect of it. A bid counts for at most one micro more than the seat has left, so
 * nobody sets prices with money that is not there. A win whose price for one billed event is above what the seat has left is
 * void: the auction is held again without that seat. Auctions are settled in time order. So a budget is never overspent, and
 * one seat against rivals that do not react plays exactly as on the tape of their highest bids (`sim/replay.ts`, second price,
 * a tie is lost). Reserves are set before each tick from the bids of the ticks before it, void ones included.
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
  readonly #single: AuctionRoom;
  #room: AuctionRoom;
  #reserve: ReserveStrategy;
  readonly #opportunity = blankOpportunity();
  readonly #outcome = emptyOutcome();
  readonly #remaining: Float64Array;
  /** `[A]` which of its budgets each seat spends. */
  readonly #period: Int32Array;
  readonly #books: Books;
  readonly #notices: SeatNotices;
  #startingMultiplier = 1;
  #rivalBids: RivalBids | undefined;

  constructor(house: House) {
    this.#house = house;
    this.#numSeats = house.seats.length;
    this.opportunities = new Opportunities(house);
    this.counters = house.seats.map(blankCounters);
    this.tick = emptyTally(this.#numSeats);
    this.total = emptyTally(this.#numSeats);
    this.#remaining = new Float64Array(this.#numSeats);
    this.#period = new Int32Array(this.#numSeats);
    this.#books = { tick: this.tick, remainingMicros: this.#remaining, log: undefined };
    this.#notices = new SeatNotices(house);
    this.#single = makeRoom(house, 1);
    this.#room = makeRoom(house, 1);
    this.#reserve = house.selling.makeReserve();
  }

  /** Draws the next flight and gives every seat its budget. @param startingMultiplier What agents' counters show first. */
  begin(rng: Rng, startingMultiplier: number, records: MarketRecords = {}): void {
    this.opportunities.draw(rng);
    this.#notices.begin(rng.split('feedback'));
    this.#reserve = this.#house.selling.makeReserve();
    this.#books.log = records.log;
    this.#rivalBids = records.rivalBids;
    this.#startingMultiplier = startingMultiplier;
    this.tickIndex = 0;
    this.auctions = 0;
    this.unsoldSlots = 0;
    clearTally(this.tick);
    clearTally(this.total);
    for (let a = 0; a < this.#numSeats; a++) this.#beginPeriod(a, 0);
  }

  /** Whether the seat is in the market in the tick about to be played. */
  present(seat: number): boolean {
    const { enterTick, exitTick } = this.#house.seats[seat]!;
    return this.tickIndex >= enterTick && this.tickIndex < exitTick;
  }

  /** Whether the seat's budget begins anew with the tick about to be played, other than with its first. */
  renewed(seat: number): boolean {
    const period = this.#period[seat]!;
    return period > 0 && this.#house.seats[seat]!.periods[period]!.fromTick === this.tickIndex;
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
    this.#prepare(from, count);
    this.#fillBids(from, count, multipliers, bidders);
    if (bidders.some((bidder, a) => bidder !== null && this.present(a))) {
      this.#playOneByOne(from, count, bidders, flight);
    } else {
      this.#playAtOnce(from, count);
    }
    this.#reserve.observe(this.#room.batch, this.#room.sites);
    addTally(this.total, this.tick);
    this.auctions += count;
    for (let a = 0; a < this.#numSeats; a++) if (this.present(a)) this.#advance(a, count, multipliers[a]!, bidders[a]!);
    this.tickIndex++;
    for (let a = 0; a < this.#numSeats; a++) {
      const next = this.#period[a]! + 1;
      if (this.#house.seats[a]!.periods[next]?.fromTick === this.tickIndex) this.#beginPeriod(a, next);
    }
  }

  #beginPeriod(a: number, period: number): void {
    const { rule, periods } = this.#house.seats[a]!;
    const { budgetMicros } = this.opportunities.seats[a]!;
    const multiplier = rule === null ? this.#startingMultiplier : rule.multiplier;
    beginFlight(this.counters[a]!, periods[period]!.plan, budgetMicros, multiplier);
    this.#period[a] = period;
  }

  #advance(a: number, count: number, multiplier: number, bidder: BidPolicy | null): void {
    const outcome = this.#outcome;
    const c = this.counters[a]!;
    outcome.wins = this.tick.wins[a]!;
    outcome.spendMicros = this.tick.spendMicros[a]!;
    outcome.value = this.tick.believedMicros[a]!;
    const shown = bidder !== null || !(multiplier >= 0) ? c.lastMultiplier : multiplier;
    advanceFlight(c, this.#house.seats[a]!.periods[this.#period[a]!]!.plan, outcome, count, shown);
  }

  /** Makes room for the tick's auctions and writes all that is known of them but the bids. */
  #prepare(from: number, count: number): void {
    if (this.#room.capacity < count) this.#room = makeRoom(this.#house, Math.ceil(count * 1.25));
    const { batch, sites } = this.#room;
    const { site, quality, tieDraw } = this.opportunities;
    const first = from * this.#numSeats;
    batch.numAuctions = count;
    if (sites !== null) for (let k = 0; k < count; k++) sites[k] = site[from + k]!;
    this.#reserve.fill(count, sites, batch.reserveMicros);
    this.#fillSoftFloors(count);
    for (let i = 0; i < count * this.#numSeats; i++) {
      if (batch.quality !== null) batch.quality[i] = quality![first + i]!;
      if (batch.tieBreak !== null) batch.tieBreak[i] = tieDraw[first + i]!;
    }
  }

  #fillSoftFloors(count: number): void {
    const { softFloorMicros, reserveMicros } = this.#room.batch;
    const softFloor = this.#house.selling.softFloorMicros;
    if (softFloorMicros === null || softFloor === null) return;
    for (let k = 0; k < count; k++) softFloorMicros[k] = Math.max(softFloor, reserveMicros[k]!);
  }

  /** Writes all bids that are known before the tick, as far as there was money for them then. */
  #fillBids(from: number, count: number, multipliers: Float64Array, bidders: readonly (BidPolicy | null)[]): void {
    const bids = this.#room.batch.bidsMicros;
    const basis = this.opportunities.basisMicros;
    const numSeats = this.#numSeats;
    for (let a = 0; a < numSeats; a++) {
      const multiplier = multipliers[a]!;
      const most = this.#remaining[a]! + 1;
      const bidsNow = this.present(a) && bidders[a] === null && multiplier >= 0;
      for (let k = 0; k < count; k++) {
        const bid = bidsNow ? Math.min(Math.floor(multiplier * basis[(from + k) * numSeats + a]!), most) : 0;
        bids[k * numSeats + a] = bid >= 1 ? bid : NO_BID;
      }
    }
  }

  /** Clears the whole tick, and once more by itself each auction before which somebody's money had become short. */
  #playAtOnce(from: number, count: number): void {
    const { mechanism, slots } = this.#house.selling;
    const room = this.#room;
    mechanism.clear(room.batch, slots, room.out);
    drawEvents(this.#house, this.opportunities, room, from, count);
    for (let k = 0; k < count; k++) {
      if (affordable(room, k, this.#remaining)) {
        this.#noteRivalBids(k, from + k);
        this.unsoldSlots += bookAuction(this.opportunities, room, k, from + k, this.#books);
      } else {
        this.#hold(k, from + k);
      }
    }
  }

  #playOneByOne(from: number, count: number, bidders: readonly (BidPolicy | null)[], flight: number): void {
    const { bidsMicros } = this.#room.batch;
    this.#notices.beginTick(bidders, flight);
    for (let k = 0; k < count; k++) {
      for (let a = 0; a < this.#numSeats; a++) {
        const bidder = bidders[a]!;
        if (bidder === null || !this.present(a)) continue;
        bidsMicros[k * this.#numSeats + a] = Math.floor(this.#ask(bidder, flight, a, from + k, k));
      }
      this.#hold(k, from + k);
      this.#notify(bidders, k, from + k);
    }
    this.#notices.endTick();
  }

  /** Holds auction k of the tick by itself, with bids that there is money for now. */
  #hold(k: number, i: number): void {
    const { mechanism, slots } = this.#house.selling;
    const { batch } = this.#room;
    for (let a = 0; a < this.#numSeats; a++) {
      const bid = Math.min(batch.bidsMicros[k * this.#numSeats + a]!, this.#remaining[a]! + 1);
      batch.bidsMicros[k * this.#numSeats + a] = bid >= 1 ? bid : NO_BID;
    }
    this.#noteRivalBids(k, i);
    copyAuction(batch, k, this.#single.batch);
    do mechanism.clear(this.#single.batch, slots, this.#single.out);
    while (dropBroke(this.#single, this.#remaining));
    drawEvents(this.#house, this.opportunities, this.#single, i, 1);
    this.unsoldSlots += bookAuction(this.opportunities, this.#single, 0, i, this.#books);
  }

  /** Billed events that seat a expects of an impression of opportunity i. */
  #eventsPerImpression(a: number, i: number): number {
    const { eventRate } = this.opportunities;
    return eventRate === null ? 1 : eventRate[i * this.#numSeats + a]!;
  }

  /** Asks a policy that bids per opportunity. @returns Its bid for one billed event, not rounded. */
  #ask(bidder: BidPolicy, flight: number, a: number, i: number, k: number): number {
    const opportunity = this.#opportunity;
    const events = this.#eventsPerImpression(a, i);
    opportunity.id = i;
    opportunity.value = this.opportunities.believedMicros[i * this.#numSeats + a]!;
    opportunity.floorMicros = Math.ceil(this.#room.batch.reserveMicros[k]! * events);
    opportunity.remainingMicros = this.#remaining[a]!;
    opportunity.auctionsLeft = Math.max(1, this.counters[a]!.expectedAuctionsLeft - k);
    return bidder.bid(flight, opportunity) / events;
  }

  /** Tells the policies that bid per opportunity what came of auction k of the tick. */
  #notify(bidders: readonly (BidPolicy | null)[], k: number, i: number): void {
    const { winners, pricesMicros } = this.#single.out;
    if (bidders.some((bidder) => bidder?.observe !== undefined)) this.#notices.read(this.#single);
    for (let a = 0; a < this.#numSeats; a++) {
      const bidder = bidders[a]!;
      if (bidder?.observe === undefined || !this.present(a)) continue;
      const slot = winners.indexOf(a);
      const events = this.#eventsPerImpression(a, i);
      const bid = Math.max(0, this.#room.batch.bidsMicros[k * this.#numSeats + a]!);
      this.#notices.send(a, i, bid * events, slot >= 0 ? pricesMicros[slot]! * events : Number.NaN, events);
    }
  }

  #noteRivalBids(k: number, i: number): void {
    const rivalBids = this.#rivalBids;
    if (rivalBids === undefined) return;
    noteRivalBids(rivalBids, this.#room.batch, k, this.#eventsPerImpression(rivalBids.seat, i));
  }
}
