import { describe, expect, it } from 'vitest';
import { normalCdf } from '../../../src/core/distributions.ts';
import { FastNormal } from '../../../src/core/fast-normal.ts';
import { Rng } from '../../../src/core/rng.ts';

const N = 200_000;

function draws(seed: string): Float64Array {
  const out = new Float64Array(N);
  new FastNormal(new Rng(seed)).fillNormals(out, N);
  return out;
}

describe('FastNormal', () => {
  it('has the moments of a standard normal within 4 standard errors', () => {
    const x = draws('moments');
    const moment = (power: number) => x.reduce((sum, value) => sum + value ** power, 0) / N;
    // Var(Xᵏ) = E X²ᵏ − (E Xᵏ)²: 1, 2, 15, 96.
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / N));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / N));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / N));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / N));
  });

  it('has the distribution of a standard normal: Kolmogorov’s distance is below its 99.9 % bound', () => {
    const x = draws('distribution').sort();
    let distance = 0;
    for (let i = 0; i < N; i += 7) distance = Math.max(distance, Math.abs(normalCdf(x[i]!) - (i + 0.5) / N));
    expect(distance).toBeLessThan(1.95 / Math.sqrt(N));
  });

  it('reaches beyond the last layer as often as the tail probability says', () => {
    const edge = 3.442619855899;
    const beyond = draws('tail').filter((x) => Math.abs(x) > edge);
    const expected = 2 * normalCdf(-edge) * N;
    expect(Math.abs(beyond.length - expected)).toBeLessThan(4 * Math.sqrt(expected));
    expect(beyond.some((x) => x < 0) && beyond.some((x) => x > 0)).toBe(true);
  });

  it('shows no correlation between neighbours', () => {
    const x = draws('neighbours');
    let sum = 0;
    for (let i = 1; i < N; i++) sum += x[i]! * x[i - 1]!;
    expect(Math.abs(sum / N)).toBeLessThan(4 / Math.sqrt(N));
  });

  it('gives uniforms and integers with flat counts', () => {
    const random = new FastNormal(new Rng('uniform'));
    const counts = new Float64Array(10);
    for (let i = 0; i < N; i++) counts[random.int(10)]!++;
    for (const count of counts) expect(Math.abs(count - N / 10)).toBeLessThan(4.5 * Math.sqrt(N * 0.09));
    const u = Float64Array.from({ length: 1000 }, () => random.next());
    expect(Math.min(...u)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...u)).toBeLessThan(1);
  });

  it('repeats with the stream and differs between streams', () => {
    expect(draws('a').subarray(0, 50)).toEqual(draws('a').subarray(0, 50));
    expect(draws('a').subarray(0, 50)).not.toEqual(draws('b').subarray(0, 50));
  });
});
