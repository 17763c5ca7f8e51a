import { type PlainError, plainError } from './plain-error.ts';
import { performTrial, type TrialTask } from './trial-task.ts';

/** What a child process tells its parent. */
export type ProcessMessage = { readonly share: number } | { readonly done: true } | { readonly error: PlainError };

const send = (message: ProcessMessage) => process.send?.(message);

// Entry point of child processes, one trial after the other; native TensorFlow cannot live in worker threads.
process.on('message', (task: TrialTask) => {
  performTrial(task, (share) => send({ share })).then(
    () => send({ done: true }),
    (error: unknown) => send({ error: plainError(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
