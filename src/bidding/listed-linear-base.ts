/** Budget fractions c₀ of the published bases, in the order of the lists. */
const LISTED_FRACTIONS: readonly number[] = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2];

/** Published base bids b₀ by campaign, price units. */
const LISTED_BASES: Readonly<Record<string, readonly number[]>> = {
  '1458': [45, 60, 85, 130, 240],
  '2259': [35, 70, 80, 130, 265],
  '2261': [20, 25, 70, 75, 140],
  '2821': [25, 35, 50, 80, 160],
  '2997': [10, 15, 20, 85, 130],
  '3358': [30, 45, 70, 90, 265],
  '3386': [10, 35, 50, 70, 125],
  '3427': [30, 45, 70, 110, 235],
  '3476': [10, 20, 35, 65, 205],
};

/**
 * The base bid b₀ that the RLB paper's authors tuned for linear bidding on a campaign's training set, price units;
 * null for a campaign or a budget fraction that they do not list.
 *
 * Source: Cai et al. (2017), published code.
 */
export function listedLinearBase(campaign: string, budgetFraction: number): number | null {
  if (!Object.hasOwn(LISTED_BASES, campaign)) return null;
  return LISTED_BASES[campaign]?.[LISTED_FRACTIONS.indexOf(budgetFraction)] ?? null;
}
