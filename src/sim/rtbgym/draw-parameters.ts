import type { Rng } from '../../core/rng.ts';
import type { RtbGymParameters } from './parameters.ts';

const NUM_STEPS = 7;
const NUM_ADS = 100;
const NUM_USERS = 100;
const NUM_FEATURES = 5;
const COEFFICIENT_STD = 0.05;
const NUM_WAVES = 10;
const STANDARD_BID = 50;

/**
 * A market drawn from the distributions of RTBGym's defaults: 7 steps, budget 3,000, 100 ads × 100 users.
 *
 *     w ~ N(0, 0.05)        κ(t) = (1/10) Σ_i β_i (cos((τ_t i π + 2π u_i)/7) + 1)
 *     p_a = max(25, N(50, 5))   price of ad a ~ Gamma(N(50, 5), N(.02 p_a, .004 p_a))
 *
 * β_i is Beta(5, 20) for clicks and Beta(10, 15) for conversions; τ runs over 7 steps from an integer in 5 … 14.
 *
 * Differs from RTBGym: the scaler is one over the exact mean of CTR · CVR, not over that of 100,000 draws.
 *
 * Source: hakuhodo-technologies/scope-rl, class RTBEnv (Kiyohara et al. 2023, arXiv:2311.18206).
 */
export function drawRtbGymParameters(rng: Rng): RtbGymParameters {
  const features = rng.split('features');
  const coefficients = rng.split('coefficients');
  const time = rng.split('time');
  const prices = rng.split('prices');
  const ads = normals(features.split('ads'), NUM_ADS, NUM_FEATURES);
  const users = normals(features.split('users'), NUM_USERS, NUM_FEATURES);
  const weights = () => Array.from({ length: 2 * NUM_FEATURES }, () => COEFFICIENT_STD * coefficients.normal());
  const drawn = {
    ad_features: ads,
    user_features: users,
    ctr_coef: weights(),
    cvr_coef: weights(),
    ctr_time: waves(time.split('ctr'), 5, 20),
    cvr_time: waves(time.split('cvr'), 10, 15),
  };
  const standardPrices = Array.from({ length: NUM_ADS }, () => Math.max(25, 50 + 5 * prices.normal()));
  return {
    source: `drawn from the stream '${rng.path}' by the distributions of RTBGym's defaults`,
    step_per_episode: NUM_STEPS,
    initial_budget: 3000,
    search_volume: { mean: 200, std: 20, min: 10 },
    standard_bid_price: STANDARD_BID,
    scaler: 1 / meanConversionProbability(drawn),
    ...drawn,
    price_gamma_shape: standardPrices.map(() => Math.max(1, 50 + 5 * prices.normal())),
    price_gamma_scale: standardPrices.map((price) => price * Math.max(1e-3, 0.02 + 0.004 * prices.normal())),
  };
}

/** Mean of CTR · CVR over ads, users and steps, all equally likely. */
export function meanConversionProbability(
  p: Pick<RtbGymParameters, 'ad_features' | 'user_features' | 'ctr_coef' | 'cvr_coef' | 'ctr_time' | 'cvr_time'>,
): number {
  let pairs = 0;
  for (const ad of p.ad_features) {
    for (const user of p.user_features) pairs += logistic(p.ctr_coef, ad, user) * logistic(p.cvr_coef, ad, user);
  }
  let steps = 0;
  for (const [t, ctr] of p.ctr_time.entries()) steps += ctr * p.cvr_time[t]!;
  return (pairs * steps) / (p.ad_features.length * p.user_features.length * p.ctr_time.length);
}

/** σ(w · (ad, user)): features of the ad come first. */
export function logistic(weights: readonly number[], ad: readonly number[], user: readonly number[]): number {
  let score = 0;
  for (let i = 0; i < ad.length; i++) score += weights[i]! * ad[i]!;
  for (let i = 0; i < user.length; i++) score += weights[ad.length + i]! * user[i]!;
  return 1 / (1 + Math.exp(-score));
}

function normals(rng: Rng, rows: number, columns: number): number[][] {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => rng.normal()));
}

/** κ over the steps: the mean of ten cosine waves, each between 0 and 2, with beta weights. */
function waves(rng: Rng, a: number, b: number): number[] {
  const first = 5 + rng.int(10);
  const factors = new Array<number>(NUM_STEPS).fill(0);
  for (let i = 1; i <= NUM_WAVES; i++) {
    const weight = beta(rng, a, b);
    const phase = 2 * Math.PI * rng.double();
    for (let t = 0; t < NUM_STEPS; t++) {
      const wave = Math.cos(((first + t) * i * Math.PI + phase) / NUM_STEPS) + 1;
      factors[t]! += (weight * wave) / NUM_WAVES;
    }
  }
  return factors;
}

/** Beta(a, b) for whole a and b: the a-th smallest of a + b − 1 uniform draws. */
function beta(rng: Rng, a: number, b: number): number {
  const draws = Float64Array.from({ length: a + b - 1 }, () => rng.double()).sort();
  return draws[a - 1]!;
}
