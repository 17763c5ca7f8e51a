import { formatDuration, formatNumber } from './format.ts';
import type { ProgressUpdate } from './services.ts';
import { TimeLeft } from './time-left.ts';

/** Shows how far a command is. */
export interface Progress {
  update(update: ProgressUpdate): void;
  /** A line for people between the updates. */
  note(line: string): void;
  /** Leaves the terminal as it was; later updates are ignored. */
  stop(): void;
}

/** A task with its clock. */
export interface TrackedTask {
  update: ProgressUpdate;
  readonly clock: TimeLeft;
}

/** The task shown until the service tells of its own. */
export const STARTING = 'starting';

/** Keeps the latest update of each running task, in the order in which they started. */
export class TaskList {
  readonly #tasks = new Map<string, TrackedTask>();
  #whole: string | undefined;

  /** The task after the update, and whether it has just ended; ended tasks are forgotten. */
  apply(update: ProgressUpdate, now: number): { task: TrackedTask; ended: boolean } {
    if (update.task !== STARTING) {
      this.#tasks.delete(STARTING);
      this.#whole ??= update.task;
    }
    let task = this.#tasks.get(update.task);
    if (task === undefined) {
      task = { update, clock: new TimeLeft(now, update.done) };
      this.#tasks.set(update.task, task);
    }
    task.update = update;
    const ended = update.total !== null && update.done >= update.total;
    if (ended) this.#tasks.delete(update.task);
    return { task, ended };
  }

  /** Whether the task stands for the whole command: the first that the service named. */
  isWhole(task: TrackedTask): boolean {
    return task.update.task === this.#whole;
  }

  /** The running task that says most: the whole one, or else the oldest. */
  first(): TrackedTask | undefined {
    return this.#tasks.get(this.#whole ?? STARTING) ?? this.#tasks.values().next().value;
  }
}

/** Share done in whole percent, rounded down: 100 only at the end. Null while the total is unknown. */
export function percent(update: ProgressUpdate): number | null {
  if (update.total === null || update.total <= 0) return null;
  return Math.floor((100 * Math.min(update.done, update.total)) / update.total);
}

/** "3 of 12 runs", "1,234 rows", or nothing where units have no name. */
export function amount(update: ProgressUpdate): string {
  if (update.unit === undefined) return '';
  const total = update.total === null ? '' : ` of ${formatNumber(update.total)}`;
  return `${formatNumber(Math.floor(update.done))}${total} ${update.unit}`;
}

/** "2 min 10 s left", the time taken so far while nobody can know, "in 3 min 05 s" at the end. */
export function timing(task: TrackedTask, now: number): string {
  if (task.update.done === task.update.total) return `in ${formatDuration(task.clock.elapsed(now))}`;
  const left = task.clock.left(now, task.update.done, task.update.total);
  return left === null ? formatDuration(task.clock.elapsed(now)) : `${formatDuration(left)} left`;
}
