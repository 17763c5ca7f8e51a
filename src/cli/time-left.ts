/**
 * Guesses how long a task still takes from its mean speed since it started.
 *
 * Units done by an earlier start do not count for the speed, so a resumed run is not promised to end at once.
 */
export class TimeLeft {
  readonly #startedAt: number;
  readonly #doneAtStart: number;

  /** @param now Milliseconds. @param done Units done already. */
  constructor(now: number, done: number) {
    this.#startedAt = now;
    this.#doneAtStart = done;
  }

  /** Seconds since the task started. */
  elapsed(now: number): number {
    return (now - this.#startedAt) / 1000;
  }

  /** Seconds left, or null while a guess would be worthless: in the first second, and before anything is done. */
  left(now: number, done: number, total: number | null): number | null {
    const elapsed = this.elapsed(now);
    const gained = done - this.#doneAtStart;
    if (total === null || elapsed < 1 || !(gained > 0)) return null;
    return (elapsed * Math.max(0, total - done)) / gained;
  }
}
