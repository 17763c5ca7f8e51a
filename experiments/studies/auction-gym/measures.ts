import type { Measure } from '../../../src/eval/measures.ts';

const UNIT = 'currency units per 10,000 rounds';

/** Measures of the rows, in the order of the table. */
export const GYM_MEASURES: Readonly<Record<string, Measure>> = {
  revenue: {
    title: 'Revenue',
    unit: UNIT,
    description: 'What winners paid; of an agent: what it paid.',
    format: 'number',
    better: null,
    standardError: 'revenueStandardError',
  },
  surplus: {
    title: 'Surplus',
    unit: UNIT,
    description: 'Value of clicks less what was paid.',
    format: 'number',
    better: 'higher',
    standardError: 'surplusStandardError',
  },
  welfare: {
    title: 'Welfare',
    unit: UNIT,
    description: 'Value of clicks: revenue and surplus together.',
    format: 'number',
    better: 'higher',
    standardError: 'welfareStandardError',
  },
  meanGamma: {
    title: 'Mean γ',
    unit: 'share of value',
    description: 'Share of estimated value that was bid, mean over all opportunities.',
    format: 'number',
    better: null,
  },
  finalGamma: {
    title: 'Final γ',
    unit: 'share of value',
    description: 'The same over the last quarter of the iterations.',
    format: 'number',
    better: null,
  },
  finalSurplus: {
    title: 'Final surplus',
    unit: UNIT,
    description: 'Surplus over the last quarter of the iterations.',
    format: 'number',
    better: 'higher',
  },
  allocationRegret: {
    title: 'Allocation regret',
    unit: UNIT,
    description: 'Expected value of the best item less that of the item chosen, over all opportunities.',
    format: 'number',
    better: 'lower',
  },
  estimationRegret: {
    title: 'Estimation regret',
    unit: UNIT,
    description: 'Estimated less true click probability, times value, over all opportunities.',
    format: 'number',
    better: null,
  },
  overbidRegret: {
    title: 'Overbid regret',
    unit: UNIT,
    description: 'Price less the highest rival bid, over won rounds.',
    format: 'number',
    better: 'lower',
  },
  underbidRegret: {
    title: 'Underbid regret',
    unit: UNIT,
    description: 'Price less own bid, over lost rounds whose price was below the expected value.',
    format: 'number',
    better: 'lower',
  },
  ctrRmse: {
    title: 'CTR RMSE',
    unit: 'probability',
    description: 'Root mean squared error of estimated click probabilities, over all opportunities.',
    format: 'number',
    better: 'lower',
  },
  ctrBias: {
    title: 'CTR bias',
    unit: 'ratio',
    description: 'Estimated over true click probability, mean over won rounds; 1 is unbiased.',
    format: 'number',
    better: null,
  },
  meanBestValue: {
    title: 'Best expected value',
    unit: 'currency units',
    description: 'True expected value of an opportunity’s best item, mean over all opportunities.',
    format: 'number',
    better: null,
  },
  winRate: {
    title: 'Won',
    unit: 'share',
    description: 'Won of all opportunities.',
    format: 'percent',
    better: null,
  },
};
