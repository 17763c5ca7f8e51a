/** Sums of one agent over the rounds of an iteration; AuctionGym's measures are made from them. */
export interface AgentTotals {
  /** Rounds that it took part in. */
  opportunities: number;
  wins: number;
  clicks: number;
  /** What it paid, integer micros. */
  paidMicros: number;
  /** Σ value of clicks, integer micros. */
  valueMicros: number;
  /** Σ best expected value − true CTR · value of the chosen item, currency units. */
  allocationRegret: number;
  /** Σ (estimated − true CTR) · value, currency units. */
  estimationRegret: number;
  /** Σ over won rounds of price − highest rival bid, integer micros. */
  overbidMicros: number;
  /** Σ over lost rounds whose price was below true CTR · value, of price − bid, integer micros. */
  underbidMicros: number;
  /** Σ (estimated − true CTR)². */
  squaredCtrError: number;
  /** Σ over won rounds of estimated / true CTR. */
  ctrRatio: number;
  gamma: number;
  /** Σ best expected value, currency units. */
  bestValue: number;
}

/** All sums at 0. */
export function emptyTotals(): AgentTotals {
  return {
    opportunities: 0,
    wins: 0,
    clicks: 0,
    paidMicros: 0,
    valueMicros: 0,
    allocationRegret: 0,
    estimationRegret: 0,
    overbidMicros: 0,
    underbidMicros: 0,
    squaredCtrError: 0,
    ctrRatio: 0,
    gamma: 0,
    bestValue: 0,
  };
}

/** Adds up totals of several agents or iterations. */
export function sumTotals(totals: readonly AgentTotals[]): AgentTotals {
  const sum = emptyTotals();
  for (const entry of totals) for (const key of KEYS) sum[key] += entry[key];
  return sum;
}

const KEYS = Object.keys(emptyTotals()) as (keyof AgentTotals)[];
