import { secondPrice } from '../../src/auction/second-price.ts';
import { constantShading } from '../../src/bidding/shading-bidder.ts';
import { Rng } from '../../src/core/rng.ts';
import { oracleAllocator } from '../../src/sim/auction-gym/allocators.ts';
import { drawCatalogue } from '../../src/sim/auction-gym/catalogue.ts';
import { AuctionGym } from '../../src/sim/auction-gym/play.ts';
import type { Benchmark } from './benchmark.ts';
import { fastestSeconds } from './measure.ts';

const AGENTS = 6;
const ROUNDS = 10_000;

/** Rounds of AuctionGym's market a second: users, choice of items, bids, clearing, clicks and all its measures. */
export const auctionGymTruthful: Benchmark = {
  title: 'AuctionGym: second-price rounds, 2 of 6 truthful oracles with 12 items each, all its measures',
  unit: '/s',
  async measure() {
    const gym = new AuctionGym({
      catalogue: drawCatalogue(new Rng('bench/catalogue'), { agents: AGENTS, items: 12, embeddingSize: 5 }),
      mechanism: secondPrice,
      numParticipants: 2,
      numRounds: ROUNDS,
      agents: Array.from({ length: AGENTS }, () => ({ allocator: oracleAllocator, bidder: constantShading(1) })),
      rng: new Rng('bench/auction-gym'),
    });
    const seconds = await fastestSeconds(() => {
      gym.playIteration();
    });
    return ROUNDS / seconds;
  },
};
