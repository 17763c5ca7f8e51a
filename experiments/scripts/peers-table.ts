import { table } from './markdown-table.ts';

/** One training of one program. */
export interface PeerEntry {
  readonly task: string;
  readonly title: string;
  /** What is scored, in words, and from which score on the task counts as solved. */
  readonly score: string;
  readonly threshold: number;
  readonly agent: string;
  readonly seed: number;
  /** `sb3` over the bridge; `sb3-native` on Gymnasium's own environment in the same process. */
  readonly program: 'bidlab' | 'sb3' | 'sb3-native';
  readonly reached: boolean;
  readonly bestScore: number;
  /** Trained until the threshold, or in all; seconds without evaluations. */
  readonly envSteps: number;
  readonly seconds: number;
  /** Seconds of training spent waiting for the bridge, and the environment's own share of them. */
  readonly bridge: { readonly waiting: number; readonly environment: number } | null;
  readonly versions: string;
}

/** `results/reference/peers/summary.json`. */
export interface PeersSummary {
  readonly command: string;
  readonly machine: string;
  readonly notes: readonly string[];
  readonly entries: readonly PeerEntry[];
}

/** Steps and seconds to threshold of both programs: medians over seeds, a row for each task and learner. */
export function peersTable({ entries, machine, notes }: PeersSummary): string {
  const rows = [...new Set(entries.map(({ task, agent }) => `${task} ${agent}`))].map((key) => {
    const own = entries.filter(({ task, agent }) => `${task} ${agent}` === key);
    const of = (program: PeerEntry['program']) => own.filter((entry) => entry.program === program);
    const { title, agent, score, threshold } = own[0]!;
    const [ours, theirs, native] = [of('bidlab'), of('sb3'), of('sb3-native')];
    const waiting = theirs.flatMap(({ bridge }) => (bridge === null ? [] : [bridge.waiting]));
    return [
      `${title}, ${agent.toUpperCase()}`,
      `${score} ${threshold}`,
      sideOf(ours),
      sideOf(theirs),
      waiting.length === 0 ? '' : median(waiting).toFixed(1),
      native.length === 0 ? '' : sideOf(native),
      ratioOf(ours, theirs, ({ seconds }) => seconds),
      ratioOf(ours, theirs, ({ seconds, bridge }) => seconds - (bridge?.waiting ?? 0)),
      theirs.length === 0 ? '' : (stepSeconds(theirs) / stepSeconds(ours)).toFixed(1),
    ];
  });
  const head = ['Task', 'Threshold', 'bidlab: s (steps)', 'SB3: s (steps)', 'in the bridge, s', 'SB3 without bridge'];
  return `${table([...head, 'SB3 over bidlab', 'less the bridge', 'per env step'], rows)}\n\n${[machine, ...notes].join(' ')}`;
}

/** "3.1 (120,000)"; where not every seed reached the threshold, how many did. */
function sideOf(entries: readonly PeerEntry[]): string {
  if (entries.length === 0) return '';
  const steps = Math.round(median(entries.map(({ envSteps }) => envSteps))).toLocaleString('en-US');
  const seconds = median(entries.map((entry) => entry.seconds)).toFixed(2);
  const reached = entries.filter((entry) => entry.reached).length;
  if (reached === entries.length) return `${seconds} (${steps})`;
  const best = median(entries.map(({ bestScore }) => bestScore)).toPrecision(3);
  return `${seconds} (${steps}), reached in ${reached} of ${entries.length}, best ${best}`;
}

function stepSeconds(entries: readonly PeerEntry[]): number {
  return median(entries.map(({ seconds, envSteps }) => seconds / envSteps));
}

/** Quotient of the medians; a bound where theirs were stopped short of the threshold, none where ours were. */
function ratioOf(
  ours: readonly PeerEntry[],
  theirs: readonly PeerEntry[],
  secondsOf: (entry: PeerEntry) => number,
): string {
  const mostly = (entries: readonly PeerEntry[]) =>
    entries.filter(({ reached }) => reached).length * 2 > entries.length;
  if (theirs.length === 0 || !mostly(ours)) return '–';
  const times = median(theirs.map(secondsOf)) / median(ours.map(({ seconds }) => seconds));
  return `${mostly(theirs) ? '' : '> '}${times.toFixed(1)}`;
}

/** The middle value, or the mean of the two. @param values At least one. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
