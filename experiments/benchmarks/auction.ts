import { makeAllocation, makeAuctionBatch } from '../../src/auction/batch.ts';
import { chargeSlots } from '../../src/auction/billing.ts';
import type { Allocation, AuctionBatch, Slots } from '../../src/auction/mechanism.ts';
import { mechanisms } from '../../src/auction/registry.ts';
import { makeSlots, ONE_SLOT } from '../../src/auction/slots.ts';
import { Rng } from '../../src/core/rng.ts';
import type { Benchmark } from './benchmark.ts';
import { fastestSeconds } from './measure.ts';

const NUM_BIDDERS = 48;
/** Opportunities cleared at once: bids of a batch stay within a core's cache. */
const BATCH = 1000;
/** Values that long runs draw their opportunities from: 512 KiB, a power of two. */
const VALUES = 1 << 16;
/** Processor time that short runs are repeated for. */
const LEAST_MICROS = 1_000_000;
const THREE_SLOTS = makeSlots([1, 0.8, 0.6], 'cascade');

/** A batch of log-normal bids and qualities over a small reserve. */
function setting(slots: Slots): { batch: AuctionBatch; out: Allocation } {
  const rng = new Rng('bench/auction');
  const batch = makeAuctionBatch({ maxAuctions: BATCH, numBidders: NUM_BIDDERS, quality: true });
  for (let i = 0; i < BATCH * NUM_BIDDERS; i++) {
    batch.bidsMicros[i] = Math.floor(100_000 * Math.exp(rng.normal()));
    batch.quality![i] = 0.01 * Math.exp(0.5 * rng.normal());
  }
  batch.reserveMicros.fill(10_000);
  return { batch, out: makeAllocation(BATCH, slots.exposure.length) };
}

/** Bids of a mechanism cleared a second, batch after batch. */
function bidsPerSecond(id: string, slots: Slots, page: string): Benchmark {
  const rounds = 4;
  return {
    title: `${mechanisms.get(id).title}: bids cleared, ${NUM_BIDDERS} bidders, ${page}, one core`,
    unit: '/s',
    async measure() {
      const mechanism = mechanisms.get(id);
      const { batch, out } = setting(slots);
      const seconds = await fastestSeconds(() => {
        for (let round = 0; round < rounds; round++) mechanism.clear(batch, slots, out);
      });
      return (rounds * BATCH * NUM_BIDDERS) / seconds;
    },
  };
}

/** Bids cleared a second by the second-price auction. */
export const auctionSecondPrice = bidsPerSecond('second-price', ONE_SLOT, 'one slot');
/** Bids cleared a second by the generalised second price, ranked by bid. */
export const auctionGsp = bidsPerSecond('gsp', THREE_SLOTS, 'three slots');
/** Bids cleared a second by VCG, ranked by bid · quality. */
export const auctionVcg = bidsPerSecond('vcg', THREE_SLOTS, 'three slots');

/** A run of opportunities: values read, bids made of them, auctions cleared, bills added up. Returns the bill, micros. */
function longRun(): (opportunities: number) => number {
  const mechanism = mechanisms.get('gsp');
  const { batch, out } = setting(THREE_SLOTS);
  const rng = new Rng('bench/auction-scaling');
  const values = Float64Array.from({ length: VALUES }, () => Math.exp(rng.normal()));
  const charges = new Float64Array(out.winners.length);
  const events = { exposed: null, clicks: null, conversions: null };
  const clearFrom = (first: number, numAuctions: number): number => {
    batch.numAuctions = numAuctions;
    for (let i = 0; i < numAuctions * NUM_BIDDERS; i++) {
      batch.bidsMicros[i] = Math.floor(100_000 * values[(first * NUM_BIDDERS + i) % VALUES]!);
    }
    mechanism.clear(batch, THREE_SLOTS, out);
    return chargeSlots('impression', out, events, numAuctions * THREE_SLOTS.exposure.length, charges);
  };
  return (opportunities) => {
    let bill = 0;
    for (let done = 0; done < opportunities; done += BATCH)
      bill += clearFrom(done, Math.min(BATCH, opportunities - done));
    return bill;
  };
}

/**
 * Mean nanoseconds a bid in runs of so many opportunities; in processor time, because a run of seconds is interrupted by
 * whatever else the machine does, and the mean because the best of many short runs would flatter them.
 */
function nsPerBid(opportunities: number): number {
  const run = longRun();
  run(10 * BATCH);
  const before = process.cpuUsage();
  let runs = 0;
  let micros = 0;
  while (micros < LEAST_MICROS) {
    run(opportunities);
    runs++;
    micros = process.cpuUsage(before).user;
  }
  return (micros * 1000) / (runs * opportunities * NUM_BIDDERS);
}

function scaling(opportunities: number, words: string): Benchmark {
  return {
    title: `Bids made, cleared and charged in a run of ${words} opportunities: 48 bidders, three slots, one core`,
    unit: '/s',
    measure: async () => 1e9 / nsPerBid(opportunities),
  };
}

/** Bids a second in a short run. */
export const auctionScalingShort = scaling(1e4, '10 thousand');
/** Bids a second in a long run: the cost of an opportunity does not grow with their number. */
export const auctionScalingLong = scaling(1e7, '10 million');

/** What a bid costs in a run of so many opportunities. */
export interface AuctionCost {
  readonly opportunities: number;
  readonly nsPerBid: number;
}

/** What a bid costs in runs of 10⁴ to 10⁷ opportunities: generalised second price, three slots, 48 bidders, one core. */
export function auctionScaling(): readonly AuctionCost[] {
  return [1e4, 1e5, 1e6, 1e7].map((opportunities) => ({ opportunities, nsPerBid: nsPerBid(opportunities) }));
}
