import { ecpa } from '../../../src/campaign/kpi.ts';
import type { Measure, StudyRow } from '../study.ts';
import type { PlayedFlight } from './play.ts';
import { valuations } from './valuations.ts';

const cpa = (title: string, description: string): Measure => ({
  title,
  unit: 'currency per conversion',
  description,
  format: 'number',
  better: 'lower',
});

/** Measures of a row, in the order of the headline table. */
export const DELAY_MEASURES: Readonly<Record<string, Measure>> = {
  incremental: {
    title: 'Incremental conversions',
    unit: 'conversions',
    description:
      'Conversions with the ads minus conversions of the same users with the same luck without any, counted until every attribution window has closed.',
    format: 'number',
    better: 'higher',
  },
  attributed: {
    title: 'Attributed conversions',
    unit: 'conversions',
    description: 'Conversions credited to clicks once every attribution window has closed.',
    format: 'number',
    better: null,
  },
  attributedSoFar: {
    title: 'Attributed so far',
    unit: 'conversions',
    description: 'Conversions credited to clicks by the end of the flight, when the last clicks are young.',
    format: 'number',
    better: null,
  },
  organicShare: {
    title: 'Not brought by an ad',
    unit: 'share of attributed conversions',
    description: 'Attributed conversions that users brought without any ad.',
    format: 'percent',
    better: 'lower',
  },
  cpaIncremental: cpa('Incremental CPA', 'Spend over incremental conversions; absent where there are none.'),
  cpaAttributed: cpa('Attributed CPA', 'Spend over attributed conversions.'),
  cpaSoFar: cpa('CPA so far', 'Spend over conversions attributed by the end of the flight.'),
  clicks: { title: 'Clicks', unit: 'clicks', description: 'Clicks on ads.', format: 'number', better: null },
  impressions: {
    title: 'Impressions',
    unit: 'impressions',
    description: 'Opportunities won.',
    format: 'number',
    better: null,
  },
  spendMicros: { title: 'Spend', unit: 'currency', description: 'Prices paid.', format: 'micros', better: null },
};

/** A row of one flight. */
export function rowOf(played: PlayedFlight, seed: number): StudyRow {
  const { policy, spendMicros, attributed, attributedSoFar, organicAttributed, incremental } = played;
  return {
    policy,
    ...valuations[policy],
    seed,
    incremental,
    attributed,
    attributedSoFar,
    organicShare: attributed > 0 ? organicAttributed / attributed : null,
    cpaIncremental: incremental > 0 ? ecpa(spendMicros, incremental) : null,
    cpaAttributed: ecpa(spendMicros, attributed),
    cpaSoFar: ecpa(spendMicros, attributedSoFar),
    clicks: played.clicks,
    impressions: played.impressions,
    spendMicros,
  };
}
