import { z } from 'zod';
import type { BaselineContext } from './baseline.ts';
import { startOf } from './pacing-policy.ts';

/** The option of baselines that hold a cost per unit of value. */
export const cpaTargetMicros = z.number().positive().nullable().default(null).meta({
  unit: 'micros per value unit',
  description:
    'What a unit of value may cost; null for what it is worth to the campaign, or else the linear multiplier tuned on the training data.',
});

/** The target that a baseline holds. */
export function targetOf(context: BaselineContext, option: number | null): number {
  return option ?? context.valueMicros ?? startOf(context, null);
}
