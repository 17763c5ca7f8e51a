import type { Feature } from '../../core/space.ts';
import type { RtbGymFlights } from './flights.ts';
import type { RtbGymMarket } from './market.ts';

/** `pacing`: step one-hot, budget left, budget left per step left. `original`: RTBGym's seven quantities, scaled. */
export type RtbGymObservations = 'pacing' | 'original';

/** Turns a copy's flight into an observation. */
export interface FlightObserver {
  readonly features: readonly Feature[];
  /** Writes row n of `out`, clipped to the bounds of the features. */
  write(flights: RtbGymFlights, n: number, out: Float32Array): void;
}

/** Most conversions, cost in standard bids and multiplier that the original observation tells apart. */
const MOST = { conversions: 20, cost: 2, multiplier: 10 } as const;
const CONVERSIONS_UNIT = 4;

/** The observer of one of the two kinds of observation. */
export function flightObserver(kind: RtbGymObservations, market: RtbGymMarket): FlightObserver {
  return kind === 'pacing' ? pacingObserver(market.numSteps) : originalObserver(market);
}

function pacingObserver(numSteps: number): FlightObserver {
  const size = numSteps + 2;
  const features: Feature[] = Array.from({ length: numSteps }, (_, t) => ({
    name: `step${t + 1}`,
    unit: 'flag',
    low: 0,
    high: 1,
    description: `1 before step ${t + 1}; all flags are 0 at the end.`,
  }));
  features.push(
    { name: 'budgetLeft', unit: 'share of the budget', low: 0, high: 1, description: 'Money left.' },
    {
      name: 'budgetPerStep',
      unit: 'even shares of the budget',
      low: 0,
      high: numSteps,
      description: 'Money left per step left over budget per step: 1 on an even plan; 0 at the end.',
    },
  );
  return {
    features,
    write(flights, n, out) {
      const row = n * size;
      const step = flights.step[n]!;
      const left = flights.remainingMicros[n]! / flights.budgetMicros[n]!;
      for (let t = 0; t < numSteps; t++) out[row + t] = t === step ? 1 : 0;
      out[row + numSteps] = left;
      out[row + numSteps + 1] = step < numSteps ? (left * numSteps) / (numSteps - step) : 0;
    },
  };
}

function originalObserver(market: RtbGymMarket): FlightObserver {
  const { numSteps, standardBid } = market;
  const features: readonly Feature[] = [
    share('timestep', 'share of the episode', 'Steps played.'),
    share('budgetLeft', 'share of the budget', 'Money left.'),
    share('lastSpendShare', 'share of money left', 'What the last step spent of the money left before it.'),
    {
      name: 'lastCost',
      unit: 'standard bids per impression',
      low: 0,
      high: MOST.cost,
      description: 'Cost of an impression of the last step.',
    },
    share('lastWinRate', 'share of auctions', 'Auctions of the last step won.'),
    {
      name: 'lastConversions',
      unit: `${CONVERSIONS_UNIT} conversions`,
      low: 0,
      high: MOST.conversions / CONVERSIONS_UNIT,
      description: 'Conversions of the last step.',
    },
    {
      name: 'lastMultiplier',
      unit: '1',
      low: 0,
      high: MOST.multiplier,
      description: 'Multiplier of the last step; 0 before the first.',
    },
  ];
  return {
    features,
    write(flights, n, out) {
      const row = n * features.length;
      out[row] = flights.step[n]! / numSteps;
      out[row + 1] = flights.remainingMicros[n]! / flights.budgetMicros[n]!;
      out[row + 2] = flights.lastSpendShare[n]!;
      out[row + 3] = Math.min(MOST.cost, flights.lastCost[n]! / standardBid);
      out[row + 4] = flights.lastWinRate[n]!;
      out[row + 5] = Math.min(MOST.conversions, flights.lastConversions[n]!) / CONVERSIONS_UNIT;
      out[row + 6] = Math.min(MOST.multiplier, flights.lastMultiplier[n]!);
    },
  };
}

function share(name: string, unit: string, description: string): Feature {
  return { name, unit, low: 0, high: 1, description };
}
