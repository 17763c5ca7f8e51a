import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { FEEDBACK_MODES, type Notice, toldMinToWin } from '../../../src/market/feedback.ts';
import { type DeliveryOptions, delayCdf, PROMPT_DELIVERY } from '../../../src/market/feedback-delivery.ts';
import { FeedbackLedger } from '../../../src/market/feedback-ledger.ts';
import { FeedbackQueue } from '../../../src/market/feedback-queue.ts';

describe('minimum to win', () => {
  it('is told to everybody, to winners, or to nobody', () => {
    const told = FEEDBACK_MODES.map((mode) => [true, false].map((won) => toldMinToWin(mode, won, 5)));
    expect(told).toEqual([
      [5, 5],
      [5, Number.NaN],
      [Number.NaN, Number.NaN],
    ]);
  });
});

/** Notice i: bid 100 + i, every third one won at its bid. */
const noticeOf = (id: number): Notice => {
  const won = id % 3 === 0;
  return { id, bidMicros: 100 + id, won, priceMicros: won ? 100 + id : 0, minToWinMicros: won ? 50 : Number.NaN };
};

/** Sends `perStep` notices a step for `steps` steps and delivers until nothing is under way: notices by step. */
function run(options: DeliveryOptions, steps: number, perStep: number, seed = 'queue'): Notice[][] {
  const queue = new FeedbackQueue(options, new Rng(seed));
  const delivered: Notice[][] = [];
  for (let step = 0; step < steps || queue.numUnderWay > 0; step++) {
    for (let i = 0; step < steps && i < perStep; i++) queue.send(noticeOf(step * perStep + i));
    const due: Notice[] = [];
    queue.deliver((notice) => due.push({ ...notice }));
    delivered.push(due);
  }
  return delivered;
}

const late: DeliveryOptions = {
  delay: { family: 'geometric', meanSteps: 2, maxSteps: 12 },
  duplicateProbability: 0.3,
  lossProbability: 0.2,
};

describe('feedback queue', () => {
  it('is the identity without delay, loss and duplicates', () => {
    const delivered = run(PROMPT_DELIVERY, 4, 100);
    expect(delivered).toEqual(
      Array.from({ length: 4 }, (_, s) => Array.from({ length: 100 }, (_, i) => noticeOf(s * 100 + i))),
    );
  });

  it('delivers after the steps it was told to take', () => {
    const delivered = run({ ...PROMPT_DELIVERY, delay: { family: 'fixed', steps: 3 } }, 2, 5);
    expect(delivered.map((due) => due.map(({ id }) => id))).toEqual([[], [], [], [0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]);
  });

  it('takes every delay of a uniform or geometric law as often as that says', () => {
    const shares = (delay: DeliveryOptions['delay'], n: number) =>
      run({ ...PROMPT_DELIVERY, delay }, 1, n).map((due) => due.length / n);
    const uniform = shares({ family: 'uniform', low: 1, high: 4 }, 20_000);
    expect(uniform[0]).toBe(0);
    for (const share of uniform.slice(1)) expect(Math.abs(share - 0.25)).toBeLessThan(0.015);
    // m = 1: halves of what is left, 8/15, 4/15, 2/15, 1/15 when cut at 3.
    const geometric = shares({ family: 'geometric', meanSteps: 1, maxSteps: 3 }, 20_000);
    for (const [d, x] of [8, 4, 2, 1].entries()) expect(Math.abs(geometric[d]! - x / 15)).toBeLessThan(0.015);
  });

  it('loses and repeats as often as told; what is lost stays lost', () => {
    const delivered = run(late, 100, 100).flat();
    const counts = new Map<number, number>();
    for (const { id } of delivered) counts.set(id, (counts.get(id) ?? 0) + 1);
    expect(Math.abs(counts.size / 10_000 - 0.8)).toBeLessThan(0.015);
    const twice = [...counts.values()].filter((count) => count === 2).length;
    expect(Math.abs(twice / counts.size - 0.3)).toBeLessThan(0.02);
    expect(Math.max(...counts.values())).toBe(2);
    expect(run({ ...late, lossProbability: 1 }, 5, 10).flat()).toEqual([]);
  });

  it('gives each notice a luck of its own: another bid or result shifts no other notice', () => {
    const ids = (change: number) => {
      const queue = new FeedbackQueue(late, new Rng('luck'));
      for (let id = 0; id < 50; id++)
        queue.send(id === change ? { ...noticeOf(id), bidMicros: 1, won: true } : noticeOf(id));
      const due: number[] = [];
      queue.deliver(({ id }) => due.push(id));
      return due;
    };
    expect(ids(7)).toEqual(ids(-1));
  });

  it('starts afresh: nothing under way survives a restart', () => {
    const queue = new FeedbackQueue(late, new Rng('a'));
    for (let id = 0; id < 50; id++) queue.send(noticeOf(id));
    queue.restart(new Rng('b'));
    expect(queue.numUnderWay).toBe(0);
  });

  it('refuses impossible settings', () => {
    const made = (options: Partial<DeliveryOptions>) => () =>
      new FeedbackQueue({ ...PROMPT_DELIVERY, ...options }, new Rng(0));
    expect(made({ lossProbability: 1.5 })).toThrow(
      'feedback.lossProbability: expected a probability in [0, 1], received 1.5',
    );
    expect(made({ duplicateProbability: Number.NaN })).toThrow('feedback.duplicateProbability');
    expect(() => delayCdf({ family: 'fixed', steps: 0.5 })).toThrow('delay.steps: expected a whole number');
    expect(() => delayCdf({ family: 'uniform', low: 3, high: 2 })).toThrow('swap them');
    expect(() => delayCdf({ family: 'geometric', meanSteps: 0, maxSteps: 3 })).toThrow("use the family 'none'");
  });
});

describe('feedback ledger', () => {
  it('is right in any order and however often notices come', () => {
    const ids = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 60 });
    fc.assert(
      fc.property(ids, (arrivals) => {
        const ledger = new FeedbackLedger();
        const booked = arrivals.filter((id) => ledger.accept(noticeOf(id)));
        const distinct = [...new Set(arrivals)];
        expect(booked).toEqual(distinct);
        const won = distinct.filter((id) => id % 3 === 0);
        expect([ledger.auctions, ledger.wins]).toEqual([distinct.length, won.length]);
        expect(ledger.spendMicros).toBe(won.reduce((sum, id) => sum + 100 + id, 0));
      }),
    );
  });

  it('books each auction that arrives once behind a late, repeating and losing queue', () => {
    const delivered = run(late, 30, 40).flat();
    const ledger = new FeedbackLedger();
    for (const notice of delivered) ledger.accept(notice);
    const arrived = [...new Set(delivered.map(({ id }) => id))].filter((id) => id % 3 === 0);
    expect(ledger.spendMicros).toBe(arrived.reduce((sum, id) => sum + 100 + id, 0));
    ledger.clear();
    expect(ledger.accept(noticeOf(3))).toBe(true);
    expect(ledger.spendMicros).toBe(103);
  });
});
