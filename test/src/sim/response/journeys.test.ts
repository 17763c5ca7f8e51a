import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/core/config.ts';
import { Rng } from '../../../../src/core/rng.ts';
import { delayLaw } from '../../../../src/response/delay.ts';
import { organicRate } from '../../../../src/response/organic.ts';
import { delayStretch, type JourneyConfig, journeySchema } from '../../../../src/sim/response/journey-config.ts';
import { incrementalConversions, Journeys, type ResponseTruth } from '../../../../src/sim/response/journeys.ts';
import { drawUserTraffic, type UserTraffic } from '../../../../src/sim/response/user-traffic.ts';

const parse = (settings: object): JourneyConfig => parseConfig(journeySchema, settings, 'world');
const fixed = (times: readonly number[], organic: readonly number[]): UserTraffic => ({
  numUsers: 1,
  intents: new Float64Array(1),
  count: times.length,
  times: Float64Array.from(times),
  users: new Int32Array(times.length),
  items: new Int32Array(times.length),
  features: new Float64Array(0),
  clickChances: new Float64Array(times.length),
  conversionChances: new Float64Array(times.length),
  delayChances: new Float64Array(times.length).fill(0.5),
  organicCount: organic.length,
  organicTimes: Float64Array.from(organic),
  organicUsers: new Int32Array(organic.length),
  organicChances: new Float64Array(organic.length).fill(0.1),
});
/** Half of the conversions come within two days; so does the one of a chance of one half. */
const twoDays = { law: 'log-normal', medianDays: 2, sigma: 1 } as const;
const truth = (n: number, cvr: number): ResponseTruth => ({
  clickRates: new Float64Array(n).fill(0.5),
  conversionRates: new Float64Array(n).fill(cvr),
  delays: [delayLaw(twoDays)],
});
const plain = { fatigue: null, organic: { displacement: 0 } };

describe('a journey', () => {
  it('brings a click, then its conversion after the delay, credited to the last click', () => {
    const journeys = new Journeys(parse(plain), fixed([0, 1, 5], []), truth(3, 0.4));
    expect(journeys.expose(0)).toBe(true);
    journeys.expose(1);
    journeys.settle(1.9);
    expect(journeys.credits).toEqual([]);
    journeys.settle(10);
    const seen = journeys.credits.map(({ click, share, time, byAd }) => [
      click,
      share,
      Math.round(time * 1e9) / 1e9,
      byAd,
    ]);
    // The first click's conversion comes on day 2, when the second click is the last one.
    expect(seen).toEqual([
      [1, 1, 2, true],
      [1, 1, 3, true],
    ]);
    expect(incrementalConversions(journeys)).toBe(2);
  });

  it('credits conversions that no ad brought as well, but only while the window is open', () => {
    const config = parse({ ...plain, attribution: { windowDays: 3 } });
    const journeys = new Journeys(config, fixed([1], [0.5, 3, 4.5]), truth(1, 0));
    journeys.expose(0);
    journeys.settle(10);
    expect(journeys.credits).toEqual([{ click: 0, share: 1, time: 3, byAd: false }]);
    expect([journeys.withAds[0], journeys.withoutAds[0], incrementalConversions(journeys)]).toEqual([3, 3, 0]);
  });

  it('shares credit among the clicks of the window', () => {
    const config = parse({ ...plain, attribution: { windowDays: 3, credit: { model: 'linear' } } });
    const journeys = new Journeys(config, fixed([0, 1, 2], [3.5]), truth(3, 0));
    for (const o of [0, 1, 2]) journeys.expose(o);
    journeys.settle(4);
    expect(journeys.credits.map(({ click, share }) => [click, share])).toEqual([
      [1, 0.5],
      [2, 0.5],
    ]);
  });

  it('displaces what would have come anyway', () => {
    const config = parse({ fatigue: null, organic: { displacement: 0.2, displacementDays: 2 } });
    const journeys = new Journeys(config, fixed([0], [1, 3, 4.5]), truth(1, 1));
    journeys.expose(0);
    journeys.settle(10);
    // The ad's conversion comes on day 2 and displaces the one of day 3.
    expect([journeys.withAds[0], journeys.withoutAds[0], incrementalConversions(journeys)]).toEqual([3, 3, 0]);
  });

  it('wears out: of equal chances below the rate the second is above the worn one', () => {
    const config = parse({ fatigue: { rate: Math.LN2, recoveryHalfLifeDays: null } });
    const traffic = { ...fixed([0, 1], []), clickChances: Float64Array.of(0.3, 0.3) };
    const journeys = new Journeys(config, traffic, truth(2, 0));
    expect([journeys.expose(0), journeys.expose(1)]).toEqual([true, false]);
  });

  it('goes forward in time only', () => {
    const journeys = new Journeys(parse(plain), fixed([0, 1], []), truth(2, 0));
    journeys.settle(0.5);
    expect(() => journeys.expose(0)).toThrow('expected a time not before 0.5 [days], received 0');
  });
});

