import { describe, expect, it } from 'vitest';
import type { BidPolicy } from '../../../../src/core/policy.ts';
import { Rng } from '../../../../src/core/rng.ts';
import { FeedbackLedger } from '../../../../src/market/feedback-ledger.ts';
import { recordCompetition } from '../../../../src/sim/market/competition-tape.ts';
import { playMarket } from '../../../../src/sim/market/play-market.ts';
import { bidding, smallHouse } from './small-house.ts';

const rivals = [
  { name: 'high', bidding: { rule: 'fixed', multiplier: 0.9 } },
  { name: 'low', bidding: { rule: 'fixed', multiplier: 0.5 } },
];
const you = { name: 'you', budget: { family: 'fixed', value: 3 } };

interface Heard {
  readonly id: number;
  readonly won: boolean;
  readonly price: number;
  readonly bid: number;
  readonly least: number;
  /** Ticks begun when it came. */
  readonly tick: number;
}

/** Bids a multiple of the worth and keeps all that it hears, and in which tick it bid on what. */
class Listener implements BidPolicy {
  readonly kind = 'bid';
  readonly heard: Heard[] = [];
  readonly bidTick = new Map<number, number>();
  readonly #multiplier: number;
  #tick = 0;
  constructor(multiplier: number) {
    this.#multiplier = multiplier;
  }
  reset() {}
  beginStep() {
    this.#tick++;
  }
  bid: BidPolicy['bid'] = (_flight, { value, id }) => {
    this.bidTick.set(id!, this.#tick);
    return this.#multiplier * value;
  };
  observe: NonNullable<BidPolicy['observe']> = (_flight, won, price, notice) => {
    const { id, bidMicros: bid, minToWinMicros: least } = notice!;
    this.heard.push({ id, won, price, bid, least, tick: this.#tick });
  };
}

/** A flight with the listener in the seat. */
function play(settings: Readonly<Record<string, unknown>>, agent: object = you) {
  const house = smallHouse({ rivals, ...settings }, [agent as Readonly<Record<string, unknown>>]);
  const listener = new Listener(0.8);
  const [outcome] = playMarket(house, [listener], [new Rng('notices')]);
  return { house, listener, heard: listener.heard, outcome: outcome!, own: outcome!.seats.at(-1)! };
}

describe('what a seat hears of a market', () => {
  it('is, with full and prompt feedback, once for each bid what it had to beat: the rivals’ best bid or the reserve', () => {
    const { house, heard } = play({ auction: { reserve: { kind: 'static', micros: 9000 } } });
    const { tape } = recordCompetition(house, 0, [new Rng('notices')]);
    const least = Array.from(tape.marketPriceMicros, (price, i) => Math.max(price, tape.floorMicros[i]!));
    expect(heard.map((notice) => notice.least)).toEqual(least);
    expect(heard.map(({ id }) => id)).toEqual(least.map((_, i) => i));
  });

  it.each([
    ['two slots', { mechanism: 'gsp', slots: { exposure: [1, 0.5] } }, 10_000],
    ['two slots by VCG', { mechanism: 'vcg', slots: { exposure: [1, 0.5] } }, 10_000],
    ['clicks, ranked by bid times click rate', { mechanism: 'gsp-quality', bill: 'click' }, 18_000],
    ['a reserve above everybody', { reserve: { kind: 'static', micros: 19_000 } }, 19_000],
  ])('is the bid that ties for the last slot, in money for an impression (%s)', (_words, auction, least) => {
    const alike = { fitSigma: 0, clickValue: { family: 'fixed', value: 1 } };
    const pages = { sigma: 0, clickRate: 0.02, sites: 2 };
    const { heard } = play(
      { auction, pages, rivals: rivals.map((rival) => ({ ...rival, ...alike })) },
      { ...alike, name: 'you' },
    );
    expect(new Set(heard.map((notice) => notice.least))).toEqual(new Set([least]));
  });

  it('parts winning bids from losing ones: a bid wins where it is above the minimum and a tie with a rival is lost', () => {
    const { heard, own } = play({ auction: { mechanism: 'gsp', slots: { exposure: [1, 0.5] } } }, { name: 'you' });
    expect(own.wins).toBeGreaterThan(0);
    expect(own.wins).toBeLessThan(own.auctions);
    for (const { won, bid, least } of heard) expect(won).toBe(bid > least);
  });

  it('is told to winners only, or to nobody, where the market says so', () => {
    const winners = play({ feedback: { mode: 'winner-only' } }).heard;
    expect(winners.some(({ won }) => won) && winners.some(({ won }) => !won)).toBe(true);
    for (const { won, least } of winners) expect(Number.isNaN(least)).toBe(!won);
    for (const { least } of play({ feedback: { mode: 'censored' } }).heard) expect(least).toBeNaN();
  });

  it('is nothing where every notice is lost', () => {
    expect(play({ feedback: { lossProbability: 1 } }).heard).toEqual([]);
  });

  it('comes as many ticks later as the market says, when the tick is over', () => {
    const { heard, listener, house } = play({ feedback: { delay: { family: 'fixed', steps: 2 } } });
    for (const { id, tick } of heard) expect(tick).toBe(listener.bidTick.get(id)! + 2);
    expect(heard.length).toBe([...listener.bidTick.values()].filter((tick) => tick + 2 <= house.numTicks).length);
  });

  it('comes twice at most, and a ledger by ids is right all the same', () => {
    const { heard, own } = play({ feedback: { duplicateProbability: 1 } });
    expect(heard.length).toBe(2 * own.auctions);
    const ledger = new FeedbackLedger();
    for (const { id, won, price, bid, least } of heard) {
      ledger.accept({ id, won, priceMicros: price, bidMicros: bid, minToWinMicros: least });
    }
    expect([ledger.auctions, ledger.wins, ledger.spendMicros]).toEqual([own.auctions, own.wins, own.spendMicros]);
  });

  const unreliable = {
    delay: { family: 'geometric', meanSteps: 1, maxSteps: 4 },
    duplicateProbability: 0.2,
    lossProbability: 0.3,
  };

  it('is the same in two flights of one stream', () => {
    const [once, again] = [play({ feedback: unreliable }).heard, play({ feedback: unreliable }).heard];
    expect(again).toEqual(once);
    expect(once.length).toBeGreaterThan(300);
  });

  it('changes no outcome for a policy that does not listen', () => {
    const paced = [...rivals, { name: 'paced', bidding: { rule: 'pid' }, budget: { family: 'fixed', value: 1 } }];
    const outcomes = [{}, { mode: 'censored' }, unreliable].flatMap((feedback) => {
      const played = play({ rivals: paced, feedback });
      return [played.outcome, playMarket(played.house, [bidding(0.8)], [new Rng('notices')])[0]!];
    });
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
  });

  it.each([
    ['a probability above 1', { lossProbability: 2 }, 'feedback.lossProbability'],
    ['an unknown mode', { mode: 'none' }, 'feedback.mode'],
    ['delays the wrong way round', { delay: { family: 'uniform', low: 3, high: 1 } }, 'expected at most high'],
  ])('is refused with %s', (_words, feedback, message) => {
    expect(() => smallHouse({ rivals, feedback })).toThrow(message);
  });
});
