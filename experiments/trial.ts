import type { BaselineContext } from '../agents/baselines/baseline.ts';
import { baselines } from '../agents/baselines/registry.ts';
import type { Policy } from '../src/core/policy.ts';
import { Rng } from '../src/core/rng.ts';
import { readDataset } from '../src/data/dataset-file.ts';
import type { SummaryRow } from '../src/eval/summary-row.ts';
import type { Engine } from '../src/nn/network.ts';
import type { PacingModel } from '../src/policy/runtime.ts';
import { hindsightMultiplier } from '../src/sim/hindsight-multiplier.ts';
import { type FlightResult, playFlights } from '../src/sim/play-flights.ts';
import type { MetricsRecord } from '../src/store/run-store.ts';
import type { CompareConfig } from './experiment-config.ts';
import { flightsOf, meanValueRatio, summaryRow } from './flights.ts';
import { type LearnerProgress, trainLearner } from './learner.ts';
import { modelPolicy } from './model-policy.ts';
import { loadPolicyModule } from './policy-module.ts';
import type { Seat } from './seats.ts';
import type { ScorePoint, TrainingCheckpoints } from './train-agent.ts';
import type { World } from './world.ts';

/** How one test flight went, for the report: `[T]` each. */
export interface TrialTrace {
  readonly budgetFraction: number;
  readonly flight: string;
  /** Spend so far over the budget, after each step. */
  readonly spendShare: number[];
  /** NaN becomes null in JSON: policies that bid per impression. */
  readonly multiplier: (number | null)[];
  readonly winRate: number[];
  /** The traffic plan's share of the flight's auctions up to and including each step. */
  readonly planShare: number[];
  readonly exhaustedAt: number | null;
}

/** What one seat and seed leave; plain JSON. */
export interface TrialResult {
  readonly rows: readonly SummaryRow[];
  /** The first test flight at every budget fraction. */
  readonly traces: readonly TrialTrace[];
  readonly curve: readonly ScorePoint[];
}

/** A trial's result with what is stored beside it. */
export interface FinishedTrial {
  readonly result: TrialResult;
  readonly metrics: readonly MetricsRecord[];
  /** The trained model and where it comes from; null where nothing was trained. */
  readonly model: { readonly model: PacingModel; readonly envSteps: number; readonly validation: number } | null;
}

/**
 * Trains where there is something to train, then plays every test flight at every budget fraction exactly once.
 *
 * A function of its arguments: trials may run in any order and on any worker. The test days never influence a choice.
 *
 * @param checkpoints Where the training of a learner goes on from and leaves its state, by backend; it ends as without.
 */
export async function runTrial(
  config: CompareConfig,
  world: World,
  seat: Seat,
  seed: number,
  engine: () => Promise<Engine>,
  onRecord: LearnerProgress,
  checkpoints?: (backend: string) => TrainingCheckpoints,
): Promise<FinishedTrial> {
  const rng = new Rng(`${config.experiment}/${seat.policy}/${seed}`);
  if (seat.source === 'learner') {
    const loaded = await engine();
    const kept = checkpoints?.(loaded.description);
    const { dataset } = seat.settings;
    const log = dataset === undefined ? undefined : (await readDataset(dataset)).dataset;
    const trained = trainLearner(config, world, seat.settings, rng, loaded, onRecord, kept, log);
    const result = playTest(config, world, seat, seed, () => modelPolicy(trained.model));
    return {
      result: { ...result, curve: trained.curve },
      metrics: trained.metrics,
      model: { model: trained.model, envSteps: trained.best.envSteps, validation: trained.best.score },
    };
  }
  if (seat.source === 'reference' && seat.kind === 'ceiling') {
    return { result: ceilingResult(config, world, seat, seed), metrics: [], model: null };
  }
  const build = await policyBuilder(world, seat, rng);
  return { result: playTest(config, world, seat, seed, build), metrics: [], model: null };
}

/** The maker of a seat's policy for a budget fraction; tuned on the training days where the policy has something to tune. */
async function policyBuilder(world: World, seat: Seat, rng: Rng): Promise<(fraction: number) => Policy> {
  if (seat.source === 'reference') return (fraction) => bestConstant(world, fraction);
  if (seat.source === 'baseline') {
    const baseline = baselines.get(seat.id);
    return (fraction) => baseline.build(baselineContext(world, fraction, rng), seat.options as Record<string, unknown>);
  }
  if (seat.source === 'module') {
    const create = await loadPolicyModule(seat.path);
    return (fraction) => create(baselineContext(world, fraction, rng), seat.options);
  }
  throw new Error(`no policy to build for '${seat.policy}'`);
}