describe('the traffic', () => {
  const config = parse({ numUsers: 2000, organic: { perUserDay: 0.05, displacement: 0.4, displacementDays: 3 } });
  const traffic = drawUserTraffic(config, 5, 12, new Rng('traffic'));

  it('comes in time order at the rates asked for', () => {
    expect(traffic.times.every((time, o) => o === 0 || time >= traffic.times[o - 1]!)).toBe(true);
    // Means 20,000 and 1,200; the organic one varies with the users drawn as well.
    expect(Math.abs(traffic.count - 20_000)).toBeLessThan(600);
    expect(Math.abs(traffic.organicCount - 1200)).toBeLessThan(250);
    expect(traffic.organicTimes.at(-1)!).toBeGreaterThan(11);
    expect(traffic.times.at(-1)!).toBeLessThan(5);
  });

  it('of a user does not change with the number of users', () => {
    const fewer = drawUserTraffic({ ...config, numUsers: 10 }, 5, 12, new Rng('traffic'));
    const ofUser3 = (all: UserTraffic) => [...all.times].filter((_, o) => all.users[o] === 3);
    expect(ofUser3(fewer)).toEqual(ofUser3(traffic));
    expect(fewer.intents[3]).toBe(traffic.intents[3]);
  });

  it('thins organic conversions as expected: displacement · rate · days for each conversion by an ad', () => {
    const n = traffic.count;
    const journeys = new Journeys({ ...config, fatigue: null }, traffic, {
      clickRates: new Float64Array(n).fill(1),
      conversionRates: new Float64Array(n).fill(1),
      delays: Array.from({ length: 6 }, () => delayLaw(null)),
    });
    let expected = 0;
    const seen = new Set<number>();
    for (let o = 0; o < n; o++) {
      const user = traffic.users[o]!;
      if (seen.has(user)) continue;
      seen.add(user);
      journeys.expose(o);
      expected += 0.4 * organicRate(config.organic, traffic.intents[user]!) * 3;
    }
    journeys.settle(12);
    const displaced = seen.size - incrementalConversions(journeys);
    // About 120 with a standard deviation of 11.
    expect(Math.abs(displaced - expected)).toBeLessThan(3 * Math.sqrt(expected));
  });

  it('does the same for the same exposure whatever else is bought', () => {
    const n = traffic.count;
    const world: ResponseTruth = {
      clickRates: new Float64Array(n).fill(0.3),
      conversionRates: new Float64Array(n).fill(0.3),
      delays: Array.from({ length: 6 }, (_, item) => delayLaw(twoDays, delayStretch(config, item))),
    };
    const play = (bought: (o: number) => boolean) => {
      const journeys = new Journeys({ ...config, fatigue: null }, traffic, world);
      const clicked = new Set<number>();
      for (let o = 0; o < n; o++) if (bought(o) && journeys.expose(o)) clicked.add(o);
      journeys.settle(12);
      return { clicked, withoutAds: journeys.withoutAds };
    };
    const all = play(() => true);
    const some = play((o) => o % 3 === 0);
    for (const o of some.clicked) expect(all.clicked.has(o)).toBe(true);
    expect(some.clicked.size).toBe([...all.clicked].filter((o) => o % 3 === 0).length);
    expect(some.withoutAds).toEqual(all.withoutAds);
  });
});

describe('a world of journeys', () => {
  it('stretches delays in equal ratios over the items', () => {
    const config = parse({ numItems: 3, delaySpread: 4 });
    expect([0, 1, 2].map((item) => delayStretch(config, item))).toEqual([0.25, 1, 4]);
    expect(delayStretch(parse({ numItems: 1 }), 0)).toBe(1);
  });

  it('is refused with a delay but no window; without delay it needs none', () => {
    expect(() => parse({ attribution: { windowDays: null } })).toThrow(
      'attribution.windowDays: expected a number of days since conversions are delayed; set a window, such as 7, or make delay null',
    );
    expect(parse({ delay: null, attribution: { windowDays: null } }).delay).toBeNull();
  });

  it('is refused with a window that is not above 0, or negative rates', () => {
    expect(() => parse({ attribution: { windowDays: 0 } })).toThrow(
      'expected a window above 0 [days]; give clicks some time',
    );
    expect(() => parse({ click: { meanRate: -1 } })).toThrow('click.meanRate');
    expect(() => parse({ opportunitiesPerUserDay: -2 })).toThrow('opportunitiesPerUserDay');
  });
});
