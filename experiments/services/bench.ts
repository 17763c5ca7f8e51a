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
  for (const [done, name] of ids.entries()) {
    io.signal.throwIfAborted();
    io.progress({ task: 'bench', label: name, done, total: ids.length, unit: 'figures' });
    yield { name, value: await measureFigure(name), unit: benchmarks.get(name).unit };
  }
}
