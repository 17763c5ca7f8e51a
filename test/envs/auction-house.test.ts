import { describe, expect, it } from 'vitest';
import { createAuctionHouse } from '../../envs/auction-house.ts';
import { asVectorEnv, constantActor } from '../../src/core/parallel-env.ts';
import { Rng } from '../../src/core/rng.ts';
import { playMarket } from '../../src/sim/market/play-market.ts';
import { bidding, smallHouse } from '../src/sim/market/small-house.ts';

const multipliers = [0, 0.5, 1, 2];
const decoding = { kind: 'grid', multipliers, minMultiplier: 0, maxMultiplier: 10 } as const;
const scales = { priceMicros: 10_000, value: 20_000 };
const agents = [{ name: 'a', budget: { family: 'fixed', value: 0.1 } }, { name: 'b' }];
const options = { decoding, scales, rewardUnitMicros: 1, startingMultiplier: 1, numEnvs: 2 } as const;
const house = smallHouse({ rivals: [{ name: 'rival' }], auction: { mechanism: 'first-price' } }, agents);

/** Plays the first episode of every copy with constant actions. @returns `[T]` rewards of `who` in copy 1. */
function rewards(who: string, a: number, b: number, reward: 'surplus' | 'value' = 'surplus'): number[] {
  const env = createAuctionHouse({ ...options, house, reward });
  env.reset(7);
  return Array.from({ length: house.numTicks }, () => {
    env.step({ a: new Int32Array(2).fill(a), b: new Int32Array(2).fill(b) });
    return env.ports[who]!.rewards[1]!;
  });
}

const sum = (values: readonly number[]) => values.reduce((x, y) => x + y, 0);

describe('auction-house-v1', () => {
  it('pays what the market pays: its episodes are flights played by the same bidders', () => {
    const stream = new Rng(7).split('episode').split(1).split(0);
    const [outcome] = playMarket(house, [bidding(0.5), bidding(1)], [stream]);
    const [, a, b] = outcome!.seats;
    expect(sum(rewards('a', 1, 2))).toBe(a!.surplusMicros);
    expect(sum(rewards('b', 1, 2))).toBe(b!.surplusMicros);
    expect(sum(rewards('a', 1, 2, 'value'))).toBe(a!.worthMicros);
  });

  it('keeps an agent without money as a spectator who earns nothing', () => {
    const paid = rewards('a', 3, 0, 'value');
    expect(paid[0]! + paid[1]! + paid[2]! + paid[3]!).toBeGreaterThan(0);
    expect(paid.slice(-4)).toEqual([0, 0, 0, 0]);
    const env = createAuctionHouse({ ...options, house, reward: 'value' });
    env.reset(7);
    for (let t = 0; t < house.numTicks - 1; t++) env.step({ a: Int32Array.of(3, 3), b: Int32Array.of(1, 1) });
    expect(env.ports['a']!.observations[1]).toBeLessThan(0.2);
    expect([...env.ports['a']!.terminated, ...env.ports['b']!.terminated]).toEqual([0, 0, 0, 0]);
    env.step({ a: Int32Array.of(3, 3), b: Int32Array.of(1, 1) });
    expect([...env.ports['a']!.terminated, ...env.ports['b']!.terminated]).toEqual([1, 1, 1, 1]);
  });

  it('takes money from one agent when another bids against it, on the same opportunities', () => {
    expect(sum(rewards('a', 1, 0))).toBeGreaterThan(sum(rewards('a', 1, 3)));
  });

  it('refuses a market without seats for agents, and a unit of reward that is not positive', () => {
    const empty = smallHouse({ rivals: [{ name: 'rival' }] });
    expect(() => createAuctionHouse({ ...options, house: empty, reward: 'value' })).toThrow('seats, received none');
    expect(() => createAuctionHouse({ ...options, house, reward: 'value', rewardUnitMicros: 0 })).toThrow(
      'rewardUnitMicros: expected a positive number [micros], received 0',
    );
  });
});

describe('one seat as a vector environment', () => {
  const env = () => createAuctionHouse({ ...options, house, reward: 'surplus' });

  it('plays the others by actors', () => {
    const seat = asVectorEnv(env(), 'b', { a: constantActor([1]) });
    seat.reset(7);
    const paid = Array.from({ length: house.numTicks }, () => {
      seat.step(new Int32Array(2).fill(2));
      return seat.rewards[1]!;
    });
    expect(paid).toEqual(rewards('b', 1, 2));
  });

  it('lets a learner play against itself: its copy sees the other seat’s observations', () => {
    const seen: number[] = [];
    const self = {
      act(observations: Float32Array, actions: Int32Array | Float32Array) {
        seen.push(observations[5]!);
        actions.fill(1);
      },
    };
    const parallel = env();
    const seat = asVectorEnv(parallel, 'b', { a: self });
    seat.reset(7);
    seat.step(new Int32Array(2).fill(1));
    expect(seen).toEqual([parallel.ports['a']!.observations[5]]);
    expect(seat.observations[5]).not.toBe(seen[0]);
  });

  it.each([
    ['an unknown agent', 'd', {}, "unknown agent 'd'"],
    ['a missing opponent', 'a', {}, "expected one for each of b; 'b' is missing"],
    ['an unknown opponent', 'a', { b: constantActor([0]), c: constantActor([0]) }, "unknown agent 'c'"],
  ])('refuses %s', (_words, name, opponents, message) => {
    expect(() => asVectorEnv(env(), name, opponents)).toThrow(message);
  });
});
