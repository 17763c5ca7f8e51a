import { setImmediate } from 'node:timers/promises';
import { mechanisms } from '../../../src/auction/registry.ts';
import { Rng } from '../../../src/core/rng.ts';
import { oracleAllocator, thompsonAllocator } from '../../../src/sim/auction-gym/allocators.ts';
import type { Catalogue } from '../../../src/sim/auction-gym/catalogue.ts';
import { AuctionGym } from '../../../src/sim/auction-gym/play.ts';
import type { AgentTotals } from '../../../src/sim/auction-gym/totals.ts';
import { BIDDERS } from './bidders.ts';
import type { AuctionGymConfig, BidderSettings } from './settings.ts';

/**
 * Plays all iterations of one market.
 *
 * @param agents `[M]`. @param onShare Called with the share done.
 * @returns `[iterations][M]` sums.
 */
export async function playMarket(
  config: AuctionGymConfig,
  catalogue: Catalogue,
  agents: readonly BidderSettings[],
  seed: number,
  onShare: (share: number) => void,
): Promise<AgentTotals[][]> {
  const { auction, participants, rounds, iterations } = config;
  const seen = config.values === 'uniform' ? catalogue.embeddingSize : config.seen;
  const gym = new AuctionGym({
    catalogue,
    mechanism: mechanisms.get(auction),
    numParticipants: participants,
    numRounds: rounds,
    rng: new Rng(`auction-gym/${seed}`),
    agents: agents.map((settings, agent) => ({
      allocator: settings.allocator === 'oracle' ? oracleAllocator : thompsonAllocator(catalogue, agent, seen, rounds),
      bidder: BIDDERS[settings.id].create(settings, auction),
    })),
  });
  const totals: AgentTotals[][] = [];
  for (let i = 0; i < iterations; i++) {
    totals.push(gym.playIteration());
    onShare((i + 1) / iterations);
    // Signals and timers get their turn.
    await setImmediate();
  }
  return totals;
}
