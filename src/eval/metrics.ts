import { microsToUnits } from '../core/units.ts';
import type { SummaryRow } from './summary-row.ts';

/** Fields that say which result a row is, not what came of it. */
type IdentityField = 'policy' | 'title' | 'kind' | 'seed' | 'budgetFraction' | 'flight' | 'horizon';

/** The measured fields of a {@link SummaryRow}. */
export type MetricId = Exclude<keyof SummaryRow, IdentityField>;

/** How a metric's number is written for people. */
export type MetricFormat = 'count' | 'decimal' | 'percent' | 'micros' | 'currency';

/** What one measured field of a summary row means. */
export interface MetricDefinition {
  /** Words for headings. */
  readonly title: string;
  /** Unit of the stored number, in words. */
  readonly unit: string;
  readonly format: MetricFormat;
  /** Whether more of it is better; null where that depends on the rest. */
  readonly higherIsBetter: boolean | null;
  /** One sentence with the formula. */
  readonly description: string;
}

/** Every measured field of a summary row, defined once: reports, tables and the README are written from here. */
export const metrics: Readonly<Record<MetricId, MetricDefinition>> = {
  valueRatio: {
    title: 'Share of the hindsight optimum',
    unit: 'ratio',
    format: 'decimal',
    higherIsBetter: true,
    description:
      'Value won over the value that the best possible purchase of the same flight, chosen with all prices known (fractional knapsack), would have won: R/R*.',
  },
  value: {
    title: 'Value won',
    unit: 'value units of the tape',
    format: 'decimal',
    higherIsBetter: true,
    description: 'Sum of the expected value of the impressions won.',
  },
  hindsightValue: {
    title: 'Hindsight optimum',
    unit: 'value units of the tape',
    format: 'decimal',
    higherIsBetter: null,
    description: 'R*: value of the fractional knapsack over the flight, opportunities taken by value per price.',
  },
  clicks: {
    title: 'Clicks',
    unit: 'count',
    format: 'count',
    higherIsBetter: true,
    description: 'Clicks that the log or the generator holds on the impressions won.',
  },
  conversions: {
    title: 'Conversions',
    unit: 'count',
    format: 'count',
    higherIsBetter: true,
    description: 'Conversions on the impressions won.',
  },
  auctions: {
    title: 'Auctions',
    unit: 'count',
    format: 'count',
    higherIsBetter: null,
    description: 'Bid requests of the flight, those after the budget was gone included.',
  },
  impressions: {
    title: 'Impressions',
    unit: 'count',
    format: 'count',
    higherIsBetter: null,
    description: 'Auctions won.',
  },
  winRate: {
    title: 'Win rate',
    unit: 'share of auctions',
    format: 'percent',
    higherIsBetter: null,
    description: 'Impressions over auctions of the whole flight.',
  },
  budgetMicros: {
    title: 'Budget',
    unit: 'micros',
    format: 'micros',
    higherIsBetter: null,
    description: 'Money that the flight may spend.',
  },
  spendMicros: {
    title: 'Spend',
    unit: 'micros',
    format: 'micros',
    higherIsBetter: null,
    description: 'Money paid for the impressions won.',
  },
  budgetUtilization: {
    title: 'Budget used',
    unit: 'share of the budget',
    format: 'percent',
    higherIsBetter: null,
    description: 'Spend over budget.',
  },
  cpm: {
    title: 'Price per thousand impressions (CPM)',
    unit: 'currency per thousand impressions',
    format: 'currency',
    higherIsBetter: false,
    description: 'Spend over impressions, times a thousand; empty without impressions.',
  },
  ecpc: {
    title: 'Cost per click (eCPC)',
    unit: 'currency per click',
    format: 'currency',
    higherIsBetter: false,
    description: 'Spend over clicks; empty without clicks.',
  },
  overspendMicros: {
    title: 'Overspend',
    unit: 'micros',
    format: 'micros',
    higherIsBetter: false,
    description: 'Spend above the budget; anything but zero is a fault.',
  },
  exhaustedAt: {
    title: 'Budget gone after',
    unit: 'share of the flight',
    format: 'percent',
    higherIsBetter: null,
    description: 'Share of the flight after which nothing could be bought any more; empty where money was left.',
  },
};

/** The metric ids in the order of the table. */
export const metricIds = Object.keys(metrics) as readonly MetricId[];

/**
 * A metric's number for people: thousands separated, shares as percent, money in `currency`.
 *
 * @param value The stored number; null and non-finite numbers give an en dash.
 * @param currency ISO 4217 code put behind amounts; '' for none.
 */
export function formatMetric(id: MetricId, value: number | null, currency = ''): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const suffix = currency === '' ? '' : ` ${currency}`;
  switch (metrics[id].format) {
    case 'count':
      return groupThousands(value, Number.isInteger(value) ? 0 : 1);
    case 'decimal':
      return groupThousands(value, Math.abs(value) < 10 ? 3 : 1);
    case 'percent':
      return `${(100 * value).toFixed(1)} %`;
    case 'micros':
      return `${groupThousands(microsToUnits(value), 2)}${suffix}`;
    case 'currency':
      return `${groupThousands(value, 2)}${suffix}`;
  }
}

/** The metric table as GitHub Markdown, for the README. */
export function metricTableMarkdown(): string {
  const rows = metricIds.map((id) => {
    const { title, unit, description } = metrics[id];
    return `| \`${id}\` | ${title} | ${unit} | ${description} |`;
  });
  return ['| Field | Metric | Unit | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}

/** `1234.5` → `1,234.5`, the same on every machine whatever its locale. */
function groupThousands(value: number, decimals: number): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const digits = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && Number(digits.replaceAll(',', '')) !== 0 ? `−${digits}` : digits;
}
