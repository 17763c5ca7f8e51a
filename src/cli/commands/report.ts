import { type Command, jsonOption, presenting } from '../command.ts';

/** `bidlab report`: write the report of finished runs again. */
export const reportCommand: Command = {
  name: 'report',
  describe: 'Write the report of a result folder again, from its finished runs',
  positionals: [{ name: 'dir', describe: 'result folder' }],
  options: { png: { kind: 'flag', describe: 'write every chart as PNG too' }, json: jsonOption },
  examples: [
    ['bidlab report results/first-light', 'report.html, charts and summary'],
    ['bidlab report results/first-light --png', 'charts for slides too'],
  ],
  starting: 'reading the runs',
  prepare(args) {
    const request = { dir: args.text('dir'), png: args.flag('png') };
    return presenting(args.flag('json'), (services, io) => services.report(request, io));
  },
};
