import type { WeeklyTrafficModel } from './weekly-traffic.ts';

/**
 * Traffic of a classifieds site's ads over the week: busy from ten in the morning to the late afternoon, quietest at
 * three at night, a fifth less at the weekend.
 *
 * Fitted by `experiments/scripts/fit-traffic.ts` to hourly traffic shares of 114 regions (avito-tech/bat-autobidding-benchmark,
 * MIT licence); R² of the log shares 0.996.
 */
export const DEFAULT_WEEKLY_TRAFFIC: WeeklyTrafficModel = {
  levels: [-5.3991, -5.2616, -5.4293, -5.444, -5.4869, -5.5838, -5.6104],
  weekday: [-0.9104, -0.8257, 0.1849, -0.4393, 0.136, 0.0108],
  weekend: [-0.844, -0.825, 0.2128, -0.4005, 0.1177, 0.0312],
};
