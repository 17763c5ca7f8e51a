import type { MessagePort } from 'node:worker_threads';
import { type AnyTask, performTask } from './perform-task.ts';
import { type PlainError, plainError } from './plain-error.ts';

/** What a worker thread takes: a trial and where to tell its progress. */
export interface ThreadTask {
  readonly task: AnyTask;
  readonly port: MessagePort;
}

/** Entry point of worker threads: see {@link performTask}. Returns what went wrong, or null. */
export async function performThreadTask({ task, port }: ThreadTask): Promise<PlainError | null> {
  try {
    await performTask(task, (share) => port.postMessage(share));
    return null;
  } catch (error) {
    return plainError(error);
  } finally {
    port.close();
  }
}
