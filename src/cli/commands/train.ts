import { type Command, experimentOptions, jsonOption, presenting } from '../command.ts';
import { BACKENDS } from '../services.ts';

/** `bidlab train`: one learner with one seed. */
export const trainCommand: Command = {
  name: 'train',
  describe: 'Train one learner of an experiment with one seed',
  positionals: [{ name: 'file', describe: 'experiment YAML, or the id of a shipped one', complete: ['experiments'] }],
  options: {
    ...experimentOptions,
    policy: { kind: 'text', describe: "learner to train (default: the experiment's first)", complete: ['agents'] },
    dataset: {
      kind: 'text',
      describe: 'learn from the episodes in this folder instead of acting (see bidlab collect)',
    },
    seed: { kind: 'text', describe: 'training seed (default: 0)' },
    backend: { kind: 'text', describe: 'where the network is trained', choices: BACKENDS },
    out: { kind: 'text', describe: 'result folder (default: results/<experiment>)' },
    quick: { kind: 'flag', describe: 'a short training, to try things out' },
    force: { kind: 'flag', describe: 'replace what another experiment left in the result folder' },
    json: jsonOption,
  },
  examples: [
    ['bidlab train experiments/first-light.yaml --policy ppo --seed 3', 'one run of one learner'],
    ['bidlab train experiments/first-light.yaml --policy dqn --quick', 'a short one'],
  ],
  starting: 'starting',
  prepare(args) {
    const request = {
      file: args.text('file'),
      data: args.optionalText('data'),
      set: args.set(),
      policy: args.optionalText('policy'),
      dataset: args.optionalText('dataset'),
      seed: args.integer('seed', 0),
      backend: args.backend(),
      out: args.optionalText('out'),
      quick: args.flag('quick'),
      force: args.flag('force'),
    };
    return presenting(args.flag('json'), (services, io) => services.train(request, io));
  },
};
