import { describe, expect, it } from 'vitest';
import { cutByDay, cutByRecords, flightWindows, recordsPlan, trafficPlan } from '../../../src/sim/flight-window.ts';
import { Replay } from '../../../src/sim/replay.ts';
import { type Row, smallTape } from './small-tape.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** A second-price tape with a clock: opportunities at the given seconds, prices 1, 2, 3, … */
function clockTape(seconds: readonly number[]) {
  const tape = smallTape(
    seconds.map((_, i) => ({ value: 1, price: i + 1 })),
    { clock: 'seconds' },
  );
  tape.timeSeconds.set(seconds);
  return tape;
}

describe('cutByDay', () => {
  it('gives each day T equal slices; a slice begins with its first second', () => {
    // Slices of 8 hours: 0–8, 8–16, 16–24.
    const tape = clockTape([0, 8 * HOUR - 1, 8 * HOUR, 23 * HOUR, DAY, DAY + 16 * HOUR]);
    expect(cutByDay(tape, 3)).toEqual({
      stepOffsets: Int32Array.of(0, 2, 3, 4, 5, 5, 6),
      labels: ['day 1', 'day 2'],
      numSteps: 3,
    });
  });

  it('leaves out days without opportunities', () => {
    const cut = cutByDay(clockTape([HOUR, 5 * DAY + 13 * HOUR]), 2);
    expect(cut.labels).toEqual(['day 1', 'day 6']);
    expect([...cut.stepOffsets]).toEqual([0, 1, 1, 1, 2]);
  });

  it('puts the last instant of a day into its last slice when the slices do not divide the day', () => {
    const cut = cutByDay(clockTape([DAY - 1e-6, DAY]), 7);
    expect([...cut.stepOffsets]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 2]);
  });

  it('refuses a tape that only knows its order', () => {
    expect(() => cutByDay(smallTape([{ value: 1, price: 1 }]), 2)).toThrow(/has no clock: cut it by records/);
  });
});

describe('cutByRecords', () => {
  const rows: Row[] = Array.from({ length: 7 }, (_, i) => ({ value: 1, price: i + 1 }));

  it('cuts flights of the horizon; the last may be shorter and then lacks its late records', () => {
    const cut = cutByRecords(smallTape(rows), 4, 2);
    expect(cut.labels).toEqual(['records 1–4', 'records 5–7']);
    expect([...cut.stepOffsets]).toEqual([0, 2, 4, 6, 7]);
  });

  it('rounds steps of a horizon that T does not divide, and adds up to it', () => {
    expect([...cutByRecords(smallTape(rows), 7, 3).stepOffsets]).toEqual([0, 2, 5, 7]);
  });

  it('keeps to the records it is given', () => {
    const cut = cutByRecords(smallTape(rows), 2, 1, 3, 6);
    expect(cut.labels).toEqual(['records 4–5', 'records 6–6']);
    expect([...cut.stepOffsets]).toEqual([3, 5, 6]);
  });
});

describe('flightWindows', () => {
  it('know their auctions and the least that a later win can cost', () => {
    const prices = [9, 4, 6, 5, 8];
    const tape = smallTape(prices.map((price) => ({ value: 1, price })));
    const cut = cutByRecords(tape, 3, 3);
    const windows = flightWindows(new Replay(tape, cut.stepOffsets), cut);
    expect(windows.map((window) => [window.firstStep, window.numSteps, window.numAuctions])).toEqual([
      [0, 3, 3],
      [3, 3, 2],
    ]);
    expect([...windows[0]!.minCostFromMicros]).toEqual([4, 4, 6, Number.POSITIVE_INFINITY]);
    expect([...windows[1]!.minCostFromMicros]).toEqual([5, 8, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});

describe('traffic plans', () => {
  it('average the traffic and the cost of past flights', () => {
    const tape = smallTape([1, 2, 3, 4, 5, 6].map((price) => ({ value: 1, price })));
    // Flights 1, 2 | 3 and 4 | 5, 6 in two steps each.
    const replay = new Replay(tape, Int32Array.of(0, 2, 3, 4, 6));
    const windows = flightWindows(replay, { stepOffsets: replay.stepOffsets, labels: ['a', 'b'], numSteps: 2 });
    const plan = trafficPlan(replay, windows);
    expect([...plan.expectedAuctions]).toEqual([1.5, 1.5]);
    expect([...plan.expectedAuctionsFrom]).toEqual([3, 1.5, 0]);
    expect(plan.fullCostMicros).toBe(21 / 2);
  });

  it('leave out of the cost what no bid can win', () => {
    const tape = smallTape(
      [
        { value: 1, price: 10 },
        { value: 1, price: 50 },
        { value: 0, price: 7 },
      ],
      { maxBidMicros: 40 },
    );
    const cut = cutByRecords(tape, 3, 1);
    const replay = new Replay(tape, cut.stepOffsets);
    expect(trafficPlan(replay, flightWindows(replay, cut)).fullCostMicros).toBe(10);
  });

  it('of whole flights are the records of each step', () => {
    const plan = recordsPlan(7, 3, 100);
    expect([...plan.expectedAuctions]).toEqual([2, 3, 2]);
    expect([...plan.expectedAuctionsFrom]).toEqual([7, 5, 2, 0]);
    expect(plan.fullCostMicros).toBe(100);
  });

  it('need a flight to learn from', () => {
    const replay = new Replay(smallTape([{ value: 1, price: 1 }]), Int32Array.of(0, 1));
    expect(() => trafficPlan(replay, [])).toThrow(/expected at least one past flight/);
  });
});
