import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { BackendChoice } from '../src/nn/select-backend.ts';
import { type AnyTask, performTask } from './perform-task.ts';
import { type PlainError, reviveError } from './plain-error.ts';
import type { ProcessMessage } from './trial-process.ts';

/** Runs trials somewhere. */
export interface TrialPool {
  /** @throws what the trial threw; the signal's reason after an abort. */
  run(task: AnyTask, onShare: (share: number) => void, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Workers load compiled files: from the sources (in tests) every trial runs in this thread. */
const FROM_SOURCES = import.meta.url.endsWith('.ts');

/**
 * A pool of `workers` for a backend: none for 0 (trials run in this thread), threads for simd, wasm and cpu, child processes for
 * native TensorFlow, whose addon loads only once in a process.
 */
export function makeTrialPool(workers: number, backend: BackendChoice): TrialPool {
  if (workers === 0 || FROM_SOURCES) return { run: performTask, close: async () => undefined };
  return runsInThreads(backend) ? new ThreadPool(workers) : new ProcessPool(workers);
}

/** Whether a backend may run in worker threads: native TensorFlow's addon loads only once in a process. */
export function runsInThreads(backend: BackendChoice): boolean {
  return backend === 'simd' || backend === 'wasm' || backend === 'cpu';
}

class ThreadPool implements TrialPool {
  readonly #pool: Piscina;

  constructor(workers: number) {
    this.#pool = new Piscina({
      filename: new URL('./trial-worker.js', import.meta.url).href,
      minThreads: workers,
      maxThreads: workers,
      idleTimeout: 60_000,
    });
  }

  async run(task: AnyTask, onShare: (share: number) => void, signal: AbortSignal): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', onShare);
    try {
      const options = { name: 'performThreadTask', transferList: [port2], signal };
      const error = (await this.#pool.run({ task, port: port2 }, options)) as PlainError | null;
      if (error !== null) throw reviveError(error);
    } finally {
      port1.close();
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

class ProcessPool implements TrialPool {
  readonly #idle: ChildProcess[];
  readonly #all: readonly ChildProcess[];

  constructor(workers: number) {
    const file = fileURLToPath(new URL('./trial-process.js', import.meta.url));
    this.#all = Array.from({ length: workers }, () => fork(file, { serialization: 'advanced' }));
    this.#idle = [...this.#all];
  }

  /** At most `workers` at a time: the caller keeps to that. */
  run(task: AnyTask, onShare: (share: number) => void, signal: AbortSignal): Promise<void> {
    const child = this.#idle.pop();
    if (child === undefined) throw new Error('no idle trial process');
    return new Promise<void>((resolve, reject) => {
      const finish = (settle: () => void) => {
        child.off('message', onMessage);
        child.off('exit', onExit);
        signal.removeEventListener('abort', onAbort);
        if (child.connected) this.#idle.push(child);
        settle();
      };
      const onMessage = (message: ProcessMessage) => {
        if ('share' in message) onShare(message.share);
        else if ('done' in message) finish(resolve);
        else finish(() => reject(reviveError(message.error)));
      };
      const onExit = (code: number | null) =>
        finish(() => reject(new Error(`a trial process ended with code ${code}: ${task.runId}`)));
      const onAbort = () => finish(() => reject(signal.reason));
      child.on('message', onMessage);
      child.on('exit', onExit);
      signal.addEventListener('abort', onAbort);
      child.send(task);
    });
  }

  async close(): Promise<void> {
    for (const child of this.#all) child.kill();
  }
}
