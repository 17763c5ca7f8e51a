import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, exportBundle } from '../../../src/export/bundle.ts';
import {
  bidMicros,
  bundleChecksum,
  canonicalJson,
  decodeMultiplier,
  type FlightCounters,
  forward,
  greedyAction,
  type LoadedPolicy,
  loadPolicy,
  makeScratch,
  observeFlight,
  PACING_FEATURES,
  placeBid,
} from '../../../src/policy/runtime.ts';
import { randomModel, sourceDefaults } from '../export/random-model.ts';

const rules = { bidQuantumMicros: 10, maxBidMicros: 3000, minBidMicros: 20 };

describe('the source of the runtime', () => {
  for (const path of ['src/policy/runtime.ts', 'dist/src/policy/runtime.js']) {
    it.skipIf(!existsSync(path))(`${path} imports nothing, so that it can be copied alone`, () => {
      const source = readFileSync(path, 'utf8');
      expect(source.split('\n').length).toBeLessThanOrEqual(640);
      const text = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      expect(text).not.toMatch(/\bimport\b|\brequire\b|\bexport\b[^;{(]*\bfrom\b|\}\s*from\s*['"]/);
      expect(text).not.toMatch(/\bprocess\b|\bBuffer\b/);
    });
  }
});

describe('forward', () => {
  it('adds the bias first and then the inputs in order, in float32', () => {
    const layer = { inputs: 2, outputs: 1, activation: 'linear' as const };
    const network = {
      layers: [{ ...layer, kernel: new Float32Array([1, 1]), bias: new Float32Array([2 ** 24]) }],
      head: 'mean' as const,
    };
    const scratch = makeScratch(network);
    expect(forward(network, new Float32Array([1, 2]), scratch)[0]).toBe(2 ** 24 + 2);
    expect(forward(network, new Float32Array([2, 1]), scratch)[0]).toBe(2 ** 24 + 4);
  });

  it('lets NaN through a relu, so that a broken weight cannot look like a confident action', () => {
    const layer = { inputs: 1, outputs: 2, activation: 'relu' as const };
    const network = {
      layers: [{ ...layer, kernel: new Float32Array([Number.NaN, 1]), bias: new Float32Array(2) }],
      head: 'argmax' as const,
    };
    const outputs = forward(network, new Float32Array([3]), makeScratch(network));
    expect(Array.from(outputs)).toEqual([Number.NaN, 3]);
    expect(greedyAction(outputs, 'argmax')).toBe(Number.NaN);
  });
});

describe('greedyAction', () => {
  it('takes the lowest index among equal outputs', () => {
    expect(greedyAction(new Float32Array([1, 5, 5, 2]), 'argmax')).toBe(1);
  });
});

describe('decodeMultiplier', () => {
  const bounds = { minMultiplier: 10, maxMultiplier: 1000 };

  it('reads a grid, moves lambda, exponentiates a float, and clips each', () => {
    expect(decodeMultiplier({ kind: 'grid', multipliers: [5, 50, 5000], ...bounds }, 1, 7)).toBe(50);
    expect(decodeMultiplier({ kind: 'grid', multipliers: [5, 50, 5000], ...bounds }, 2, 7)).toBe(1000);
    expect(decodeMultiplier({ kind: 'moves', lambdaMoves: [-0.5, 0.25], ...bounds }, 0, 100)).toBe(200);
    expect(decodeMultiplier({ kind: 'moves', lambdaMoves: [-0.5, 0.25], ...bounds }, 1, 100)).toBe(80);
    expect(decodeMultiplier({ kind: 'log', baseMultiplier: 100, ...bounds }, 0, 7)).toBe(100);
    expect(decodeMultiplier({ kind: 'log', baseMultiplier: 100, ...bounds }, -99, 7)).toBe(10);
  });

  it('answers an action that is no number with NaN', () => {
    expect(decodeMultiplier({ kind: 'grid', multipliers: [50], ...bounds }, Number.NaN, 7)).toBe(Number.NaN);
    expect(decodeMultiplier({ kind: 'moves', lambdaMoves: [0.1], ...bounds }, Number.NaN, 7)).toBe(Number.NaN);
    expect(decodeMultiplier({ kind: 'log', baseMultiplier: 1, ...bounds }, Number.NaN, 7)).toBe(Number.NaN);
  });
});

describe('observeFlight', () => {
  const counters: FlightCounters = {
    stepIndex: 12,
    numSteps: 48,
    budgetMicros: 1_000_000,
    remainingMicros: 500_000,
    expectedAuctions: 200,
    expectedAuctionsLeft: 3600,
    expectedAuctionsTotal: 4800,
    lastExpectedAuctions: 96,
    lastAuctions: 100,
    lastWins: 25,
    lastSpendMicros: 30_000,
    lastValue: 0.1,
    auctions: 1000,
    wins: 300,
    value: 1.2,
    lastMultiplier: 200_000,
  };
  const scales = { priceMicros: 1000, value: 0.002 };

  it('computes each feature as its formula says', () => {
    const out = new Float32Array(13);
    observeFlight(counters, scales, out, 1);
    const expected = [
      36 / 48,
      0.5,
      0.75,
      Math.log(2),
      Math.log(500_000 / 3_600_000),
      Math.log(1_000_000 / 4_800_000),
      30_000 / 20_000,
      0.25,
      Math.log(30_000 / 25_000),
      Math.log(0.1 / 0.05),
      Math.log(0.4),
      0.3,
    ];
    expect(Array.from(out.subarray(1))).toEqual(expected.map(Math.fround));
    expect(out[0]).toBe(0);
  });

  it('stays inside the declared ranges whatever the counters', () => {
    const count = fc.nat({ max: 1_000_000 });
    fc.assert(
      fc.property(
        fc.record({ lastSpendMicros: count, lastValue: count, lastMultiplier: count, expectedAuctions: count }),
        (x) => {
          const out = new Float32Array(PACING_FEATURES.length);
          observeFlight({ ...counters, ...x }, scales, out, 0);
          for (const [i, feature] of PACING_FEATURES.entries()) {
            expect(out[i]).toBeGreaterThanOrEqual(feature.low);
            expect(out[i]).toBeLessThanOrEqual(feature.high);
          }
        },
      ),
    );
  });
});

describe('bidMicros', () => {
  it('reaches a price exactly where multiplier · value does, as the replay index has it (property)', () => {
    const near = fc.tuple(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.constantFrom(1, 10, 25),
      fc.integer({ min: -2, max: 2 }),
    );
    fc.assert(
      fc.property(near, fc.double({ min: 1e-9, max: 10, noNaN: true }), ([k, quantum, ulps], value) => {
        const need = k * quantum;
        const multiplier = (need / value) * (1 + ulps * Number.EPSILON);
        const bid = bidMicros(multiplier, value, { bidQuantumMicros: quantum, maxBidMicros: null });
        expect(bid >= need).toBe(multiplier * value >= need);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('placeBid', () => {
  it('rounds down to the quantum and respects the cap', () => {
    expect(placeBid(1000, 0.1239, 0, 1e9, rules)).toBe(120);
    expect(placeBid(1000, 50, 0, 1e9, rules)).toBe(3000);
  });

  it('sends no bid below the floor, below the smallest bid or without money', () => {
    expect(placeBid(1000, 0.1239, 120, 1e9, rules)).toBe(120);
    expect(placeBid(1000, 0.1239, 121, 1e9, rules)).toBe(0);
    expect(placeBid(1000, 0.0199, 0, 1e9, rules)).toBe(0);
    expect(placeBid(1000, 0.1239, 0, 0, rules)).toBe(0);
    expect(placeBid(1000, 0.1239, 0, 9, rules)).toBe(0);
  });

  it('lowers a bid to the money left', () => {
    expect(placeBid(1000, 2, 0, 777, rules)).toBe(770);
  });

  it('sends nothing when a number is broken', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, -1]) {
      expect(placeBid(bad, 1, 0, 1e9, rules)).toBe(0);
      expect(placeBid(1, bad, 0, 1e9, rules)).toBe(0);
    }
    expect(placeBid(1000, 1, Number.NaN, 1e9, rules)).toBe(0);
    expect(placeBid(1000, 1, 0, Number.NaN, rules)).toBe(0);
    expect(placeBid(1e300, 1e300, 0, 1e9, rules)).toBe(0);
  });

  it('equals the bid of the simulator wherever that is affordable and could win', () => {
    const amount = fc.double({ min: 0, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(amount, amount, fc.nat({ max: 5000 }), fc.nat({ max: 100_000 }), (multiplier, value, floor, left) => {
        const simulated = bidMicros(multiplier, value, rules);
        const placed = placeBid(multiplier, value, floor, left, rules);
        expect(placed).toBeLessThanOrEqual(left);
        if (simulated <= left && simulated >= Math.max(floor, 20)) expect(placed).toBe(simulated);
        else if (simulated < Math.max(floor, 20)) expect(placed).toBe(0);
      }),
    );
  });
});

describe('canonicalJson', () => {
  it('sorts keys at every depth and refuses what JSON cannot hold', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}');
    expect(() => canonicalJson({ a: Number.NaN })).toThrow(/NaN cannot stand in a bundle/);
    expect(() => canonicalJson({ a: undefined })).toThrow(/undefined cannot stand/);
  });
});

describe('loadPolicy', () => {
  let bundle: Bundle;
  beforeAll(async () => {
    const model = randomModel({ seed: 'load', hidden: [6], activation: 'tanh', decoding: 'grid' });
    bundle = await exportBundle({ ...sourceDefaults, model });
  });

  /** A copy with one value replaced (undefined deletes it), as text; keys are joined by dots. */
  function changed(path: string, value: (old: unknown) => unknown): Record<string, unknown> {
    const copy = JSON.parse(JSON.stringify(bundle));
    const keys = path.split('.');
    const last = keys.pop()!;
    let holder = copy;
    for (const key of keys) holder = holder[key];
    holder[last] = value(holder[last]);
    if (holder[last] === undefined) delete holder[last];
    return copy;
  }

  /** The same under a fresh checksum: an honest mistake of whoever made it, not damage. */
  async function resealed(path: string, value: (old: unknown) => unknown): Promise<unknown> {
    const copy = changed(path, value);
    return { ...copy, checksum: await bundleChecksum(copy) };
  }

  it('takes the text or the parsed document', async () => {
    const fromText = await loadPolicy(JSON.stringify(bundle, null, 4));
    const fromObject = await loadPolicy(bundle);
    expect(fromText.details.checksum).toBe(fromObject.details.checksum);
    expect(fromText.details.title).toBe('PPO, budget pacing');
  });

  it('refuses a bundle in which any single value was changed', async () => {
    const paths: string[] = [];
    const visit = (value: unknown, path: string[]): void => {
      if (typeof value === 'object' && value !== null) {
        for (const [key, entry] of Object.entries(value)) visit(entry, [...path, key]);
      } else if (!path[0]!.startsWith('format')) paths.push(path.join('.'));
    };
    visit(bundle, []);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), async (path) => {
        const damaged = changed(path, (old) => (typeof old === 'number' ? old + 1 : `${old}x`));
        await expect(loadPolicy(damaged)).rejects.toThrow(/^bidlab policy: checksum \(the bundle was changed/);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses a truncated text, another document and another version by name', async () => {
    const text = JSON.stringify(bundle);
    await expect(loadPolicy(text.slice(0, -20))).rejects.toThrow(/^bidlab policy: not JSON .*cut off/);
    await expect(loadPolicy('{}')).rejects.toThrow(/format: expected 'bidlab-policy', received undefined/);
    await expect(loadPolicy(null)).rejects.toThrow(/bundle: expected an object, received null/);
    const old = await resealed('formatVersion', () => 0);
    await expect(loadPolicy(old)).rejects.toThrow(/formatVersion \(export the policy again.*expected 1, received 0/);
  });

  it('names the place of a malformed part', async () => {
    const gone = undefined;
    const cases: [string, unknown, RegExp][] = [
      ['network.layers.0.kernel.length', 71, /network\.layers\[0\]\.kernel: expected 72 numbers, received 71/],
      ['network.layers.1.activation', 'gelu', /network\.layers\[1\]\.activation: expected one of linear/],
      ['network.layers.0.bias.2', null, /network\.layers\[0\]\.bias\[2\]: expected a number/],
      ['network.layers', [], /network\.layers: expected at least one layer/],
      ['network.head', 'mean', /network\.head: expected 'argmax' for this action/],
      ['action.decoding.kind', 'softmax', /action\.decoding\.kind: expected one of grid, moves, log/],
      ['action.decoding.multipliers.length', 20, /network\.layers: expected 20 outputs/],
      ['action.startingMultiplier', 0, /action\.startingMultiplier: expected a number/],
      ['bid.bidQuantumMicros', 0.5, /bid\.bidQuantumMicros: expected an integer/],
      ['observation.features.0.name', 'x', /observation\.features: expected the features timeLeft/],
      ['observation.id', 'v9', /observation\.id: expected 'budget-pacing-v1', received v9/],
      ['observation.scales.value', -1, /observation\.scales\.value: expected a number/],
      ['bid', gone, /bid: expected an object, received undefined/],
      ['golden', gone, /golden: expected an array/],
    ];
    for (const [path, value, message] of cases) {
      await expect(loadPolicy(await resealed(path, () => value))).rejects.toThrow(message);
    }
  });

  it('replays the golden vectors, and says so when one is not met', async () => {
    const wrong = await resealed('golden.5.bids.1.bidMicros', (old) => Number(old) + 10);
    await expect(loadPolicy(wrong)).rejects.toThrow(/golden\[5\].*bid for value 0\.0008: expected/);
    await expect(loadPolicy(wrong, { verifyGolden: false })).resolves.toBeDefined();
    const moved = await resealed('golden.0.multiplier', (old) => Number(old) * 2);
    await expect(loadPolicy(moved)).rejects.toThrow(/golden\[0\].*multiplier: expected/);
  });
});

describe('Flight', () => {
  let policy: LoadedPolicy;
  beforeAll(async () => {
    const model = randomModel({ seed: 'flight', hidden: [6], activation: 'relu', decoding: 'moves' });
    policy = await loadPolicy(await exportBundle({ ...sourceDefaults, model }));
  });
  const plan = { budgetMicros: 1_000_000, expectedAuctions: [10, 20, 30] };

  it('turns raw events into the counters that the environment counts', () => {
    const flight = policy.startFlight(plan);
    flight.startStep();
    expect(flight.state.counters).toMatchObject({
      stepIndex: 0,
      numSteps: 3,
      remainingMicros: 1_000_000,
      expectedAuctions: 10,
      expectedAuctionsLeft: 60,
      expectedAuctionsTotal: 60,
      lastExpectedAuctions: 0,
      lastAuctions: 0,
      lastMultiplier: sourceDefaults.startingMultiplier,
    });
    const first = flight.multiplier();
    flight.recordAuction(true, 40_000, 0.5);
    flight.recordAuction(false, 0, 0);
    flight.recordAuction(true, 60_000, 0.25);
    expect(flight.state.counters.remainingMicros).toBe(900_000);
    flight.startStep();
    expect(flight.state.counters).toEqual({
      stepIndex: 1,
      numSteps: 3,
      budgetMicros: 1_000_000,
      remainingMicros: 900_000,
      expectedAuctions: 20,
      expectedAuctionsLeft: 50,
      expectedAuctionsTotal: 60,
      lastExpectedAuctions: 10,
      lastAuctions: 3,
      lastWins: 2,
      lastSpendMicros: 100_000,
      lastValue: 0.75,
      auctions: 3,
      wins: 2,
      value: 0.75,
      lastMultiplier: first,
    });
    expect(flight.multiplier()).toBe(policy.multiplier(flight.state.counters));
  });

  it('takes a better forecast than the plan', () => {
    const flight = policy.startFlight(plan);
    flight.startStep({ auctions: 15, auctionsLeft: 70 });
    expect(flight.state.counters).toMatchObject({ expectedAuctions: 15, expectedAuctionsLeft: 70 });
  });

  it('bids nothing before the first step and never more than the money left', () => {
    const flight = policy.startFlight({ ...plan, budgetMicros: 100_000 });
    expect(flight.bid(0.0008)).toBe(0);
    flight.startStep();
    expect(flight.bid(0.0008)).toBeGreaterThan(0);
    flight.recordAuction(true, 99_950, 0.1);
    expect(flight.bid(0.0008)).toBe(50);
    flight.recordAuction(true, 50, 0.1);
    expect(flight.bid(0.0008)).toBe(0);
  });

  it('never spends above the budget when each bid is settled before the next', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 0.01, noNaN: true }), { maxLength: 200 }), (values) => {
        const flight = policy.startFlight({ budgetMicros: 500_000, expectedAuctions: [100, 100] });
        let spent = 0;
        for (const [i, value] of values.entries()) {
          if (i % 100 === 0) flight.startStep();
          const bid = flight.bid(value);
          spent += bid;
          flight.recordAuction(bid > 0, bid, value);
        }
        expect(spent).toBeLessThanOrEqual(500_000);
        expect(flight.state.counters.remainingMicros).toBe(500_000 - spent);
      }),
    );
  });

  it('goes on from its saved state as if nothing had happened', () => {
    const straight = policy.startFlight(plan);
    straight.startStep();
    straight.recordAuction(true, 40_000, 0.5);
    const resumed = policy.startFlight(plan, JSON.parse(JSON.stringify(straight.state)));
    for (const flight of [straight, resumed]) {
      flight.recordAuction(true, 1000, 0.1);
      flight.startStep();
    }
    expect(resumed.state).toEqual(straight.state);
    expect(resumed.bid(0.0007)).toBe(straight.bid(0.0007));
  });

  it('refuses a plan without money or traffic, a step too many and a broken price', () => {
    expect(() => policy.startFlight({ ...plan, budgetMicros: 0 })).toThrow(
      /flight\.budgetMicros: expected a number from 1/,
    );
    expect(() => policy.startFlight({ ...plan, expectedAuctions: [] })).toThrow(/flight\.expectedAuctions/);
    expect(() => policy.startFlight({ ...plan, expectedAuctions: [0, 0] })).toThrow(/in total/);
    const flight = policy.startFlight({ ...plan, expectedAuctions: [5] });
    flight.startStep();
    expect(() => flight.startStep()).toThrow(/the flight has only 1 steps/);
    expect(() => flight.recordAuction(true, Number.NaN, 1)).toThrow(/recordAuction priceMicros/);
    expect(() => flight.recordAuction(true, 5, Number.NaN)).toThrow(/recordAuction value/);
    expect(flight.state.counters.wins).toBe(0);
  });

  it('bids nothing, and recovers, when the answer of the policy is not a number', () => {
    const flight = policy.startFlight(plan);
    flight.startStep({ auctions: Number.NaN, auctionsLeft: 60 });
    expect(flight.multiplier()).toBe(0);
    expect(flight.bid(0.001)).toBe(0);
    flight.startStep();
    expect(flight.state.counters.lastMultiplier).toBe(sourceDefaults.startingMultiplier);
  });
});
