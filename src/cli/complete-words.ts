import type { CliOption, Command } from './command.ts';
import { LIST_KINDS, type ListKind, type ListSection } from './services.ts';

function idsOf(sections: readonly ListSection[], kinds: readonly ListKind[]): readonly string[] {
  return sections.filter((section) => kinds.includes(section.kind)).flatMap(({ entries }) => entries.map((e) => e.id));
}

/** The option whose value the last word is, or undefined. */
function pendingOption(command: Command, words: readonly string[]): CliOption | undefined {
  const previous = words.at(-2) ?? '';
  const option = previous.startsWith('--') ? command.options[previous.slice(2)] : undefined;
  return option?.kind === 'flag' ? undefined : option;
}

function candidates(
  commands: readonly Command[],
  words: readonly string[],
  sections: () => Promise<readonly ListSection[]>,
): readonly string[] | Promise<readonly string[]> {
  const command = commands.find(({ name }) => name === words[0]);
  if (words.length <= 1 || command === undefined) return words.length <= 1 ? commands.map(({ name }) => name) : [];
  const idsOfKinds = async (kinds: readonly ListKind[]) => idsOf(await sections(), kinds);
  const option = pendingOption(command, words);
  if (option !== undefined) return option.choices ?? (option.complete ? idsOfKinds(option.complete) : []);
  if ((words.at(-1) ?? '').startsWith('-')) return [...Object.keys(command.options), 'help'].map((name) => `--${name}`);
  if (command.name === 'list') return LIST_KINDS;
  return idsOfKinds(command.positionals.flatMap((positional) => positional.complete ?? []));
}

/**
 * What the last, unfinished word of a command line may become. Nothing means: let the shell complete file names.
 *
 * @param words The words after `bidlab`; the last one may be empty.
 * @param sections Asked only where ids are wanted.
 */
export async function completeWords(
  commands: readonly Command[],
  words: readonly string[],
  sections: () => Promise<readonly ListSection[]>,
): Promise<readonly string[]> {
  const current = words.at(-1) ?? '';
  return (await candidates(commands, words, sections)).filter((word) => word.startsWith(current));
}
