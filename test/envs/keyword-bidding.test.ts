import { describe, expect, it } from 'vitest';
import { createKeywordBidding, type KeywordBiddingOptions } from '../../envs/keyword-bidding.ts';
import { Rng } from '../../src/core/rng.ts';
import { drawKeywords } from '../../src/sim/keyword/keywords.ts';

const options: KeywordBiddingOptions = {
  keywords: drawKeywords(3, new Rng('env')),
  numDays: 5,
  dailyBudget: 1000,
  maxBid: 3,
  lossThreshold: 10_000,
  drift: 0,
  rewardUnit: 1,
  numEnvs: 1,
};
const OBS = 3 * 5 + 2;

/** Bids for all three keywords, and what is held back. */
function act(bid: number, heldBack = 0): Float32Array {
  return Float32Array.of(bid, bid, bid, heldBack);
}

describe('keyword-bidding-v1', () => {
  it('starts with nothing observed and ends after the last day', () => {
    const env = createKeywordBidding(options);
    env.reset(0);
    expect([...env.observations]).toEqual(new Array(OBS).fill(0));
    for (let day = 1; day <= 5; day++) {
      env.step(act(0.5));
      expect(env.terminated[0]).toBe(day === 5 ? 1 : 0);
    }
    expect(env.finalObservations[OBS - 1]).toBe(1);
    expect([...env.observations]).toEqual(new Array(OBS).fill(0));
  });

  it('rewards revenue less cost and shows both by keyword', () => {
    const env = createKeywordBidding(options);
    env.reset(1);
    env.step(act(0.5));
    const { costMicros, revenueMicros, impressions } = env.day(0);
    const profit = (revenueMicros.reduce((a, b) => a + b, 0) - costMicros.reduce((a, b) => a + b, 0)) / 1e6;
    expect(env.rewards[0]).toBeCloseTo(profit, 12);
    for (let k = 0; k < 3; k++) {
      expect(Math.expm1(env.observations[5 * k]!)).toBeCloseTo(impressions[k]!, 4);
      expect(Math.expm1(env.observations[5 * k + 2]!) * 1e6).toBeCloseTo(costMicros[k]!, -2);
    }
    expect(Math.sign(env.observations[15]!)).toBe(Math.sign(profit));
    expect(env.observations[16]).toBeCloseTo(0.2, 6);
  });

  it('takes bids in whole cents, rounded down, whatever float32 makes of them', () => {
    const playOnce = (bid: number) => {
      const env = createKeywordBidding(options);
      env.reset(2);
      env.step(act(bid));
      return { ...env.day(0) };
    };
    expect(playOnce(0.299)).toEqual(playOnce(0.29));
    expect(playOnce(0.3)).not.toEqual(playOnce(0.29));
  });

  it('buys nothing when the whole budget is held back', () => {
    const env = createKeywordBidding(options);
    env.reset(3);
    env.step(act(3, 1));
    expect(env.day(0).costMicros.every((cost) => cost === 0)).toBe(true);
    expect(env.rewards[0]).toBe(0);
  });

  it('ends when the loss is above the threshold', () => {
    const env = createKeywordBidding({
      ...options,
      keywords: { ...options.keywords, cvr: new Float64Array(3) },
      lossThreshold: 1,
    });
    env.reset(0);
    env.step(act(3));
    expect(env.rewards[0]).toBeLessThan(-1);
    expect([env.terminated[0], env.truncated[0]]).toEqual([1, 0]);
  });

  it('drifts within an episode and starts the next one from the account again', () => {
    const env = createKeywordBidding({ ...options, drift: 0.03 });
    env.reset(0);
    env.step(act(0.5));
    expect(env.keywords(0).ctr).not.toEqual(options.keywords.ctr);
    for (let day = 2; day <= 5; day++) env.step(act(0.5));
    expect(env.keywords(0).ctr).toEqual(options.keywords.ctr);
  });

  it('refuses settings and actions that allow no bidding', () => {
    const refused = (more: Partial<KeywordBiddingOptions>) => () => createKeywordBidding({ ...options, ...more });
    expect(refused({ numDays: 0 })).toThrow(/numDays: expected a whole number >= 1 \[days\], received 0/);
    expect(refused({ dailyBudget: 0 })).toThrow(/dailyBudget/);
    expect(refused({ maxBid: 0.01 })).toThrow(/maxBid/);
    expect(refused({ lossThreshold: -1 })).toThrow(/lossThreshold/);
    expect(refused({ drift: 1 })).toThrow(/drift/);
    expect(refused({ rewardUnit: 0 })).toThrow(/rewardUnit/);
    const env = createKeywordBidding(options);
    expect(() => env.step(act(1))).toThrow('ENV_NOT_RESET');
    env.reset(0);
    expect(() => env.step(act(4))).toThrow(/bid1 of copy 0: expected a number in \[0.01, 3\], received 4/);
    expect(() => env.step(Float32Array.of(1))).toThrow('SHAPE_MISMATCH');
    expect(() => env.reset(-1)).toThrow('VALUE_OUT_OF_RANGE');
  });
});

describe('keyword-bidding-v1 by bid levels', () => {
  const actions = { kind: 'levels', groups: [[0, 2], [1]], bids: [0.1, 0.5, 1] } as const;

  it('plays the days that the same bids play, with the whole budget', () => {
    const byLevels = createKeywordBidding({ ...options, actions });
    const byBids = createKeywordBidding(options);
    for (const env of [byLevels, byBids]) env.reset(4);
    byLevels.step(Int32Array.of(2, 1));
    byBids.step(Float32Array.of(1, 0.5, 1, 0));
    expect(byLevels.day(0)).toEqual(byBids.day(0));
    expect(byLevels.rewards).toEqual(byBids.rewards);
    expect(byLevels.observations).toEqual(byBids.observations);
  });

  it('refuses groups that leave a keyword out or have it twice, and bids out of bounds', () => {
    const make = (change: object) => createKeywordBidding({ ...options, actions: { ...actions, ...change } });
    expect(() => make({ groups: [[0], [1]] })).toThrow(
      /groups: expected each of the keywords 0 to 2 once, received \[0,1\]/,
    );
    expect(() =>
      make({
        groups: [
          [0, 1],
          [1, 2],
        ],
      }),
    ).toThrow('CONFIG_INVALID');
    expect(() => make({ groups: [[0, 1, 2], []] })).toThrow('expected a keyword in each, received an empty one');
    expect(() => make({ bids: [0.5, 4] })).toThrow('bids: expected .01 to 3 [currency], received 4');
    expect(() => make({ bids: [] })).toThrow('bids: expected at least one [currency], received none');
  });
});
