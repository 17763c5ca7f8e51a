import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createAuctionHouse } from '../../envs/auction-house.ts';
import { createBidPerImpression, type ImpressionSource } from '../../envs/bid-per-impression.ts';
import { createBidShading, type ShadingActions } from '../../envs/bid-shading.ts';
import { createBudgetPacing } from '../../envs/budget-pacing.ts';
import { Acrobot } from '../../envs/classic/acrobot.ts';
import { Bandit } from '../../envs/classic/bandit.ts';
import { CartPole } from '../../envs/classic/cartpole.ts';
import { NChain } from '../../envs/classic/n-chain.ts';
import { Pendulum } from '../../envs/classic/pendulum.ts';
import { ProbeEnv, probes } from '../../envs/classic/probe.ts';
import { createConstrainedBidding } from '../../envs/constrained-bidding.ts';
import { createKeywordBidding } from '../../envs/keyword-bidding.ts';
import { createRtbGym, type RtbGymActions, type RtbGymOptions } from '../../envs/rtbgym.ts';
import { checkEnv } from '../../src/core/check-env.ts';
import { checkVectorEnv } from '../../src/core/check-vector-env.ts';
import { sampleAction } from '../../src/core/env-rules.ts';
import { asVectorEnv, constantActor } from '../../src/core/parallel-env.ts';
import { Rng } from '../../src/core/rng.ts';
import { singleEnv } from '../../src/core/single-env.ts';
import { makeActions, spaceSize } from '../../src/core/space.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';
import { FEEDBACK_MODES } from '../../src/market/feedback.ts';
import type { ActionDecoding } from '../../src/policy/runtime.ts';
import { Market } from '../../src/sim/auction-net/market.ts';
import { drawPeriod } from '../../src/sim/auction-net/period.ts';
import { auctionNetSchema } from '../../src/sim/auction-net/period-config.ts';
import { costPlansOf, multiplierGrid, recordPeriod } from '../../src/sim/auction-net/recorded-seat.ts';
import { cutByDay, flightWindows, trafficPlan } from '../../src/sim/flight-window.ts';
import { generateTape } from '../../src/sim/generate-tape.ts';
import { drawKeywords } from '../../src/sim/keyword/keywords.ts';
import { marketConfigSchema } from '../../src/sim/market-config.ts';
import { Replay } from '../../src/sim/replay.ts';
import { drawRtbGymParameters } from '../../src/sim/rtbgym/draw-parameters.ts';
import { rtbGymMarket } from '../../src/sim/rtbgym/market.ts';
import { RtbGymTape } from '../../src/sim/rtbgym/tape.ts';
import { ReplayableEnv } from '../../src/train/replayable-env.ts';
import { smallMarket } from '../src/sim/bid-shading/small-market.ts';
import { smallHouse } from '../src/sim/market/small-house.ts';

interface Case {
  readonly make: (numEnvs: number) => VectorEnv;
  /** No randomness that an observer could see. */
  readonly deterministic?: boolean;
}

/** One entry per file of envs/; an environment with several forms has a case for each. */
const CASES: Readonly<Record<string, Readonly<Record<string, Case>>>> = {
  'constrained-bidding.ts': constrainedBiddingCases(),
  'auction-house.ts': { 'auction-house-v1 (one seat)': { make: auctionHouseSeat } },
  'bid-per-impression.ts': bidPerImpressionCases(),
  'bid-shading.ts': bidShadingCases(),
  'budget-pacing.ts': budgetPacingCases(),
  'classic/acrobot.ts': { 'acrobot-v1': { make: (numEnvs) => new Acrobot(numEnvs) } },
  'classic/bandit.ts': {
    'bandit-v1': { make: (numEnvs) => new Bandit({ numArms: 10, problem: 0, numEnvs }), deterministic: true },
  },
  'classic/cartpole.ts': { 'cartpole-v1': { make: (numEnvs) => new CartPole(numEnvs) } },
  'classic/n-chain.ts': { 'n-chain-v1': { make: (numEnvs) => new NChain(numEnvs) } },
  'classic/pendulum.ts': { 'pendulum-v1': { make: (numEnvs) => new Pendulum(numEnvs) } },
  'classic/probe.ts': Object.fromEntries(
    probes.ids.map((id) => [id, { make: (numEnvs) => new ProbeEnv(id, numEnvs), deterministic: true }]),
  ),
  'keyword-bidding.ts': keywordBiddingCases(),
  'rtbgym.ts': rtbGymCases(),
};

