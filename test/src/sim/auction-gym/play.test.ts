import { describe, expect, it } from 'vitest';
import { mechanisms } from '../../../../src/auction/registry.ts';
import { constantShading } from '../../../../src/bidding/shading-bidder.ts';
import { expectedRound } from '../../../../src/bidding/shading-equilibrium.ts';
import { Rng } from '../../../../src/core/rng.ts';
import { microsToUnits } from '../../../../src/core/units.ts';
import { oracleAllocator, thompsonAllocator } from '../../../../src/sim/auction-gym/allocators.ts';
import { clickProbability } from '../../../../src/sim/auction-gym/best-item.ts';
import { drawCatalogue } from '../../../../src/sim/auction-gym/catalogue.ts';
import { drawRounds, emptyDraws, oracleMarket } from '../../../../src/sim/auction-gym/draw-rounds.ts';
import { AuctionGym } from '../../../../src/sim/auction-gym/play.ts';
import { sumTotals } from '../../../../src/sim/auction-gym/totals.ts';

const catalogue = drawCatalogue(new Rng('catalogue'), { agents: 4, items: 6, embeddingSize: 5 });

function gym(auction: string, gammas: readonly number[], numParticipants = 2, numRounds = 2000): AuctionGym {
  return new AuctionGym({
    catalogue,
    mechanism: mechanisms.get(auction),
    numParticipants,
    numRounds,
    agents: gammas.map((gamma) => ({ allocator: oracleAllocator, bidder: constantShading(gamma) })),
    rng: new Rng('gym'),
  });
}

/** The same iteration by AuctionGym's rules one round after the other, in currency units. */
function byHand(auction: string, gammas: readonly number[], numParticipants: number, numRounds: number) {
  const draws = emptyDraws(catalogue, numRounds, numParticipants);
  drawRounds(new Rng('gym').split('rounds').split(0), catalogue, draws);
  const sums = { revenue: 0, welfare: 0, overbid: 0, underbid: 0, wins: new Array(4).fill(0) };
  for (let k = 0; k < numRounds; k++) {
    const seats = Array.from({ length: numParticipants }, (_, p) => {
      const agent = draws.agents[k * numParticipants + p]!;
      const options = Array.from({ length: 6 }, (_, item) => {
        const ctr = clickProbability(catalogue, agent, item, draws.contexts, k);
        return { ctr, value: catalogue.values[agent * 6 + item]! };
      });
      const best = options.reduce((a, b) => (b.ctr * b.value > a.ctr * a.value ? b : a));
      return { agent, ...best, bid: gammas[agent]! * best.ctr * best.value };
    });
    const sorted = [...seats].sort((a, b) => b.bid - a.bid);
    const price = auction === 'first-price' ? sorted[0]!.bid : sorted[1]!.bid;
    sums.wins[sorted[0]!.agent]++;
    sums.revenue += price;
    sums.overbid += price - sorted[1]!.bid;
    for (const { bid, ctr, value } of sorted.slice(1)) if (price < ctr * value) sums.underbid += price - bid;
    if (draws.clickDraws[k]! < sorted[0]!.ctr) sums.welfare += sorted[0]!.value;
  }
  return sums;
}

describe('AuctionGym', () => {
  it.each([
    ['second-price', [1, 1, 1, 1], 2],
    ['first-price', [0.5, 0.8, 0.3, 1], 2],
    ['second-price', [0.9, 0.6, 1, 0.7], 3],
    ['first-price', [0.9, 0.6, 1, 0.7], 4],
  ] as const)('equals a plain play of %s with γ = %j and %i participants', (auction, gammas, participants) => {
    const totals = gym(auction, gammas, participants).playIteration();
    const sum = sumTotals(totals);
    const expected = byHand(auction, gammas, participants, 2000);
    expect(totals.map(({ wins }) => wins)).toEqual(expected.wins);
    // Bids are rounded down to micros, each by less than one.
    expect(microsToUnits(sum.paidMicros)).toBeCloseTo(expected.revenue, 2);
    expect(microsToUnits(sum.valueMicros)).toBeCloseTo(expected.welfare, 2);
    expect(microsToUnits(sum.overbidMicros)).toBeCloseTo(expected.overbid, 2);
    expect(microsToUnits(sum.underbidMicros)).toBeCloseTo(expected.underbid, 1);
  });

  it('has no regret of allocation or estimation, and an exact CTR, with oracles', () => {
    const sum = sumTotals(gym('second-price', [1, 1, 1, 1]).playIteration());
    expect(sum).toMatchObject({ allocationRegret: 0, estimationRegret: 0, squaredCtrError: 0, wins: 2000 });
    expect(sum.ctrRatio / sum.wins).toBe(1);
    expect(sum.gamma).toBe(4000);
    expect(sum.opportunities).toBe(4000);
  });

  it('overbids by nothing in second price', () => {
    expect(sumTotals(gym('second-price', [1, 0.5, 1, 0.5]).playIteration()).overbidMicros).toBe(0);
  });

  it('pays γ times what truthful bidding pays where everybody shades alike in first price', () => {
    const truthful = sumTotals(gym('first-price', [1, 1, 1, 1]).playIteration());
    const half = sumTotals(gym('first-price', [0.5, 0.5, 0.5, 0.5]).playIteration());
    expect(half.valueMicros).toBe(truthful.valueMicros);
    expect(half.paidMicros / truthful.paidMicros).toBeCloseTo(0.5, 5);
  });

  it('agrees with the expectation on common random numbers within four standard errors', () => {
    const expected = expectedRound(oracleMarket(catalogue, 2, 20_000, new Rng('market')), 'second-price', 1);
    const played = gym('second-price', [1, 1, 1, 1], 2, 20_000).playIteration();
    const revenue = microsToUnits(sumTotals(played).paidMicros) / 20_000;
    expect(Math.abs(revenue - expected.revenue)).toBeLessThan(4 * Math.SQRT2 * expected.standardErrors.revenue);
  });

  it('plays the same rounds whatever anybody bids, and others in the next iteration', () => {
    const a = gym('second-price', [1, 1, 1, 1]);
    const b = gym('first-price', [0.2, 0.9, 0.4, 0.4]);
    const first = [a.playIteration(), b.playIteration()];
    const second = [a.playIteration(), b.playIteration()];
    const best = (totals: (typeof first)[number]) => sumTotals(totals).bestValue;
    expect(best(first[0]!)).toBe(best(first[1]!));
    expect(best(second[0]!)).toBe(best(second[1]!));
    expect(best(second[0]!)).not.toBe(best(first[0]!));
  });

  it('learns click probabilities with the Thompson allocator from half-seen users', () => {
    const numRounds = 2000;
    const market = new AuctionGym({
      catalogue,
      mechanism: mechanisms.get('second-price'),
      numParticipants: 2,
      numRounds,
      agents: Array.from({ length: 4 }, (_, agent) => ({
        allocator: thompsonAllocator(catalogue, agent, 4, numRounds),
        bidder: constantShading(1),
      })),
      rng: new Rng('thompson'),
    });
    const iterations = Array.from({ length: 4 }, () => sumTotals(market.playIteration()));
    const [first, last] = [iterations[0]!, iterations.at(-1)!];
    expect(last.squaredCtrError).toBeLessThan(first.squaredCtrError / 2);
    expect(last.allocationRegret).toBeLessThan(first.allocationRegret / 2);
    expect(last.allocationRegret).toBeGreaterThan(0);
  });
});
