import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../../experiments/package-root.ts';
import { GOAL_WORDS } from '../../../experiments/studies/auction-net/goal-words.ts';
import { playLive } from '../../../experiments/studies/auction-net/live-play.ts';
import { auctionNetMeasures, auctionNetRows } from '../../../experiments/studies/auction-net/measures.ts';
import { auctionNetCharts } from '../../../experiments/studies/auction-net/report.ts';
import type { AuctionNetStudyConfig } from '../../../experiments/studies/auction-net/settings.ts';
import { auctionNetStudySchema } from '../../../experiments/studies/auction-net/settings.ts';
import { auctionNet } from '../../../experiments/studies/auction-net/study.ts';
import type { AuctionNetTrial } from '../../../experiments/studies/auction-net/trial.ts';
import type { StudyRow, TrialContext } from '../../../experiments/studies/study.ts';
import { parseConfig, parseYamlConfig } from '../../../src/core/config.ts';
import { Rng } from '../../../src/core/rng.ts';
import { selectEngine } from '../../../src/nn/select-backend.ts';
import { NUM_TICKS, seatsOf } from '../../../src/sim/auction-net/period-config.ts';

const file = join(PACKAGE_ROOT, 'experiments', 'auctionnet-mini.yaml');
const shipped = parseYamlConfig(auctionNetStudySchema, readFileSync(file, 'utf8'), file);
const context: TrialContext = {
  baseFolder: PACKAGE_ROOT,
  dataFolder: undefined,
  engine: () => selectEngine('wasm'),
  onShare() {},
};

const learner = { id: 'ppo', envSteps: 200, numEnvs: 4, numSteps: 10, batchSize: 40, hidden: [4] };
const tiny: AuctionNetStudyConfig = {
  ...shipped,
  seeds: 1,
  market: { ...shipped.market, opportunities: 480 },
  seats: [0, 9],
  periods: { train: 1, validation: 1, test: 2 },
  evaluations: 1,
  policies: [learner, 'online-lp', { id: 'abid', start: 1 }],
};

const trialsOf = (policies: AuctionNetStudyConfig['policies']) => () =>
  auctionNet.trials({ ...tiny, policies }, context);

async function results(config: AuctionNetStudyConfig) {
  const trials = await auctionNet.trials(config, context);
  const finished = [];
  for (const trial of trials) finished.push({ trial, result: await auctionNet.runTrial(config, trial, context) });
  return finished;
}

describe('the shipped experiment', () => {
  it('seats the rivals in equal shares, learners and every tuned rule', async () => {
    expect(shipped.rivals.map(({ rule }) => rule)).toEqual(['fixed', 'pid-cpa', 'budget-pacer', 'online-lp']);
    const trials = await auctionNet.trials(shipped, context);
    expect(trials).toHaveLength(shipped.seeds * shipped.policies.length);
    expect(trials.filter(({ seat }) => seat.kind === 'learner' && seat.title === 'PPO')).toHaveLength(5);
  });

  it('is smaller when quick', () => {
    const quick = auctionNet.quickened(shipped);
    expect(quick.market.opportunities).toBe(10_000);
    expect(quick.periods.test).toBeLessThan(shipped.periods.test);
  });
});

describe('a tiny run', () => {
  it('has a row for every policy and advertiser, plays the same again, and tells a verdict with charts', async () => {
    const finished = await results(tiny);
    const told = await auctionNet.assemble(tiny, finished, context);
    expect(told.rows.map(({ policy, advertiser }) => `${policy} ${advertiser}`)).toEqual(
      ['ppo', 'online-lp', 'abid'].flatMap((policy) => [`${policy} Advertiser 0`, `${policy} Advertiser 9`]),
    );
    for (const row of told.rows) {
      for (const measure of Object.keys(told.measures)) expect(row, measure).toHaveProperty(measure);
      expect(row['score'] as number).toBeLessThanOrEqual(row['conversions'] as number);
      expect(row['budgetUsed'] as number).toBeLessThanOrEqual(1);
    }
    expect(told.verdict.headline).toMatch(/^PPO scored/);
    expect(told.charts.map(({ id }) => id)).toEqual(['goal-over-time', 'spend-over-day', 'learning-curves']);
    expect(finished[1]!.result.settings).toMatch(/^rule online-lp, start/);
    const again = await auctionNet.runTrial(tiny, finished[1]!.trial, context);
    expect(again).toEqual(finished[1]!.result);
  });
});

/** A rule's finished trial with advertisers of a cost over target (1 currency) and conversions, per period. */
function finishedWith(advertisers: readonly (readonly [cost: number, conversions: number])[]) {
  const trial = auctionNet.trials({ ...tiny, policies: ['fixed'] }, context) as AuctionNetTrial[];
  const day = Array.from({ length: NUM_TICKS }, () => 1);
  const trace = { spendShare: day, allowed: day.map(() => 2), conversions: day };
  const results = advertisers.map(([cost, conversions], advertiser) => ({
    advertiser,
    cpaTargetMicros: 1e6,
    score: 0,
    conversions,
    predictedConversions: 0,
    costMicros: cost * 1e6,
    cpaRatio: conversions > 0 ? cost / conversions : null,
    budgetUsed: 0,
    aliveLastHour: 0,
    cpaOver: 0,
  }));
  return [{ trial: trial[0]!, result: { advertisers: results, trace, curve: [], settings: null } }];
}

