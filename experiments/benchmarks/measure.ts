import { Bench } from 'tinybench';

/** How long one figure is measured, milliseconds of repetitions after warm-up. */
export const TIME_MS = 1500;

/**
 * Seconds of the fastest repetition: what the code can do, least disturbed by whatever else the machine does.
 *
 * @param run One repetition, a few milliseconds long or more.
 */
export async function fastestSeconds(run: () => void, timeMs = TIME_MS): Promise<number> {
  const bench = new Bench({ time: timeMs, iterations: 3, warmupTime: timeMs / 4, warmupIterations: 1 });
  bench.add('repetition', run);
  const [task] = await bench.run();
  const result = task!.result;
  if (!('latency' in result)) throw new Error('benchmark: the repetition failed', { cause: result });
  return result.latency.min / 1000;
}
