import { type Command, experimentOptions, jsonOption, presenting } from '../command.ts';
import { parseSubject } from '../subject.ts';

/** `bidlab evaluate`: play policies on a tape or on the test days of an experiment. */
export const evaluateCommand: Command = {
  name: 'evaluate',
  describe: 'Play policies on held-out flights: runs, exported bundles, your own modules, baselines',
  positionals: [
    {
      name: 'policies',
      describe: 'run folder, policy.json, module (./mine.mjs) or baseline id; several are compared',
      isList: true,
      complete: ['baselines'],
    },
  ],
  options: {
    tape: { kind: 'text', describe: 'tape to play on (see bidlab import and bidlab generate)' },
    experiment: { kind: 'text', describe: 'experiment whose test days are played', complete: ['experiments'] },
    ...experimentOptions,
    'budget-fraction': { kind: 'list', describe: 'budget over the cost of the whole traffic (repeatable)' },
    seed: { kind: 'text', describe: 'seed of policies that draw (default: 0)' },
    json: jsonOption,
  },
  examples: [
    ['bidlab evaluate results/first-light/runs/RUN', 'a trained run on the test days of its experiment'],
    ['bidlab evaluate exported/ linear --tape may.tape --budget-fraction 0.25', 'a bundle beside a baseline'],
    ['bidlab evaluate ./mine.mjs pid-pacing --experiment experiments/first-light.yaml', 'your own policy'],
  ],
  starting: 'starting',
  prepare(args) {
    const request = {
      subjects: args.list('policies').map(parseSubject),
      tape: args.optionalText('tape'),
      experiment: args.optionalText('experiment'),
      data: args.optionalText('data'),
      set: args.set(),
      budgetFractions: args.positiveNumbers('budget-fraction'),
      seed: args.integer('seed', 0),
    };
    return presenting(args.flag('json'), (services, io) => services.evaluate(request, io));
  },
};
