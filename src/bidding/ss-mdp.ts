import { type BidTable, tableBid } from './bid-table.ts';

/**
 * The bid of the sponsored-search MDP: planned as RLB does, but blind to the request: the mean value stands for its value.
 *
 * Source: Amin et al. (2012), "Budget Optimization for Sponsored Search: Censored Learning in MDPs", UAI; as the
 * baseline SS-MDP of Cai et al. (2017).
 */
export function ssMdpBid(table: BidTable, auctionsLeft: number, budget: number, meanValue: number): number {
  return tableBid(table, auctionsLeft, budget, meanValue);
}
