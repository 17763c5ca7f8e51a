import { describe, expect, it } from 'vitest';
import {
  type CampaignDay,
  campaignDay,
  rivalBids,
  trafficShares,
} from '../../../experiments/studies/pacing-day/campaign-day.ts';
import { type Controller, pacers } from '../../../experiments/studies/pacing-day/controllers.ts';
import { playDay } from '../../../experiments/studies/pacing-day/play-day.ts';
import { AUCTIONS, PACERS, pacingDaySchema } from '../../../experiments/studies/pacing-day/settings.ts';
import { pacingDay } from '../../../experiments/studies/pacing-day/study.ts';
import { tunedPacers } from '../../../experiments/studies/pacing-day/tune.ts';
import type { TrialContext } from '../../../experiments/studies/study.ts';
import type { PaceReading } from '../../../src/bidding/pace-reading.ts';
import { Rng } from '../../../src/core/rng.ts';
import { DEFAULT_WEEKLY_TRAFFIC } from '../../../src/market/default-traffic.ts';
import { weeklyShares } from '../../../src/market/weekly-traffic.ts';
import { renderSvg } from '../../../src/report/render.ts';

const settings = { experiment: 'pacing-day', kind: 'pacing-day', title: 'A day' };
const config = pacingDaySchema.parse({
  ...settings,
  seeds: 1,
  numCampaigns: 3,
  auctionsPerMinute: 6,
  budgetScale: 0.05,
});
const context: TrialContext = {
  baseFolder: '.',
  dataFolder: undefined,
  engine: () => Promise.reject(new Error('nothing is trained')),
  onShare: () => undefined,
};

/** Two auctions an interval, four intervals, worth 100 each, outside bid 40, budget 250. */
const plainDay: CampaignDay = {
  size: 'small',
  budgetMicros: 250,
  offsets: Int32Array.of(0, 2, 4, 6, 8),
  planShare: Float64Array.of(0, 0.25, 0.5, 0.75, 1),
  bidMicros: new Float64Array(8).fill(100),
  rivalMicros: new Float64Array(8).fill(40),
  chance: Float64Array.of(0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9),
};

function fixed(signal: number, rate: number, readings: PaceReading[] = []): Controller {
  return { control: { signal, rate }, shade: null, step: (reading) => readings.push({ ...reading }) };
}

describe('a campaign day', () => {
  it('pays the bid in first price, may overspend in the interval in which the budget ends, and is out after it', () => {
    const { spendShare, overspend, minutesAlive, cpm } = playDay(plainDay, 'first-price', fixed(1, 1));
    // 200 in the first interval, 400 after the second.
    expect(spendShare).toBe(400 / 250);
    expect(overspend).toBe(150 / 250);
    expect(minutesAlive).toBe(2);
    expect(cpm).toBe(0.1);
  });

  it('pays the outside bid in second price', () => {
    const { spendShare, minutesAlive, overspend } = playDay(plainDay, 'second-price', fixed(1, 1));
    expect(spendShare).toBe(320 / 250);
    expect(minutesAlive).toBe(4);
    expect(overspend).toBeCloseTo(70 / 250, 12);
  });

  it('multiplies bids by the signal, loses ties, and enters a share of auctions', () => {
    expect(playDay(plainDay, 'first-price', fixed(0.5, 1)).spendShare).toBe((6 * 50) / 250);
    expect(playDay(plainDay, 'first-price', fixed(0.4, 1)).spendShare).toBe(0);
    expect(playDay(plainDay, 'second-price', fixed(1, 0.5)).spendShare).toBe(160 / 250);
  });

  it('measures the distance to the plan: .16 · (1, 2, 3, 4) against quarters', () => {
    const { pacingMae, pacingRmse } = playDay(plainDay, 'second-price', fixed(1, 0.5));
    expect(pacingMae).toBeCloseTo((0.09 + 0.18 + 0.27 + 0.36) / 4, 12);
    expect(pacingRmse).toBeCloseTo(Math.sqrt((0.09 ** 2 + 0.18 ** 2 + 0.27 ** 2 + 0.36 ** 2) / 4), 12);
  });

  it('scores worth against the knapsack at outside bids: 250 buys 6.25 of them', () => {
    expect(playDay(plainDay, 'second-price', fixed(1, 0.5)).valueRatio).toBeCloseTo(4 / 6.25, 12);
    // Overspending by 70 of 320 does not count.
    expect(playDay(plainDay, 'second-price', fixed(1, 1)).valueRatio).toBeCloseTo((8 * 250) / 320 / 6.25, 12);
  });

  it('tells a controller spend and plan after each interval while there is money', () => {
    const readings: PaceReading[] = [];
    playDay(plainDay, 'first-price', fixed(1, 1, readings));
    expect(readings[1]).toEqual({
      numIntervals: 4,
      spentShare: 1.6,
      targetShare: 0.5,
      lastSpentShare: 0.8,
      lastTargetShare: 0.25,
    });
    expect(readings).toHaveLength(2);
  });

  it('follows the cosine: least at midnight, most at noon, 1.6 to .4', () => {
    const shares = trafficShares({ ...config, traffic: 'cosine' });
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(shares[720]! / shares[0]!).toBeCloseTo(4, 12);
  });

  it('follows a day of the weekly curve unless told otherwise: Wednesday, quietest at three at night', () => {
    const shares = trafficShares(config);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    const hourly = weeklyShares(DEFAULT_WEEKLY_TRAFFIC);
    const [three, noon] = [2 * 24 + 3, 2 * 24 + 12].map((hour) => hourly[hour]!);
    expect(shares.indexOf(Math.min(...shares))).toBe(3 * 60);
    expect(shares[12 * 60 + 30]! / shares[3 * 60 + 30]!).toBeCloseTo(noon! / three!, 9);
    expect(trafficShares({ ...config, weekday: 6 })).not.toEqual(shares);
  });

  it('follows hourly shares where they are given', () => {
    const hourlyShares = Array.from({ length: 24 }, (_, hour) => (hour === 20 ? 3 : 1));
    const shares = trafficShares({ ...config, hourlyShares });
    expect(shares[20 * 60]! / shares[0]!).toBeCloseTo(3, 12);
  });

  it('is the same for equal names, whatever the number of campaigns', () => {
    expect(campaignDay({ ...config, numCampaigns: 9 }, 0, 2)).toEqual(campaignDay(config, 0, 2));
  });
});

