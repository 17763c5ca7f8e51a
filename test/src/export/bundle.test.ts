import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportBundle } from '../../../src/export/bundle.ts';
import { selectEngine } from '../../../src/nn/select-backend.ts';
import {
  bidMicros,
  type FlightCounters,
  forward,
  loadPolicy,
  makeScratch,
  PACING_FEATURES,
  PacingRuntime,
} from '../../../src/policy/runtime.ts';
import { type ModelChoice, randomModel, sourceDefaults } from './random-model.ts';

const anyModel = fc.record<ModelChoice>({
  seed: fc.string({ maxLength: 8 }),
  hidden: fc.array(fc.integer({ min: 1, max: 24 }), { maxLength: 3 }),
  activation: fc.constantFrom('linear', 'relu', 'tanh'),
  decoding: fc.constantFrom('grid', 'moves', 'log'),
});

const share = fc.double({ min: 0, max: 1, noNaN: true });

const anyCounters: fc.Arbitrary<FlightCounters> = fc
  .record({
    numSteps: fc.integer({ min: 1, max: 200 }),
    step: share,
    budget: fc.integer({ min: 1, max: 10_000_000_000 }),
    left: share,
    total: fc.integer({ min: 1, max: 10_000_000 }),
    expected: share,
    last: fc.integer({ min: 0, max: 100_000 }),
    won: share,
    price: fc.double({ min: 0, max: 1e6, noNaN: true }),
    lastMultiplier: fc.double({ min: 2e6, max: 5e9, noNaN: true }),
  })
  .map((x) => {
    const wins = Math.floor(x.last * x.won);
    return {
      stepIndex: Math.min(x.numSteps - 1, Math.floor(x.step * x.numSteps)),
      numSteps: x.numSteps,
      budgetMicros: x.budget,
      remainingMicros: Math.floor(x.budget * x.left),
      expectedAuctions: x.total * x.expected,
      expectedAuctionsLeft: x.total * Math.max(x.expected, 1 - x.step),
      expectedAuctionsTotal: x.total,
      lastExpectedAuctions: x.last,
      lastAuctions: x.last,
      lastWins: wins,
      lastSpendMicros: Math.floor(wins * x.price),
      lastValue: wins * 0.001,
      auctions: x.last * 2,
      wins: wins + 1,
      value: wins * 0.002,
      lastMultiplier: x.lastMultiplier,
    };
  });

