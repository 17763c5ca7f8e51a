import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { BaselineContext } from '../../agents/baselines/baseline.ts';
import { loadPolicyModule } from '../../experiments/policy-module.ts';
import type { BidPolicy, MultiplierPolicy, Opportunity } from '../../src/core/policy.ts';
import { blankCounters } from '../../src/sim/flight-counters.ts';
import { bidlab, expectRefused } from '../cli/real-cli.ts';
import { temporaryFolder } from '../src/store/temporary-folder.ts';
import { TINY } from './tiny.ts';

/** A policy out of a module with these methods. */
async function policyOf<P>(methods: string): Promise<P> {
  const file = join(temporaryFolder(), 'mine.mjs');
  writeFileSync(file, `export function createPolicy() {\n  return {\n    ${methods}\n  };\n}\n`);
  const create = await loadPolicyModule(pathToFileURL(file).href);
  return create({} as BaselineContext, {}) as P;
}

const flights = (stepIndex: number) => [0, 1].map(() => ({ ...blankCounters(), stepIndex, numSteps: 6 }));
const multipliers = (decide: string) =>
  policyOf<MultiplierPolicy>(`kind: 'multiplier', reset() {}, decide(flights, active, out) { ${decide} }`);
const bids = (bid: string) =>
  policyOf<BidPolicy>(`kind: 'bid', reset() {}, beginStep() {}, observe() { throw 'lost'; }, bid() { ${bid} }`);
const opportunity: Opportunity = {
  value: 1,
  floorMicros: 0,
  remainingMicros: 9,
  auctionsLeft: 1,
  loggedBidMicros: Number.NaN,
};

describe('a policy of a user’s module', () => {
  it('decides what it decides', async () => {
    const policy = await multipliers('out.fill(7);');
    const out = new Float64Array(2);
    policy.decide(flights(0), new Uint8Array([1, 1]), out);
    expect([...out]).toEqual([7, 7]);
    const bidder = await bids('return 3;');
    bidder.beginStep(0, flights(0)[0]!);
    expect(bidder.bid(0, opportunity)).toBe(3);
    expect((await bids('return NaN;')).bid(0, opportunity)).toBeNaN();
  });

  it.each(['NaN', '-1', 'Infinity', "'much'"])('that multiplies by %s is named with the step', async (value) => {
    const policy = await multipliers(`out[0] = 1; if (flights[1].stepIndex === 2) out[1] = ${value};`);
    const out = new Float64Array(2);
    policy.decide(flights(1), new Uint8Array([1, 1]), out);
    expect(() => policy.decide(flights(2), new Uint8Array([1, 1]), out)).toThrow(
      /^VALUE_OUT_OF_RANGE: file:.*mine\.mjs: decide in step 3 of 6: expected a finite multiplier >= 0 in out\[1\] .*, received (NaN|-1|Infinity); correct the module/,
    );
    // What stands there for a flight that is over is nobody's business.
    expect(() => policy.decide(flights(2), new Uint8Array([1, 0]), out)).not.toThrow();
  });

  it('that throws is named with method, step and line', async () => {
    const policy = await multipliers("throw new RangeError('boom');");
    expect(() => policy.decide(flights(4), new Uint8Array([0, 1]), new Float64Array(2))).toThrow(
      /^FILE_INVALID: file:.*mine\.mjs: decide in step 5 of 6 failed with RangeError: boom \(line 3\); correct the module$/,
    );
    const bidder = await bids('return flights;');
    bidder.beginStep(1, flights(0)[1]!);
    expect(() => bidder.bid(1, opportunity)).toThrow(
      /mine\.mjs: bid of flight 1 in step 1 of 6 failed with ReferenceError: flights is not defined \(line 3\)/,
    );
    expect(() => bidder.observe!(1, false, 0)).toThrow(
      /mine\.mjs: observe of flight 1 in step 1 of 6 failed with lost;/,
    );
    const whole = await policyOf<BidPolicy>(
      "kind: 'bid', reset() { null.x }, beginStep() { null.x }, bid() { return 1; }",
    );
    expect(() => whole.reset()).toThrow(/mine\.mjs: reset failed with TypeError: /);
    expect(() => whole.beginStep(0, flights(3)[0]!)).toThrow(
      /mine\.mjs: beginStep of step 4 of 6 failed with TypeError/,
    );
  });

  it('whose bid is no number is named', async () => {
    const bidder = await bids('');
    bidder.beginStep(0, flights(0)[0]!);
    expect(() => bidder.bid(0, opportunity)).toThrow(
      /^VALUE_OUT_OF_RANGE: .*mine\.mjs: bid of flight 0 in step 1 of 6: expected a number .*received undefined; correct/,
    );
  });

  it('is refused on the command line in a sentence of its own, not as a fault of bidlab', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'tiny.yaml'), JSON.stringify(TINY));
    const module = join(folder, 'broken.mjs');
    writeFileSync(
      module,
      "export const createPolicy = () => ({ kind: 'multiplier', reset() {}, decide() { throw new Error('boom'); } });",
    );
    expectRefused(
      await bidlab('evaluate', module, '--experiment', join(folder, 'tiny.yaml')),
      /^FILE_INVALID: .*broken\.mjs: decide in step 1 of 6 failed with Error: boom \(line 1\); correct the module$/,
    );
  });
});
