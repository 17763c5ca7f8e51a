import { describe, expect, it } from 'vitest';
import { firstPrice } from '../../../src/auction/first-price.ts';
import { secondPrice } from '../../../src/auction/second-price.ts';
import { softFloor } from '../../../src/auction/soft-floor.ts';
import { clearCase, plainCase } from './auction-case.ts';

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
    { bids: [-1, Number.NaN], reserve: 0, outcome: [-1, 0] },
    { bids: [Number.NaN, 5, -1], reserve: 0, outcome: [1, 0] },
  ])('clears $bids over reserve $reserve as $outcome', ({ bids, reserve, outcome }) => {
    const { winners, prices } = clearCase(secondPrice, plainCase(bids, { reserve }));
    expect([...winners, ...prices]).toEqual(outcome);
  });

  it('sells the first slot only of a page with three', () => {
    const { winners, prices } = clearCase(secondPrice, plainCase([3, 9, 5], { exposure: [1, 0.8, 0.6] }));
    expect(winners).toEqual([1, -1, -1]);
    expect(prices).toEqual([5, 0, 0]);
  });

  it('charges the reserve where the runner-up is below it, with random ties as without', () => {
    const c = plainCase([9, 3], { reserve: 5 });
    expect(clearCase(secondPrice, c, [0.1, 0.9])).toEqual({ winners: [0], prices: [5] });
    expect(clearCase(secondPrice, c)).toEqual({ winners: [0], prices: [5] });
  });

  it('forgets the runner-up of the auction before', () => {
    const alone = plainCase([9, -1], { reserve: 5 });
    for (const tieBreak of [null, [0.1, 0.9]]) {
      clearCase(secondPrice, plainCase([9, 8]), tieBreak);
      expect(clearCase(secondPrice, alone, tieBreak).prices).toEqual([5]);
    }
  });

  it('gives a tie to the highest tie-break number', () => {
    expect(clearCase(secondPrice, plainCase([7, 7, 7]), [0.2, 0.9, 0.4])).toEqual({ winners: [1], prices: [7] });
  });
});

describe('firstPrice', () => {
  it.each([
    { bids: [3, 9, 5], reserve: 0, outcome: [1, 9] },
    { bids: [7, 7], reserve: 7, outcome: [0, 7] },
    { bids: [3], reserve: 4, outcome: [-1, 0] },
    { bids: [-1, Number.NaN], reserve: 0, outcome: [-1, 0] },
  ])('clears $bids over reserve $reserve as $outcome', ({ bids, reserve, outcome }) => {
    const { winners, prices } = clearCase(firstPrice, plainCase(bids, { reserve }));
    expect([...winners, ...prices]).toEqual(outcome);
  });
});

describe('softFloor', () => {
  it.each([
    { where: 'below the soft floor pays its bid', bids: [6, 3], reserve: 2, soft: 8, price: 6 },
    { where: 'at the soft floor pays it', bids: [8, 3], reserve: 2, soft: 8, price: 8 },
    {
      where: 'above a soft floor that no rival reaches pays the soft floor',
      bids: [9, 3],
      reserve: 2,
      soft: 8,
      price: 8,
    },
    { where: 'above a rival above the soft floor pays the rival', bids: [12, 10], reserve: 2, soft: 8, price: 10 },
    { where: 'without soft floors pays the second price', bids: [12, 10], reserve: 2, soft: null, price: 10 },
    { where: 'alone without soft floors pays the reserve', bids: [12], reserve: 2, soft: null, price: 2 },
  ])('a winner $where', ({ bids, reserve, soft, price }) => {
    const outcome = clearCase(softFloor, plainCase(bids, { reserve, softFloor: soft }));
    expect(outcome).toEqual({ winners: [0], prices: [price] });
  });

  it('sells nothing below the hard reserve', () => {
    expect(clearCase(softFloor, plainCase([1], { reserve: 2, softFloor: 8 }))).toEqual({ winners: [-1], prices: [0] });
  });
});
