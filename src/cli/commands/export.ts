import { type Command, jsonOption, presenting } from '../command.ts';

/** `bidlab export`: a trained policy as a bundle for a bidder. */
export const exportCommand: Command = {
  name: 'export',
  describe: 'Write the policy of a run as a bundle that a bidder can load without bidlab',
  positionals: [{ name: 'run', describe: 'run folder: results/<experiment>/runs/<run>' }],
  options: {
    out: { kind: 'text', describe: 'folder for policy.json and its README' },
    force: { kind: 'flag', describe: 'replace another policy that is already there' },
    json: jsonOption,
  },
  examples: [['bidlab export results/first-light/runs/RUN --out exported', 'then see exported/README.md']],
  starting: 'exporting',
  prepare(args) {
    const request = { run: args.text('run'), out: args.text('out'), force: args.flag('force') };
    return presenting(args.flag('json'), (services, io) => services.exportRun(request, io));
  },
};
