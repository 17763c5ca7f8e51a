import { Rng } from '../../src/core/rng.ts';
import { biddingRuleSchema } from '../../src/sim/auction-net/bidding-rules.ts';
import { Market, type RivalRule } from '../../src/sim/auction-net/market.ts';
import { drawPeriod } from '../../src/sim/auction-net/period.ts';
import { auctionNetSchema } from '../../src/sim/auction-net/period-config.ts';
import type { Benchmark } from './benchmark.ts';
import { fastestSeconds } from './measure.ts';

/** One period of the live market from nothing: drawn, then played by 48 bidders, overspend settled in every tick. */
export const auctionNetEpisode: Benchmark = {
  title: 'AuctionNet at a tenth: a period of 50,000 opportunities and 48 bidders drawn and played over 48 ticks',
  unit: 's',
  async measure() {
    const config = auctionNetSchema.parse({});
    const rivals = ['fixed', 'pid-cpa', 'budget-pacer', 'min-pacing'].map(
      (rule): RivalRule =>
        ({ ...(biddingRuleSchema.parse({ rule }) as Omit<RivalRule, 'spread'>), spread: 0.2 }) as RivalRule,
    );
    const market = new Market({ config, rivals, costPlans: [] });
    let episode = 0;
    return fastestSeconds(() => {
      market.begin(drawPeriod(config, new Rng('bench/auction-net').split(episode++)), -1);
      while (market.running) market.tick();
    }, 3000);
  },
};
