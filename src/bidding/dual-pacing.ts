/**
 * One step of adaptive pacing: the shadow price of money follows the spend by a subgradient step.
 *
 *     μ ← clip(μ − ε · (1 − z/ρ), low, high)
 *
 * z is what the step spent and ρ what it should have: spending less than planned makes money cheaper. μ is in units of its
 * starting value, so ε has none.
 *
 * Differs from Balseiro & Gur: they pace a bidder of quasi-linear utility, whose bid is v/(1 + μ), once an auction; here the
 * goal is value under a budget, whose optimal bid is v/μ, and one step covers all auctions since the last decision.
 *
 * Source: Balseiro & Gur (2019), "Learning in Repeated Auctions with Budgets", Management Science 65(9), Algorithm 1.
 *
 * @returns The new μ; unchanged where nothing was planned to be spent.
 */
export function dualStep(
  mu: number,
  spend: number,
  planned: number,
  stepSize: number,
  low: number,
  high: number,
): number {
  if (!(planned > 0)) return mu;
  return Math.min(high, Math.max(low, mu - stepSize * (1 - spend / planned)));
}
