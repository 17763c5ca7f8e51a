import { type Command, jsonOption, presenting } from '../command.ts';

/** `bidlab report`: draw the report of a finished experiment again. */
export const reportCommand: Command = {
  name: 'report',
  describe: 'Draw the report of a finished experiment again, from the report-data.json beside it',
  positionals: [{ name: 'dir', describe: 'results folder of a finished experiment' }],
  options: { png: { kind: 'flag', describe: 'write every chart as PNG too' }, json: jsonOption },
  examples: [
    ['bidlab report results/first-light', 'report.html, charts and summary'],
    ['bidlab report results/first-light --png', 'charts for slides too'],
  ],
  starting: 'reading the report data',
  prepare(args) {
    const request = { dir: args.text('dir'), png: args.flag('png') };
    return presenting(args.flag('json'), (services, io) => services.report(request, io));
  },
};
