import type { AuctionMechanism, MechanismClaims } from '../../../src/auction/mechanism.ts';
import { vcg } from '../../../src/auction/vcg.ts';
import {
  type AuctionCase,
  clearCase,
  type Outcome,
  rankedBidders,
  rankingQuality,
  seenOf,
  soldSlots,
} from './auction-case.ts';

/** What breaks a claim in one auction, for people; null where it holds. */
type Violation = object | null;

/** Room for sums of floats; prices that are rounded may cost or gain one micro a billed event on top. */
const FLOAT = 1e-9;

/** What bidder a gains where a billed event is worth `value` to it. */
function gain(c: AuctionCase, outcome: Outcome, a: number, value: number): number {
  const slot = outcome.winners.indexOf(a);
  const eventsPerExposure = c.quality === null ? 1 : c.quality[a]!;
  return slot === -1 ? 0 : seenOf(c)[slot]! * eventsPerExposure * (value - outcome.prices[slot]!);
}

function withBid(c: AuctionCase, a: number, bid: number): AuctionCase {
  return { ...c, bids: c.bids.map((other, b) => (b === a ? bid : other)) };
}

function withReserve(c: AuctionCase, reserve: number): AuctionCase {
  return { ...c, reserve, softFloor: c.softFloor === null ? null : Math.max(c.softFloor, reserve) };
}

/** Amounts at which something may change: every amount of the auction, and a micro beside it. */
function tellingAmounts(c: AuctionCase): number[] {
  const amounts = [...c.bids, c.reserve, c.softFloor ?? 0].flatMap((x) => [x - 1, x, x + 1]);
  return [...new Set([...amounts, 1000, 2000, 3000, 4000, 5000, 6000, 7000])].filter((x) => x >= 0);
}

function profitableDeviation(mechanism: AuctionMechanism, c: AuctionCase): Violation {
  const honest = clearCase(mechanism, c);
  for (const [a, value] of c.bids.entries()) {
    if (value < 0) continue;
    const oneMicro = (c.quality === null ? 1 : c.quality[a]!) * (1 + FLOAT * value);
    for (const bid of tellingAmounts(c)) {
      const other = clearCase(mechanism, withBid(c, a, bid));
      if (gain(c, other, a, value) > gain(c, honest, a, value) + oneMicro) return { case: c, bidder: a, bid };
    }
  }
  return null;
}

function priceAboveBid(mechanism: AuctionMechanism, c: AuctionCase): Violation {
  const { winners, prices } = clearCase(mechanism, c);
  const slot = winners.findIndex((a, s) => a !== -1 && prices[s]! > c.bids[a]!);
  return slot === -1 ? null : { case: c, slot, price: prices[slot] };
}

function priceFallingWithReserve(mechanism: AuctionMechanism, c: AuctionCase): Violation {
  const before = clearCase(mechanism, c);
  for (const reserve of tellingAmounts(c).filter((x) => x > c.reserve)) {
    const after = clearCase(mechanism, withReserve(c, reserve));
    const slot = before.winners.findIndex(
      (a, s) => a !== -1 && after.winners[s] === a && after.prices[s]! < before.prices[s]!,
    );
    if (slot !== -1) return { case: c, reserve, slot };
  }
  return null;
}

/** Largest Σ weight · exposure over all ways of giving the slots to different bidders, `empty` where nobody gets one. */
export function bestAssignment(weights: readonly number[], exposure: readonly number[], empty = 0): number {
  const place = (s: number, taken: number): number => {
    if (s === exposure.length) return 0;
    let best = empty * exposure[s]! + place(s + 1, taken);
    for (const [a, weight] of weights.entries()) {
      if ((taken & (1 << a)) !== 0) continue;
      best = Math.max(best, weight * exposure[s]! + place(s + 1, taken | (1 << a)));
    }
    return best;
  };
  return place(0, 0);
}

