import { bestOf } from '../../../agents/baselines/tune.ts';
import { Rng } from '../../../src/core/rng.ts';
import { mean } from '../../../src/eval/statistics.ts';
import { campaignDay, rivalBids } from './campaign-day.ts';
import { pacers, type Tuning, UNTUNED } from './controllers.ts';
import { playDay } from './play-day.ts';
import type { AUCTIONS, Pacer, PacingDayConfig } from './settings.ts';

/** Campaigns of the tuning day. */
const CAMPAIGNS = 6;
/** Factors on gains and first signals that are tried, each with each. */
const GAINS = [1, 4, 16, 64];
const STARTS = [0.1, 0.03, 0.3];
const CANDIDATES = STARTS.flatMap((start) => GAINS.map((gain): Tuning => ({ gain, start })));
/** Outside bids of the day before it. */
const HISTORY = 20_000;

/** What every controller is set to under an auction. */
export type Tunings = (policy: Pacer, auction: (typeof AUCTIONS)[number]) => Tuning;

let last: { readonly key: string; readonly tunings: Tunings } | null = null;

/**
 * The gains and first signal with which each controller wins most worth on a day of other campaigns, the same for all seeds;
 * the last experiment's are kept, since trials follow each other.
 */
export function tunedPacers(config: PacingDayConfig): Tunings {
  const key = JSON.stringify({ ...config, seeds: 0 });
  if (last?.key === key) return last.tunings;
  const own = { ...config, experiment: `${config.experiment}/tuning` };
  const days = Array.from({ length: CAMPAIGNS }, (_, k) => campaignDay(own, 0, k));
  const history = rivalBids(own, HISTORY, new Rng(`${own.experiment}/history`));
  const chosen = new Map<string, Tuning>();
  for (const auction of config.auctions) {
    for (const policy of config.policies) {
      const { make, tuned } = pacers[policy];
      const worth = (tuning: Tuning) =>
        mean(days.map((day) => playDay(day, auction, make(history, tuning)).valueRatio));
      chosen.set(`${auction}/${policy}`, tuned ? bestOf(CANDIDATES, worth) : UNTUNED);
    }
  }
  const tunings: Tunings = (policy, auction) => chosen.get(`${auction}/${policy}`)!;
  last = { key, tunings };
  return tunings;
}
