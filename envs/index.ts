/**
 * Decision problems.
 *
 * @module
 */
export { type AuctionHouseOptions, createAuctionHouse } from './auction-house.ts';
export { type BidPerImpressionOptions, createBidPerImpression } from './bid-per-impression.ts';
export { type BidShadingEnv, type BidShadingOptions, createBidShading, type ShadingActions } from './bid-shading.ts';
export { type BudgetPacingEnv, type BudgetPacingOptions, createBudgetPacing } from './budget-pacing.ts';
export { Acrobot } from './classic/acrobot.ts';
export { Bandit, type BanditOptions } from './classic/bandit.ts';
export { CartPole } from './classic/cartpole.ts';
export { type MdpTables, NChain, nChainTables } from './classic/n-chain.ts';
export { Pendulum } from './classic/pendulum.ts';
export { ProbeEnv, probes } from './classic/probe.ts';
export {
  type ConstrainedActions,
  type ConstrainedBiddingOptions,
  createConstrainedBidding,
} from './constrained-bidding.ts';
export {
  createKeywordBidding,
  type KeywordActions,
  type KeywordBiddingEnv,
  type KeywordBiddingOptions,
} from './keyword-bidding.ts';
export { environments } from './registry.ts';
export { createRtbGym, type RtbGymActions, type RtbGymEnv, type RtbGymOptions } from './rtbgym.ts';
