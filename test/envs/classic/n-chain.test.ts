import { describe, expect, it } from 'vitest';
import { NChain, nChainTables } from '../../../envs/classic/n-chain.ts';

const NUM_ENVS = 20_000;

/** State of copy n. */
const stateOf = (env: NChain, n: number) => env.observations.subarray(n * 5, n * 5 + 5).indexOf(1);

describe('n-chain-v1', () => {
  it('pays 10 for going on at the far end, 2 for going back, and slips one time in five', () => {
    const { rewards } = nChainTables();
    // By hand: .8 · 0 + .2 · 2 on the way, .8 · 10 + .2 · 2 at the end; .8 · 2 + .2 · 0 and .8 · 2 + .2 · 10 going back.
    const expected = [0.4, 1.6, 0.4, 1.6, 0.4, 1.6, 0.4, 1.6, 8.4, 3.6];
    for (let row = 0; row < 10; row++) expect(rewards[row]).toBeCloseTo(expected[row]!, 12);
  });

  it.each([0, 1])('moves and pays as its tables say, from every state by action %i', (action) => {
    const { transitions, rewards } = nChainTables();
    const env = new NChain(NUM_ENVS);
    env.reset(1);
    for (let t = 0; t < 6; t++) {
      const before = Array.from({ length: NUM_ENVS }, (_, n) => stateOf(env, n));
      const act = new Int32Array(NUM_ENVS).fill(t < 5 ? 0 : action);
      env.step(act);
      for (let s = 0; s < 5; s++) {
        const own = before.flatMap((state, n) => (state === s ? [n] : []));
        if (own.length < 2000) continue;
        const row = s * 2 + act[0]!;
        const slack = 4 / Math.sqrt(own.length);
        const paid = own.reduce((sum, n) => sum + env.rewards[n]!, 0) / own.length;
        expect(Math.abs(paid - rewards[row]!)).toBeLessThan(5 * slack);
        for (let next = 0; next < 5; next++) {
          const share = own.filter((n) => stateOf(env, n) === next).length / own.length;
          expect(Math.abs(share - transitions[row * 5 + next]!)).toBeLessThan(slack);
        }
      }
    }
  });

  it('is cut after 1000 steps and begins again at the start', () => {
    const env = new NChain(2);
    env.reset(0);
    for (let t = 1; t <= 1000; t++) {
      env.step(new Int32Array(2));
      expect([...env.truncated]).toEqual(t === 1000 ? [1, 1] : [0, 0]);
    }
    expect([...env.terminated]).toEqual([0, 0]);
    expect([stateOf(env, 0), stateOf(env, 1)]).toEqual([0, 0]);
  });
});
