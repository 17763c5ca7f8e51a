import { describe, expect, it } from 'vitest';
import type { Baseline, BaselineContext } from '../../agents/baselines/baseline.ts';
import { baselines } from '../../agents/baselines/registry.ts';
import { play, syntheticGame } from '../agents/baselines/flight-game.ts';

const { game, context } = syntheticGame('conformance');

/** Builds from a context that shares the market but not the streams' positions. */
function build(baseline: Baseline) {
  return baseline.build({ ...context } satisfies BaselineContext);
}

describe.each(baselines.ids)('baseline %s', (id) => {
  const baseline = baselines.get(id);
  const policy = build(baseline);
  const outcomes = play(game, policy);

  it('says in words what it is and where it comes from', () => {
    expect(baseline.title).toMatch(/\S/);
    expect(baseline.source).toMatch(/\S/);
    if (baseline.needs !== undefined) expect(baseline.needs.sentence).toMatch(/\.$/);
  });

  it('has a default and a description for every option', () => {
    expect(() => baseline.schema.parse({})).not.toThrow();
    for (const [name, field] of Object.entries(baseline.schema.shape)) {
      const { description, unit } = (field as { meta(): Record<string, unknown> }).meta() ?? {};
      expect(description, `${name}: description`).toMatch(/\.$/);
      expect(unit, `${name}: unit`).toMatch(/\S/);
    }
  });

  it('refuses an option that it does not know', () => {
    expect(() => baseline.build(context, { noSuchOption: 1 })).toThrow('CONFIG_INVALID');
  });

  it('plays the kind that it declares', () => {
    expect(policy.kind).toBe(baseline.kind);
  });

  it('bids finite amounts of at least 0, or not at all', () => {
    for (const { bids } of outcomes) {
      expect(bids.some((bid) => bid > 0)).toBe(true);
      for (const bid of bids)
        if (!(Number.isNaN(bid) || (bid >= 0 && bid < Number.POSITIVE_INFINITY))) expect(bid).toBe(0);
    }
  });

  it('wins something and spends within the budget', () => {
    for (const { wins, spendMicros } of outcomes) {
      expect(wins).toBeGreaterThan(0);
      expect(spendMicros).toBeLessThanOrEqual(game.budgetMicros);
    }
  });

  it('plays the same after a reset, and when built again from equal streams', () => {
    expect(play(game, policy)).toEqual(outcomes);
    expect(play(game, build(baseline))).toEqual(outcomes);
  });

  it('forgets only the flights of the mask', () => {
    const mask = Uint8Array.of(0, 1, 1, 1);
    const disturbed = play(game, policy, (step) => {
      if (step === 5) policy.reset(mask);
    });
    expect(disturbed[0]).toEqual(outcomes[0]);
  });

  it('refuses to learn from nothing', () => {
    const empty = new Float64Array(0);
    const train = { value: empty, marketPriceMicros: empty, floorMicros: empty, click: new Uint8Array(0) };
    expect(() => baseline.build({ ...context, train })).toThrow('DATA_INVALID');
  });
});
