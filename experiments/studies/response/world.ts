import { normalQuantile } from '../../../src/core/distributions.ts';
import { SimError } from '../../../src/core/errors.ts';
import { Rng } from '../../../src/core/rng.ts';
import { cpmToMicros } from '../../../src/core/units.ts';
import { delayLaw } from '../../../src/response/delay.ts';
import { drawLogisticRates, type LogisticRates } from '../../../src/response/logistic-rates.ts';
import { type PredictorConfig, RatePredictor } from '../../../src/response/rate-predictor.ts';
import { delayStretch, type JourneyConfig } from '../../../src/sim/response/journey-config.ts';
import type { ResponseTruth } from '../../../src/sim/response/journeys.ts';
import { drawUserTraffic, type UserTraffic } from '../../../src/sim/response/user-traffic.ts';
import type { DelayedConversionsConfig } from './settings.ts';

/** Ads are bought from this day on; what came the day before sets the first bids. */
export const FIRST_DAY = 1;

/** The market of one seed, the same for all bidders. */
export interface ResponseWorld {
  readonly config: DelayedConversionsConfig;
  readonly traffic: UserTraffic;
  readonly truth: ResponseTruth;
  readonly click: LogisticRates;
  readonly conversion: LogisticRates;
  /** `[n]` click probabilities that bidders believe in. */
  readonly pCtr: Float64Array;
  /** `[n]` highest rival bid, integer micros. */
  readonly prices: Float64Array;
  /** `[days + 1]` first opportunity of each day. */
  readonly dayOffsets: Int32Array;
  /** `[U]` group by intent. */
  readonly segments: Int32Array;
  /** `[U]` 1 for users who are held out. */
  readonly heldOut: Uint8Array;
  /** First and last day of the flight, the latter not in it, and the day on which all windows have closed. */
  readonly flightEnd: number;
  readonly horizon: number;
}

/** The attribution window; without one, in a world without delay, conversions come with their clicks and 7 days are waited. */
export function windowOf({ attribution }: JourneyConfig): number {
  return attribution.windowDays ?? 7;
}

/** The predictor that bidders use. @throws SimError `UNKNOWN_ID` where no predictor has the name. */
export function clickPredictorOf({ clickPredictor, predictors }: DelayedConversionsConfig): PredictorConfig {
  if (Object.hasOwn(predictors, clickPredictor)) return predictors[clickPredictor]!;
  throw new SimError(
    'UNKNOWN_ID',
    `clickPredictor: expected one of ${Object.keys(predictors).join(', ')}, received ${JSON.stringify(clickPredictor)}; name a predictor of the list`,
  );
}

/** Rates of clicks and conversions of a seed. */
export function drawRates(config: DelayedConversionsConfig, seed: number) {
  const { world } = config;
  const rng = new Rng(`${config.experiment}/rates/${seed}`);
  return {
    click: drawLogisticRates(world.click, world, rng.split('click')),
    conversion: drawLogisticRates(world.conversion, world, rng.split('conversion')),
  };
}

/** Draws the market of a seed. */
export function drawWorld(config: DelayedConversionsConfig, seed: number): ResponseWorld {
  const { world, rivals } = config;
  const rng = new Rng(`${config.experiment}/world/${seed}`);
  const flightEnd = FIRST_DAY + config.flightDays;
  const horizon = flightEnd + windowOf(world);
  const { click, conversion } = drawRates(config, seed);
  const traffic = drawUserTraffic(world, flightEnd, horizon, rng.split('users'));
  const clickRates = new Float64Array(traffic.count);
  const conversionRates = new Float64Array(traffic.count);
  click.rates(traffic, clickRates);
  conversion.rates(traffic, conversionRates);
  const delays = Array.from({ length: world.numItems }, (_, item) => delayLaw(world.delay, delayStretch(world, item)));
  const pCtr = new Float64Array(traffic.count);
  new RatePredictor(click, clickPredictorOf(config), 'predictors').predict(traffic, rng.split('predictor'), pCtr);
  const outside = rng.split('rivals');
  const holdout = rng.split('holdout');
  const median = cpmToMicros(rivals.medianCpm);
  return {
    config,
    traffic,
    truth: { clickRates, conversionRates, delays },
    click,
    conversion,
    pCtr,
    prices: Float64Array.from({ length: traffic.count }, () =>
      Math.round(median * Math.exp(rivals.sigma * outside.normal())),
    ),
    dayOffsets: dayOffsets(traffic.times, flightEnd),
    segments: Int32Array.from(traffic.intents, (intent) => segmentOf(intent, config.numSegments)),
    heldOut: Uint8Array.from(traffic.intents, () => (holdout.double() < config.holdoutShare ? 1 : 0)),
    flightEnd,
    horizon,
  };
}

function dayOffsets(times: Float64Array, days: number): Int32Array {
  const offsets = new Int32Array(days + 1);
  let next = 0;
  for (let day = 1; day <= days; day++) {
    while (next < times.length && times[next]! < day) next++;
    offsets[day] = next;
  }
  return offsets;
}

/** Group of a standard normal number among groups of equal size. */
function segmentOf(intent: number, numSegments: number): number {
  let segment = 0;
  while (segment < numSegments - 1 && intent > normalQuantile((segment + 1) / numSegments)) segment++;
  return segment;
}
