/** Two multipliers relative to the target: one that keeps the budget, one that keeps the return on spend. */
export interface MinPacingState {
  /** ln of the budget's multiplier over the CPA target. */
  logBudget: number;
  /** ln of the return's multiplier over the CPA target. */
  logReturn: number;
}

/** Step sizes of {@link minPacingStep}. */
export interface MinPacingRates {
  /** Log multiplier per unit of relative spend error. */
  readonly budget: number;
  /** Log multiplier per unit of return left over, relative to the planned spend of a step. */
  readonly return: number;
  /** Largest |log multiplier|. */
  readonly limit: number;
}

/** What a step spent and brought; amounts in one unit. */
export interface MinPacingView {
  readonly spend: number;
  /** What the plan gave to the step. */
  readonly planned: number;
  /** Target price of what the step brought: target · conversions, realised or predicted. */
  readonly allowed: number;
}

/**
 * One step of min pacing: each constraint moves a multiplier of its own by a mirror-descent step, and the bid is made from the
 * smaller.
 *
 *     ln α_B ← ln α_B + ε_B (1 − spend / planned);   ln α_R ← ln α_R + ε_R (allowed − spend) / planned
 *
 * Differs from Balseiro et al.: steps are taken once a decision step and on the log scale; errors are cut to [−1, 1], so that
 * one dear step cannot undo a day.
 *
 * Source: Balseiro, Bhawalkar, Feng, Lu, Mirrokni, Sivan & Wang (2024), "A Field Guide for Pacing Budget and ROS Constraints",
 * ICML, arXiv:2302.08530, section 3 (min pacing).
 *
 * @returns The smaller multiplier, relative to the target; the state is moved.
 */
export function minPacingStep(state: MinPacingState, view: MinPacingView, rates: MinPacingRates): number {
  if (view.planned > 0) {
    const bounded = (x: number, limit: number) => Math.min(limit, Math.max(-limit, x));
    const { limit } = rates;
    state.logBudget = bounded(state.logBudget + rates.budget * bounded(1 - view.spend / view.planned, 1), limit);
    state.logReturn = bounded(
      state.logReturn + rates.return * bounded((view.allowed - view.spend) / view.planned, 1),
      limit,
    );
  }
  return Math.exp(Math.min(state.logBudget, state.logReturn));
}
