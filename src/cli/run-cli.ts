import { allCommands } from './all-commands.ts';
import type { Arguments } from './arguments.ts';
import { barProgress } from './bar-progress.ts';
import { type Colors, colorsFor } from './colors.ts';
import type { Command, CommandContext } from './command.ts';
import { completeWords } from './complete-words.ts';
import { COMPLETE_WORD } from './completion-script.ts';
import { describeError, describeStack } from './describe-error.ts';
import { formatTable } from './format-table.ts';
import { type CliHost, processHost } from './host.ts';
import { Interruption } from './interruption.ts';
import { parseCommandLine } from './parse-command-line.ts';
import { plainProgress } from './plain-progress.ts';
import { type Progress, STARTING } from './progress.ts';
import type { CliServices, Outcome } from './services.ts';

function presentOutcome(outcome: Outcome, asJson: boolean, host: CliHost, colors: Colors, progress: Progress): void {
  progress.stop();
  for (const warning of outcome.warnings ?? []) progress.note(`warning: ${warning}`);
  const print = (line: string) => host.stdout.write(`${line}\n`);
  if (asJson) {
    print(JSON.stringify(outcome.json));
    return;
  }
  for (const sentence of outcome.summary) print(sentence);
  for (const table of outcome.tables ?? []) print(`\n${formatTable(table, colors)}`);
  if (outcome.files.length > 0) print(`\nWritten:\n${outcome.files.map((path) => `  ${path}`).join('\n')}`);
}

function makeContext(services: CliServices, host: CliHost, progress: Progress, signal: AbortSignal): CommandContext {
  const colors = colorsFor(host.env, host.stdout.isTTY === true);
  return {
    services,
    io: { note: (line) => progress.note(line), progress: (update) => progress.update(update), signal },
    print: (line) => host.stdout.write(`${line}\n`),
    present: (outcome, asJson) => presentOutcome(outcome, asJson, host, colors, progress),
    formatTable: (table) => formatTable(table, colors),
    paint: { good: colors.green, bad: colors.red },
  };
}

async function execute(command: Command, args: Arguments, services: CliServices, host: CliHost): Promise<number> {
  const action = command.prepare(args);
  const isTerminal = host.stderr.isTTY === true && host.env['TERM'] !== 'dumb';
  const progress = isTerminal ? barProgress(host, colorsFor(host.env, true)) : plainProgress(host);
  const interruption = new Interruption(host, () => {
    progress.stop();
    host.stderr.write('Stopping… (press Ctrl-C again to stop at once)\n');
  });
  try {
    if (command.starting !== undefined) {
      progress.update({ task: STARTING, label: `${command.name}: ${command.starting}`, done: 0, total: null });
    }
    return await interruption.race(action(makeContext(services, host, progress, interruption.signal)));
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    progress.stop();
    host.stderr.write(`bidlab: interrupted: ${command.afterInterrupt ?? 'nothing half-written is left'}.\n`);
    return interruption.exitCode;
  } finally {
    progress.stop();
    interruption.dispose();
  }
}

async function complete(words: readonly string[], services: CliServices, host: CliHost): Promise<number> {
  const found = await completeWords(allCommands, words, () => services.list());
  if (found.length > 0) host.stdout.write(`${found.join('\n')}\n`);
  return 0;
}

async function answer(argv: readonly string[], services: CliServices, host: CliHost): Promise<number> {
  if (argv[0] === COMPLETE_WORD) return complete(argv.slice(1), services, host);
  const line = await parseCommandLine(argv, allCommands, services.version, host.stdout.columns ?? 100);
  if (line.kind === 'command') return execute(line.command, line.args, services, host);
  host.stdout.write(`${line.text}\n`);
  return 0;
}

/**
 * Runs one command line and returns the exit code: 0 done, 1 refused or failed, 130 interrupted (143 by SIGTERM).
 *
 * An interrupted service may still be busy when this returns, so end the process with `process.exit(code)`.
 *
 * @param argv Words after the program's name: `process.argv.slice(2)`.
 */
export async function runCli(
  argv: readonly string[],
  services: CliServices,
  host: CliHost = processHost(),
): Promise<number> {
  try {
    const code = await answer(argv, services, host);
    await host.flush();
    return code;
  } catch (error) {
    host.stderr.write(`bidlab: ${describeError(error)}\n`);
    if (argv.includes('--debug')) host.stderr.write(`${describeStack(error)}\n`);
    return 1;
  }
}
