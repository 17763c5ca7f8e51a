import { type GenericFormatter, MultiBar, type SingleBar } from 'cli-progress';
import type { Colors } from './colors.ts';
import type { CliHost } from './host.ts';
import { amount, type Progress, percent, STARTING, TaskList, type TrackedTask, timing } from './progress.ts';

const REDRAW_MS = 100;
const BAR_WIDTH = 24;
const MAX_BARS = 6;

function bar(share: number | null, elapsedSeconds: number, colors: Colors): string {
  if (share === null) {
    const at = Math.floor(elapsedSeconds * 4) % (BAR_WIDTH - 3);
    return `${'░'.repeat(at)}${colors.cyan('███')}${'░'.repeat(BAR_WIDTH - 3 - at)}`;
  }
  const filled = Math.round((share / 100) * BAR_WIDTH);
  return colors.cyan('█'.repeat(filled)) + '░'.repeat(BAR_WIDTH - filled);
}

/** One line: bar, share, label, amount, time left; cut where the terminal ends. */
function barLine(task: TrackedTask, now: number, columns: number, colors: Colors): string {
  const share = percent(task.update);
  const shareText = share === null ? '   …' : `${String(share).padStart(3)} %`;
  const time = timing(task, now);
  const roomBeside = (details: string) => columns - BAR_WIDTH - shareText.length - details.length - 8;
  const full = [amount(task.update), time].filter((part) => part !== '').join(' · ');
  const details = roomBeside(full) >= Math.min(20, task.update.label.length) ? full : time;
  const room = Math.max(8, roomBeside(details));
  const { label } = task.update;
  const shown = label.length > room ? `${label.slice(0, room - 1)}…` : label;
  return `${bar(share, task.clock.elapsed(now), colors)} ${shareText}  ${shown} ${colors.dim(`· ${details}`)}`;
}

/**
 * Progress as bars on a terminal: one line per task with the time left, gone when the command ends.
 *
 * It also draws inside updates, because a service that computes in this thread leaves timers no turn.
 */
export function barProgress(host: CliHost, colors: Colors): Progress {
  const tasks = new TaskList();
  const bars = new Map<string, { line: SingleBar; task: TrackedTask }>();
  let drawnAt = Number.NEGATIVE_INFINITY;
  let isStopped = false;
  const format: GenericFormatter = (_options, _params, payload: { task: TrackedTask }) =>
    barLine(payload.task, host.now(), host.stderr.columns ?? 80, colors);
  const display = new MultiBar({
    stream: host.stderr as NodeJS.WritableStream,
    format,
    clearOnComplete: true,
    hideCursor: true,
    linewrap: false,
    gracefulExit: false,
    forceRedraw: true,
    fps: 4,
  });
  const draw = () => {
    drawnAt = host.now();
    display.update();
  };
  const remove = (task: string) => {
    const shown = bars.get(task);
    if (shown === undefined) return;
    bars.delete(task);
    display.remove(shown.line);
  };
  return {
    update(update) {
      if (isStopped) return;
      const now = host.now();
      const { task, ended } = tasks.apply(update, now);
      if (update.task !== STARTING) remove(STARTING);
      if (ended) remove(update.task);
      else if (!bars.has(update.task) && bars.size < MAX_BARS) {
        bars.set(update.task, { line: display.create(1, 0, { task }), task });
        draw();
      }
      if (now - drawnAt >= REDRAW_MS && bars.size > 0) draw();
    },
    note(line) {
      if (isStopped || bars.size === 0) {
        host.stderr.write(`${line}\n`);
        return;
      }
      display.log(`${line}\n`);
      draw();
    },
    stop() {
      if (isStopped) return;
      isStopped = true;
      display.stop();
    },
  };
}