function keywordBiddingCases(): Record<string, Case> {
  const keywords = drawKeywords(3, new Rng('conformance/envs/keywords'));
  const account = { keywords, numDays: 12, dailyBudget: 20, maxBid: 2, rewardUnit: 1 };
  const make = (drift: number, lossThreshold: number) => (numEnvs: number) =>
    createKeywordBidding({ ...account, drift, lossThreshold, numEnvs });
  return {
    'keyword-bidding-v1 (still)': { make: make(0, 10_000) },
    'keyword-bidding-v1 (bid levels of two groups)': {
      make: (numEnvs) =>
        createKeywordBidding({
          ...account,
          ...{ drift: 0, lossThreshold: 10_000, numEnvs },
          actions: { kind: 'levels', groups: [[0, 2], [1]], bids: [0.1, 0.5, 1] },
        }),
    },
    'keyword-bidding-v1 (drifting, small loss allowed)': { make: make(0.03, 2) },
  };
}

function auctionHouseSeat(numEnvs: number): VectorEnv {
  const market = { ticksPerDay: 6, traffic: { opportunitiesPerDay: 60 }, rivals: [{ name: 'rival' }] };
  const env = createAuctionHouse({
    house: smallHouse(market, [{ name: 'a' }, { name: 'b' }]),
    decoding: { kind: 'moves', lambdaMoves: [-0.2, 0, 0.2], minMultiplier: 0.1, maxMultiplier: 4 },
    scales: { priceMicros: 10_000, value: 20_000 },
    ...{ reward: 'surplus', rewardUnitMicros: 10_000, startingMultiplier: 1, numEnvs },
  });
  return asVectorEnv(env, 'a', { b: constantActor([1]) });
}

function rtbGymCases(): Record<string, Case> {
  const market = rtbGymMarket(drawRtbGymParameters(new Rng('conformance/envs/rtbgym')));
  const tape = { kind: 'tape', tape: new RtbGymTape(market, 20, new Rng('conformance/envs/rtbgym/tape')) } as const;
  const grid: RtbGymActions = { kind: 'grid', multipliers: [0.3, 0.7, 1, 1.5, 4] };
  const forms: Record<string, Pick<RtbGymOptions, 'auctions' | 'actions' | 'observations' | 'reward'>> = {
    fresh: { auctions: { kind: 'fresh', market }, actions: grid, observations: 'pacing', reward: 'conversions' },
    tape: { auctions: tape, actions: grid, observations: 'original', reward: 'expected-conversions' },
    log: {
      auctions: tape,
      actions: { kind: 'log', low: 0.1, high: 10 },
      observations: 'pacing',
      reward: 'conversions',
    },
    linear: {
      auctions: tape,
      actions: { kind: 'linear', low: 0, high: 10 },
      observations: 'pacing',
      reward: 'conversions',
    },
  };
  return Object.fromEntries(
    Object.entries(forms).map(([name, form]) => [
      `rtbgym-v1 (${name})`,
      { make: (numEnvs: number) => createRtbGym({ ...form, rewardUnit: 1, numEnvs }) },
    ]),
  );
}

