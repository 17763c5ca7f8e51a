import { describe, expect, it } from 'vitest';
import { linearSchedule, scheduledValue } from '../../../src/rl/schedule.ts';

describe('linearSchedule', () => {
  it('moves from start to end over its fraction of training and stays there', () => {
    expect(linearSchedule(1, 0.1, 0.5, 0)).toBe(1);
    expect(linearSchedule(1, 0.1, 0.5, 0.25)).toBeCloseTo(0.55, 12);
    expect(linearSchedule(1, 0.1, 0.5, 0.5)).toBe(0.1);
    expect(linearSchedule(1, 0.1, 0.5, 1)).toBe(0.1);
  });

  it('is at its end from the start when its fraction is 0', () => {
    expect(linearSchedule(1, 0.1, 0, 0)).toBe(0.1);
  });

  it('takes progress outside 0 to 1 as the nearest bound', () => {
    expect(linearSchedule(1, 0, 1, -3)).toBe(1);
    expect(linearSchedule(1, 0, 1, 7)).toBe(0);
  });
});

describe('scheduledValue', () => {
  it('keeps a constant rate and halves a linear one half-way', () => {
    expect(scheduledValue(0.01, 'constant', 0.5)).toBe(0.01);
    expect(scheduledValue(0.01, 'linear', 0.5)).toBeCloseTo(0.005, 15);
    expect(scheduledValue(0.01, 'linear', 1)).toBe(0);
  });
});