describe('controllers', () => {
  it('keep to signals and rates in [0, 1] and beat no pacing at following the plan', () => {
    const days = [0, 1, 2].map((k) => campaignDay(config, 0, k));
    const history = days[0]!.rivalMicros;
    const tunings = tunedPacers(config);
    const error = (id: (typeof PACERS)[number]) =>
      days.reduce((sum, day) => {
        const controller = pacers[id].make(history, tunings(id, 'first-price'));
        const step = controller.step.bind(controller);
        const watched: Controller = {
          ...controller,
          step(reading) {
            step(reading);
            const { signal, rate } = controller.control;
            expect(signal >= 0 && signal <= 1 && rate >= 0 && rate <= 1).toBe(true);
          },
        };
        return sum + playDay(day, 'first-price', watched).pacingMae;
      }, 0);
    const unpaced = error('unpaced');
    for (const id of PACERS) if (id !== 'unpaced') expect(error(id), id).toBeLessThan(unpaced);
  });
});

describe('tuning', () => {
  it('takes what wins most worth on other campaigns, whatever the seeds, and leaves alone who has no gains', () => {
    const tunings = tunedPacers(config);
    expect(tunedPacers({ ...config, seeds: 3 })('pid', 'first-price')).toBe(tunings('pid', 'first-price'));
    expect(tunings('mystique', 'first-price')).toEqual({ gain: 1, start: 1e-4 });
    const own = { ...config, experiment: 'pacing-day/tuning' };
    const history = rivalBids(own, 20_000, new Rng('pacing-day/tuning/history'));
    const worth = (start: number, gain: number) =>
      [0, 1, 2, 3, 4, 5].reduce((sum, k) => {
        const controller = pacers['ta-pid'].make(history, { gain, start });
        return sum + playDay(campaignDay(own, 0, k), 'second-price', controller).valueRatio;
      }, 0);
    const { gain, start } = tunings('ta-pid', 'second-price');
    expect(worth(start, gain)).toBeGreaterThan(worth(0.1, 1));
  });
});

describe('the study', () => {
  it('gives one row a policy, auction and campaign, and its charts can be drawn', async () => {
    const [trial] = await pacingDay.trials(config, context);
    const result = await pacingDay.runTrial(config, trial!, context);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    const { rows, charts, verdict } = await pacingDay.assemble(config, [{ trial: trial!, result }], context);
    expect(rows).toHaveLength(PACERS.length * AUCTIONS.length * config.numCampaigns);
    for (const { spec } of charts) expect(await renderSvg(spec)).toMatch(/^<svg/);
    expect(verdict.details).toHaveLength(2);
  });

  it('has nothing to say of pacing where no budget would run out', async () => {
    const rich = { ...config, numCampaigns: 2, budgetScale: 1000, policies: ['unpaced' as const, 'pid' as const] };
    const [trial] = await pacingDay.trials(rich, context);
    const result = await pacingDay.runTrial(rich, trial!, context);
    const { rows, charts, verdict } = await pacingDay.assemble(rich, [{ trial: trial!, result }], context);
    for (const row of rows) expect([row['constrained'], row['pacingMae']]).toEqual([false, null]);
    expect(charts.map(({ id }) => id)).toEqual(['worth-won']);
    expect(verdict.details[0]).toMatch(/no campaign had to be paced/);
  });

  it('refuses a day without traffic, a class list without an end and a policy named twice', () => {
    const issue = (more: object) => pacingDaySchema.safeParse({ ...settings, ...more }).error?.issues[0]?.message;
    expect(issue({ hourlyShares: new Array(24).fill(0) })).toBe('expected at least one positive share');
    expect(issue({ classes: [{ name: 'small', budgetBelow: 100 }] })).toMatch(/last class/);
    expect(issue({ policies: ['pid', 'pid'] })).toBe('expected each policy once');
  });
});
