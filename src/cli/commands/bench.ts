import type { Command } from '../command.ts';
import { formatNumber } from '../format.ts';
import type { BenchFigure } from '../services.ts';

function line({ name, value, unit, ratio, skipped }: BenchFigure): string {
  if (value === null) return `${name.padEnd(36)} skipped: ${skipped}`;
  const shown = formatNumber(value >= 1000 ? Math.round(value) : value);
  const compared = ratio === undefined ? '' : `  ${formatNumber(ratio.times)} times ${ratio.to}`;
  return `${name.padEnd(36)} ${shown.padStart(16)} ${unit}${compared}`;
}

/** `bidlab bench`: how fast this machine is. */
export const benchCommand: Command = {
  name: 'bench',
  describe: 'Measure how fast bidlab is on this machine',
  positionals: [
    {
      name: 'groups',
      describe: 'measure only figures whose names begin so: nn, env, replay.index; all by default',
      isOptional: true,
      isList: true,
      complete: ['benchmarks'],
    },
  ],
  options: {
    only: { kind: 'list', describe: 'measure only this figure (repeatable)', complete: ['benchmarks'] },
    json: {
      kind: 'flag',
      describe: 'print one JSON line per figure: {"name","value","unit"}, of other programs also "ratio" or "skipped"',
    },
  },
  examples: [
    ['bidlab bench', 'every figure'],
    ['bidlab bench nn --json', 'those of networks'],
    ['bidlab bench --only replay.index --json', 'one of them, for programs'],
  ],
  starting: 'measuring',
  prepare(args) {
    const only = [...args.optionalList('groups'), ...args.list('only')];
    return async (context) => {
      for await (const figure of context.services.bench(only, context.io)) {
        context.print(args.flag('json') ? JSON.stringify(figure) : line(figure));
      }
      return 0;
    };
  },
};
