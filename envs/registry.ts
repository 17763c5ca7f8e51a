import { makeRegistry } from '../src/core/registry.ts';

/** What an environment is, for lists and docs. */
export interface EnvironmentEntry {
  /** Words for people. */
  readonly title: string;
  readonly description: string;
}

/** Add an environment here; `bidlab list` and shell completion pick it up by id. */
export const environments = makeRegistry<EnvironmentEntry>('environment', {
  'budget-pacing-v1': {
    title: 'Budget pacing',
    description: 'Spend one budget over one flight by a multiplier on value, one decision a step.',
  },
  'bid-per-impression-v1': {
    title: 'Bid per impression',
    description: "RLB's decision process: one bid an auction under a budget.",
  },
  'rtbgym-v1': {
    title: 'RTBGym',
    description: 'Win conversions with one budget over seven steps of random ads and users; pay per click.',
  },
  'auction-house-v1': {
    title: 'Auction house',
    description:
      'Several agents bid against one another and scripted rivals: a ParallelEnv, of which each seat is a VectorEnv.',
  },
  'constrained-bidding-v1': {
    title: 'Constrained bidding',
    description: "AuctionNet's problem: a budget and a CPA target among 47 rivals, one multiplier a tick.",
  },
  'keyword-bidding-v1': {
    title: 'Keyword bidding',
    description: 'Sponsored search: a bid for each keyword and a budget for each day; profit counts.',
  },
  'bid-shading-v1': {
    title: 'Bid shading',
    description: 'Bid below value in first-price auctions whose prices are told in full, to winners, or not at all.',
  },
  'cartpole-v1': {
    title: 'CartPole',
    description: 'Balance a pole on a cart; for checking learners.',
  },
});
