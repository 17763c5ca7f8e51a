import { describe, expect, it } from 'vitest';
import { assertNever, checkLength, SimError } from '../../../src/core/errors.ts';

describe('SimError', () => {
  it('carries its code in a field and in front of its message', () => {
    const cause = new Error('disk');
    const error = new SimError('OUTPUT_FAILED', 'results: cannot write', { cause });
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.message]).toEqual([
      'SimError',
      'OUTPUT_FAILED',
      'OUTPUT_FAILED: results: cannot write',
    ]);
    expect(error.cause).toBe(cause);
  });
});

describe('checkLength', () => {
  it('names what is of the wrong length', () => {
    expect(() => checkLength('rewards', 3, 4)).toThrow('SHAPE_MISMATCH: rewards: expected length 4, received 3');
    expect(() => checkLength('rewards', 4, 4)).not.toThrow();
  });
});

describe('assertNever', () => {
  it('shows the value that the types had ruled out', () => {
    expect(() => assertNever('third' as never)).toThrow('unreachable: "third"');
  });
});
