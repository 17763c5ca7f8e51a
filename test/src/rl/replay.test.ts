import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { NStep } from '../../../src/rl/n-step.ts';
import { makeContinuousBatch, makeTransitionBatch, ReplayBuffer, type TransitionSink } from '../../../src/rl/replay.ts';

/** Adds transition i with observation i, action i, reward 10·i, successor i + 1. */
function fill(buffer: ReplayBuffer, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    buffer.add(Float32Array.of(i), 0, Int32Array.of(i), 0, 10 * i, Float32Array.of(i + 1), 0, 0.5);
  }
}

function drawnActions(buffer: ReplayBuffer): Set<number> {
  const batch = makeTransitionBatch(Math.min(buffer.size, 4), 1);
  const rng = new Rng('draws');
  const seen = new Set<number>();
  for (let i = 0; i < 200; i++) {
    buffer.sample(batch, rng);
    for (const action of batch.actions) seen.add(action);
  }
  return seen;
}

describe('ReplayBuffer', () => {
  it('refuses to sample more than it holds, although its capacity is larger', () => {
    const buffer = new ReplayBuffer(100, 1);
    fill(buffer, 0, 7);
    const batch = makeTransitionBatch(8, 1);
    expect(() => buffer.sample(batch, new Rng('r'))).toThrow(/expected at least 8 transitions.*received 7/);
    fill(buffer, 7, 8);
    expect(() => buffer.sample(batch, new Rng('r'))).not.toThrow();
  });

  it('draws every transition it holds and keeps the parts of one together', () => {
    const buffer = new ReplayBuffer(10, 1);
    fill(buffer, 0, 6);
    const batch = makeTransitionBatch(6, 1);
    buffer.sample(batch, new Rng('r'));
    for (let b = 0; b < 6; b++) {
      const i = batch.actions[b]!;
      expect(batch.observations[b]).toBe(i);
      expect(batch.rewards[b]).toBe(10 * i);
      expect(batch.nextObservations[b]).toBe(i + 1);
    }
    expect([...drawnActions(buffer)].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('forgets the oldest when it is full', () => {
    const buffer = new ReplayBuffer(4, 1);
    fill(buffer, 0, 6);
    expect(buffer.size).toBe(4);
    expect([...drawnActions(buffer)].sort()).toEqual([2, 3, 4, 5]);
  });

  it('continues exactly after saving and loading', () => {
    const buffer = new ReplayBuffer(4, 1);
    fill(buffer, 0, 6);
    const copy = new ReplayBuffer(4, 1);
    copy.setArrays(buffer.getArrays(), buffer.cursor);
    fill(buffer, 6, 7);
    fill(copy, 6, 7);
    expect(copy.getArrays()).toEqual(buffer.getArrays());
    expect(copy.cursor).toBe(buffer.cursor);
  });

  it('keeps the numbers of continuous actions together, and refuses a batch of another size', () => {
    const buffer = new ReplayBuffer(3, 1, 2);
    for (let i = 0; i < 5; i++) {
      buffer.add(Float32Array.of(i), 0, Float32Array.of(-1, i, i + 0.5), 1, i, Float32Array.of(i + 1), 0, 1);
    }
    const restored = new ReplayBuffer(3, 1, 2);
    restored.setArrays(buffer.getArrays(), buffer.cursor);
    const batch = makeContinuousBatch(3, 1, 2);
    restored.sample(batch, new Rng('r'));
    for (let b = 0; b < 3; b++) {
      const i = batch.observations[b]!;
      expect(i).toBeGreaterThanOrEqual(2);
      expect([...batch.actions.subarray(2 * b, 2 * b + 2)]).toEqual([i, i + 0.5]);
    }
    expect(() => buffer.sample(makeTransitionBatch(3, 1), new Rng('r'))).toThrow(/SHAPE_MISMATCH/);
    expect(() => new ReplayBuffer(8, 1).setArrays(buffer.getArrays(), 0)).toThrow(/SHAPE_MISMATCH: replayActions/);
  });

  it('refuses the state of a larger buffer and columns of unequal length', () => {
    const big = new ReplayBuffer(8, 1);
    fill(big, 0, 8);
    expect(() => new ReplayBuffer(4, 1).setArrays(big.getArrays(), 0)).toThrow(
      /at most 4 saved transitions, received 8/,
    );
    const torn = { ...big.getArrays(), replayActions: new Float32Array(3) };
    expect(() => new ReplayBuffer(8, 1).setArrays(torn, 0)).toThrow(/SHAPE_MISMATCH: replayActions/);
  });
});

interface Transition {
  readonly observation: number;
  readonly action: number;
  readonly reward: number;
  readonly next: number;
  readonly discount: number;
}

/** Collects transitions of one-number observations. */
function collector(): { sink: TransitionSink; taken: Transition[] } {
  const taken: Transition[] = [];
  const sink: TransitionSink = {
    add: (observations, offset, actions, actionOffset, reward, nextObservations, nextOffset, discount) =>
      taken.push({
        observation: observations[offset]!,
        action: actions[actionOffset]!,
        reward,
        next: nextObservations[nextOffset]!,
        discount,
      }),
  };
  return { sink, taken };
}

const one = (x: number): Float32Array => Float32Array.of(x);

describe('NStep', () => {
  it('sums n discounted rewards and bootstraps with γ^n from the state n steps later', () => {
    const { sink, taken } = collector();
    const nStep = new NStep(3, 0.5, 1, 1, sink);
    for (let t = 0; t < 4; t++) nStep.push(0, one(t), 7 + t, 8, one(t + 1), false, false);
    expect(taken).toEqual([
      { observation: 0, action: 7, reward: 8 + 4 + 2, next: 3, discount: 0.125 },
      { observation: 1, action: 8, reward: 8 + 4 + 2, next: 4, discount: 0.125 },
    ]);
  });

  it('closes all waiting steps at a termination, with nothing to bootstrap', () => {
    const { sink, taken } = collector();
    const nStep = new NStep(3, 0.5, 1, 1, sink);
    nStep.push(0, one(0), 0, 8, one(1), false, false);
    nStep.push(0, one(1), 0, 8, one(99), true, false);
    expect(taken).toEqual([
      { observation: 0, action: 0, reward: 12, next: 99, discount: 0 },
      { observation: 1, action: 0, reward: 8, next: 99, discount: 0 },
    ]);
  });

  it('bootstraps every waiting step from the final observation at a truncation', () => {
    const { sink, taken } = collector();
    const nStep = new NStep(3, 0.5, 1, 1, sink);
    nStep.push(0, one(0), 0, 8, one(1), false, false);
    nStep.push(0, one(1), 0, 8, one(99), false, true);
    expect(taken).toEqual([
      { observation: 0, action: 0, reward: 12, next: 99, discount: 0.25 },
      { observation: 1, action: 0, reward: 8, next: 99, discount: 0.5 },
    ]);
  });

  it('bootstraps every waiting step of one copy from the present state where returns are cut, and begins anew', () => {
    const { sink, taken } = collector();
    const nStep = new NStep(3, 0.5, 2, 1, sink);
    const rows = (t: number) => Float32Array.of(t, 50 + t);
    for (const t of [0, 1]) for (const copy of [0, 1]) nStep.push(copy, rows(t), t, 8, rows(t + 1), false, false);
    nStep.cut(1, rows(2));
    nStep.cut(1, rows(2));
    expect(taken).toEqual([
      { observation: 50, action: 0, reward: 12, next: 52, discount: 0.25 },
      { observation: 51, action: 1, reward: 8, next: 52, discount: 0.5 },
    ]);
    nStep.push(1, rows(2), 2, 4, rows(99), true, false);
    expect(taken[2]).toEqual({ observation: 52, action: 2, reward: 4, next: 149, discount: 0 });
  });

  it('counts a step that is both terminated and truncated as terminated', () => {
    const { sink, taken } = collector();
    new NStep(2, 0.5, 1, 1, sink).push(0, one(0), 0, 8, one(1), true, true);
    expect(taken[0]!.discount).toBe(0);
  });

  it('keeps the copies apart and starts afresh after an episode', () => {
    const { sink, taken } = collector();
    const nStep = new NStep(2, 0.5, 2, 1, sink);
    const now = Float32Array.of(10, 20);
    const next = Float32Array.of(11, 21);
    nStep.push(0, now, 1, 4, next, true, false);
    nStep.push(1, now, 2, 4, next, false, false);
    nStep.push(0, Float32Array.of(12, 21), 3, 6, Float32Array.of(13, 22), false, false);
    nStep.push(1, Float32Array.of(12, 21), 4, 8, Float32Array.of(13, 22), false, false);
    expect(taken).toEqual([
      { observation: 10, action: 1, reward: 4, next: 11, discount: 0 },
      { observation: 20, action: 2, reward: 8, next: 22, discount: 0.25 },
    ]);
  });

  it('continues exactly after saving and loading in the middle of an episode', () => {
    const first = collector();
    const second = collector();
    const nStep = new NStep(3, 0.5, 1, 1, first.sink);
    nStep.push(0, one(0), 0, 1, one(1), false, false);
    const copy = new NStep(3, 0.5, 1, 1, second.sink);
    copy.setArrays(nStep.getArrays());
    for (const half of [nStep, copy]) half.push(0, one(1), 1, 2, one(2), true, false);
    expect(second.taken).toEqual(first.taken);
    expect(() => new NStep(2, 0.5, 1, 1, first.sink).setArrays(nStep.getArrays())).toThrow(/SHAPE_MISMATCH/);
  });
});
