import { type SiteClicks, suspiciousSites } from '../../market/invalid-traffic.ts';

/** Every ad that was served, one row each, as an ad server logs it. */
export interface ImpressionRow {
  readonly opportunity: number;
  readonly seat: number;
  readonly slot: number;
  readonly site: number;
  /** Click probability that the bidder predicted. */
  readonly pCtr: number;
  readonly seen: boolean;
  readonly clicked: boolean;
  readonly converted: boolean;
  readonly chargedMicros: number;
  /** The truth that no ad server knows: the request was a bot's. */
  readonly invalid: boolean;
}

/** Clicks by site, as a detector of fraud sees them. */
function clicksBySite(log: readonly ImpressionRow[], numSites: number): SiteClicks[] {
  const sites = Array.from({ length: numSites }, () => ({ impressions: 0, clicks: 0, expectedClicks: 0 }));
  for (const { site, seen, clicked, pCtr } of log) {
    if (!seen) continue;
    const entry = sites[site]!;
    entry.impressions++;
    entry.clicks += clicked ? 1 : 0;
    entry.expectedClicks += pCtr;
  }
  return sites;
}

/** How well click rates alone give the bots away. */
export interface FraudFindings {
  /** Sites whose click rate no honest traffic explains, ascending. */
  readonly flaggedSites: readonly number[];
  /** Share of all invalid impressions that were on flagged sites; null without invalid ones. */
  readonly foundShare: number | null;
}

/** Looks for click fraud in a log without its `invalid` column, then compares with that column. */
export function findClickFraud(log: readonly ImpressionRow[], numSites: number): FraudFindings {
  const flaggedSites = suspiciousSites(clicksBySite(log, numSites));
  const invalid = log.filter((row) => row.invalid && row.seen);
  const found = invalid.filter((row) => flaggedSites.includes(row.site));
  return { flaggedSites, foundShare: invalid.length === 0 ? null : found.length / invalid.length };
}
