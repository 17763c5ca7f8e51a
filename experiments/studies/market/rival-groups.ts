import type { RivalGroup } from '../../../src/market/rival-population.ts';
import type { MarketStudyConfig } from './settings.ts';

/** Kinds of rivals of the experiment: those of the market, then those that come with its shocks. */
export function rivalGroups(config: MarketStudyConfig): RivalGroup[] {
  const shocks = [...config.market.shocks, ...config.scenarios.flatMap((scenario) => scenario.shocks)];
  const newcomers = shocks.flatMap((shock) => (shock.kind === 'new-rival' ? [shock.rival] : []));
  const all = [...config.market.rivals, ...newcomers];
  return [...new Map(all.map((group) => [group.name, group])).values()];
}

/** Whether the seat is one of the `count` seats of the kind. */
export function isOfGroup(seat: string, name: string, count: number): boolean {
  if (count === 1) return seat === name;
  return seat.startsWith(`${name}-`) && /^\d+$/.test(seat.slice(name.length + 1));
}
