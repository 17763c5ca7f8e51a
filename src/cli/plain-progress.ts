import type { CliHost } from './host.ts';
import { amount, type Progress, percent, TaskList, type TrackedTask, timing } from './progress.ts';

const INTERVAL_MS = 2000;
const HEARTBEAT_MS = 5000;

/** One plain line of progress: "  42 %  training · 5 of 12 runs · 2 min 10 s left". */
function plainLine(task: TrackedTask, now: number): string {
  const share = percent(task.update);
  const parts = [task.update.label, amount(task.update), timing(task, now)].filter((part) => part !== '');
  return `${share === null ? '   …  ' : `${String(share).padStart(4)} %`}  ${parts.join(' · ')}`;
}

/**
 * Progress as lines, for logs and pipes: the first at once, then one every two seconds while there is news, one when the
 * whole is done, and one every five seconds while there is none.
 */
export function plainProgress(host: CliHost): Progress {
  const tasks = new TaskList();
  let lastLineAt = Number.NEGATIVE_INFINITY;
  let isStopped = false;
  let isWholeShown = false;
  const print = (line: string) => {
    host.stderr.write(`${line}\n`);
    lastLineAt = host.now();
  };
  const heartbeat = setInterval(() => {
    const first = tasks.first();
    if (first !== undefined && host.now() - lastLineAt >= HEARTBEAT_MS - 100) print(plainLine(first, host.now()));
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    update(update) {
      if (isStopped) return;
      const now = host.now();
      const { task, ended } = tasks.apply(update, now);
      const wholeEnds = ended && tasks.isWhole(task);
      if (wholeEnds && isWholeShown) return;
      if (wholeEnds) isWholeShown = true;
      if (wholeEnds || now - lastLineAt >= INTERVAL_MS) {
        print(plainLine(wholeEnds ? task : (tasks.first() ?? task), now));
      }
    },
    note: (line) => host.stderr.write(`${line}\n`),
    stop() {
      isStopped = true;
      clearInterval(heartbeat);
    },
  };
}
