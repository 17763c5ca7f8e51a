import { z } from 'zod';
import { assertNever, SimError } from '../core/errors.ts';

const weight = (value: number, description: string) =>
  z.number().min(0).default(value).meta({ unit: 'relative', description });

/** Which of a user's clicks a conversion is credited to. */
export const attributionModelSchema = z.discriminatedUnion('model', [
  z.strictObject({ model: z.literal('last-click') }),
  z.strictObject({ model: z.literal('first-click') }),
  z.strictObject({ model: z.literal('linear') }),
  z.strictObject({
    model: z.literal('time-decay'),
    halfLifeDays: z.number().positive().max(3650).default(7).meta({
      unit: 'days',
      description: 'A click so much older gets half the credit.',
    }),
  }),
  z
    .strictObject({
      model: z.literal('position'),
      first: weight(0.4, 'Weight of the first click.'),
      middle: weight(0.2, 'Weight of all clicks between, shared equally.'),
      last: weight(0.4, 'Weight of the last click.'),
    })
    .refine(({ first, middle, last }) => first + middle + last > 0, {
      message: 'expected weights that sum to more than 0; give one of first, middle and last a positive weight',
    }),
]);

/** A checked model, see {@link attributionModelSchema}. */
export type AttributionModel = z.output<typeof attributionModelSchema>;

/**
 * Shares one conversion among the touch points that led to it.
 *
 * - last-click, first-click: all to one;
 * - linear: equal shares;
 * - time-decay: 2^(−age / half-life), normalised;
 * - position: weights of the first, the last and, shared, those between, normalised over those there are; two touch points of
 *   weight 0 share equally.
 *
 * @param times `[n]` days, ascending: the user's touch points in the window before the conversion.
 * @param count Touch points in use, at least 1.
 * @param out `[n]` overwritten with credits that sum to 1.
 * @throws SimError `SHAPE_MISMATCH` without touch points, or where the buffers are shorter than `count`.
 */
export function shareCredit(model: AttributionModel, times: Float64Array, count: number, out: Float64Array): void {
  if (count < 1 || times.length < count || out.length < count) {
    throw new SimError(
      'SHAPE_MISMATCH',
      `credit: expected at least one touch point and room for all, received ${count} with buffers of ${times.length} and ${out.length}`,
    );
  }
  switch (model.model) {
    case 'last-click':
      out.fill(0, 0, count);
      out[count - 1] = 1;
      return;
    case 'first-click':
      out.fill(0, 0, count);
      out[0] = 1;
      return;
    case 'linear':
      out.fill(1 / count, 0, count);
      return;
    case 'time-decay':
      // Ages against the last touch point: the conversion's own age cancels, and the largest weight is 1.
      for (let i = 0; i < count; i++) out[i] = 2 ** ((times[i]! - times[count - 1]!) / model.halfLifeDays);
      normalise(out, count);
      return;
    case 'position':
      out.fill(model.middle / Math.max(1, count - 2), 0, count);
      out[0] = model.first;
      out[count - 1] = count === 1 ? 1 : model.last;
      normalise(out, count);
      return;
    default:
      assertNever(model);
  }
}

function normalise(out: Float64Array, count: number): void {
  let total = 0;
  for (let i = 0; i < count; i++) total += out[i]!;
  for (let i = 0; i < count; i++) out[i] = total > 0 ? out[i]! / total : 1 / count;
}
