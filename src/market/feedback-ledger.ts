import type { Notice } from './feedback.ts';

/**
 * A bidder's books from its notices. Idempotent: a second notice of an id changes nothing, so the books are right in
 * whatever order and however often notices come.
 */
export class FeedbackLedger {
  /** One bit an id. */
  #seen = new Uint32Array(32);
  /** Auctions told of. */
  auctions = 0;
  /** Of those, won. */
  wins = 0;
  /** What was paid, integer micros. */
  spendMicros = 0;

  /** Books the notice. @returns false, and nothing is booked, where its id was booked before. */
  accept(notice: Notice): boolean {
    const word = notice.id >>> 5;
    const bit = 1 << (notice.id & 31);
    if (word >= this.#seen.length) this.#grow(word + 1);
    if ((this.#seen[word]! & bit) !== 0) return false;
    this.#seen[word] = this.#seen[word]! | bit;
    this.auctions++;
    if (notice.won) {
      this.wins++;
      this.spendMicros += notice.priceMicros;
    }
    return true;
  }

  /** Forgets everything. */
  clear(): void {
    this.#seen.fill(0);
    this.auctions = 0;
    this.wins = 0;
    this.spendMicros = 0;
  }

  #grow(words: number): void {
    const grown = new Uint32Array(Math.max(words, 2 * this.#seen.length));
    grown.set(this.#seen);
    this.#seen = grown;
  }
}