/** What a baseline or a user's policy may know: the training days, the budget, the traffic plan. */
export function baselineContext(world: World, fraction: number, rng: Rng): BaselineContext {
  const { replay, train, validation, test, plan } = world;
  const { tape } = replay;
  const from = replay.stepOffsets[train[0]!.firstStep]!;
  const last = train.at(-1)!;
  const to = replay.stepOffsets[last.firstStep + last.numSteps]!;
  return {
    train: {
      value: tape.value.subarray(from, to),
      marketPriceMicros: tape.marketPriceMicros.subarray(from, to),
      floorMicros: tape.floorMicros.subarray(from, to),
      click: tape.click.subarray(from, to),
    },
    auction: tape.meta,
    flight: {
      budgetMicros: world.budgetMicros(fraction),
      numSteps: plan.expectedAuctions.length,
      expectedAuctions: plan.expectedAuctions,
    },
    numFlights: Math.max(train.length, validation.length, test.length),
    rng: rng.split(`budget ${fraction}`),
    score: (policy) => meanValueRatio(world, train, fraction, policy),
  };
}

/** One multiplier per test flight, known in hindsight. */
function bestConstant(world: World, fraction: number): Policy {
  const multipliers = flightsOf(world, world.test, fraction).map(
    ({ window, budgetMicros }) =>
      hindsightMultiplier(world.replay, window, budgetMicros, world.referenceMultiplier).multiplier,
  );
  return {
    kind: 'multiplier',
    reset: () => undefined,
    decide(flights, active, out) {
      for (let n = 0; n < flights.length; n++) if (active[n] === 1) out[n] = multipliers[n]!;
    },
  };
}

/** Plays every test flight at every budget fraction exactly once, with the policy that `build` makes for a fraction. */
export function playTest(
  config: Pick<CompareConfig, 'budgetFractions'>,
  world: World,
  seat: Pick<Seat, 'policy' | 'title' | 'kind'>,
  seed: number,
  build: (fraction: number) => Policy,
): TrialResult {
  const rows: SummaryRow[] = [];
  const traces: TrialTrace[] = [];
  for (const budgetFraction of config.budgetFractions) {
    const flights = flightsOf(world, world.test, budgetFraction);
    const results = playFlights(world.replay, world.plan, flights, build(budgetFraction));
    const who = { policy: seat.policy, title: seat.title, kind: seat.kind, seed, budgetFraction };
    for (const [n, result] of results.entries()) rows.push(summaryRow(world, who, flights[n]!, result));
    traces.push(traceOf(world, budgetFraction, rows.at(-results.length)!, results[0]!));
  }
  return { rows, traces, curve: [] };
}

function traceOf(world: World, budgetFraction: number, row: SummaryRow, { trace }: FlightResult): TrialTrace {
  let spent = 0;
  const { expectedAuctionsFrom } = world.plan;
  const total = expectedAuctionsFrom[0]!;
  return {
    budgetFraction,
    flight: row.flight,
    spendShare: Array.from(trace.spendMicros, (spend) => {
      spent += spend;
      return spent / row.budgetMicros;
    }),
    multiplier: Array.from(trace.multiplier, (multiplier) => (Number.isNaN(multiplier) ? null : multiplier)),
    winRate: Array.from(trace.wins, (wins, t) => (trace.auctions[t]! > 0 ? wins / trace.auctions[t]! : 0)),
    planShare: Array.from(trace.spendMicros, (_, t) => 1 - expectedAuctionsFrom[t + 1]! / total),
    exhaustedAt: row.exhaustedAt,
  };
}

/** The hindsight optimum as rows: nothing is played, what was bought in part is counted in value alone. */
function ceilingResult(config: CompareConfig, world: World, seat: Seat, seed: number): TrialResult {
  const rows = config.budgetFractions.flatMap((budgetFraction) =>
    flightsOf(world, world.test, budgetFraction).map((flight) => {
      const { wins, ...bought } = world.hindsight.play(flight.window, flight.budgetMicros);
      const who = { policy: seat.policy, title: seat.title, kind: seat.kind, seed, budgetFraction };
      return summaryRow(world, who, flight, { ...bought, impressions: wins, exhaustedAtStep: -1 });
    }),
  );
  return { rows, traces: [], curve: [] };
}
