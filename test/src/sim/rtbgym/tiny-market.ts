import type { RtbGymParameters } from '../../../../src/sim/rtbgym/parameters.ts';

/** Three steps, two ads, one user without features that matter: σ = 1/2 everywhere, so CTR = ctr/2 and CVR = cvr/2. */
export function tinyParameters(changes: Partial<RtbGymParameters> = {}): RtbGymParameters {
  return {
    source: 'test',
    step_per_episode: 3,
    initial_budget: 200,
    search_volume: { mean: 20, std: 3, min: 2 },
    standard_bid_price: 10,
    scaler: 1 / 0.06,
    ad_features: [[0], [0]],
    user_features: [[0]],
    ctr_coef: [1, 1],
    cvr_coef: [1, 1],
    ctr_time: [0.7, 0.5, 0.6],
    cvr_time: [0.6, 0.6, 0.8],
    price_gamma_shape: [30, 50],
    price_gamma_scale: [0.3, 0.22],
    ...changes,
  };
}