describe('the ratio to the target', () => {
  const meanRatio = (rows: readonly StudyRow[]) =>
    rows.reduce((sum, row) => sum + (row['targetRatio'] as number), 0) / rows.length;

  it('is the same in table and chart, those without a conversion included: (2 + 1 + 3) / (4 + 2 + 0)', () => {
    const finished = finishedWith([
      [2, 4],
      [1, 2],
      [3, 0],
    ]);
    const rows = auctionNetRows(finished, GOAL_WORDS.cpa);
    expect(rows.map(({ cpaRatio }) => cpaRatio)).toEqual([0.5, 0.5, null]);
    expect(meanRatio(rows)).toBeCloseTo(1, 12);
    // R + (a − R b) / mean b, where R = 1 and mean b = 2.
    expect(rows.map((row) => row['targetRatio'])).toEqual([0, 0.5, 2.5]);
    const [pareto] = auctionNetCharts(rows, finished, GOAL_WORDS.cpa);
    expect(JSON.stringify(pareto!.spec)).toContain('"value":2,"cpaRatio":1,');
  });

  it('is left out of table and chart where nothing converted', () => {
    const finished = finishedWith([[2, 0]]);
    const rows = auctionNetRows(finished, GOAL_WORDS.cpa);
    expect(rows[0]!.targetRatio).toBe(null);
    expect(auctionNetCharts(rows, finished, GOAL_WORDS.cpa).map(({ id }) => id)).toEqual([
      'goal-over-time',
      'spend-over-day',
    ]);
  });

  it('speaks of returns, and is broken below 1, where the goal is a return on spend', async () => {
    const finished = finishedWith([
      [2, 4],
      [4, 2],
      [2, 0],
    ]);
    const market = { ...tiny.market, goal: { kind: 'roas' as const, target: 2, conversionValueMicros: 2e6 } };
    const told = await auctionNet.assemble({ ...tiny, market }, finished, context);
    const words = JSON.stringify([told.measures, told.verdict, told.charts]);
    expect(words).not.toMatch(/CPA|[Cc]ost per conversion/);
    expect(told.measures['targetRatio']).toMatchObject({ title: 'Return on spend over target', better: 'higher' });
    expect(meanRatio(told.rows)).toBeCloseTo(6 / 8, 12);
    const chart = told.charts.find(({ id }) => id === 'goal-over-time')!;
    expect(chart.title).toBe('Return on spend over the day');
    // Shaded from 0 to 1; twice the spend that the conversions allow is half the return.
    expect(JSON.stringify(chart.spec)).toContain('{"from":0,"to":1}');
    expect(JSON.stringify(chart.spec)).toContain('"ratio":0.5,');
  });

  it('calls the same measures by the goal’s name', () => {
    expect(auctionNetMeasures(GOAL_WORDS.cpa)['targetRatio']).toMatchObject({
      title: 'CPA over target',
      better: 'lower',
    });
  });
});

describe('alive in the last hour', () => {
  /** Spends for the first time in the given tick, which leaves less than the smallest balance to bid with. */
  function aliveIfSpentFrom(tick: number): boolean {
    const budgetMicros = seatsOf(tiny.market)[9]!.budgetMicros;
    const setup = {
      config: { ...tiny.market, minBalanceMicros: budgetMicros },
      rivals: [{ rule: 'fixed' as const, start: 1, spread: 0 }],
      costPlans: [],
    };
    let played = 0;
    const multiplier = () => (played++ < tick ? 0 : 1e9);
    const results = playLive(setup, [new Rng('alive')], [9], () => ({ kind: 'network', multiplier }));
    const { alive, spentMicros } = results.get(9)![0]!;
    expect(spentMicros.findIndex((spent) => spent > 0)).toBe(tick);
    return alive;
  }

  it('is judged when the hour begins, two ticks before the end', () => {
    expect(aliveIfSpentFrom(NUM_TICKS - 3)).toBe(false);
    expect(aliveIfSpentFrom(NUM_TICKS - 2)).toBe(true);
    expect(aliveIfSpentFrom(NUM_TICKS - 1)).toBe(true);
  });
});

describe('bad settings', () => {
  it('are refused with the place and the remedy', () => {
    expect(trialsOf(['onlin-lp'])).toThrow("did you mean 'online-lp'");
    expect(trialsOf(['fixed', { id: 'fixed', start: 2, title: 'Another' }])).toThrow("another name with 'as'");
    expect(trialsOf([{ id: 'fixed', start: 0 }])).toThrow('policies.0');
    expect(trialsOf([{ id: 'dqn', actions: { kind: 'log' } }])).toThrow('expected grid, received log');
  });

  it('of rivals and seats are refused too', () => {
    const parse = (changes: object) => () => parseConfig(auctionNetStudySchema, { ...minimal, ...changes }, 'x.yaml');
    const minimal = {
      experiment: 'x',
      kind: 'auctionnet',
      title: 'X',
      rivals: [{ rule: 'fixed' }],
      policies: ['fixed'],
    };
    expect(parse({})).not.toThrow();
    expect(parse({ rivals: [] })).toThrow('rivals');
    expect(parse({ rivals: [{ rule: 'abid' }] })).toThrow('seat another');
    expect(parse({ rivals: [{ rule: 'fixed', start: -1 }] })).toThrow('start');
    expect(parse({ seats: [48] })).toThrow('seats');
    expect(parse({ seats: [1, 1] })).toThrow('each advertiser once');
  });
});
