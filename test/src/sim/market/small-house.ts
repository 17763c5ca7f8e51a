import { parseConfig } from '../../../../src/core/config.ts';
import type { MultiplierPolicy } from '../../../../src/core/policy.ts';
import { type House, openHouse } from '../../../../src/sim/market/house.ts';
import { agentSeatSchema, houseConfigSchema } from '../../../../src/sim/market/house-config.ts';

/** A market of settings over small defaults: one day of 12 ticks, 600 opportunities. */
export function smallHouse(
  settings: Readonly<Record<string, unknown>>,
  agents: readonly Readonly<Record<string, unknown>>[] = [],
): House {
  const { traffic, ...rest } = settings;
  const small = { opportunitiesPerDay: 600, ...(traffic as object | undefined) };
  const config = parseConfig(houseConfigSchema, { ticksPerDay: 12, traffic: small, ...rest }, 'market');
  return openHouse(
    config,
    agents.map((agent) => agentSeatSchema.parse(agent)),
  );
}

/** Bids the same multiple in every tick. */
export function bidding(multiplier: number): MultiplierPolicy {
  return {
    kind: 'multiplier',
    reset() {},
    decide(_flights, active, out) {
      for (let n = 0; n < active.length; n++) if (active[n] === 1) out[n] = multiplier;
    },
  };
}