function betterAllocation(mechanism: AuctionMechanism, c: AuctionCase): Violation {
  const quality = rankingQuality(mechanism, c);
  const seen = seenOf(c).slice(0, soldSlots(mechanism, c));
  const weights = rankedBidders(mechanism, c).map((a) => c.bids[a]! * quality[a]!);
  const { winners } = clearCase(mechanism, c);
  const got = seen.reduce((sum, x, s) => {
    const winner = winners[s]!;
    return winner === -1 ? sum : sum + x * c.bids[winner]! * quality[winner]!;
  }, 0);
  const best = bestAssignment(weights, seen);
  return got >= best * (1 - FLOAT) ? null : { case: c, got, best };
}

function envy(mechanism: AuctionMechanism, given: AuctionCase): Violation {
  const c = withReserve(given, 0);
  const quality = rankingQuality(mechanism, c);
  const seen = seenOf(c);
  const { winners, prices } = clearCase(mechanism, c);
  /** What bidder a gains in slot s at its payment per exposure. */
  const gainIn = (a: number, s: number) => seen[s]! * (c.bids[a]! * quality[a]! - prices[s]! * quality[winners[s]!]!);
  for (const [a, bid] of c.bids.entries()) {
    if (bid < 0) continue;
    const own = winners.indexOf(a);
    const content = own === -1 ? 0 : gainIn(a, own);
    for (const [s, winner] of winners.entries()) {
      if (winner === -1) continue;
      const oneMicro = quality[winner]! + FLOAT * Math.max(bid * quality[a]!, prices[s]! * quality[winner]!);
      if (gainIn(a, s) > content + oneMicro) return { case: c, bidder: a, envied: winner };
    }
  }
  return null;
}

function revenueBelowVcg(mechanism: AuctionMechanism, given: AuctionCase): Violation {
  const c = {
    ...given,
    quality: mechanism.ranksBy === 'quality' ? given.quality : null,
    exposure: given.exposure.slice(0, soldSlots(mechanism, given)),
  };
  const seen = seenOf(c);
  const revenue = ({ winners, prices }: Outcome) =>
    seen.reduce((sum, x, s) => {
      const winner = winners[s]!;
      return winner === -1 ? sum : sum + x * (c.quality === null ? 1 : c.quality[winner]!) * prices[s]!;
    }, 0);
  const own = revenue(clearCase(mechanism, c));
  const reference = revenue(clearCase(vcg, c));
  return own >= reference * (1 - FLOAT) ? null : { case: c, own, reference };
}

/** For each claim, what breaks it in an auction. */
export const violations: Readonly<
  Record<keyof MechanismClaims, (mechanism: AuctionMechanism, c: AuctionCase) => Violation>
> = {
  truthful: profitableDeviation,
  individuallyRational: priceAboveBid,
  priceMonotoneInReserve: priceFallingWithReserve,
  efficientAtBids: betterAllocation,
  envyFreeAtBids: envy,
  revenueAtLeastVcg: revenueBelowVcg,
};

/** What every mechanism keeps to; the first rule that is broken, in words. */
export function brokenRule(mechanism: AuctionMechanism, c: AuctionCase): string | null {
  const { winners, prices } = clearCase(mechanism, c);
  const expected = rankedBidders(mechanism, c).slice(0, soldSlots(mechanism, c));
  for (const [s, winner] of winners.entries()) {
    const price = prices[s]!;
    if (winner !== (expected[s] ?? -1)) return `slot ${s} goes to ${winner}`;
    if (winner === -1 && price !== 0) return `slot ${s} is empty and costs ${price}`;
    if (winner === -1) continue;
    if (!Number.isInteger(price)) return `slot ${s} costs a part of a micro`;
    if (price < c.reserve) return `slot ${s} costs less than the reserve`;
    if (price > c.bids[winner]!) return `slot ${s} costs more than its bid`;
  }
  return null;
}
