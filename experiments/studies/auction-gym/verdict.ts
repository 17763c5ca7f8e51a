import type { StudyRow } from '../../../src/eval/measures.ts';
import { mean } from '../../../src/eval/statistics.ts';
import type { Verdict } from '../../../src/eval/verdict.ts';
import { isMarketRow } from './rows.ts';
import type { AuctionGymConfig } from './settings.ts';

const AMOUNTS = ['revenue', 'surplus', 'welfare'] as const;
type Amount = (typeof AMOUNTS)[number];

/** Beyond this many combined standard errors, a mean and its expectation are said to differ. */
const AGREEMENT = 3;

/** What each market brought, whether it agrees with its expectation, and how near its bidders came to the equilibrium. */
export function gymVerdict(config: AuctionGymConfig, rows: readonly StudyRow[]): Verdict {
  const market = rows.filter(isMarketRow);
  const policies = [...new Set(market.map(({ policy }) => policy))].map((policy) =>
    market.filter((row) => row.policy === policy),
  );
  const best = policies.reduce((a, b) => (meanOf(b, 'surplus') > meanOf(a, 'surplus') ? b : a));
  const auction = config.auction === 'first-price' ? 'first-price' : 'second-price';
  const lead =
    policies.length === 1
      ? `${best[0]!.title} in ${auction} auctions`
      : `${best[0]!.title} left bidders most in ${auction} auctions`;
  return {
    headline: `${lead}: ${AMOUNTS.map((amount) => `${amount} ${withError(best, amount)}`).join(', ')} per 10,000 rounds.`,
    details: policies.flatMap((own) => [...agreement(own), equilibrium(own)]),
    caveats:
      config.seeds < 2 && config.iterations < 2
        ? ['One iteration of one seed has no standard error: play more of either.']
        : [],
  };
}

function meanOf(rows: readonly StudyRow[], field: string): number {
  return mean(rows.map((row) => row[field] as number));
}

/** Standard error of the mean over seeds from the rows' own, null where rows have none. */
function errorOf(rows: readonly StudyRow[], field: string): number | null {
  const errors = rows.map((row) => row[`${field}StandardError`]);
  if (!errors.every((error) => typeof error === 'number')) return null;
  return Math.sqrt(errors.reduce((sum, error) => sum + (error as number) ** 2, 0)) / rows.length;
}

function withError(rows: readonly StudyRow[], amount: Amount): string {
  const error = errorOf(rows, amount);
  return `${meanOf(rows, amount).toFixed(1)}${error === null ? '' : ` (± ${error.toFixed(1)})`}`;
}

/** Whether the rounds played agree with the expectation on common random numbers; nothing where there is none. */
function agreement(rows: readonly StudyRow[]): string[] {
  if (typeof rows[0]!['expectedRevenue'] !== 'number') return [];
  const apart = AMOUNTS.map((amount) => {
    const expected = `expected${amount[0]!.toUpperCase()}${amount.slice(1)}`;
    const played = errorOf(rows, amount);
    const own = Math.max(...rows.map((row) => row[`${expected}StandardError`] as number));
    return played === null ? 0 : Math.abs(meanOf(rows, amount) - meanOf(rows, expected)) / Math.hypot(played, own);
  });
  const worst = Math.max(...apart);
  const expectation = AMOUNTS.map((amount) =>
    meanOf(rows, `expected${amount[0]!.toUpperCase()}${amount.slice(1)}`).toFixed(1),
  ).join(' / ');
  return [
    `${rows[0]!.title}: the expectation is ${expectation}; what was played is ${worst.toFixed(1)} combined standard errors from it at most, ${worst <= AGREEMENT ? 'which is chance' : 'more than chance explains'}.`,
  ];
}

function equilibrium(rows: readonly StudyRow[]): string {
  const { title } = rows[0]!;
  const gamma = meanOf(rows, 'finalGamma').toFixed(2);
  const line = meanOf(rows, 'equilibriumGamma').toFixed(2);
  const byValue = meanOf(rows, 'valueEquilibriumGamma').toFixed(2);
  const answer = meanOf(rows, 'answerToTruthful').toFixed(2);
  const closed = rows[0]!['closedFormGamma'];
  const exact = typeof closed === 'number' ? `, ${closed.toFixed(2)} in closed form` : '';
  return `${title} bid ${gamma} of value in the end; the symmetric equilibrium in constant shares is at ${line}${exact} (by value: ${byValue} on average), the best constant answer to truthful rivals at ${answer}.`;
}
