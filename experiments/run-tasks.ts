import { availableParallelism } from 'node:os';
import type { BackendChoice } from '../src/nn/select-backend.ts';
import { isRunDone } from '../src/store/run-store.ts';
import type { AnyTask } from './perform-task.ts';
import { makeTrialPool, type TrialPool } from './trial-pool.ts';

/** How tasks are run. */
export interface TaskSettings {
  /** 0 runs trials in this thread; undefined takes one per core. */
  readonly workers: number | undefined;
  readonly signal: AbortSignal;
  onProgress(update: { readonly done: number; readonly total: number; readonly label: string }): void;
  note(line: string): void;
}

/** A task and what progress needs to know of it. */
export interface QueuedTask {
  readonly task: AnyTask;
  /** Expected work against the other tasks, any unit. */
  readonly cost: number;
  /** "DQN, seed 3". */
  readonly label: string;
}

/**
 * Runs every task that is not done yet, in the order given, as many side by side as there are workers.
 *
 * @throws what a task threw; the signal's reason after an abort. Tasks that were done stay done.
 */
export async function runTasks(
  tasks: readonly QueuedTask[],
  settings: TaskSettings,
  backend: BackendChoice,
): Promise<void> {
  const total = tasks.reduce((sum, { cost }) => sum + cost, 0);
  const open = tasks.filter(({ task }) => !isRunDone(task.folder, task.runId));
  if (open.length < tasks.length) {
    settings.note(`${tasks.length - open.length} of ${tasks.length} runs are already done and are kept.`);
  }
  let finished = total - open.reduce((sum, { cost }) => sum + cost, 0);
  const running = new Map<string, number>();
  const tell = (label: string) => {
    const inFlight = [...running.values()].reduce((sum, share) => sum + share, 0);
    settings.onProgress({ done: (finished + inFlight) / total, total: 1, label });
  };
  tell('starting');
  const workers = Math.min(settings.workers ?? availableParallelism(), Math.max(1, open.length));
  const pool = makeTrialPool(settings.workers === 0 ? 0 : workers, backend);
  try {
    const queue = open.values();
    await Promise.all(
      Array.from({ length: Math.max(1, workers) }, () =>
        drain(queue, pool, settings.signal, ({ task, cost, label }, share) => {
          if (share === null) {
            running.delete(task.runId);
            finished += cost;
          } else running.set(task.runId, share * cost);
          tell(label);
        }),
      ),
    );
  } finally {
    await pool.close();
  }
}

/** One lane of the pool: takes tasks until none is left. */
async function drain(
  queue: IterableIterator<QueuedTask>,
  pool: TrialPool,
  signal: AbortSignal,
  report: (queued: QueuedTask, share: number | null) => void,
): Promise<void> {
  for (const queued of queue) {
    signal.throwIfAborted();
    report(queued, 0);
    await pool.run(queued.task, (share) => report(queued, share), signal);
    report(queued, null);
  }
}