describe('exportBundle', () => {
  it('gives a bundle whose multipliers and bids equal those of evaluation, to the last bit', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyModel,
        fc.array(anyCounters, { minLength: 1, maxLength: 8 }),
        fc.array(fc.double({ min: 0, max: 0.1, noNaN: true }), { minLength: 1, maxLength: 8 }),
        async (choice, states, values) => {
          const model = randomModel(choice);
          const evaluation = new PacingRuntime(model);
          const text = JSON.stringify(await exportBundle({ ...sourceDefaults, model }));
          const loaded = await loadPolicy(text);
          for (const counters of states) {
            const multiplier = evaluation.multiplier(counters);
            expect(loaded.multiplier(counters)).toBe(multiplier);
            for (const value of values) {
              const bid = bidMicros(multiplier, value, sourceDefaults.bidRules);
              expect(bidMicros(loaded.multiplier(counters), value, loaded.details.bidRules)).toBe(bid);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('records at least 100 decisions, from raw counters to bids, each different kind of outcome among them', async () => {
    const model = randomModel({ seed: 'golden', hidden: [16, 16], activation: 'tanh', decoding: 'grid' });
    const bundle = await exportBundle({ ...sourceDefaults, model });
    expect(bundle.golden.length).toBeGreaterThanOrEqual(100);
    const bids = bundle.golden.flatMap((vector) => vector.bids.map((bid) => bid.bidMicros));
    expect(bids.filter((bid) => bid > 0).length).toBeGreaterThan(200);
    expect(bids.filter((bid) => bid === 0).length).toBeGreaterThan(100);
    expect(new Set(bundle.golden.map((vector) => vector.multiplier)).size).toBeGreaterThan(3);
    expect(bundle.golden.some((vector) => vector.counters.remainingMicros === 0)).toBe(true);
    for (const { counters, bids: placed } of bundle.golden) {
      for (const bid of placed) {
        expect(bid.bidMicros).toBeLessThanOrEqual(counters.remainingMicros);
        expect(bid.bidMicros % 10).toBe(0);
      }
    }
  });

  it('is the same document for the same model', async () => {
    const choice: ModelChoice = { seed: 'same', hidden: [8], activation: 'relu', decoding: 'log' };
    const first = await exportBundle({ ...sourceDefaults, model: randomModel(choice) });
    const second = await exportBundle({ ...sourceDefaults, model: randomModel(choice) });
    expect(JSON.stringify(first)).toBe(JSON.stringify(second));
  });

  it('carries a checksum that any SHA-256 over sorted, unspaced JSON confirms', async () => {
    const model = randomModel({ seed: 'hash', hidden: [4], activation: 'relu', decoding: 'moves' });
    const { checksum, ...payload } = await exportBundle({ ...sourceDefaults, model });
    const sorted = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(sorted);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, entry]) => [key, sorted(entry)]),
      );
    };
    const hex = createHash('sha256')
      .update(JSON.stringify(sorted(payload)))
      .digest('hex');
    expect(checksum).toBe(`sha256:${hex}`);
  });

  it('explains every feature and every counter that the runtime reads', async () => {
    const model = randomModel({ seed: 'words', hidden: [4], activation: 'relu', decoding: 'moves' });
    const bundle = await exportBundle({ ...sourceDefaults, model });
    expect(bundle.observation.features.map((f) => f.name)).toEqual(PACING_FEATURES.map((f) => f.name));
    for (const feature of bundle.observation.features) {
      expect(feature.formula.length).toBeGreaterThan(5);
      expect(feature.defaultWhenMissing).toBeGreaterThanOrEqual(feature.low);
      expect(feature.defaultWhenMissing).toBeLessThanOrEqual(feature.high);
    }
    const counters = bundle.counters.map((counter) => counter.name).sort();
    expect(counters).toEqual(Object.keys(bundle.golden[0]!.counters).sort());
  });

  it('refuses weights that are not finite', async () => {
    const model = randomModel({ seed: 'nan', hidden: [4], activation: 'relu', decoding: 'grid' });
    model.network.layers[0]!.kernel[3] = Number.NaN;
    await expect(exportBundle({ ...sourceDefaults, model })).rejects.toThrow(/^BUNDLE_INVALID: PPO, budget pacing/);
  });

  it('refuses a network whose outputs do not fit the actions', async () => {
    const grid = randomModel({ seed: 'a', hidden: [4], activation: 'relu', decoding: 'grid' });
    const moves = randomModel({ seed: 'a', hidden: [4], activation: 'relu', decoding: 'moves' });
    await expect(exportBundle({ ...sourceDefaults, model: { ...grid, network: moves.network } })).rejects.toThrow(
      /network\.layers: expected 21 outputs for the actions, received 7/,
    );
  });
});

describe('the runtime and TensorFlow', () => {
  it('agree to 1e-6 in the outputs of networks of either activation', async () => {
    const engine = await selectEngine('wasm');
    for (const activation of ['relu', 'tanh'] as const) {
      const network = engine.createNetwork(
        { inputs: 12, hidden: [64, 64], outputs: 21, activation, outputGain: 1, initializer: 'orthogonal' },
        { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
        7,
      );
      const plain = network.toPlain('argmax');
      const scratch = makeScratch(plain);
      const batch = 64;
      const inputs = Float32Array.from({ length: batch * 12 }, (_, i) => Math.sin(i * 1.7) * 3);
      const outputs = new Float32Array(batch * 21);
      network.forward(inputs, outputs, true);
      let largest = 0;
      for (let b = 0; b < batch; b++) {
        const own = forward(plain, inputs.subarray(b * 12, b * 12 + 12), scratch);
        for (let k = 0; k < 21; k++) {
          const other = outputs[b * 21 + k]!;
          largest = Math.max(largest, Math.abs(own[k]! - other) / Math.max(1, Math.abs(other)));
        }
      }
      expect(largest).toBeLessThan(1e-6);
      network.dispose();
    }
  });
});
