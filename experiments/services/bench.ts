import type { BenchFigure, CliIo } from '../../src/cli/services.ts';
import { SimError } from '../../src/core/errors.ts';
import { unknownIdMessage } from '../../src/core/registry.ts';
import { measureFigure } from '../benchmarks/measure-figure.ts';
import { benchmarks } from '../benchmarks/registry.ts';

/** `bidlab bench`: figures one after the other; a name or the beginning of names chooses. */
export async function* benchService(only: readonly string[], io: CliIo): AsyncGenerator<BenchFigure> {
  for (const wanted of only) {
    if (!benchmarks.ids.some((id) => id.startsWith(wanted))) {
      throw new SimError('UNKNOWN_ID', unknownIdMessage('benchmark', wanted, benchmarks.ids));
    }
  }
  // A full name is meant alone, though it may begin another.
  const chosen = (id: string) =>
    only.length === 0 || only.some((wanted) => id === wanted || (!benchmarks.has(wanted) && id.startsWith(wanted)));
  const ids = benchmarks.ids.filter(chosen);
  const values = new Map<string, number>();
  for (const [done, name] of ids.entries()) {
    io.signal.throwIfAborted();
    io.progress({ task: 'bench', label: name, done, total: ids.length, unit: 'figures' });
    const figure = await figureOf(name, values);
    if (figure.value !== null) values.set(name, figure.value);
    yield figure;
  }
}

/** @param values What this run has measured so far. */
async function figureOf(name: string, values: ReadonlyMap<string, number>): Promise<BenchFigure> {
  const { unit, beside } = benchmarks.get(name);
  try {
    const value = await measureFigure(name);
    const ours = beside === undefined ? undefined : values.get(beside);
    return { name, value, unit, ...(ours !== undefined && { ratio: { to: beside!, times: value / ours } }) };
  } catch (error) {
    if (beside === undefined || !(error instanceof SimError) || error.code !== 'BACKEND_UNAVAILABLE') throw error;
    return { name, value: null, unit, skipped: error.message.slice(error.code.length + 2) };
  }
}
