import type { MultiplierPolicy } from '../../core/policy.ts';
import type { Rng } from '../../core/rng.ts';
import type { Tape } from '../../data/tape.ts';
import { TapeBuilder } from '../../data/tape-builder.ts';
import type { FlightCut } from '../flight-window.ts';
import type { House } from './house.ts';
import { MarketFloor } from './market-floor.ts';
import type { MarketRun } from './market-run.ts';
import type { RivalBids } from './rival-bids.ts';

const SECONDS_PER_DAY = 86_400;

/** What a seat would meet: the tape of the others' highest bids, cut into the flights, or days, that its budget covers. */
export interface Competition {
  readonly tape: Tape;
  readonly cut: FlightCut;
}

/**
 * Plays flights in which one agent's seat bids nothing and records what it would have had to beat: for planning and tuning,
 * as a bidder that buys a log of the market would.
 *
 * Values are what the seat believes an impression to be worth in micros, prices the highest bid of the others, floors the reserve, both in
 * money for an impression (see `rival-bids.ts`); a tie is lost. What rivals and reserves would make of the seat's own bids is
 * not in it, nor are slots below the first and soft floors: where there is one, prices are those of the second price.
 *
 * @param seat Index of an agent's seat among the agents; the others bid nothing either.
 */
export function recordCompetition(house: House, seat: number, streams: readonly Rng[]): Competition {
  const index = house.firstAgent + seat;
  const numAgents = house.seats.length - house.firstAgent;
  const floor = new MarketFloor(house, 1, Array.from({ length: numAgents }, silent));
  const builder = new TapeBuilder(false);
  const offsets = [0];
  for (const [day, rng] of streams.entries()) {
    const rivalBids = { seat: index, highestMicros: [] as number[], floorMicros: [] as number[] };
    floor.begin(0, rng, 1, { rivalBids });
    for (let t = 0; t < house.numTicks; t++) floor.step();
    appendFlight(builder, floor.runs[0]!, house, rivalBids, day, offsets);
  }
  const { auction, currency } = house.config;
  const tape = builder.finish({
    ...{ name: 'Competition in the market', origin: 'generated', currency, priceUnit: { name: 'micros', micros: 1 } },
    ...{
      clock: 'seconds',
      lostPrices: 'known',
      ties: 'lose',
      minBidMicros: 1,
      bidQuantumMicros: 1,
      maxBidMicros: null,
    },
    pricing: auction.mechanism === 'first-price' ? 'first-price' : 'second-price',
    ...{ valueUnit: `${currency} micros`, segments: [] },
  });
  const periods = house.seats[index]!.periods.length;
  const labels = streams.flatMap((_, flight) =>
    Array.from({ length: periods }, (_unused, day) => `flight ${flight + 1}${periods > 1 ? `, day ${day + 1}` : ''}`),
  );
  return { tape, cut: { stepOffsets: Int32Array.from(offsets), labels, numSteps: house.numTicks / periods } };
}

/** Appends one flight's rows; @param offsets Ends of ticks so far, appended to. */
function appendFlight(
  builder: TapeBuilder,
  run: MarketRun,
  house: House,
  { seat, highestMicros, floorMicros }: RivalBids,
  day: number,
  offsets: number[],
): void {
  const { tickOffsets, believedMicros } = run.opportunities;
  const tickSeconds = (SECONDS_PER_DAY * house.config.days) / house.numTicks;
  for (let t = 0; t < house.numTicks; t++) {
    for (let k = tickOffsets[t]!; k < tickOffsets[t + 1]!; k++) {
      builder.push({
        timeSeconds: day * house.config.days * SECONDS_PER_DAY + t * tickSeconds,
        value: believedMicros[k * house.seats.length + seat]!,
        marketPriceMicros: highestMicros[k]!,
        floorMicros: floorMicros[k]!,
        ...{ click: 0, conversion: 0, segment: 0, loggedBidMicros: Number.NaN },
      });
    }
    offsets.push(builder.length);
  }
}

/** Bids nothing. */
function silent(): MultiplierPolicy {
  return {
    kind: 'multiplier',
    reset() {},
    decide(_flights, active, out) {
      for (let n = 0; n < active.length; n++) out[n] = 0;
    },
  };
}
