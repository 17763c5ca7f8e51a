import { type Command, experimentOptions, jsonOption, presenting } from '../command.ts';
import { BACKENDS } from '../services.ts';

/** `bidlab run`: a whole experiment, from data to report. */
export const runCommand: Command = {
  name: 'run',
  describe: 'Run an experiment: train, tune, evaluate, write the report',
  positionals: [{ name: 'file', describe: 'experiment YAML, or the id of a shipped one', complete: ['experiments'] }],
  options: {
    ...experimentOptions,
    seeds: { kind: 'text', describe: 'number of training seeds per learner' },
    workers: { kind: 'text', describe: 'number of runs at a time' },
    backend: { kind: 'text', describe: 'where networks are trained', choices: BACKENDS },
    out: { kind: 'text', describe: 'result folder (default: results/<experiment>)' },
    quick: { kind: 'flag', describe: 'a small version that finishes in a minute or so, to try things out' },
    force: { kind: 'flag', describe: 'replace what another experiment left in the result folder' },
    png: { kind: 'flag', describe: 'write every chart as PNG too' },
    json: jsonOption,
  },
  examples: [
    ['bidlab run experiments/first-light.yaml', 'train and compare with every baseline'],
    ['bidlab run experiments/first-light.yaml --quick --out /tmp/try', 'the same in small, somewhere else'],
    [
      "bidlab run experiments/rlb-ladder.yaml --data DIR --set campaign=2997 --set 'budgetFractions=[0.03125,0.125]'",
      'change settings from the command line',
    ],
    ['bidlab run mine.yaml --seeds 10 --workers 4 --backend wasm', 'more seeds, four at a time'],
  ],
  starting: 'starting',
  afterInterrupt: 'finished runs are kept; start the same command again to resume',
  prepare(args) {
    const request = {
      file: args.text('file'),
      data: args.optionalText('data'),
      set: args.set(),
      seeds: args.integer('seeds', 1),
      workers: args.integer('workers', 1),
      backend: args.backend(),
      out: args.optionalText('out'),
      quick: args.flag('quick'),
      force: args.flag('force'),
      png: args.flag('png'),
    };
    return presenting(args.flag('json'), (services, io) => services.run(request, io));
  },
};
