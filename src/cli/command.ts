import type { Arguments } from './arguments.ts';
import type { CliIo, CliServices, ListKind, Outcome } from './services.ts';

/** One `--option`. */
export interface CliOption {
  /** `list` may be given several times. */
  readonly kind: 'text' | 'flag' | 'list';
  readonly describe: string;
  readonly choices?: readonly string[];
  /** Kinds of ids that shell completion offers as values. */
  readonly complete?: readonly ListKind[];
}

/** One argument without a name. */
export interface CliPositional {
  readonly name: string;
  readonly describe: string;
  readonly isOptional?: boolean;
  /** Takes all that follow. */
  readonly isList?: boolean;
  readonly complete?: readonly ListKind[];
}

/** What a command may use while it runs. */
export interface CommandContext {
  readonly services: CliServices;
  /** Words for people on stderr, progress, and the signal to stop. */
  readonly io: CliIo;
  /** One line on stdout: results and nothing else. */
  print(line: string): void;
  /** Prints an outcome: its JSON alone, or summary, tables and files for people. */
  present(outcome: Outcome, asJson: boolean): void;
  /** A table as text, in the colours of this terminal. */
  readonly formatTable: (table: NonNullable<Outcome['tables']>[number]) => string;
  /** Colours with a meaning; plain text where colours are off. */
  readonly paint: { readonly good: (text: string) => string; readonly bad: (text: string) => string };
}

/** One command of the program. */
export interface Command {
  readonly name: string;
  readonly describe: string;
  readonly positionals: readonly CliPositional[];
  readonly options: Readonly<Record<string, CliOption>>;
  /** Command line and what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** What a Ctrl-C leaves behind, one sentence; the default says that nothing is half-written. */
  readonly afterInterrupt?: string;
  /** Words of the first progress line; none for commands that answer at once. */
  readonly starting?: string;
  /** Reads the arguments, before anything is shown or done. @throws UsageError, SimError */
  prepare(args: Arguments): Action;
}

/** What a command does; returns the exit code. */
export type Action = (context: CommandContext) => Promise<number>;

/** The commonest action: call a service, show what came out. */
export function presenting(asJson: boolean, call: (services: CliServices, io: CliIo) => Promise<Outcome>): Action {
  return async (context) => {
    context.present(await call(context.services, context.io), asJson);
    return 0;
  };
}

/** `--json`, worded the same everywhere. */
export const jsonOption: CliOption = { kind: 'flag', describe: 'print JSON on stdout and nothing else' };

/** Options of every command that reads an experiment. */
export const experimentOptions = {
  data: { kind: 'text', describe: 'folder with the data files that the experiment names' },
  set: { kind: 'list', describe: 'change one setting: path=JSON (repeatable), e.g. horizon=1000' },
} as const satisfies Record<string, CliOption>;
