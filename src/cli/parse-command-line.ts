import yargs, { type Argv } from 'yargs';
import { didYouMean, unknownIdMessage } from '../core/registry.ts';
import { Arguments } from './arguments.ts';
import type { CliOption, CliPositional, Command } from './command.ts';
import { UsageError } from './usage-error.ts';

/** What a command line asks for: text to print (help, version), or a command with its arguments. */
export type CommandLine =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'command'; readonly command: Command; readonly args: Arguments };

const EPILOGUE = [
  'Exit codes: 0 done; 1 refused or failed, and stderr says why; 130 interrupted by Ctrl-C (143 by SIGTERM).',
  'Results go to stdout, everything else to stderr. NO_COLOR turns colours off.',
].join('\n');

/** Options of every command. */
const globalOptions: Readonly<Record<string, CliOption>> = {
  debug: { kind: 'flag', describe: 'print the stack trace of an error' },
};

const GLOBAL_WORDS = ['help', 'version', 'debug'];

function usageOf(command: Command): string {
  const words = command.positionals.map(({ name, isOptional, isList }) => {
    const word = isList ? `${name}..` : name;
    return isOptional ? `[${word}]` : `<${word}>`;
  });
  return [command.name, ...words].join(' ');
}

function describeOption(option: CliOption): string {
  return option.choices === undefined ? option.describe : `${option.describe}: ${option.choices.join(', ')}`;
}

function addOption(parser: Argv, name: string, option: CliOption): Argv {
  const describe = describeOption(option);
  if (option.kind === 'flag') return parser.option(name, { type: 'boolean', describe });
  return parser.option(name, { type: 'string', array: option.kind === 'list', describe });
}

function addPositional(parser: Argv, positional: CliPositional): Argv {
  const { name, describe, isList = false } = positional;
  return parser.positional(name, { type: 'string', array: isList, describe });
}

function addCommand(parser: Argv, command: Command, choose: (values: Record<string, unknown>) => void): Argv {
  const build = (own: Argv): Argv => {
    let built = own.usage(`bidlab ${usageOf(command)}\n\n${command.describe}`);
    for (const positional of command.positionals) built = addPositional(built, positional);
    for (const [name, option] of Object.entries(command.options)) built = addOption(built, name, option);
    for (const [line, what] of command.examples) built = built.example(line, what);
    return built;
  };
  return parser.command(usageOf(command), command.describe, build, (values) => choose(values));
}

function makeParser(commands: readonly Command[], version: string, columns: number): Argv {
  let parser: Argv = yargs()
    .scriptName('bidlab')
    .locale('en')
    .usage('bidlab <command>\n\nReinforcement-learning ad-bidding simulator and optimizer.')
    .parserConfiguration({
      'dot-notation': false,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'camel-case-expansion': false,
    })
    .version(version)
    .help()
    .alias('help', 'h')
    .strict()
    .exitProcess(false)
    .showHelpOnFail(false)
    .wrap(Math.max(60, Math.min(110, columns)))
    .epilogue(EPILOGUE);
  for (const [name, option] of Object.entries(globalOptions)) parser = addOption(parser, name, option);
  return parser
    .example('bidlab run experiments/first-light.yaml --quick', 'a first look')
    .example('bidlab doctor', 'what works on this machine')
    .example('bidlab run --help', 'options and examples of a command')
    .demandCommand(1, `no command; known: ${commands.map(({ name }) => name).join(', ')}`);
}

/** Turns the parser's complaint into one sentence that helps. */
function explain(message: string, command: Command | undefined): string {
  const known = [...Object.keys(command?.options ?? {}), ...GLOBAL_WORDS];
  const unknown = /^Unknown arguments?: (.*)$/.exec(message)?.[1]?.split(', ')[0];
  if (unknown !== undefined) {
    const nearest = didYouMean(unknown, known);
    if (nearest !== undefined) return `unknown option --${unknown}; did you mean --${nearest}?`;
    return `unknown argument '${unknown}'; options: ${known.map((name) => `--${name}`).join(', ')}`;
  }
  if (message.startsWith('Not enough non-option arguments') && command !== undefined) {
    const [first] = command.positionals;
    return `${command.name}: <${first?.name}> is missing (${first?.describe}); see bidlab ${command.name} --help`;
  }
  return message.replaceAll(/\s*\n\s*/g, ' ');
}

function checkChoices(command: Command, args: Arguments): void {
  for (const [name, { kind, choices }] of Object.entries(command.options)) {
    const value = choices === undefined || kind !== 'text' ? undefined : args.optionalText(name);
    if (value !== undefined && !choices!.includes(value)) {
      throw new UsageError(unknownIdMessage(`--${name}`, value, choices!));
    }
  }
}

/**
 * Reads a command line.
 *
 * @param argv Words after the program's name.
 * @param columns Width of the help.
 * @throws UsageError with one sentence: unknown command or option (with "did you mean"), missing or bad values.
 */
export async function parseCommandLine(
  argv: readonly string[],
  commands: readonly Command[],
  version: string,
  columns: number,
): Promise<CommandLine> {
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : [...argv];
  const first = words.find((word) => !word.startsWith('-'));
  const named = commands.find(({ name }) => name === first);
  if (first !== undefined && named === undefined) {
    throw new UsageError(
      unknownIdMessage(
        'command',
        first,
        commands.map(({ name }) => name),
      ),
    );
  }
  let values: Record<string, unknown> | undefined;
  let parser = makeParser(commands, version, columns).fail((message, error) => {
    throw error ?? new UsageError(explain(message, named));
  });
  for (const command of commands) {
    parser = addCommand(parser, command, (chosen) => {
      values = chosen;
    });
  }
  if (words.length === 0) return { kind: 'text', text: await parser.getHelp() };
  let text = '';
  await parser.parseAsync(words, {}, (_error, _values, output) => {
    text = output;
  });
  if (values === undefined || named === undefined) return { kind: 'text', text };
  const args = new Arguments(values);
  checkChoices(named, args);
  return { kind: 'command', command: named, args };
}
