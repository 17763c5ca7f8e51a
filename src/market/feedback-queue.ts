import type { Rng } from '../core/rng.ts';
import type { Notice } from './feedback.ts';
import { checkDelivery, type DeliveryOptions, delayCdf } from './feedback-delivery.ts';

/** Numbers that a notice is kept as. */
const WIDTH = 5;

/** Notices of one due step, in the order in which they were sent; grows and is used again. */
interface Bucket {
  count: number;
  columns: Float64Array;
}

/**
 * Carries notices from the seller to one bidder: late, twice or never.
 *
 * Each notice takes four numbers from the stream whatever becomes of it, so that settings or bids of one auction do not
 * shift the luck of another. Notices due at one step arrive in the order in which they were sent: without delay, loss and
 * duplicates the queue is the identity. Allocates nothing once its buffers have grown.
 */
export class FeedbackQueue {
  readonly #options: DeliveryOptions;
  readonly #cdf: Float64Array;
  /** `[longest delay + 1]` by due step, as a ring. */
  readonly #ring: Bucket[];
  readonly #notice: Notice = { id: 0, bidMicros: 0, won: false, priceMicros: 0, minToWinMicros: Number.NaN };
  #rng: Rng;
  #step = 0;

  /** @throws SimError `CONFIG_INVALID` on impossible delays or probabilities. */
  constructor(options: DeliveryOptions, rng: Rng) {
    checkDelivery(options);
    this.#options = options;
    this.#cdf = delayCdf(options.delay);
    this.#ring = Array.from({ length: this.#cdf.length }, () => ({ count: 0, columns: new Float64Array(64 * WIDTH) }));
    this.#rng = rng;
  }

  /** Forgets everything that is under way and goes on with another stream. */
  restart(rng: Rng): void {
    this.#rng = rng;
    this.#step = 0;
    for (const bucket of this.#ring) bucket.count = 0;
  }

  /** Sends a notice of the step that is running; its fields are copied. */
  send(notice: Notice): void {
    const rng = this.#rng;
    const lost = rng.next() < this.#options.lossProbability;
    const twice = rng.next() < this.#options.duplicateProbability;
    const delay = this.#delay(rng.next());
    const secondDelay = this.#delay(rng.next());
    if (lost) return;
    this.#put(delay, notice);
    if (twice) this.#put(secondDelay, notice);
  }

  /** Ends the running step and hands over what is due, in the order in which it was sent. */
  deliver(receive: (notice: Notice) => void): void {
    const bucket = this.#ring[this.#step % this.#ring.length]!;
    const { columns } = bucket;
    const notice = this.#notice;
    for (let i = 0; i < bucket.count; i++) {
      const at = i * WIDTH;
      notice.id = columns[at]!;
      notice.bidMicros = columns[at + 1]!;
      notice.won = columns[at + 2] === 1;
      notice.priceMicros = columns[at + 3]!;
      notice.minToWinMicros = columns[at + 4]!;
      receive(notice);
    }
    bucket.count = 0;
    this.#step++;
  }

  /** Copies that are still under way. */
  get numUnderWay(): number {
    return this.#ring.reduce((sum, { count }) => sum + count, 0);
  }

  #delay(uniform: number): number {
    const cdf = this.#cdf;
    let steps = 0;
    while (uniform >= cdf[steps]!) steps++;
    return steps;
  }

  #put(delay: number, notice: Notice): void {
    const bucket = this.#ring[(this.#step + delay) % this.#ring.length]!;
    const at = bucket.count * WIDTH;
    if (at === bucket.columns.length) {
      const grown = new Float64Array(2 * at);
      grown.set(bucket.columns);
      bucket.columns = grown;
    }
    const { columns } = bucket;
    columns[at] = notice.id;
    columns[at + 1] = notice.bidMicros;
    columns[at + 2] = notice.won ? 1 : 0;
    columns[at + 3] = notice.priceMicros;
    columns[at + 4] = notice.minToWinMicros;
    bucket.count++;
  }
}
