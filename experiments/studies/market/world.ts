import { Rng } from '../../../src/core/rng.ts';
import { MICROS_PER_UNIT } from '../../../src/core/units.ts';
import type { PacingScales } from '../../../src/policy/runtime.ts';
import { type FlightWindow, flightWindows, type TrafficPlan, trafficPlan } from '../../../src/sim/flight-window.ts';
import { recordCompetition } from '../../../src/sim/market/competition-tape.ts';
import { type House, openHouse } from '../../../src/sim/market/house.ts';
import type { AgentSeat } from '../../../src/sim/market/house-config.ts';
import { Replay } from '../../../src/sim/replay.ts';
import type { MarketStudyConfig } from './settings.ts';

/** Name of the seat that policies take in turn. */
export const SEAT_NAME = 'you';

/** One auction format in one seed: the market and what a bidder may know of it beforehand. */
export interface MarketWorld {
  /** Without shocks. */
  readonly house: House;
  /** What the seat would have met on past flights. */
  readonly replay: Replay;
  /** What one budget covers, each: past flights, or their days. */
  readonly windows: readonly FlightWindow[];
  readonly plan: TrafficPlan;
  readonly scales: PacingScales;
  /** Of a flight, or of each of its days. */
  readonly budgetMicros: number;
  /** Streams of the flights; the same whatever the auction format, the scenario and the policy. */
  streams(purpose: 'train' | 'validation' | 'test'): Rng[];
}

/** The market under an auction format, with a scenario's shocks. @throws SimError on an impossible market. */
export function houseOf(config: MarketStudyConfig, auction: number, scenario: number | null): House {
  const shocks = [...config.market.shocks, ...(scenario === null ? [] : config.scenarios[scenario]!.shocks)];
  const market = { ...config.market, auction: config.auctions[auction]!.auction, shocks };
  return openHouse(market, [seatOf(config)], `auctions.${auction}.auction`);
}

function seatOf({ seat }: MarketStudyConfig): AgentSeat {
  const { clickValue, fitSigma, predictor, budget, budgetPer } = seat;
  const money = { budget: { family: 'fixed', value: budget }, budgetPer } as const;
  return { name: SEAT_NAME, title: 'You', clickValue, fitSigma, predictor, ...money };
}

/** Plays the past flights and learns what can be known from them. */
export function marketWorld(config: MarketStudyConfig, auction: number, seed: number): MarketWorld {
  const house = houseOf(config, auction, null);
  const root = new Rng(`${config.experiment}/market/${seed}`);
  const streams: MarketWorld['streams'] = (purpose) =>
    Array.from({ length: config.flights[purpose] }, (_, i) => root.split(purpose).split(i));
  const { tape, cut } = recordCompetition(house, 0, streams('train'));
  const replay = new Replay(tape, cut.stepOffsets);
  const windows = flightWindows(replay, cut);
  const mean = (column: Float64Array) => column.reduce((sum, x) => sum + x, 0) / Math.max(1, column.length);
  return {
    house,
    replay,
    windows,
    plan: trafficPlan(replay, windows),
    scales: { priceMicros: Math.max(1, mean(replay.paidMicros)), value: Math.max(1, mean(tape.value)) },
    budgetMicros: Math.round(config.seat.budget * MICROS_PER_UNIT),
    streams,
  };
}
