import { minToWin } from '../../auction/min-to-win.ts';
import type { BidPolicy } from '../../core/policy.ts';
import { Rng } from '../../core/rng.ts';
import { type Notice, toldMinToWin } from '../../market/feedback.ts';
import { FeedbackQueue } from '../../market/feedback-queue.ts';
import type { AuctionRoom } from './auction-room.ts';
import type { House } from './house.ts';

/**
 * Carries what came of auctions to the policies of one flight that bid per opportunity: as much as the market tells, and when
 * its notices come. Without delay each comes before the next bid, otherwise when its tick is over; what is under way when the
 * flight ends is never heard. Each seat has a stream of its own, so that nobody's notices shift another's.
 */
export class SeatNotices {
  readonly #house: House;
  /** `[A]` made when a seat first listens. */
  readonly #queues: (FeedbackQueue | null)[];
  /** `[A]` */
  readonly #receivers: readonly ((notice: Notice) => void)[];
  /** `[A]` minimum to win of the auction at hand, for one billed event; NaN where nobody is told. */
  readonly #leastMicros: Float64Array;
  readonly #notice: Notice = { id: 0, bidMicros: 0, won: false, priceMicros: 0, minToWinMicros: Number.NaN };
  #rng = new Rng('notices');
  #bidders: readonly (BidPolicy | null)[] = [];
  #flight = 0;

  constructor(house: House) {
    this.#house = house;
    this.#queues = house.seats.map(() => null);
    this.#receivers = house.seats.map((_, a) => (notice: Notice) => {
      this.#bidders[a]?.observe?.(this.#flight, notice.won, notice.priceMicros, notice);
    });
    this.#leastMicros = new Float64Array(house.seats.length).fill(Number.NaN);
  }

  /** Forgets what is under way and begins another flight. @param rng Stream of the luck of its notices. */
  begin(rng: Rng): void {
    this.#rng = rng;
    for (const [a, queue] of this.#queues.entries()) queue?.restart(this.#streamOf(a));
  }

  /** @param bidders `[A]` who listens in this tick; @param flight The flight that they know it by. */
  beginTick(bidders: readonly (BidPolicy | null)[], flight: number): void {
    this.#bidders = bidders;
    this.#flight = flight;
  }

  /** Reads an auction that was held; {@link send} tells of it. */
  read(held: AuctionRoom): void {
    const { config, selling } = this.#house;
    if (config.feedback.mode !== 'censored') minToWin(held.batch, selling.slots.exposure.length, this.#leastMicros);
  }

  /**
   * Sends seat a what came of its bid; amounts in money for an impression.
   *
   * @param id Of the opportunity, in the flight.
   * @param priceMicros NaN where the seat won no slot.
   * @param events Billed events that the seat expects of an impression.
   */
  send(a: number, id: number, bidMicros: number, priceMicros: number, events: number): void {
    const { mode, delay } = this.#house.config.feedback;
    const notice = this.#notice;
    notice.id = id;
    notice.bidMicros = bidMicros;
    notice.won = !Number.isNaN(priceMicros);
    notice.priceMicros = notice.won ? priceMicros : 0;
    notice.minToWinMicros = toldMinToWin(mode, notice.won, Math.ceil(this.#leastMicros[a]! * events));
    const queue = this.#queueOf(a);
    queue.send(notice);
    if (delay.family === 'none') queue.deliver(this.#receivers[a]!);
  }

  /** Hands over what is due at the end of a tick. */
  endTick(): void {
    if (this.#house.config.feedback.delay.family === 'none') return;
    for (const [a, queue] of this.#queues.entries()) queue?.deliver(this.#receivers[a]!);
  }

  #queueOf(a: number): FeedbackQueue {
    this.#queues[a] ??= new FeedbackQueue(this.#house.config.feedback, this.#streamOf(a));
    return this.#queues[a];
  }

  #streamOf(a: number): Rng {
    return this.#rng.split(this.#house.seats[a]!.name);
  }
}
