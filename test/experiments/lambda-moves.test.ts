import { describe, expect, it } from 'vitest';
import { actionDecoding } from '../../experiments/action-decoding.ts';
import { resolveSeats } from '../../experiments/seats.ts';
import { DRLB_MOVES } from '../../src/bidding/drlb-moves.ts';
import { exportBundle } from '../../src/export/bundle.ts';
import { loadPolicy, PACING_FEATURES, type PacingModel } from '../../src/policy/runtime.ts';
import { sourceDefaults } from '../src/export/random-model.ts';

const settingsOf = (options: Record<string, unknown>) => {
  const [seat] = resolveSeats([{ id: 'dqn', ...options }], 'budget-pacing-v1', 1000, '.');
  if (seat?.source !== 'learner') throw new Error('expected a learner');
  return seat.settings;
};

describe('moves of a learner that changes λ', () => {
  it("are Wu et al.'s eleven by the name of drlb, and a list of one's own as it is written", () => {
    expect(settingsOf({ actions: 'moves', moves: 'drlb' }).moves).toEqual([
      -0.5, -0.15, -0.08, -0.03, -0.01, 0, 0.01, 0.03, 0.08, 0.15, 0.5,
    ]);
    expect(settingsOf({ actions: 'moves', moves: [-0.1, 0, 1] }).moves).toEqual([-0.1, 0, 1]);
  });

  it('leave the settings as they were where they are the default, so that finished runs stay finished', () => {
    const before = settingsOf({ actions: 'moves' });
    expect(before).not.toHaveProperty('moves');
    expect(settingsOf({ actions: 'moves', moves: 'default' })).toEqual(before);
  });

  it.each([
    [{ actions: 'moves', moves: 'dqn' }, 'policies.0.moves: expected default, drlb, or a list'],
    [{ actions: 'moves', moves: [] }, 'received []; λ is multiplied by 1 + move'],
    [{ actions: 'moves', moves: [-1, 0] }, 'numbers above -1'],
    [{ actions: 'moves', moves: [0, 0] }, 'different numbers'],
    [
      { actions: 'grid', moves: 'drlb' },
      'policies.0.moves: belongs to actions: moves, received actions: grid; remove one',
    ],
  ])('refuse %j', (options, words) => {
    expect(() => settingsOf(options)).toThrow(words);
  });

  it('divide the multiplier by 1 + move in an exported bundle', async () => {
    const reference = sourceDefaults.startingMultiplier;
    const [inputs, outputs] = [PACING_FEATURES.length, DRLB_MOVES.length];
    // A network that always finds the last move best: λ half as large again.
    const bias = Float32Array.from({ length: outputs }, (_, i) => (i === outputs - 1 ? 1 : 0));
    const layer = { inputs, outputs, activation: 'linear', kernel: new Float32Array(inputs * outputs), bias } as const;
    const model: PacingModel = {
      scales: { priceMicros: 80_000, value: 0.0008 },
      network: { layers: [layer], head: 'argmax' },
      decoding: actionDecoding('moves', reference, DRLB_MOVES),
    };
    const bundle = await exportBundle({ ...sourceDefaults, model });
    const policy = await loadPolicy(JSON.stringify(bundle));
    expect(policy.multiplier({ ...secondStep, lastMultiplier: 1.5 * reference })).toBe(reference);
  });
});

const secondStep = {
  stepIndex: 1,
  numSteps: 4,
  budgetMicros: 1_000_000,
  remainingMicros: 500_000,
  expectedAuctions: 100,
  expectedAuctionsLeft: 300,
  expectedAuctionsTotal: 400,
  lastExpectedAuctions: 100,
  lastAuctions: 100,
  lastWins: 10,
  lastSpendMicros: 500_000,
  lastValue: 1,
  auctions: 100,
  wins: 10,
  value: 1,
};
