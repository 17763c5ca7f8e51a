import { SimError } from '../core/errors.ts';

/** A campaign's efficiency goal: a largest cost per conversion, or a smallest revenue per unit of spend. */
export type EfficiencyGoal =
  | { readonly kind: 'cpa'; readonly targetMicros: number }
  | { readonly kind: 'roas'; readonly target: number; readonly conversionValueMicros: number };

/**
 * The largest cost per conversion that keeps a goal, integer micros. A ROAS target R with conversions worth v each is the
 * CPA target v / R.
 *
 * @throws SimError `CONFIG_INVALID` unless the target is a positive number of at least one micro a conversion.
 */
export function cpaTargetMicros(goal: EfficiencyGoal): number {
  const target = goal.kind === 'cpa' ? goal.targetMicros : goal.conversionValueMicros / goal.target;
  if (!(Number.isFinite(target) && Math.round(target) >= 1)) {
    const given = goal.kind === 'cpa' ? `${goal.targetMicros} [micros]` : `${goal.target} [revenue / spend]`;
    throw new SimError(
      'CONFIG_INVALID',
      `${goal.kind} goal: expected a cost per conversion of at least one micro, received the target ${given}; give the goal a positive target`,
    );
  }
  return Math.round(target);
}

/** Highest compliance that is told apart. */
const MAX_COMPLIANCE = 2;

/**
 * Target over realised cost per conversion, in [0, 2]: 1 is on target, above 1 cheaper. 1 where nothing was spent, 0 where
 * money bought nothing.
 *
 * @param conversions Realised or predicted.
 */
export function cpaCompliance(targetMicros: number, spendMicros: number, conversions: number): number {
  if (spendMicros <= 0) return 1;
  return Math.min(MAX_COMPLIANCE, (targetMicros * conversions) / spendMicros);
}

/**
 * AuctionNet's score: conversions · min(1, (CPA target / CPA)²).
 *
 * Source: Su et al. (2024), "AuctionNet", arXiv:2412.10798, section 4; Xu et al. (2024), NeurIPS auto-bidding competition.
 */
export function cpaScore(targetMicros: number, spendMicros: number, conversions: number): number {
  const allowed = targetMicros * conversions;
  return spendMicros <= allowed ? conversions : conversions * (allowed / spendMicros) ** 2;
}

/**
 * The score on average where `conversions` are certain and a Poisson number of mean `meanMore` comes on top.
 *
 * @param meanMore ≥ 0; Poisson is what many rare chances add up to.
 */
export function expectedCpaScore(
  targetMicros: number,
  spendMicros: number,
  conversions: number,
  meanMore: number,
): number {
  let probability = Math.exp(-meanMore);
  let rest = 1;
  let sum = 0;
  for (let k = 0; rest > 1e-9 && k < 1000; k++) {
    sum += probability * cpaScore(targetMicros, spendMicros, conversions + k);
    rest -= probability;
    probability *= meanMore / (k + 1);
  }
  return sum;
}

/** Whether the cost per conversion is above the target by more than a share; money without conversions always is. */
export function cpaExceeded(targetMicros: number, spendMicros: number, conversions: number, share: number): boolean {
  return spendMicros > targetMicros * conversions * (1 + share);
}