function bidPerImpressionCases(): Record<string, Case> {
  const rng = new Rng('conformance/envs/bid-per-impression');
  const prices = Float64Array.from({ length: 300 }, () => rng.int(21));
  const values = Float64Array.from({ length: 300 }, () => rng.next() ** 3);
  const sources: readonly ImpressionSource[] = [
    { kind: 'market', priceProbabilities: new Float64Array(21).fill(1 / 21), values },
    { kind: 'log', prices, values },
  ];
  const options = { horizon: 30, budgets: [20, 60, 200], maxBid: 20, rewardUnit: 1 };
  return Object.fromEntries(
    sources.map((source) => [
      `bid-per-impression-v1 (${source.kind})`,
      { make: (numEnvs: number) => createBidPerImpression({ source, numEnvs, ...options }) },
    ]),
  );
}

function constrainedBiddingCases(): Record<string, Case> {
  const config = auctionNetSchema.parse({ opportunities: 480 });
  const rivals = [{ rule: 'fixed', start: 1, spread: 0.2 } as const];
  const grid = multiplierGrid(20e6, 300e6, 20);
  const setup = { config, rivals, costPlans: [] };
  const rng = new Rng('conformance/envs/constrained-bidding');
  const recorded = recordPeriod(new Market(setup), drawPeriod(config, rng), [0, 9, 17], grid);
  const costPlans = costPlansOf(recorded, grid, 6);
  const spread = { budget: [0.5, 1], target: [0.8, 1.25] } as const;
  const live = { kind: 'live', setup: { config, rivals, costPlans }, seats: [0, 9] } as const;
  const replayed = { kind: 'recorded', config, recorded, grid, costPlans } as const;
  const shared = { spread, reward: 'score', scoreBonus: 1 } as const;
  const byGrid = { kind: 'grid', unit: 'target', multipliers: [0, 0.5, 1, 2] } as const;
  const byLog = { kind: 'log', unit: 'plan', logRange: 1.5 } as const;
  return {
    'constrained-bidding-v1 (recorded)': {
      make: (numEnvs) => createConstrainedBidding({ ...shared, source: replayed, actions: byLog, numEnvs }),
    },
    'constrained-bidding-v1 (live)': {
      make: (numEnvs) => createConstrainedBidding({ ...shared, source: live, actions: byGrid, numEnvs }),
    },
  };
}

function bidShadingCases(): Record<string, Case> {
  const delivery = {
    delay: { family: 'geometric', meanSteps: 1, maxSteps: 3 },
    duplicateProbability: 0.2,
    lossProbability: 0.1,
  } as const;
  const grid: ShadingActions = { kind: 'grid', factors: [0.3, 0.5, 0.7, 1] };
  const linear: ShadingActions = { kind: 'linear', low: 0.1, high: 1 };
  const curve: ShadingActions = { kind: 'curve', low: 0.1, high: 1 };
  return Object.fromEntries(
    FEEDBACK_MODES.flatMap((feedback) =>
      [grid, linear, curve].map((actions) => [
        `bid-shading-v1 (${feedback}, ${actions.kind})`,
        {
          make: (numEnvs: number) =>
            createBidShading({ market: { ...smallMarket, feedback, delivery }, actions, reward: 'realised', numEnvs }),
        },
      ]),
    ),
  );
}

