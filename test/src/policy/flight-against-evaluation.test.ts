import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { exportBundle } from '../../../src/export/bundle.ts';
import { type LoadedPolicy, loadPolicy, PacingRuntime } from '../../../src/policy/runtime.ts';
import { cutByRecords, flightWindows, recordsPlan } from '../../../src/sim/flight-window.ts';
import { playFlights } from '../../../src/sim/play-flights.ts';
import { Replay } from '../../../src/sim/replay.ts';
import { type ModelChoice, randomModel, sourceDefaults } from '../export/random-model.ts';
import { smallTape } from '../sim/small-tape.ts';

const NUM_STEPS = 12;
const HORIZON = 600;

/** A tape around the model's scales; values are multiples of 2^-20, so that sums are exact in any order. */
function tapeFor(seed: string) {
  const rng = new Rng(`flight-against-evaluation/${seed}`);
  const rows = Array.from({ length: HORIZON }, () => ({
    value: Math.round(0.0008 * Math.exp(rng.normal() * 0.7) * 2 ** 20) / 2 ** 20,
    price: Math.round(8000 * Math.exp(rng.normal() * 0.5)) * 10,
  }));
  return smallTape(rows, { ties: 'win', minBidMicros: 0, bidQuantumMicros: 10, maxBidMicros: 300_000 });
}

/** What a bidder lives through: one request at a time, the second price where it wins, its own counters only. */
function liveMultipliers(policy: LoadedPolicy, tape: ReturnType<typeof tapeFor>, budgetMicros: number): number[] {
  const plan = { budgetMicros, expectedAuctions: Array.from({ length: NUM_STEPS }, () => HORIZON / NUM_STEPS) };
  const flight = policy.startFlight(plan);
  const multipliers: number[] = [];
  for (let i = 0; i < tape.length; i++) {
    if (i % (HORIZON / NUM_STEPS) === 0) multipliers.push(flight.startStep());
    const price = tape.marketPriceMicros[i]!;
    const won = flight.bid(tape.value[i]!) >= price;
    flight.recordAuction(won, won ? price : 0, tape.value[i]!);
  }
  return multipliers;
}

describe('a flight of the loaded bundle, fed with raw events', () => {
  const choices: ModelChoice[] = [
    { seed: 'a', hidden: [16, 16], activation: 'tanh', decoding: 'grid' },
    { seed: 'b', hidden: [16], activation: 'relu', decoding: 'moves' },
    { seed: 'c', hidden: [], activation: 'linear', decoding: 'log' },
  ];
  for (const choice of choices) {
    it(`decides in every step as the evaluator decided on the same auctions (${choice.decoding})`, async () => {
      const model = randomModel(choice);
      const runtime = new PacingRuntime(model);
      const bidRules = { bidQuantumMicros: 10, maxBidMicros: 300_000, minBidMicros: 0 };
      const policy = await loadPolicy(JSON.stringify(await exportBundle({ ...sourceDefaults, bidRules, model })));
      for (const budgetMicros of [4_000_000, 20_000_000, 100_000_000]) {
        const tape = tapeFor(`${choice.seed}/${budgetMicros}`);
        const cut = cutByRecords(tape, HORIZON, NUM_STEPS);
        const replay = new Replay(tape, cut.stepOffsets);
        const flight = {
          window: flightWindows(replay, cut)[0]!,
          budgetMicros,
          startingMultiplier: sourceDefaults.startingMultiplier,
        };
        const [result] = playFlights(replay, recordsPlan(HORIZON, NUM_STEPS, 0), [flight], {
          kind: 'multiplier',
          reset: () => undefined,
          decide: (flights, _active, out) => {
            out[0] = runtime.multiplier(flights[0]!);
          },
        });
        const live = liveMultipliers(policy, tape, budgetMicros);
        const evaluated = Array.from(result!.trace.multiplier).filter((multiplier) => !Number.isNaN(multiplier));
        expect(evaluated.length).toBeGreaterThan(0);
        expect(live.slice(0, evaluated.length)).toEqual(evaluated);
      }
    });
  }
});
