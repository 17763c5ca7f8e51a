import type { Tape } from '../data/tape.ts';

/** A tape cut into steps, with what each opportunity needs and pays; the kernels read nothing else. */
export interface ReplayColumns {
  readonly tape: Tape;
  /** `[S + 1]` first opportunity of each step, ascending. */
  readonly stepOffsets: Int32Array;
  /** `[n]` smallest winning bid, integer micros; Infinity where none is allowed. */
  readonly needMicros: Float64Array;
  /** `[n]` what a second-price win pays: max(price, floor), integer micros. */
  readonly paidMicros: Float64Array;
  readonly firstPrice: boolean;
}