function budgetPacingCases(): Record<string, Case> {
  const tape = generateTape(marketConfigSchema.parse({ days: 3, auctionsPerDay: 400 }), new Rng('conformance/envs'));
  const cut = cutByDay(tape, 8);
  const replay = new Replay(tape, cut.stepOffsets);
  const windows = flightWindows(replay, cut);
  const plan = trafficPlan(replay, windows);
  const mean = (column: Float64Array) => column.reduce((sum, x) => sum + x, 0) / column.length;
  const scales = { priceMicros: mean(tape.marketPriceMicros), value: mean(tape.value) };
  const base = scales.priceMicros / scales.value;
  const limits = { minMultiplier: base / 100, maxMultiplier: base * 100 };
  const decodings: readonly ActionDecoding[] = [
    { kind: 'grid', multipliers: [0.25, 0.5, 1, 2, 4].map((m) => m * base), ...limits },
    { kind: 'moves', lambdaMoves: [-0.5, -0.08, 0, 0.08, 0.5], ...limits },
    { kind: 'log', baseMultiplier: base, ...limits },
  ];
  const make = (decoding: ActionDecoding, numEnvs: number) =>
    createBudgetPacing({
      replay,
      windows,
      plan,
      budgetFractions: { low: 1 / 32, high: 1 },
      startingMultiplier: { low: base / 4, high: base * 4 },
      decoding,
      reward: 'value',
      rewardUnit: () => 1,
      scales,
      numEnvs,
    });
  return Object.fromEntries(
    decodings.map((decoding) => [
      `budget-pacing-v1 (${decoding.kind})`,
      { make: (numEnvs: number) => make(decoding, numEnvs) },
    ]),
  );
}

const cases = Object.values(CASES).flatMap((forms) => Object.entries(forms));

describe.each(cases)('%s', (_name, { make, deterministic = false }) => {
  it('breaks no rule as a vector of copies, and N copies are N single ones', () => {
    expect(checkVectorEnv(make, { deterministic, maxEpisodeSteps: 1000 })).toEqual([]);
  });

  it('breaks no rule one step at a time', () => {
    expect(checkEnv(() => singleEnv(make(1)), { deterministic, maxEpisodeSteps: 1000 })).toEqual([]);
  });
});

/** One legal action per copy, drawn from a stream. */
function drawActions({ actionSpace: space, numEnvs }: VectorEnv, rng: Rng): Int32Array | Float32Array {
  if (space.kind !== 'box') {
    const actions = makeActions(space, numEnvs);
    for (let n = 0; n < numEnvs; n++) sampleAction(space, rng, actions, n * spaceSize(space));
    return actions;
  }
  const bound = (value: number) => Math.min(Math.max(value, -1e3), 1e3);
  return Float32Array.from({ length: numEnvs * space.features.length }, (_, i) => {
    const { low, high } = space.features[i % space.features.length]!;
    return bound(low) + (0.1 + 0.8 * rng.next()) * (bound(high) - bound(low));
  });
}

/** What copies show after each of some random steps. */
function playOn(env: VectorEnv, steps: number, rng: Rng) {
  return Array.from({ length: steps }, () => {
    env.step(drawActions(env, rng));
    const ended = Array.from(env.terminated, (flag, n) => flag + 2 * env.truncated[n]!);
    return { observations: [...env.observations], rewards: [...env.rewards], ended };
  });
}

describe.each(cases)('%s', (_name, { make }) => {
  it.each([0, 3, 16, 47])('continues bit by bit in a fresh environment from a place saved after %i steps', (steps) => {
    const env = new ReplayableEnv(make(3));
    const rng = new Rng('conformance/envs/resume');
    env.reset(11);
    playOn(env, steps, rng);
    const { json, arrays } = env.getState();
    const fresh = new ReplayableEnv(make(3));
    fresh.setState({ json: JSON.parse(JSON.stringify(json)), arrays });
    expect(fresh.getState()).toEqual(env.getState());
    expect(fresh.observations).toEqual(env.observations);
    const state = rng.getState();
    const went = playOn(env, 60, rng);
    expect(playOn(fresh, 60, Rng.fromState(state))).toEqual(went);
  });
});

describe('this suite', () => {
  it('has a case for every environment of envs/', () => {
    const files = readdirSync(new URL('../../envs', import.meta.url), { recursive: true, encoding: 'utf8' });
    const notEnvironments = ['index.ts', 'registry.ts', 'classic/motion-env.ts'];
    const environments = files
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => file.endsWith('.ts') && !notEnvironments.includes(file));
    expect(environments.sort()).toEqual(Object.keys(CASES).sort());
  });
});
