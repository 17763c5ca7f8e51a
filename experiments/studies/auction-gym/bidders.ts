import { empiricalShading } from '../../../src/bidding/empirical-shading.ts';
import { type PolicyLearningOptions, policyLearning } from '../../../src/bidding/policy-learning.ts';
import { constantShading, type ShadingBidder } from '../../../src/bidding/shading-bidder.ts';
import type { Pricing } from '../../../src/bidding/surplus-curve.ts';
import { valueLearning } from '../../../src/bidding/value-learning.ts';
import type { PolicyKind } from '../../../src/eval/summary-row.ts';
import type { BidderSettings } from './settings.ts';

/** A kind of bidder, as the study makes and names it. */
interface BidderEntry {
  readonly kind: PolicyKind;
  /** What it does and where it comes from. */
  readonly source: string;
  title(settings: BidderSettings): string;
  /** The γ that it always bids; null where it learns. */
  constant(settings: BidderSettings): number | null;
  create(settings: BidderSettings, pricing: Pricing): ShadingBidder;
}

/** Settings of each loss that found the equilibrium in AuctionGym's own market, from γ = 1 within ten iterations. */
const LOSSES = {
  reinforce: { loss: 'reinforce', sigma: 0.1, steps: 15, learningRate: 0.01, clipRange: 1 },
  ppo: { loss: 'ppo', sigma: 0.15, steps: 30, learningRate: 0.01, clipRange: 1 },
  'doubly-robust': { loss: 'doubly-robust', sigma: 0.1, steps: 20, learningRate: 0.02, clipRange: 2 },
} as const satisfies Readonly<Record<string, Omit<PolicyLearningOptions, 'pricing' | 'initialGamma'>>>;

const truthful: BidderEntry = {
  kind: 'baseline',
  source: 'Bids what it expects an impression to be worth; AuctionGym, TruthfulBidder.',
  title: () => 'Truthful',
  constant: () => 1,
  create: () => constantShading(1),
};

const policyEntry = (
  loss: (settings: BidderSettings) => keyof typeof LOSSES,
): Omit<BidderEntry, 'title' | 'source'> => ({
  kind: 'learner',
  constant: () => null,
  create(settings, pricing) {
    const defaults = LOSSES[loss(settings)];
    const { initialGamma, exploration } = settings;
    return policyLearning({ ...defaults, pricing, initialGamma, sigma: exploration ?? defaults.sigma });
  },
});

/** Bidders by id. */
export const BIDDERS: Readonly<Record<BidderSettings['id'], BidderEntry>> = {
  'truthful-oracle': {
    ...truthful,
    title: () => 'Truthful oracle',
    source: 'Bids the true worth, click probabilities known; AuctionGym, TruthfulBidder with OracleAllocator.',
  },
  truthful,
  'constant-shade': {
    kind: 'baseline',
    source: 'Bids the share gamma of what an impression is worth.',
    title: ({ gamma }) => `Constant shading, γ = ${gamma}`,
    constant: ({ gamma }) => gamma,
    create: ({ gamma }) => constantShading(gamma),
  },
  'empirical-shade': {
    kind: 'learner',
    source: 'Learns the best share of value from past surplus; AuctionGym, EmpiricalShadedBidder.',
    title: () => 'Empirical shading',
    constant: () => null,
    create: ({ initialGamma, exploration }) => empiricalShading({ initialGamma, sigma: exploration ?? 0.05 }),
  },
  'value-learning': {
    kind: 'learner',
    source:
      'Searches the share with the largest predicted surplus; Jeunen, Murphy, Allison (2022), Learning to bid with AuctionGym, section 3.2.',
    title: () => 'Value learning',
    constant: () => null,
    create: ({ initialGamma, exploration }, pricing) =>
      valueLearning({ pricing, initialGamma, sigma: exploration ?? 0.05 }),
  },
  'policy-learning': {
    ...policyEntry(({ loss }) => loss),
    source:
      'Learns a distribution of shares by its gradient; Jeunen, Murphy, Allison (2022), Learning to bid with AuctionGym, section 3.3.',
    title: ({ loss }) => `Policy learning (${loss === 'ppo' ? 'PPO' : 'REINFORCE'})`,
  },
  'doubly-robust': {
    ...policyEntry(() => 'doubly-robust'),
    source:
      'Policy learning with a surplus model as control variate; Jeunen, Murphy, Allison (2022), Learning to bid with AuctionGym, section 3.4.',
    title: () => 'Doubly robust',
  },
};
