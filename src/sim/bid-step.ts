import type { BidPolicy, Opportunity } from '../core/policy.ts';
import { bidMicros } from '../policy/runtime.ts';
import type { Replay } from './replay.ts';
import type { StepOutcome } from './step-outcome.ts';

/** One reusable request object; see {@link Opportunity}. */
export function blankOpportunity(): Opportunity {
  return { value: 0, floorMicros: 0, remainingMicros: 0, auctionsLeft: 0, loggedBidMicros: Number.NaN };
}

/**
 * Plays one step of one flight auction by auction with a policy that bids per impression.
 *
 * A bid is rounded down to the quantum and capped; it wins if it reaches what the opportunity needs and is bought if its
 * price is at most what is left. Second price pays max(price, floor), first price the bid. The same rules as the index's.
 *
 * @param auctionsLeft Auctions left at the first opportunity of the step, that one included.
 */
export function playBids(
  replay: Replay,
  step: number,
  policy: BidPolicy,
  flight: number,
  remainingMicros: number,
  auctionsLeft: number,
  opportunity: Opportunity,
  out: StepOutcome,
): void {
  const { tape, needMicros, paidMicros, firstPrice } = replay;
  const from = replay.stepOffsets[step]!;
  const to = replay.stepOffsets[step + 1]!;
  out.wins = 0;
  out.spendMicros = 0;
  out.value = 0;
  out.clicks = 0;
  out.conversions = 0;
  for (let i = from; i < to; i++) {
    opportunity.value = tape.value[i]!;
    opportunity.floorMicros = tape.floorMicros[i]!;
    opportunity.remainingMicros = remainingMicros - out.spendMicros;
    opportunity.auctionsLeft = Math.max(1, auctionsLeft - (i - from));
    opportunity.loggedBidMicros = tape.loggedBidMicros === null ? Number.NaN : tape.loggedBidMicros[i]!;
    const bid = bidMicros(1, policy.bid(flight, opportunity), tape.meta);
    const price = firstPrice ? bid : paidMicros[i]!;
    const won = bid >= 0 && bid >= needMicros[i]! && price <= remainingMicros - out.spendMicros;
    if (won) {
      out.wins++;
      out.spendMicros += price;
      out.value += tape.value[i]!;
      out.clicks += tape.click[i]!;
      out.conversions += tape.conversion[i]!;
    }
    policy.observe?.(flight, won, won ? price : 0);
  }
}
