import { join } from 'node:path';
import { type Command, experimentOptions, jsonOption, presenting } from '../command.ts';
import { checkNewFile } from '../new-file.ts';
import { LOGGED_ACTIONS } from '../services.ts';
import { parseSubject } from '../subject.ts';

/** `bidlab collect`: logged episodes of a policy, to learn from without acting. */
export const collectCommand: Command = {
  name: 'collect',
  describe: "Log a policy's episodes on the training days of an experiment, with the probability of each action",
  positionals: [
    { name: 'file', describe: 'experiment YAML, or the id of a shipped one', complete: ['experiments'] },
    {
      name: 'policy',
      describe: 'who acts: run folder, policy.json, module (./mine.mjs) or baseline id',
      complete: ['baselines'],
    },
  ],
  options: {
    ...experimentOptions,
    episodes: { kind: 'text', describe: 'flights to log, over all budgets (default: 1000)' },
    epsilon: { kind: 'text', describe: 'chance of a uniformly random action; 1 is random throughout (default: 0.1)' },
    noise: {
      kind: 'text',
      describe: 'noise on continuous actions, standard deviation in halves of the range (default: 0.1)',
    },
    actions: { kind: 'text', describe: 'what an action is (default: moves)', choices: LOGGED_ACTIONS },
    seed: { kind: 'text', describe: 'seed of days, flights and exploration (default: 0)' },
    out: { kind: 'text', describe: 'folder for dataset.json and steps.csv' },
    force: { kind: 'flag', describe: 'replace a dataset that is already there' },
    json: jsonOption,
  },
  examples: [
    ['bidlab collect first-light pid-pacing --episodes 2000 --epsilon 0.3 --out logs/pid', 'a baseline that explores'],
    ['bidlab train first-light --policy iql --dataset logs/pid', 'then learn from what it did'],
  ],
  starting: 'reading',
  prepare(args) {
    const out = args.text('out');
    checkNewFile(join(out, 'dataset.json'), args.flag('force'));
    const request = {
      file: args.text('file'),
      data: args.optionalText('data'),
      set: args.set(),
      subject: parseSubject(args.text('policy')),
      episodes: args.integer('episodes', 1) ?? 1000,
      epsilon: args.number('epsilon', 0, 1) ?? 0.1,
      noise: args.number('noise', 0, 10) ?? 0.1,
      actions: args.choice('actions', LOGGED_ACTIONS) ?? 'moves',
      seed: args.integer('seed', 0) ?? 0,
      out,
    };
    return presenting(args.flag('json'), (services, io) => services.collect(request, io));
  },
};
