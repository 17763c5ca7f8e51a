import {
  bestConstantResponse,
  expectedRound,
  type RoundExpectation,
  surplusByGamma,
  symmetricShadingEquilibrium,
  uniformShadingEquilibrium,
} from '../../../src/bidding/shading-equilibrium.ts';
import type { Pricing } from '../../../src/bidding/surplus-curve.ts';
import { valueShadingEquilibrium } from '../../../src/bidding/value-shading-equilibrium.ts';
import { Rng } from '../../../src/core/rng.ts';
import type { Catalogue } from '../../../src/sim/auction-gym/catalogue.ts';
import { oracleMarket } from '../../../src/sim/auction-gym/draw-rounds.ts';
import type { AuctionGymConfig } from './settings.ts';

/** What theory says about a catalogue's market: computed on common random numbers, nothing is learnt. */
export interface Reference {
  /** Everybody bids this share of value and no other constant share pays better. */
  readonly equilibriumGamma: number;
  /** The same in closed form, where there is one: values uniform. */
  readonly closedFormGamma: number | null;
  /** Mean share in the equilibrium of bidders that shade each class of values by a share of its own. */
  readonly valueEquilibriumGamma: number;
  /** Best constant answer to rivals that bid their value. */
  readonly answerToTruthful: number;
  /** A round when every agent bids the constant it is set to; null when somebody learns or does not know the truth. */
  readonly expectation: RoundExpectation | null;
  /** Surplus of one seat a round against its own γ, on {@link REFERENCE_GAMMAS}. */
  readonly curves: {
    readonly rivalsTruthful: readonly number[];
    readonly rivalsAtEquilibrium: readonly number[];
    readonly everybody: readonly number[];
  };
}

const STEPS = 100;
/** Rounds for the equilibrium by classes of values: enough for its mean share to be right to about 0.02. */
const VALUE_ROUNDS = 100_000;
/** γ of the curves: 0, 0.01, …, 1. */
export const REFERENCE_GAMMAS: readonly number[] = Array.from({ length: STEPS + 1 }, (_, g) => g / STEPS);

/**
 * The reference of one catalogue; it depends on the catalogue and not on the seed of the rounds.
 *
 * @param gammas `[M]` constants that the agents bid; null when somebody learns.
 */
export function referenceOf(
  config: AuctionGymConfig,
  catalogue: Catalogue,
  gammas: readonly number[] | null,
): Reference {
  const { participants, expectationRounds } = config;
  const pricing: Pricing = config.auction;
  const market = oracleMarket(catalogue, participants, expectationRounds, new Rng('auction-gym/reference'));
  const few = Math.min(expectationRounds, VALUE_ROUNDS);
  const equilibrium = symmetricShadingEquilibrium(market, pricing);
  const truthful = expectedRound(market, pricing, 1);
  const { revenue, welfare } = truthful;
  const thinned = (curve: Float64Array) =>
    REFERENCE_GAMMAS.map((gamma) => curve[Math.round(gamma * (curve.length - 1))]!);
  return {
    equilibriumGamma: equilibrium.gamma,
    closedFormGamma: config.values === 'uniform' ? closedForm(pricing, participants) : null,
    valueEquilibriumGamma: valueShadingEquilibrium(
      { ...market, numRounds: few, values: market.values.subarray(0, few * participants) },
      pricing,
    ).meanGamma,
    answerToTruthful: bestConstantResponse(market, pricing, 1).gamma,
    expectation: gammas === null ? null : expectedRound(market, pricing, gammas),
    curves: {
      rivalsTruthful: thinned(surplusByGamma(market, pricing, 1)),
      rivalsAtEquilibrium: thinned(surplusByGamma(market, pricing, equilibrium.gamma)),
      // Bids of everybody shrink alike: the same agent wins and pays γ times as much.
      everybody: REFERENCE_GAMMAS.map((gamma) => (welfare - gamma * revenue) / participants),
    },
  };
}

/** Of independent uniform values: truth in second price, (n − 1)/n in first price. */
function closedForm(pricing: Pricing, participants: number): number {
  return pricing === 'second-price' ? 1 : uniformShadingEquilibrium(participants);
}
