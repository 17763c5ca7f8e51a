import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';
import { PrioritizedReplay } from '../../../src/rl/prioritized-replay.ts';
import { makeTransitionBatch, ReplayBuffer } from '../../../src/rl/replay.ts';
import { SumTree } from '../../../src/rl/sum-tree.ts';

describe('SumTree', () => {
  it('finds the slot in whose share a mass lies, as a running sum does', () => {
    const priorities = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(priorities, fc.nat(10_000), (list, draw) => {
        const total = list.reduce((sum, x) => sum + x, 0);
        fc.pre(total > 0);
        const tree = new SumTree(list.length);
        for (const slot of list.keys()) tree.set(slot, 99);
        for (const [slot, priority] of list.entries()) tree.set(slot, priority);
        expect(tree.total).toBe(total);
        const mass = draw % total;
        let sum = 0;
        const expected = list.findIndex((priority) => {
          sum += priority;
          return mass < sum;
        });
        const slots = new Int32Array(2);
        tree.find(Float64Array.of(mass, 0), slots);
        expect(slots[0]).toBe(expected);
        expect(slots[1]).toBe(list.findIndex((priority) => priority > 0));
        const many = new SumTree(list.length);
        many.setMany(Int32Array.from(list.keys()), Float64Array.from(list));
        expect(many.total).toBe(total);
      }),
    );
  });
});

const B = 200;

function filled(count: number, capacity = count) {
  const buffer = new ReplayBuffer(capacity, 1);
  const replay = new PrioritizedReplay(buffer, B, { alpha: 1 });
  for (let i = 0; i < count; i++) {
    replay.add(Float32Array.of(i), 0, Int32Array.of(0), 0, i, Float32Array.of(i), 0, 1);
  }
  return { buffer, replay };
}

describe('PrioritizedReplay', () => {
  /** Errors of transition i are i, so that priorities are i + 0.001. */
  const learnt = () => {
    const { buffer, replay } = filled(4);
    const batch = makeTransitionBatch(B, 1);
    const rng = new Rng('priorities');
    for (let round = 0; round < 3; round++) {
      replay.sample(batch, rng, 1);
      replay.update(Float32Array.from(batch.rewards));
    }
    return { buffer, replay, batch, rng };
  };

  it('draws in proportion to the priority, and new transitions like the largest so far', () => {
    const { replay, batch, rng } = learnt();
    const counts = [0, 0, 0, 0];
    for (let round = 0; round < 60; round++) {
      replay.sample(batch, rng, 1);
      for (const reward of batch.rewards) counts[reward]!++;
    }
    for (const i of [1, 2, 3]) expect(counts[i]! / (60 * B)).toBeCloseTo(i / 6, 1);
    expect(counts[0]! / (60 * B)).toBeLessThan(0.002);
    // It takes the slot of transition 0, with priority 3 of 9.
    replay.add(Float32Array.of(7), 0, Int32Array.of(0), 0, 7, Float32Array.of(7), 0, 1);
    replay.sample(batch, rng, 1);
    expect(batch.rewards.filter((reward) => reward === 7).length / B).toBeCloseTo(1 / 3, 1);
  });

  it('weighs each by the inverse of its chance, the largest weight being 1', () => {
    const { replay, batch, rng } = learnt();
    replay.sample(batch, rng, 1);
    const least = Math.min(...batch.rewards);
    for (let b = 0; b < B; b++) {
      expect(replay.weights[b]).toBeCloseTo((least + 1e-3) / (batch.rewards[b]! + 1e-3), 3);
    }
    replay.sample(batch, rng, 0);
    expect(replay.weights.every((weight) => weight === 1)).toBe(true);
  });

  it('draws the same after saving and loading', () => {
    const { buffer, replay, batch, rng } = learnt();
    const state = rng.getState();
    replay.sample(batch, rng, 0.5);
    const expected = [...batch.rewards, ...replay.weights];
    const copy = filled(0, 4);
    copy.buffer.setArrays(buffer.getArrays(), buffer.cursor);
    copy.replay.setArrays(replay.getArrays());
    copy.replay.sample(batch, Rng.fromState(state), 0.5);
    expect([...batch.rewards, ...copy.replay.weights]).toEqual(expected);
  });
});
