import { z } from 'zod';
import { SimError } from '../../../src/core/errors.ts';
import { studyFields } from '../study-fields.ts';

/** Bidders that an agent can be, by id; add one here and in `bidders.ts`. */
export const BIDDER_IDS = [
  'truthful-oracle',
  'truthful',
  'constant-shade',
  'empirical-shade',
  'value-learning',
  'policy-learning',
  'doubly-robust',
] as const;

const bidderId = z.enum(BIDDER_IDS);

/** What a bidder is told apart from its id; every field may be set for all agents or for single ones. */
const bidderFields = {
  gamma: z.number().gt(0).max(1).meta({
    unit: 'share of value',
    description: 'What constant-shade bids.',
  }),
  initialGamma: z.number().gt(0).max(1).meta({
    unit: 'share of value',
    description: 'What learning bidders bid on average before their first update.',
  }),
  exploration: z.number().gt(0).max(0.5).nullable().meta({
    unit: 'share of value',
    description: 'Standard deviation of the shares that learning bidders try; null takes the default of the bidder.',
  }),
  loss: z.enum(['ppo', 'reinforce']).meta({ description: 'How policy-learning learns.' }),
  allocator: z.enum(['oracle', 'thompson']).meta({
    description:
      'How items are chosen: by the true click probabilities, or by Thompson sampling of a logistic regression that sees part of the user. truthful-oracle always knows the truth.',
  }),
};

const seatSchema = z
  .strictObject({
    id: bidderId,
    agents: z
      .array(z.int().min(0, 'agents are numbered from 0'))
      .min(1, 'name at least one agent, or remove the seat')
      .meta({ unit: 'agents, from 0', description: 'Which agents are this bidder.' }),
    ...z.strictObject(bidderFields).partial().shape,
  })
  .meta({ description: 'Another bidder for single agents.' });

/** Settings of AuctionGym's repeated auctions. */
export const auctionGymSchema = z.strictObject({
  ...studyFields,
  kind: z.literal('auctiongym').meta({ description: 'Repeated auctions without budgets (AuctionGym).' }),
  auction: z
    .enum(['first-price', 'second-price'])
    .default('second-price')
    .meta({ description: 'What the winner pays.' }),
  agents: z
    .int()
    .min(1, 'an auction needs a bidder')
    .max(1000)
    .default(6)
    .meta({ unit: 'agents', description: 'Agents in the market.' }),
  participants: z
    .int()
    .min(1, 'somebody must bid in a round; raise it')
    .max(1000)
    .default(2)
    .meta({ unit: 'agents', description: 'Agents drawn for each round; at most `agents`.' }),
  values: z.enum(['catalogue', 'uniform']).default('catalogue').meta({
    description:
      'What winning is worth: by users and items, as in AuctionGym, or uniform on [0, 1] and independent, the textbook case whose equilibrium is known in closed form; the settings of items and users then mean nothing.',
  }),
  items: z.int().min(1).max(1000).default(12).meta({ unit: 'items', description: 'Items of each agent.' }),
  embeddingSize: z
    .int()
    .min(1)
    .max(100)
    .default(5)
    .meta({ unit: 'coordinates', description: 'Coordinates of a user and an item, without the intercept.' }),
  seen: z
    .int()
    .min(0)
    .max(100)
    .default(4)
    .meta({ unit: 'coordinates', description: 'Coordinates of a user that the thompson allocator sees.' }),
  catalogue: z.string().min(1).default('auctiongym_seed0_catalogue.json').meta({
    description:
      'File in the data folder with the agents’ items and values; without a data folder each seed draws a catalogue of its own.',
  }),
  rounds: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .meta({ unit: 'rounds', description: 'Rounds of an iteration; learners learn after each.' }),
  iterations: z.int().min(1).max(10_000).default(20).meta({ unit: 'iterations', description: 'Iterations of a seed.' }),
  bidder: z
    .union([bidderId, z.array(bidderId).min(1, 'name at least one bidder')])
    .default('truthful-oracle')
    .meta({ description: 'Bidder that all agents are; a list plays one market after the other on the same rounds.' }),
  gamma: bidderFields.gamma.default(0.5),
  initialGamma: bidderFields.initialGamma.default(1),
  exploration: bidderFields.exploration.default(null),
  loss: bidderFields.loss.default('ppo'),
  allocator: bidderFields.allocator.default('oracle'),
  policies: z.array(seatSchema).default([]).meta({ description: 'Other bidders for single agents.' }),
  expectationRounds: z.int().min(1000).max(10_000_000).default(400_000).meta({
    unit: 'rounds',
    description: 'Rounds on which expectations and the equilibrium are computed, the same for every strategy.',
  }),
});

/** Settings of AuctionGym's repeated auctions, checked. */
export type AuctionGymConfig = z.infer<typeof auctionGymSchema>;

/** A bidder with all its settings. */
export interface BidderSettings {
  readonly id: (typeof BIDDER_IDS)[number];
  readonly gamma: number;
  readonly initialGamma: number;
  readonly exploration: number | null;
  readonly loss: 'ppo' | 'reinforce';
  readonly allocator: 'oracle' | 'thompson';
}

/** Bidders of the markets to play, in the order of the file. */
export function marketBidders({ bidder }: AuctionGymConfig): readonly BidderSettings['id'][] {
  return typeof bidder === 'string' ? [bidder] : bidder;
}

/**
 * The settings of every agent `[M]` in the market of one bidder.
 *
 * @throws SimError `CONFIG_INVALID` when a single agent does not exist or is given two bidders.
 */
export function agentSettings(config: AuctionGymConfig, bidder: BidderSettings['id']): BidderSettings[] {
  const { gamma, initialGamma, exploration, loss, allocator } = config;
  const common = { id: bidder, gamma, initialGamma, exploration, loss, allocator };
  const agents: BidderSettings[] = Array.from({ length: config.agents }, () => common);
  const taken = new Set<number>();
  for (const { agents: chosen, ...own } of config.policies) {
    for (const agent of chosen) {
      if (agent >= config.agents || taken.has(agent)) {
        const problem = agent >= config.agents ? 'does not exist' : 'is named twice';
        throw new SimError(
          'CONFIG_INVALID',
          `${config.experiment}: policies: agent ${agent} ${problem}; name agents 0 to ${config.agents - 1}, each once`,
        );
      }
      taken.add(agent);
      agents[agent] = withAllocator({ ...common, ...own } as BidderSettings);
    }
  }
  return agents.map(withAllocator);
}

function withAllocator(settings: BidderSettings): BidderSettings {
  return settings.id === 'truthful-oracle' ? { ...settings, allocator: 'oracle' } : settings;
}

/**
 * Refuses settings that no market can be made of.
 *
 * @throws SimError `CONFIG_INVALID`.
 */
export function checkSettings(config: AuctionGymConfig): void {
  const { experiment, participants, agents, seen, embeddingSize } = config;
  if (participants > agents) {
    throw new SimError(
      'CONFIG_INVALID',
      `${experiment}: participants: expected at most the ${agents} agents, received ${participants}; draw fewer or set agents`,
    );
  }
  if (seen > embeddingSize) {
    throw new SimError(
      'CONFIG_INVALID',
      `${experiment}: seen: expected at most the ${embeddingSize} coordinates of a user, received ${seen}`,
    );
  }
  const bidders = marketBidders(config);
  const twice = bidders.find((id, i) => bidders.indexOf(id) < i);
  if (twice !== undefined) {
    throw new SimError('CONFIG_INVALID', `${experiment}: bidder: ${twice} is listed twice; name each bidder once`);
  }
  for (const id of bidders) agentSettings(config, id);
}
