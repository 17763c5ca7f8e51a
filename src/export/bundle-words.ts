import type { ActionDecoding, FlightCounters } from '../policy/runtime.ts';

/** The raw counters of a flight, described for whoever keeps them. */
export const COUNTERS: readonly { name: keyof FlightCounters; unit: string; description: string }[] = [
  { name: 'stepIndex', unit: 'steps', description: 'Decision step about to be taken, from 0 to numSteps - 1.' },
  { name: 'numSteps', unit: 'steps', description: 'Decision steps of the whole flight.' },
  { name: 'budgetMicros', unit: 'micros', description: 'Budget of the whole flight, an integer.' },
  { name: 'remainingMicros', unit: 'micros', description: 'What is left of it, an integer.' },
  { name: 'expectedAuctions', unit: 'auctions', description: 'Auctions expected in the step about to be taken.' },
  {
    name: 'expectedAuctionsLeft',
    unit: 'auctions',
    description: 'Auctions expected from this step to the end of the flight, this step included.',
  },
  { name: 'expectedAuctionsTotal', unit: 'auctions', description: 'Auctions expected in the whole flight.' },
  {
    name: 'lastExpectedAuctions',
    unit: 'auctions',
    description: 'Auctions that were expected in the last step; 0 before the first.',
  },
  {
    name: 'lastAuctions',
    unit: 'auctions',
    description: 'Auctions of the last step, bid on or not; 0 before the first.',
  },
  { name: 'lastWins', unit: 'impressions', description: 'Impressions won in the last step; 0 before the first.' },
  { name: 'lastSpendMicros', unit: 'micros', description: 'Spend of the last step; 0 before the first.' },
  {
    name: 'lastValue',
    unit: 'value units',
    description: 'Value of the impressions won in the last step; 0 before the first.',
  },
  { name: 'auctions', unit: 'auctions', description: 'Auctions since the flight began.' },
  { name: 'wins', unit: 'impressions', description: 'Impressions won since the flight began.' },
  { name: 'value', unit: 'value units', description: 'Value won since the flight began.' },
  {
    name: 'lastMultiplier',
    unit: 'micros per value unit',
    description: 'Multiplier of the last step; action.startingMultiplier before the first.',
  },
];

const REMAINING = 'remainingMicros / (expectedAuctionsLeft * scales.priceMicros)';

/**
 * How each feature comes from counters and scales, before it is clipped to [low, high] and rounded to float32.
 *
 * A logarithm is natural, and 0 where its numerator or denominator is not above 0, unless said otherwise.
 */
export const FEATURE_FORMULAS: Readonly<Record<string, { formula: string; defaultWhenMissing: number }>> = {
  timeLeft: { formula: '(numSteps - stepIndex) / numSteps', defaultWhenMissing: 1 },
  budgetLeft: { formula: 'remainingMicros / budgetMicros', defaultWhenMissing: 1 },
  trafficLeft: { formula: 'expectedAuctionsLeft / expectedAuctionsTotal', defaultWhenMissing: 1 },
  trafficExpected: {
    formula: 'ln(expectedAuctions / (expectedAuctionsTotal / numSteps)), 0 where a side is not above 0',
    defaultWhenMissing: 0,
  },
  budgetPressure: {
    formula: `ln(${REMAINING}), 0 where no traffic is left, -6 where no money is left`,
    defaultWhenMissing: 0,
  },
  budgetTightness: {
    formula: 'ln(budgetMicros / (expectedAuctionsTotal * scales.priceMicros)), 0 where a side is not above 0',
    defaultWhenMissing: 0,
  },
  spendAgainstPlan: {
    formula:
      'lastSpendMicros / (budgetMicros * lastExpectedAuctions / expectedAuctionsTotal), 1 where the plan was not above 0',
    defaultWhenMissing: 1,
  },
  lastWinRate: { formula: 'lastWins / lastAuctions, 0 without auctions', defaultWhenMissing: 0 },
  lastCpm: {
    formula: 'ln(lastSpendMicros / (lastWins * scales.priceMicros)), 0 where a side is not above 0',
    defaultWhenMissing: 0,
  },
  lastValuePerWin: {
    formula: 'ln(lastValue / (lastWins * scales.value)), 0 where a side is not above 0',
    defaultWhenMissing: 0,
  },
  lastMultiplier: {
    formula: 'ln(lastMultiplier * scales.value / scales.priceMicros), 0 where a side is not above 0',
    defaultWhenMissing: 0,
  },
  winRate: { formula: 'wins / auctions, 0 without auctions', defaultWhenMissing: 0 },
};

/** The rule from multiplier to bid, in words. */
export const BID_FORMULA =
  'bid = min(multiplier * value in float64 rounded down to a multiple of bidQuantumMicros, maxBidMicros where it is not null, remainingMicros rounded down to the quantum); no bid where that is below 1, below minBidMicros or below the floor of the request';

const BOUNDS = 'then clipped to [minMultiplier, maxMultiplier]';

/** The rule from network outputs to the multiplier, in words. */
export function describeDecoding(decoding: ActionDecoding): string {
  const lowest = 'Take the index of the largest output, the lowest one on a tie';
  if (decoding.kind === 'grid') return `${lowest}; the multiplier is multipliers[index], ${BOUNDS}.`;
  if (decoding.kind === 'moves') {
    return `${lowest}; the multiplier is lastMultiplier / (1 + lambdaMoves[index]), ${BOUNDS}.`;
  }
  return `The multiplier is baseMultiplier * exp(first output), ${BOUNDS}.`;
}
