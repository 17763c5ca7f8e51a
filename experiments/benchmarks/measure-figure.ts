import { Worker } from 'node:worker_threads';
import { type PlainError, reviveError } from '../plain-error.ts';
import { benchmarks } from './registry.ts';

/** Workers load compiled files: from the sources (in tests) figures are measured in this thread. */
const FROM_SOURCES = import.meta.url.endsWith('.ts');

type WorkerMessage = { readonly value: number } | { readonly error: PlainError };

/**
 * The value of a figure, measured in a thread of its own: code that other figures made the compiler generalise, and the heap
 * that they filled, would slow it.
 */
export function measureFigure(name: string): Promise<number> {
  if (FROM_SOURCES) return benchmarks.get(name).measure();
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./figure-worker.js', import.meta.url), { workerData: name });
    worker.once('message', (message: WorkerMessage) => {
      if ('value' in message) resolve(message.value);
      else reject(reviveError(message.error));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread that measures ${name} ended with code ${code}`)));
  });
}
