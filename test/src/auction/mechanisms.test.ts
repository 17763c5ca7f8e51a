import { describe, expect, it } from 'vitest';
import { firstPrice } from '../../../src/auction/first-price.ts';
import type { AuctionMechanism } from '../../../src/auction/mechanism.ts';
import { secondPrice } from '../../../src/auction/second-price.ts';
import { clearOne } from './one-auction.ts';

function clear(mechanism: AuctionMechanism, bids: readonly number[], reserve: number): [number, number] {
  const { winner, priceMicros } = clearOne(mechanism, bids, reserve);
  return [winner, priceMicros];
}

describe('secondPrice', () => {
  it.each([
    { bids: [3, 9, 5], reserve: 0, outcome: [1, 5] },
    { bids: [9, 5, 3], reserve: 0, outcome: [0, 5] },
    { bids: [5, 3, 9], reserve: 7, outcome: [2, 7] },
    { bids: [9], reserve: 4, outcome: [0, 4] },
    { bids: [9], reserve: 0, outcome: [0, 0] },
    { bids: [4, 4], reserve: 4, outcome: [0, 4] },
    { bids: [3, 7, 7], reserve: 0, outcome: [1, 7] },
    { bids: [0, 0], reserve: 0, outcome: [0, 0] },
    { bids: [3], reserve: 4, outcome: [-1, 0] },
    { bids: [], reserve: 0, outcome: [-1, 0] },
    { bids: [-1, Number.NaN], reserve: 0, outcome: [-1, 0] },
    { bids: [Number.NaN, 5, -1], reserve: 0, outcome: [1, 0] },
  ])('clears $bids over reserve $reserve as $outcome', ({ bids, reserve, outcome }) => {
    expect(clear(secondPrice, bids, reserve)).toEqual(outcome);
  });
});

describe('firstPrice', () => {
  it.each([
    { bids: [3, 9, 5], reserve: 0, outcome: [1, 9] },
    { bids: [7, 7], reserve: 7, outcome: [0, 7] },
    { bids: [3], reserve: 4, outcome: [-1, 0] },
    { bids: [], reserve: 0, outcome: [-1, 0] },
    { bids: [-1, Number.NaN], reserve: 0, outcome: [-1, 0] },
  ])('clears $bids over reserve $reserve as $outcome', ({ bids, reserve, outcome }) => {
    expect(clear(firstPrice, bids, reserve)).toEqual(outcome);
  });
});
