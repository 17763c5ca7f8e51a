import { describe, expect, it } from 'vitest';
import { SimError } from '../../../../src/core/errors.ts';
import { smallHouse } from './small-house.ts';

function refusal(settings: Readonly<Record<string, unknown>>, agents: readonly { name: string }[] = []): string {
  try {
    smallHouse({ rivals: [{ name: 'rival' }], ...settings }, agents);
  } catch (error) {
    if (error instanceof SimError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('an impossible market is refused with its place and the remedy', () => {
  it.each([
    ['no bidders', { rivals: [] }, 'market: expected at least one bidder, received none; add rivals or an agent'],
    [
      'a negative reserve',
      { auction: { reserve: { kind: 'static', micros: -1 } } },
      'auction.reserve.micros: expected >= 0',
    ],
    [
      'reserves for other sites than there are',
      { auction: { reserve: { kind: 'per-segment', micros: [1, 2] } } },
      'auction.reserve.micros: expected one reserve for each of 20 segments, received 2; list one per segment',
    ],
    [
      'learnt reserves between crossed bounds',
      { auction: { reserve: { kind: 'quantile', minMicros: 2, maxMicros: 1 } } },
      'auction.reserve.minMicros: expected at most maxMicros 1 [micros], received 2; lower it',
    ],
    [
      'a soft floor where the format has none',
      { auction: { softFloorMicros: 9 } },
      'auction.softFloorMicros: second-price has no soft floor, received 9; choose soft-floor or leave it out',
    ],
    [
      'the soft-floor format without one',
      { auction: { mechanism: 'soft-floor' } },
      'auction.softFloorMicros: soft-floor needs one [micros], received none; set it, or choose second-price',
    ],
    [
      'billed conversions that never happen',
      { auction: { bill: 'conversion' }, pages: { conversionRate: 0 } },
      'auction.bill: conversions never happen at pages.conversionRate 0; raise the rate or bill another event',
    ],
    ['an unknown billed event', { auction: { bill: 'view' } }, 'auction.bill'],
    ['an unknown period of a budget', { rivals: [{ name: 'rival', budgetPer: 'week' }] }, 'rivals.0.budgetPer'],
    [
      'slots without exposure',
      { auction: { slots: { exposure: [] } } },
      'auction.slots: expected the exposure of at least one slot, received none; list [1] for one slot',
    ],
    ['a slot that nobody sees', { auction: { slots: { exposure: [0] } } }, 'leave out slots that nobody sees'],
    ['exposure that rises', { auction: { slots: { exposure: [0.5, 0.9] } } }, 'list the best slot first'],
    [
      'more slots than the format sells',
      { auction: { slots: { exposure: [1, 0.8] } } },
      'second-price sells 1 slot, received 2; choose gsp or vcg, or one slot',
    ],
    ['an unknown format', { auction: { mechanism: 'second-prize' } }, "did you mean 'second-price'?"],
    [
      'an exit before the entry',
      { rivals: [{ name: 'rival', enterDay: 0.5, exitDay: 0.25 }] },
      'rivals.0.exitDay: expected an exit after the entry; raise exitDay or lower enterDay',
    ],
    ['a stay shorter than a tick', { rivals: [{ name: 'rival', exitDay: 0.01 }] }, 'raise exitDay or ticksPerDay'],
    ['an entry after the flight', { rivals: [{ name: 'rival', enterDay: 2 }] }, 'within the 1 days of the flight'],
    ['an unknown pacing rule', { rivals: [{ name: 'rival', bidding: { rule: 'dualpacing' } }] }, 'rivals.0.bidding'],
    ['a share above 1', { traffic: { invalid: { share: 1.5 } } }, 'traffic.invalid.share: expected <= 1'],
    ['a share below 0', { traffic: { invalid: { share: -0.1 } } }, 'traffic.invalid.share: expected >= 0'],
    ['a click rate above 1', { traffic: { invalid: { clickRate: 2 } } }, 'traffic.invalid.clickRate: expected <= 1'],
    ['more bot sites than sites', { traffic: { invalid: { sites: 21 } } }, 'lower it or raise pages.sites'],
    ['a week without traffic', { traffic: { hourly: new Array(168).fill(0) } }, 'at least one positive weight'],
    ['a name twice', { rivals: [{ name: 'rival' }, { name: 'rival' }] }, 'rivals.1.name: expected each name once'],
    [
      'amounts the wrong way round',
      { rivals: [{ name: 'rival', clickValue: { family: 'uniform', low: 2, high: 1 } }] },
      'rivals.0.clickValue.low: expected at most high; swap the two',
    ],
    [
      'a shock that ends before it begins',
      { shocks: [{ kind: 'price', factor: 2, fromDay: 0.5, toDay: 0.5 }] },
      'shocks.0.toDay: expected an end after the beginning',
    ],
    [
      'a shock that begins after the flight',
      { shocks: [{ kind: 'traffic', factor: 2, fromDay: 5 }] },
      'shocks.0.fromDay: expected below the 1 days of the flight [days], received 5; change it or raise days',
    ],
    [
      'a shock that ends after the flight',
      { shocks: [{ kind: 'price', factor: 2, fromDay: 0.5, toDay: 1.5 }] },
      'shocks.0.toDay: expected at most the 1 days of the flight [days], received 1.5; change it or raise days',
    ],
  ])('%s', (_words, settings, message) => {
    expect(refusal(settings)).toContain(message);
  });

  it('an agent with the name of a rival', () => {
    expect(refusal({}, [{ name: 'rival' }])).toContain(
      "the seat 'rival' is there twice; rename the rival or the agent",
    );
  });
});
