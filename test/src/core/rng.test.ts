import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../src/core/rng.ts';

function draws(rng: Rng, count: number): number[] {
  return Array.from({ length: count }, () => rng.next());
}

describe('Rng', () => {
  it('still draws what it drew when results were first published', () => {
    const rng = new Rng('golden');
    expect([rng.next(), rng.next(), rng.double(), rng.int(10), rng.normal(), rng.normal()]).toEqual([
      0.2551099988631904, 0.18230165145359933, 0.45072002662889, 2, 0.44119111529980864, -1.4156876661210946,
    ]);
    expect(rng.split('child').next()).toBe(0.2894983340520412);
    expect(new Rng('golden').seed()).toBe(547844550);
  });

  it('takes a number by its decimal text', () => {
    expect(new Rng(1).next()).toBe(new Rng('1').next());
  });

  it('gives a child that does not depend on draws already made', () => {
    const parent = new Rng('parent');
    const before = draws(parent.split('child'), 5);
    parent.normal();
    expect(draws(parent.split('child'), 5)).toEqual(before);
    expect(parent.split('child').path).toBe('parent/child');
  });

  it('gives different streams to different labels', () => {
    const parent = new Rng('parent');
    const firsts = Array.from({ length: 1000 }, (_, label) => parent.split(label).next());
    expect(new Set(firsts).size).toBe(1000);
  });

  it('continues exactly where its state was saved, also between the two normals of a pair', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.constantFrom('next', 'double', 'normal', 'seed')), (path, calls) => {
        const rng = new Rng(path);
        for (const call of calls) rng[call as 'next' | 'double' | 'normal' | 'seed']();
        const saved = JSON.parse(JSON.stringify(rng.getState()));
        const copy = Rng.fromState(saved);
        const tail = (r: Rng) => [
          r.normal(),
          r.next(),
          r.double(),
          r.normal(),
          r.normal(),
          r.path,
          r.split('x').next(),
        ];
        expect(tail(copy)).toEqual(tail(rng));
      }),
    );
  });

  it('is not moved by saving', () => {
    const [a, b] = [new Rng('s'), new Rng('s')];
    const state = a.getState();
    a.next();
    expect(Rng.fromState(state).next()).toBe(b.next());
    expect(a.next()).toBe(b.next());
  });

  it('draws uniforms of mean 1/2 and variance 1/12, and normals of mean 0 and variance 1', () => {
    const n = 40_000;
    const rng = new Rng('moments');
    const moments = (draw: () => number) => {
      const xs = Array.from({ length: n }, draw);
      const mean = xs.reduce((a, x) => a + x, 0) / n;
      return [mean, xs.reduce((a, x) => a + (x - mean) ** 2, 0) / n] as const;
    };
    // Four standard errors: sd/√n of the mean, about 1.4·variance/√n (normal) of the variance.
    const [u, v] = moments(() => rng.next());
    expect(Math.abs(u - 1 / 2)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(v - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / n));
    const [m, s] = moments(() => rng.normal());
    expect(Math.abs(m)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(s - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  });

  it('draws integers and intervals inside their bounds and reaches all of them', () => {
    const rng = new Rng('bounds');
    const seen = new Set(Array.from({ length: 200 }, () => rng.int(6)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    for (let i = 0; i < 200; i++) {
      const x = rng.uniform(-2, 3);
      expect(x >= -2 && x < 3).toBe(true);
    }
  });

  it('shuffles in place without losing anything, in every order alike', () => {
    const rng = new Rng('shuffle');
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const values = [1, 2, 3];
      rng.shuffle(values);
      counts.set(values.join(''), (counts.get(values.join('')) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['123', '132', '213', '231', '312', '321']);
    // Binomial(6000, 1/6): mean 1000, sd 28.9; four of them.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(116);
  });
});
