import type { Aggregate } from '../eval/aggregate.ts';
import type { SummaryRow } from '../eval/summary-row.ts';
import type { Verdict } from '../eval/verdict.ts';

/** One evaluation of a learner during training, on validation flights. */
export interface LearningPoint {
  readonly policy: string;
  readonly title: string;
  readonly seed: number;
  readonly envSteps: number;
  /** Seconds of training until here. */
  readonly seconds: number;
  readonly valueRatio: number;
}

/** One decision step of one test flight. */
export interface PacingPoint {
  readonly policy: string;
  readonly title: string;
  readonly kind: SummaryRow['kind'];
  readonly seed: number;
  readonly budgetFraction: number;
  /** End of the step, share of the flight. */
  readonly timeShare: number;
  /** Spend so far over the budget. */
  readonly spendShare: number;
  /** What an even pacing over the expected traffic would have spent, share of the budget. */
  readonly planShare: number;
  /** Multiplier of the step, in {@link ReportData.multiplierUnit}; null where a policy bids without one. */
  readonly multiplier: number | null;
  /** Impressions over auctions of the step; null in a step without auctions. */
  readonly winRate: number | null;
}

/** A flight whose budget ran out early. */
export interface ExhaustionPoint {
  readonly policy: string;
  readonly title: string;
  readonly seed: number;
  readonly budgetFraction: number;
  /** Share of the flight after which nothing could be bought. */
  readonly timeShare: number;
}

/** One bin of the market price. */
export interface PricePoint {
  /** Middle of the bin, currency per thousand impressions. */
  readonly cpm: number;
  /** Share of auctions in the bin. */
  readonly density: number;
  /** Share of auctions that a bid of `cpm` would win. */
  readonly winProbability: number;
}

/** What a policy bids in one state. */
export interface HeatMapCell {
  readonly policy: string;
  readonly title: string;
  /** Share of the flight left, the middle of the cell. */
  readonly timeLeft: number;
  /** Share of the budget left, the middle of the cell. */
  readonly budgetLeft: number;
  /** In {@link ReportData.multiplierUnit}. */
  readonly multiplier: number;
}

/** How often a policy chose a multiplier on the test flights. */
export interface ActionShare {
  readonly policy: string;
  readonly title: string;
  /** In {@link ReportData.multiplierUnit}; the middle of the bin for continuous actions. */
  readonly multiplier: number;
  /** Share of the policy's decisions. */
  readonly share: number;
}

/** Everything a report shows; plain JSON. Lists that are empty leave their charts out. */
export interface ReportData {
  /** Id of the experiment. */
  readonly experiment: string;
  readonly configHash: string;
  /** Words for people. */
  readonly title: string;
  readonly description: string;
  /** ISO 4217 code. */
  readonly currency: string;
  /** What one unit of value is, in words: "expected clicks". */
  readonly valueUnit: string;
  /** What a multiplier is measured in, in words: "CNY bid per expected click". */
  readonly multiplierUnit: string;
  readonly rows: readonly SummaryRow[];
  readonly aggregates: readonly Aggregate[];
  readonly verdict: Verdict;
  readonly learningCurves: readonly LearningPoint[];
  readonly pacing: readonly PacingPoint[];
  readonly exhaustion: readonly ExhaustionPoint[];
  readonly priceLandscape: readonly PricePoint[];
  readonly heatmaps: readonly HeatMapCell[];
  readonly actions: readonly ActionShare[];
  /** What the reader should know about the data: prices seen only where won, few records, … */
  readonly warnings: readonly string[];
  /** Label in words → value in words: "Commit" → "6b9deff, with changes". */
  readonly provenance: Readonly<Record<string, string>>;
}
