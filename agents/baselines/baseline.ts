import { z } from 'zod';
import { SimError } from '../../src/core/errors.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Rng } from '../../src/core/rng.ts';

/** What a baseline may know before it bids: training data, the auction's rules, the flights to come. */
export interface BaselineContext {
  /** Training opportunities in time order; all columns have one length ≥ 1. */
  readonly train: {
    /** Expected value of the impression, value units. */
    readonly value: Float64Array;
    readonly marketPriceMicros: Float64Array;
    readonly floorMicros: Float64Array;
    readonly click: Uint8Array;
  };
  readonly auction: {
    readonly pricing: 'second-price' | 'first-price';
    readonly ties: 'win' | 'lose';
    readonly minBidMicros: number;
    readonly bidQuantumMicros: number;
    readonly maxBidMicros: number | null;
  };
  /** What the flights to be played look like. */
  readonly flight: {
    readonly budgetMicros: number;
    readonly numSteps: number;
    /** `[numSteps]` */
    readonly expectedAuctions: Float64Array;
  };
  /** Flights played side by side. */
  readonly numFlights: number;
  /** What one unit of value is worth to the advertiser, micros; absent where nobody said. */
  readonly valueMicros?: number;
  readonly rng: Rng;
  /** Mean value ratio (share of the hindsight ceiling) on flights kept for tuning, under this flight's budget. */
  score(policy: Policy): number;
}

/** A standard bidder of the field. */
export interface Baseline {
  /** Words for reports. */
  readonly title: string;
  /** Whether it sets a multiplier a step or a bid an auction. */
  readonly kind: Policy['kind'];
  /** Citation, or why none is needed. */
  readonly source: string;
  /** Options, each with default, bounds and description. */
  readonly schema: z.ZodObject;
  /** What the data must tell for it, where that is not a matter of course. */
  readonly needs?: { readonly column: 'loggedBidMicros'; readonly sentence: string };
  /**
   * Fits the baseline to the context.
   *
   * @throws SimError `CONFIG_INVALID` on options outside the schema; `DATA_INVALID` on empty or unequal training columns.
   */
  build(context: BaselineContext, options?: Readonly<Record<string, unknown>>): Policy;
}

/** A baseline whose `build` gets checked options with their defaults. */
export interface BaselineSpec<S extends z.ZodObject> extends Omit<Baseline, 'schema' | 'build'> {
  readonly schema: S;
  build(context: BaselineContext, options: z.output<S>): Policy;
}

/** Wraps a baseline so that its options are checked before it is built. */
export function defineBaseline<S extends z.ZodObject>(spec: BaselineSpec<S>): Baseline {
  return {
    ...spec,
    build(context, options = {}) {
      checkTraining(context);
      const parsed = spec.schema.safeParse(options);
      if (!parsed.success) {
        throw new SimError('CONFIG_INVALID', `baseline '${spec.title}': ${z.prettifyError(parsed.error)}`);
      }
      return spec.build(context, parsed.data);
    },
  };
}

function checkTraining({ train }: BaselineContext): void {
  const n = train.value.length;
  const equal = [train.marketPriceMicros, train.floorMicros, train.click].every((column) => column.length === n);
  if (n === 0 || !equal) {
    throw new SimError(
      'DATA_INVALID',
      `baseline training data: expected columns of one length >= 1, received ${n} values, ` +
        `${train.marketPriceMicros.length} prices, ${train.floorMicros.length} floors, ${train.click.length} clicks`,
    );
  }
}
