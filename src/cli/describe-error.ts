import { outputError } from '../core/atomic-write.ts';
import { SimError } from '../core/errors.ts';
import { UsageError } from './usage-error.ts';

/** Failures of the file system that are the surroundings' fault, with what to do. */
const SYSTEM_REMEDIES: Readonly<Record<string, string>> = {
  EMFILE: 'too many open files; raise the limit (ulimit -n)',
  ENOMEM: 'out of memory; close other programs or lower --workers',
};

function systemMessage(error: NodeJS.ErrnoException): string {
  const path = error.path ?? error.syscall ?? 'file';
  if (error.code === 'ENOENT') return `FILE_NOT_FOUND: ${path}: no such file or folder`;
  const remedy = SYSTEM_REMEDIES[error.code ?? ''];
  return remedy === undefined ? outputError(path, error).message : `${path}: ${remedy}`;
}

/**
 * The message of an error for people: what is wrong and what to do, without a stack.
 *
 * A wrong command, a wrong input and a file system that refuses speak for themselves; anything else is a fault of bidlab
 * and says how to report it.
 */
export function describeError(error: unknown): string {
  if (error instanceof SimError || error instanceof UsageError) return error.message;
  if (!(error instanceof Error)) return `unexpected failure: ${String(error)}`;
  if (error.name === 'SimError') return error.message;
  if ('code' in error && 'syscall' in error) return systemMessage(error as NodeJS.ErrnoException);
  const firstLine = error.message.split('\n')[0] ?? '';
  return `unexpected ${error.name}: ${firstLine} (run it again with --debug to see where, and report it)`;
}

/** The stack of an error and of its causes. */
export function describeStack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${describeStack(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
