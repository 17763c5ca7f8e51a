import type { Arguments } from '../arguments.ts';
import { type Command, jsonOption, presenting } from '../command.ts';
import { checkNewFile } from '../new-file.ts';
import { UsageError } from '../usage-error.ts';

/** How to read the log: exactly one of a known format and a mapping. */
function readFormat(args: Arguments): { format: string | undefined; mapping: string | undefined } {
  const [format, mapping] = [args.optionalText('format'), args.optionalText('mapping')];
  if ((format === undefined) === (mapping === undefined)) {
    throw new UsageError(
      'import: give either --mapping FILE.yaml (which column is what) or --format ID (bidlab list formats), not both',
    );
  }
  return { format, mapping };
}

/** `bidlab import`: a bid log becomes a tape. */
export const importCommand: Command = {
  name: 'import',
  describe: 'Read a bid log (CSV, also .gz) and write a tape',
  positionals: [{ name: 'input', describe: 'log file' }],
  options: {
    mapping: { kind: 'text', describe: 'YAML that says which column is what (a template ships with bidlab)' },
    format: { kind: 'text', describe: 'a known log format instead of a mapping', complete: ['formats'] },
    out: { kind: 'text', describe: 'tape file to write' },
    'max-bad-rows': { kind: 'text', describe: 'let this many bad rows through into a rejects file (default: 0)' },
    force: { kind: 'flag', describe: 'replace the tape if it is already there' },
    json: jsonOption,
  },
  examples: [
    ['bidlab import may.csv.gz --mapping mapping.yaml --out may.tape', 'your own log'],
    ['bidlab import 2997/test.theta.txt --format ipinyou --out test.tape', 'the iPinYou benchmark'],
    ['bidlab import may.csv --mapping mapping.yaml --out may.tape --max-bad-rows 20', 'tolerate a few bad rows'],
  ],
  starting: 'opening the log',
  prepare(args) {
    const request = {
      input: args.text('input'),
      ...readFormat(args),
      out: checkNewFile(args.text('out'), args.flag('force')),
      maxBadRows: args.integer('max-bad-rows', 0) ?? 0,
    };
    return presenting(args.flag('json'), (services, io) => services.importLog(request, io));
  },
};
