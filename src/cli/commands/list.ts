import { unknownIdMessage } from '../../core/registry.ts';
import { type Command, type CommandContext, jsonOption } from '../command.ts';
import { LIST_KINDS, type ListSection } from '../services.ts';
import { UsageError } from '../usage-error.ts';

function printSections(sections: readonly ListSection[], context: CommandContext): void {
  for (const [i, { kind, entries }] of sections.entries()) {
    if (i > 0) context.print('');
    const rows = entries.map((entry) => [entry.id, entry.title, entry.description ?? '']);
    const columns = [{ title: kind }, { title: '' }, { title: '' }];
    context.print(context.formatTable({ columns, rows }));
  }
}

/** `bidlab list`: everything that has an id. */
export const listCommand: Command = {
  name: 'list',
  describe: 'Show environments, agents, baselines, markets, experiments and all else that has an id',
  positionals: [{ name: 'kind', describe: LIST_KINDS.join(', '), isOptional: true }],
  options: { json: jsonOption },
  examples: [
    ['bidlab list', 'everything'],
    ['bidlab list baselines', 'one kind'],
    ['bidlab list markets --json', 'for programs'],
  ],
  prepare(args) {
    const kind = args.optionalText('kind');
    if (kind !== undefined && !LIST_KINDS.some((known) => known === kind)) {
      throw new UsageError(unknownIdMessage('kind', kind, LIST_KINDS));
    }
    return async (context) => {
      const all = await context.services.list();
      const sections = kind === undefined ? all : all.filter((section) => section.kind === kind);
      if (args.flag('json')) context.print(JSON.stringify(sections));
      else printSections(sections, context);
      return 0;
    };
  },
};
