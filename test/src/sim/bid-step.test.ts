import { describe, expect, it } from 'vitest';
import type { BidPolicy, Opportunity } from '../../../src/core/policy.ts';
import { blankOpportunity, playBids } from '../../../src/sim/bid-step.ts';
import { Replay } from '../../../src/sim/replay.ts';
import { emptyOutcome } from '../../../src/sim/step-outcome.ts';
import { smallTape } from './small-tape.ts';

/** Plays one step with the given bids in order; returns the outcome, what the policy saw and what it was told. */
function play(tape: ReturnType<typeof smallTape>, bids: readonly number[], budget: number, auctionsLeft = tape.length) {
  const seen: Opportunity[] = [];
  const told: [boolean, number][] = [];
  const policy: BidPolicy = {
    kind: 'bid',
    reset: () => undefined,
    beginStep: () => undefined,
    bid: (_, opportunity) => bids[seen.push({ ...opportunity }) - 1]!,
    observe: (_, won, price) => told.push([won, price]),
  };
  const out = emptyOutcome();
  const replay = new Replay(tape, Int32Array.of(0, tape.length));
  playBids(replay, 0, policy, 0, budget, auctionsLeft, blankOpportunity(), out);
  return { out, seen, told };
}

describe('playBids', () => {
  it('rounds a bid down to the quantum before it is compared', () => {
    const tape = smallTape(
      [
        { value: 1, price: 20 },
        { value: 1, price: 20 },
      ],
      {
        ties: 'win',
        bidQuantumMicros: 10,
      },
    );
    expect(play(tape, [29.99, 19.99], 100).told).toEqual([
      [true, 20],
      [false, 0],
    ]);
  });

  it('pays max(price, floor) in second price and the rounded bid in first price', () => {
    const rows = [{ value: 1, price: 5, floor: 8 }];
    expect(play(smallTape(rows), [11.7], 100).out.spendMicros).toBe(8);
    expect(play(smallTape(rows, { pricing: 'first-price' }), [11.7], 100).out.spendMicros).toBe(11);
  });

  it('caps a bid, and loses what needs more than the cap', () => {
    const tape = smallTape(
      [
        { value: 1, price: 30 },
        { value: 1, price: 40 },
      ],
      {
        pricing: 'first-price',
        maxBidMicros: 40,
      },
    );
    expect(play(tape, [1e9, 1e9], 1000).told).toEqual([
      [true, 40],
      [false, 0],
    ]);
  });

  it('takes NaN and negative bids as no bid, even where a free win would need none', () => {
    const tape = smallTape(
      [0, 0, 0].map((price) => ({ value: 1, price })),
      { ties: 'win', minBidMicros: 0 },
    );
    expect(play(tape, [Number.NaN, -1, 0], 5).told.map(([won]) => won)).toEqual([false, false, true]);
  });

  it('passes over what the money left does not cover and goes on', () => {
    const tape = smallTape([
      { value: 1, price: 6, click: 1 },
      { value: 2, price: 6 },
      { value: 4, price: 4, conversion: 1 },
    ]);
    const { out, seen } = play(tape, [50, 50, 50], 10, 7);
    expect(out).toEqual({ wins: 2, spendMicros: 10, value: 5, clicks: 1, conversions: 1 });
    expect(seen.map(({ remainingMicros }) => remainingMicros)).toEqual([10, 4, 4]);
    expect(seen.map(({ auctionsLeft }) => auctionsLeft)).toEqual([7, 6, 5]);
  });

  it('never tells fewer than one auction left, for logs with more traffic than expected', () => {
    const tape = smallTape([1, 1, 1].map((price) => ({ value: 1, price })));
    expect(play(tape, [0, 0, 0], 10, 2).seen.map(({ auctionsLeft }) => auctionsLeft)).toEqual([2, 1, 1]);
  });

  it('shows what the log’s bidder bid, NaN where the log does not tell', () => {
    const tape = smallTape([{ value: 1, price: 1, floor: 3 }]);
    expect(play(tape, [0], 10).seen[0]).toMatchObject({ value: 1, floorMicros: 3, loggedBidMicros: Number.NaN });
    const logged = { ...tape, loggedBidMicros: Float64Array.of(77) };
    expect(play(logged, [0], 10).seen[0]).toMatchObject({ loggedBidMicros: 77 });
  });
});
