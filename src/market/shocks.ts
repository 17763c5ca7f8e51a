import { z } from 'zod';
import { rivalGroupSchema } from './rival-population.ts';

const window = {
  fromDay: z.number().min(0).meta({ unit: 'days', description: 'When it begins, from the start of the flight.' }),
  toDay: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .meta({ unit: 'days', description: 'When it ends; null for the end of the flight.' }),
};
const endsAfterStart = ({ fromDay, toDay }: { fromDay: number; toDay: number | null }) =>
  toDay === null || toDay > fromDay;
const order = { path: ['toDay'], message: 'expected an end after the beginning; raise toDay or lower fromDay' };

const factor = z.number().positive().max(100).meta({ unit: 'factor', description: '2 doubles, 0.5 halves.' });

/** Something that happens to the market without notice: dearer rivals, other traffic, or a new rival. */
export const shockSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('price'), factor, ...window }).refine(endsAfterStart, order),
  z.strictObject({ kind: z.literal('traffic'), factor, ...window }).refine(endsAfterStart, order),
  z.strictObject({ kind: z.literal('new-rival'), rival: rivalGroupSchema }),
]);

/** A checked shock, see {@link shockSchema}. */
export type Shock = z.output<typeof shockSchema>;

/** The product of all factors of one kind that hold at a moment, 1 where there is none. @param day Days since the start. */
export function shockFactor(shocks: readonly Shock[], kind: 'price' | 'traffic', day: number): number {
  let product = 1;
  for (const shock of shocks) {
    if (shock.kind !== kind) continue;
    if (day >= shock.fromDay && (shock.toDay === null || day < shock.toDay)) product *= shock.factor;
  }
  return product;
}
