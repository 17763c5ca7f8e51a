import { SimError } from '../../core/errors.ts';
import { FEEDBACK_MODES, type FeedbackMode } from '../../market/feedback.ts';
import { checkDelivery, type DeliveryOptions, delayCdf } from '../../market/feedback-delivery.ts';

/** One kind of traffic: what its impressions cost and are worth. */
export interface ShadingSegment {
  /** Words for people, unique. */
  readonly name: string;
  /** Law of the highest rival bid at an average level. */
  readonly price:
    | { readonly family: 'log-normal'; readonly medianMicros: number; readonly sigma: number }
    | { readonly family: 'gamma'; readonly meanMicros: number; readonly shape: number };
  /** Mean of the value of an impression, micros; values are log-normal. */
  readonly meanValueMicros: number;
  /** Standard deviation of the logarithm of the value. */
  readonly valueSigma: number;
}

/** A first-price market in segments whose price levels drift from episode to episode. */
export interface ShadingMarket {
  readonly segments: readonly ShadingSegment[];
  /** T: batches an episode, each of one segment. */
  readonly numSteps: number;
  /** Opportunities a batch. */
  readonly batchSize: number;
  /** Standard deviation of the logarithm of a segment's price level over episodes. */
  readonly driftSigma: number;
  readonly feedback: FeedbackMode;
  readonly delivery: DeliveryOptions;
}

/** Most segments, steps and opportunities a step: an episode's notices are told apart by 32 bits. */
const MOST = { segments: 64, steps: 10_000, batch: 10_000 };

/**
 * Checks a market as a whole.
 *
 * @throws SimError `CONFIG_INVALID` naming the first setting that is impossible.
 */
export function checkShadingMarket(market: ShadingMarket): void {
  const { segments, numSteps, batchSize, driftSigma, feedback } = market;
  const names = segments.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) fail('segments', 'names that differ', `'${twice}' twice`);
  checkWhole('segments', segments.length, MOST.segments);
  checkWhole('numSteps', numSteps, MOST.steps);
  checkWhole('batchSize', batchSize, MOST.batch);
  if (!(driftSigma >= 0 && driftSigma <= 3)) fail('driftSigma', 'a number in [0, 3] [log]', driftSigma);
  if (!FEEDBACK_MODES.includes(feedback)) fail('feedback', `one of ${FEEDBACK_MODES.join(', ')}`, feedback);
  checkDelivery(market.delivery);
  delayCdf(market.delivery.delay);
  for (const segment of segments) checkSegment(segment);
}

function checkSegment({ name, price, meanValueMicros, valueSigma }: ShadingSegment): void {
  const at = `segments.${name}`;
  checkPositive(`${at}.meanValueMicros`, meanValueMicros);
  if (!(valueSigma >= 0 && valueSigma <= 3)) fail(`${at}.valueSigma`, 'a number in [0, 3] [log]', valueSigma);
  if (price.family === 'log-normal') {
    checkPositive(`${at}.price.medianMicros`, price.medianMicros);
    if (!(price.sigma > 0 && price.sigma <= 3)) fail(`${at}.price.sigma`, 'a number in (0, 3] [log]', price.sigma);
  } else {
    checkPositive(`${at}.price.meanMicros`, price.meanMicros);
    if (!(price.shape >= 0.2 && price.shape <= 1000)) fail(`${at}.price.shape`, 'a number in [0.2, 1000]', price.shape);
  }
}

function checkPositive(path: string, value: number): void {
  if (!(value > 0 && value < 1e12)) fail(path, 'a positive amount below 10^12 [micros]', value);
}

function checkWhole(path: string, value: number, most: number): void {
  if (!(Number.isInteger(value) && value >= 1 && value <= most)) fail(path, `1 … ${most} of them`, value);
}

function fail(path: string, expected: string, received: unknown): never {
  throw new SimError('CONFIG_INVALID', `bid-shading market: ${path} expected ${expected}, received ${received}`);
}
