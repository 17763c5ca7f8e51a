import type { MessagePort } from 'node:worker_threads';
import { type PlainError, plainError } from './plain-error.ts';
import { performTrial, type TrialTask } from './trial-task.ts';

/** What a worker thread takes: a trial and where to tell its progress. */
export interface ThreadTask {
  readonly task: TrialTask;
  readonly port: MessagePort;
}

/** Entry point of worker threads: see {@link performTrial}. Returns what went wrong, or null. */
export async function performThreadTask({ task, port }: ThreadTask): Promise<PlainError | null> {
  try {
    await performTrial(task, (share) => port.postMessage(share));
    return null;
  } catch (error) {
    return plainError(error);
  } finally {
    port.close();
  }
}
