import type { BaselineContext } from '../../../agents/baselines/baseline.ts';
import { needMicros } from '../../../src/bidding/landscape.ts';
import type { FlightCounters, Opportunity, Policy } from '../../../src/core/policy.ts';
import { Rng } from '../../../src/core/rng.ts';

/** A market of independent opportunities: log-normal prices and values that go a little together. */
export interface Market {
  readonly value: Float64Array;
  readonly marketPriceMicros: Float64Array;
  readonly floorMicros: Float64Array;
  readonly click: Uint8Array;
}

function drawMarket(rng: Rng, length: number): Market {
  const value = new Float64Array(length);
  const marketPriceMicros = new Float64Array(length);
  const click = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const common = rng.normal();
    value[i] = 0.004 * Math.exp(0.8 * rng.normal() + 0.2 * common);
    marketPriceMicros[i] = Math.max(1, Math.round(60 * Math.exp(0.7 * rng.normal() + 0.3 * common))) * 10;
    click[i] = rng.next() < value[i]! ? 1 : 0;
  }
  return { value, marketPriceMicros, floorMicros: new Float64Array(length), click };
}

/** Flights over one market: `numFlights` stretches of `numSteps · auctionsPerStep` opportunities. */
export interface Game {
  readonly market: Market;
  readonly auction: BaselineContext['auction'];
  readonly numFlights: number;
  readonly numSteps: number;
  readonly auctionsPerStep: number;
  readonly budgetMicros: number;
}

export interface Outcome {
  readonly value: number;
  readonly spendMicros: number;
  readonly wins: number;
  /** Every bid made, in order; NaN where none was. */
  readonly bids: number[];
}

/** Plays one policy on every flight side by side; second price, never above what is left. */
export function play(game: Game, policy: Policy, afterStep?: (step: number) => void): Outcome[] {
  policy.reset();
  const { numFlights, numSteps } = game;
  const flights = Array.from({ length: numFlights }, () => newCounters(game));
  const outcomes = flights.map(() => ({ value: 0, spendMicros: 0, wins: 0, bids: [] as number[] }));
  const multipliers = new Float64Array(numFlights);
  const active = new Uint8Array(numFlights).fill(1);
  for (let step = 0; step < numSteps; step++) {
    if (policy.kind === 'multiplier') policy.decide(flights, active, multipliers);
    for (let n = 0; n < numFlights; n++) {
      if (policy.kind === 'bid') policy.beginStep(n, flights[n]!);
      playStep(game, policy, n, flights[n]!, multipliers[n]!, outcomes[n]!);
    }
    afterStep?.(step);
  }
  return outcomes;
}

function newCounters(game: Game): FlightCounters {
  const total = game.numSteps * game.auctionsPerStep;
  return {
    stepIndex: 0,
    numSteps: game.numSteps,
    budgetMicros: game.budgetMicros,
    remainingMicros: game.budgetMicros,
    expectedAuctions: game.auctionsPerStep,
    expectedAuctionsLeft: total,
    expectedAuctionsTotal: total,
    lastExpectedAuctions: 0,
    lastAuctions: 0,
    lastWins: 0,
    lastSpendMicros: 0,
    lastValue: 0,
    auctions: 0,
    wins: 0,
    value: 0,
    lastMultiplier: 1,
  };
}

function playStep(
  game: Game,
  policy: Policy,
  n: number,
  c: FlightCounters,
  multiplier: number,
  outcome: { value: number; spendMicros: number; wins: number; bids: number[] },
): void {
  const { market, auction } = game;
  const perFlight = game.numSteps * game.auctionsPerStep;
  const start = n * perFlight + c.stepIndex * game.auctionsPerStep;
  const before = { value: c.value, wins: c.wins, remaining: c.remainingMicros };
  for (let i = start; i < start + game.auctionsPerStep; i++) {
    const opportunity: Opportunity = {
      value: market.value[i]!,
      floorMicros: market.floorMicros[i]!,
      remainingMicros: c.remainingMicros,
      auctionsLeft: (n + 1) * perFlight - i,
      loggedBidMicros: 500,
    };
    const wanted = policy.kind === 'bid' ? policy.bid(n, opportunity) : multiplier * opportunity.value;
    outcome.bids.push(wanted);
    const bid = Math.floor(wanted / auction.bidQuantumMicros) * auction.bidQuantumMicros;
    const price = Math.max(market.marketPriceMicros[i]!, market.floorMicros[i]!);
    const won = bid >= needMicros(market.marketPriceMicros[i]!, market.floorMicros[i]!, auction);
    const bought = won && price <= c.remainingMicros;
    if (bought) {
      c.remainingMicros -= price;
      c.value += opportunity.value;
      c.wins += 1;
      outcome.value += opportunity.value;
      outcome.spendMicros += price;
      outcome.wins += 1;
    }
    if (policy.kind === 'bid') policy.observe?.(n, bought, bought ? price : 0);
  }
  c.stepIndex += 1;
  c.auctions += game.auctionsPerStep;
  c.lastExpectedAuctions = game.auctionsPerStep;
  c.expectedAuctionsLeft -= game.auctionsPerStep;
  c.lastAuctions = game.auctionsPerStep;
  c.lastWins = c.wins - before.wins;
  c.lastSpendMicros = before.remaining - c.remainingMicros;
  c.lastValue = c.value - before.value;
  c.lastMultiplier = multiplier;
}

/** A game of four flights of 12 steps × 60 auctions at an eighth of what all would cost, and what a baseline knows of it. */
export function syntheticGame(seed: string, budgetFraction = 1 / 8): { game: Game; context: BaselineContext } {
  const numFlights = 4;
  const numSteps = 12;
  const auctionsPerStep = 60;
  const perFlight = numSteps * auctionsPerStep;
  const length = numFlights * perFlight;
  const rng = new Rng(seed);
  const train = drawMarket(rng.split('train'), length);
  const auction = {
    pricing: 'second-price',
    ties: 'lose',
    minBidMicros: 1,
    bidQuantumMicros: 1,
    maxBidMicros: null,
  } as const;
  const cost = train.marketPriceMicros.reduce((a, x) => a + x, 0);
  const budgetMicros = Math.floor((cost * budgetFraction) / numFlights);
  const shape = { auction, numFlights, numSteps, auctionsPerStep, budgetMicros };
  const tuning: Game = { ...shape, market: train };
  const context: BaselineContext = {
    train,
    auction,
    flight: { budgetMicros, numSteps, expectedAuctions: new Float64Array(numSteps).fill(auctionsPerStep) },
    numFlights,
    rng: rng.split('baseline'),
    score: (policy) => play(tuning, policy).reduce((a, o) => a + o.value, 0),
  };
  return { game: { ...shape, market: drawMarket(rng.split('test'), length) }, context };
}
