import { z } from 'zod';

/** Requests made by machines: they look like people's, click as their makers want and never convert. */
export const invalidTrafficSchema = z
  .strictObject({
    share: z.number().min(0).max(1).default(0).meta({ unit: 'share of traffic', description: 'Requests by bots.' }),
    sites: z
      .int()
      .min(1)
      .max(10_000)
      .default(2)
      .meta({ unit: 'sites', description: 'On how many of the sites the bots are; they earn from the ads there.' }),
    clickRate: z
      .number()
      .min(0)
      .max(1)
      .default(0.3)
      .meta({ unit: 'share of impressions', description: 'How often a bot clicks.' }),
  })
  .prefault({});

/** What a log says of one site. */
export interface SiteClicks {
  readonly impressions: number;
  readonly clicks: number;
  /** Sum of the predicted click probabilities of the impressions. */
  readonly expectedClicks: number;
}

/**
 * The sites with more clicks than people would make.
 *
 * With honest traffic the clicks of a site are about Poisson with its sum of predicted probabilities as mean, so
 * `z = (clicks − expected) / √expected` is about standard normal; a site is flagged above the threshold.
 *
 * @param threshold Standard deviations; 5 flags an honest site less than once in a million.
 * @returns Indices of flagged sites, ascending.
 */
export function suspiciousSites(sites: readonly SiteClicks[], threshold = 5): number[] {
  return sites.flatMap(({ clicks, expectedClicks }, site) =>
    expectedClicks > 0 && (clicks - expectedClicks) / Math.sqrt(expectedClicks) > threshold ? [site] : [],
  );
}
