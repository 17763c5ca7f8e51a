import { type Command, jsonOption, presenting } from '../command.ts';

/** `bidlab explain`: why a trained policy decides as it does. */
export const explainCommand: Command = {
  name: 'explain',
  describe:
    'Say why a trained policy bids as it does: what it looks at, what it does where, and a tree that does nearly the same',
  positionals: [{ name: 'run', describe: "folder of a learner's run: results/<experiment>/runs/<run>" }],
  options: {
    features: { kind: 'text', describe: 'two features of the heat map: a,b (default: the two most important)' },
    leaves: { kind: 'text', describe: 'leaves of the decision tree at most (default: 16)' },
    episodes: {
      kind: 'text',
      describe: 'episodes that judge the tree, and as many to learn from in each of three rounds (default: 100)',
    },
    seed: { kind: 'text', describe: 'seed of those episodes (default: 0)' },
    data: { kind: 'text', describe: 'folder with the data files that the experiment names' },
    out: {
      kind: 'text',
      describe: "folder for explain.html, explain.json and charts (default: explain in the run's folder)",
    },
    png: { kind: 'flag', describe: 'write every chart as PNG too' },
    json: jsonOption,
  },
  examples: [
    ['bidlab explain results/first-light/runs/RUN', 'then open RUN/explain/explain.html'],
    ['bidlab explain RUN --features timeLeft,budgetLeft --leaves 8', 'another heat map, a smaller tree'],
  ],
  starting: 'reading the run',
  prepare(args) {
    const request = {
      run: args.text('run'),
      data: args.optionalText('data'),
      out: args.optionalText('out'),
      features: args
        .optionalText('features')
        ?.split(',')
        .map((name) => name.trim()),
      episodes: args.integer('episodes', 2),
      leaves: args.integer('leaves', 2),
      seed: args.integer('seed', 0),
      png: args.flag('png'),
    };
    return presenting(args.flag('json'), (services, io) => services.explain(request, io));
  },
};
