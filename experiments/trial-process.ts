import { type AnyTask, performTask } from './perform-task.ts';
import { type PlainError, plainError } from './plain-error.ts';

/** What a child process tells its parent. */
export type ProcessMessage = { readonly share: number } | { readonly done: true } | { readonly error: PlainError };

const send = (message: ProcessMessage) => process.send?.(message);

// Entry point of child processes, one trial after the other; native TensorFlow cannot live in worker threads.
process.on('message', (task: AnyTask) => {
  performTask(task, (share) => send({ share })).then(
    () => send({ done: true }),
    (error: unknown) => send({ error: plainError(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
