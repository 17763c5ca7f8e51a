import type { Command } from './command.ts';
import { benchCommand } from './commands/bench.ts';
import { collectCommand } from './commands/collect.ts';
import { completionCommand } from './commands/completion.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { explainCommand } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { generateCommand } from './commands/generate.ts';
import { importCommand } from './commands/import.ts';
import { listCommand } from './commands/list.ts';
import { reportCommand } from './commands/report.ts';
import { runCommand } from './commands/run.ts';
import { trainCommand } from './commands/train.ts';

/** Every command, in the order of the help. Add one here; help, parsing and completion pick it up. */
export const allCommands: readonly Command[] = [
  runCommand,
  trainCommand,
  collectCommand,
  evaluateCommand,
  reportCommand,
  explainCommand,
  exportCommand,
  importCommand,
  generateCommand,
  listCommand,
  benchCommand,
  doctorCommand,
  completionCommand,
];
