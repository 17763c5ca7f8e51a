import { outputError } from '../core/atomic-write.ts';

/** What the CLI needs of the process around it; tests hand in their own. */
export interface CliHost {
  readonly stdout: CliStream;
  readonly stderr: CliStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls back on Ctrl-C and on the request to terminate; returns how to stop listening. */
  onInterrupt(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
  /**
   * Waits until everything written to stdout has reached its reader.
   *
   * @throws SimError `OUTPUT_FAILED` when it could not be written, as on a full disk.
   */
  flush(): Promise<void>;
  /** Milliseconds from some fixed moment; for displays only, never for results. */
  now(): number;
}

/** A place to write text to. */
export interface CliStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The real process. A reader that closes the pipe early (`bidlab list | head`) is no error. */
export function processHost(): CliHost {
  let failure: Error | null = null;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    failure ??= error;
  });
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    onInterrupt(listener) {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
    flush: () =>
      new Promise((resolve, reject) => {
        process.stdout.write('', (error) => {
          const cause = failure ?? error;
          if (cause === null || cause === undefined) resolve();
          else reject(outputError('standard output', cause));
        });
      }),
    now: () => performance.now(),
  };
}
