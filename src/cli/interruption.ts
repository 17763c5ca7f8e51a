import type { CliHost } from './host.ts';

/** How long a service may take to wind down before the process ends without it. */
const GRACE_MS = 10_000;

/**
 * Ctrl-C and SIGTERM while a command runs: the first aborts the signal that services watch, the second, or ten seconds,
 * ends the wait for them.
 */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #stopListening: () => void;
  readonly #giveUp: Promise<never>;
  #timer: NodeJS.Timeout | undefined;
  #exitCode = 130;

  /** @param announce Called once, at the first signal. */
  constructor(host: CliHost, announce: () => void) {
    let reject: (reason: unknown) => void;
    this.#giveUp = new Promise<never>((_, rejectPromise) => {
      reject = rejectPromise;
    });
    this.#giveUp.catch(() => {});
    this.#stopListening = host.onInterrupt((signal) => {
      if (this.signal.aborted) {
        reject(this.signal.reason);
        return;
      }
      this.#exitCode = signal === 'SIGTERM' ? 143 : 130;
      announce();
      this.#timer = setTimeout(() => reject(this.signal.reason), GRACE_MS);
      this.#controller.abort();
    });
  }

  /** Aborted by the first Ctrl-C. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What the process should end with. */
  get exitCode(): number {
    return this.#exitCode;
  }

  /** The work's result; throws once the work has been interrupted, even where it finished in spite of it. */
  async race<T>(work: Promise<T>): Promise<T> {
    const result = await Promise.race([work, this.#giveUp]);
    this.signal.throwIfAborted();
    return result;
  }

  /** Stops listening. */
  dispose(): void {
    this.#stopListening();
    clearTimeout(this.#timer);
  }
}
