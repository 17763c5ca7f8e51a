import { type Command, experimentOptions, jsonOption, presenting } from '../command.ts';
import { checkNewFile } from '../new-file.ts';

/** `bidlab generate`: a synthetic tape from a market. */
export const generateCommand: Command = {
  name: 'generate',
  describe: 'Draw a synthetic tape from a market model',
  positionals: [{ name: 'market', describe: 'market YAML, or the id of a shipped preset', complete: ['markets'] }],
  options: {
    seed: { kind: 'text', describe: 'seed of the draw (default: 0)' },
    set: experimentOptions.set,
    out: { kind: 'text', describe: 'tape file to write' },
    force: { kind: 'flag', describe: 'replace the tape if it is already there' },
    json: jsonOption,
  },
  examples: [
    ['bidlab generate open-market --seed 7 --out market.tape', 'a shipped market'],
    ['bidlab generate open-market --set days=3 --out short.tape', 'three days of it'],
  ],
  starting: 'drawing',
  prepare(args) {
    const request = {
      market: args.text('market'),
      set: args.set(),
      seed: args.integer('seed', 0),
      out: checkNewFile(args.text('out'), args.flag('force')),
    };
    return presenting(args.flag('json'), (services, io) => services.generate(request, io));
  },
};
