import { parentPort, workerData } from 'node:worker_threads';
import { plainError } from '../plain-error.ts';
import { benchmarks } from './registry.ts';

/** Entry point of a worker thread that measures one figure: `workerData` is its name; posts the value or what went wrong. */
try {
  parentPort!.postMessage({ value: await benchmarks.get(workerData as string).measure() });
} catch (error) {
  parentPort!.postMessage({ error: plainError(error) });
}
