import { describe, expect, it } from 'vitest';
import { goldenSection } from '../../../src/bidding/golden-section.ts';

describe('goldenSection', () => {
  it('finds the bottom of a valley to the width asked for', () => {
    expect(
      goldenSection(
        (x) => (x - 1.25) ** 2,
        -3,
        7,
        (width) => width < 1e-6,
      ),
    ).toBeCloseTo(1.25, 5);
  });

  it('comes to the end of an interval where the function falls all the way', () => {
    expect(
      goldenSection(
        (x) => -x,
        0,
        2,
        (_, sections) => sections >= 60,
      ),
    ).toBeCloseTo(2, 9);
  });
});
