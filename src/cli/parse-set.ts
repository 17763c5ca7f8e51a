import type { ConfigOverride } from '../core/config.ts';
import { UsageError } from './usage-error.ts';

const EXAMPLE = `for example --set horizon=1000 or --set 'budgetFractions=[0.03125,0.125]'`;

/** Keys joined by dots, list entries as `[0]` or `.0`. */
const PATH = /^[A-Za-z_][\w-]*(?:\.[\w-]+|\[\d+\])*$/;

/** Words that stand for themselves: they begin like a word or a path and hold nothing that JSON gives a meaning. */
const PLAIN_WORDS = /^(?:[\p{L}_/~]|\.{1,2}\/)[^[\]{}"'`,:\\\p{Cc}]*$/u;

/** Spellings of other languages that surely were not meant as text. */
const NOT_WORDS = new Set(['nan', 'infinity', 'inf', 'none', 'nil', 'undefined', 'true', 'false', 'null', 'yes', 'no']);

function parseValue(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (PLAIN_WORDS.test(text) && !NOT_WORDS.has(text.toLowerCase())) return text;
    throw new UsageError(
      `--set ${path}: '${text}' is not JSON; quote text for JSON and for the shell (--set '${path}="text"'), ${EXAMPLE}`,
    );
  }
}

/**
 * Reads one `--set path=JSON`.
 *
 * The value is JSON; plain words (letters first, no JSON punctuation) are taken as text, so `--set name=spring` works.
 *
 * @throws UsageError naming the path, with an example.
 */
export function parseSet(argument: string): ConfigOverride {
  const equals = argument.indexOf('=');
  const path = (equals < 0 ? argument : argument.slice(0, equals)).trim();
  if (!PATH.test(path)) throw new UsageError(`--set '${argument}': expected path=JSON, ${EXAMPLE}`);
  const text = argument.slice(equals + 1).trim();
  if (equals < 0 || text === '') throw new UsageError(`--set ${path}: no value; expected path=JSON, ${EXAMPLE}`);
  return { path: path.replaceAll(/\[(\d+)\]/g, '.$1'), value: parseValue(path, text) };
}
