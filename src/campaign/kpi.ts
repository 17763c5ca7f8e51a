import { MICROS_PER_UNIT } from '../core/units.ts';

/*
 * The key figures of a campaign. Each is null where its denominator is 0: a campaign without clicks has no cost per click,
 * and 0 or infinity would be read as very good or very bad.
 */

/** Cost per thousand impressions, currency units. @param spendMicros Integer micros. */
export function cpm(spendMicros: number, impressions: number): number | null {
  return ratio(spendMicros, impressions * (MICROS_PER_UNIT / 1000));
}

/** Effective cost per click, currency units. @param spendMicros Integer micros. */
export function ecpc(spendMicros: number, clicks: number): number | null {
  return ratio(spendMicros, clicks * MICROS_PER_UNIT);
}

/** Effective cost per conversion ("action"), currency units. @param spendMicros Integer micros. */
export function ecpa(spendMicros: number, conversions: number): number | null {
  return ratio(spendMicros, conversions * MICROS_PER_UNIT);
}

/** Return on ad spend: revenue over spend, both integer micros; 1 is break-even. */
export function roas(revenueMicros: number, spendMicros: number): number | null {
  return ratio(revenueMicros, spendMicros);
}

/** Share of auctions won, in [0, 1]. */
export function winRate(impressions: number, auctions: number): number | null {
  return ratio(impressions, auctions);
}

function ratio(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}
