import { z } from 'zod';

/** Conversions that need no ad. */
export const organicSchema = z.strictObject({
  perUserDay: z
    .number()
    .max(10)
    .refine((rate) => rate >= 0, 'expected a rate of at least 0; use 0 where nobody converts without ads')
    .default(0.01)
    .meta({ unit: 'conversions per user and day', description: 'Mean over users of conversions without any ad.' }),
  intentSpread: z.number().min(0).max(3).default(1).meta({
    unit: 'log',
    description: 'Standard deviation over users of the logarithm of their rate, which follows their intent.',
  }),
  displacement: z.number().min(0).max(1).default(0.5).meta({
    unit: 'probability',
    description:
      'Chance that a conversion without an ad does not come when an ad brought one within the displacement days before.',
  }),
  displacementDays: z.number().min(0).max(3650).default(7).meta({
    unit: 'days',
    description: 'So long after a conversion by an ad the next ones are at risk.',
  }),
});

/** Checked organic conversions, see {@link organicSchema}. */
export type OrganicConfig = z.output<typeof organicSchema>;

/**
 * Organic conversions a day of a user, `mean · exp(s · intent − s² / 2)`: log-normal over users with the given mean.
 *
 * @param intent Standard normal over users.
 */
export function organicRate({ perUserDay, intentSpread }: OrganicConfig, intent: number): number {
  return perUserDay * Math.exp(intentSpread * intent - 0.5 * intentSpread ** 2);
}

/**
 * Whether an organic conversion is displaced: an ad brought a conversion shortly before, and its own mark says so. The marks
 * thin a Poisson process: of a rate λ, λ · (1 − displacement) is left in the days at risk.
 *
 * @param daysSince Days since the user's last conversion by an ad; Infinity where there is none.
 * @param chance The conversion's own uniform number, the same whatever is bought.
 */
export function isDisplaced(config: OrganicConfig, daysSince: number, chance: number): boolean {
  return daysSince < config.displacementDays && chance < config.displacement;
}
