import { isAlias, isMap, isScalar, isSeq, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type ConfigIssue, explainIssues } from './config-issues.ts';
import { valueAt } from './config-schema.ts';
import { SimError } from './errors.ts';

/** One `--set path=JSON`: replaces or adds one setting before the configuration is checked. */
export interface ConfigOverride {
  /** Keys joined by dots; list entries by their index: `policies.0.id`. */
  readonly path: string;
  readonly value: unknown;
}

/** An issue with the place where a reader finds it. Positions count from 1. */
interface PlacedIssue extends ConfigIssue {
  readonly place: { readonly line: number; readonly column: number } | '--set';
}

interface SourceDocument {
  readonly root: ParsedNode | null;
  readonly lines: LineCounter;
  resolve(node: ParsedNode): ParsedNode | null;
}

/**
 * Reads a YAML configuration and checks it against a schema. An empty file is an empty mapping.
 *
 * @param fileName Named in errors.
 * @param overrides Applied in order before checking.
 * @returns The checked configuration with every default filled in.
 * @throws SimError `CONFIG_INVALID` with all issues at once, one line each: line and column (or `--set`), path, what was
 * expected with its unit, what was received.
 */
export function parseYamlConfig<S extends z.ZodType>(
  schema: S,
  text: string,
  fileName: string,
  overrides: readonly ConfigOverride[] = [],
): z.output<S> {
  const { source, value: written } = readYaml(text, fileName);
  const issues: PlacedIssue[] = [];
  let value = written;
  const applied: PropertyKey[][] = [];
  for (const override of overrides) {
    const path = override.path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const problem = applyOverride(value, path, override.value);
    if (problem.message !== undefined) issues.push({ place: '--set', path, message: problem.message });
    else applied.push(path);
    value = problem.value;
  }
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success && issues.length === 0) return result.data;
  if (!result.success) {
    for (const issue of explainIssues(schema, value, result.error.issues)) {
      issues.push({ ...issue, place: placeOf(issue.path, source, applied) });
    }
  }
  throw configError(fileName, issues);
}

/**
 * Checks a configuration that did not come from a file, with the same messages.
 *
 * @param where What is being checked, in words; named in the error.
 * @throws SimError `CONFIG_INVALID` with all issues at once.
 */
export function parseConfig<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const lines = explainIssues(schema, value, result.error.issues).map((issue) => `  ${lineOf(issue)}`);
  throw new SimError('CONFIG_INVALID', `${where}\n${lines.join('\n')}`);
}

function readYaml(text: string, fileName: string): { source: SourceDocument; value: unknown } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const issues = faults.map((fault) => {
      const { line, col } = lines.linePos(fault.pos[0]);
      return { place: { line, column: col }, path: [], message: `not valid YAML: ${fault.message}` };
    });
    throw configError(fileName, issues);
  }
  const resolve = (node: ParsedNode) =>
    isAlias(node) ? ((node.resolve(document) ?? null) as ParsedNode | null) : node;
  try {
    const value: unknown = document.toJS();
    return { source: { root: document.contents, lines, resolve }, value: value ?? {} };
  } catch (error) {
    // An alias without its anchor, or aliases that multiply without end: yaml finds these only on conversion.
    const message = `not valid YAML: ${error instanceof Error ? error.message : String(error)}`;
    throw configError(fileName, [{ place: { line: 1, column: 1 }, path: [], message }]);
  }
}

/** Sets `path` in a document of plain values, making what is missing on the way. */
function applyOverride(
  document: unknown,
  path: readonly PropertyKey[],
  replacement: unknown,
): { value: unknown; message?: string } {
  const [key, ...rest] = path;
  if (key === undefined) return { value: replacement };
  if (key === '' || key === '__proto__') {
    return { value: document, message: 'expected keys joined by dots, as in agent.learningRate=0.001' };
  }
  if (Array.isArray(document)) return setEntry(document, key, rest, replacement);
  // A list that the file leaves out: `policies.0=…` begins it.
  if (document === undefined && key === 0) return setEntry([], key, rest, replacement);
  if (document !== undefined && document !== null && typeof document !== 'object') {
    return {
      value: document,
      message: `'${String(key)}' would lie inside the value ${String(document)}; set that instead`,
    };
  }
  const inner = applyOverride(valueAt(document, key), rest, replacement);
  return { ...inner, value: { ...document, [key]: inner.value } };
}

function setEntry(list: readonly unknown[], key: PropertyKey, rest: readonly PropertyKey[], replacement: unknown) {
  if (typeof key !== 'number' || key > list.length) {
    const message = `expected an index 0 to ${list.length} of the list, received '${String(key)}'`;
    return { value: list, message };
  }
  const inner = applyOverride(list[key], rest, replacement);
  return { ...inner, value: [...list.slice(0, key), inner.value, ...list.slice(key + 1)] };
}

function placeOf(
  path: readonly PropertyKey[],
  source: SourceDocument,
  applied: readonly (readonly PropertyKey[])[],
): PlacedIssue['place'] {
  if (applied.some((override) => startsWith(path, override))) return '--set';
  const { offset, found } = locate(path, source);
  // What is not in the file although something was set inside it came from the command line.
  if (!found && applied.some((override) => startsWith(override, path))) return '--set';
  const { line, col } = source.lines.linePos(offset);
  return { line, column: col };
}

function startsWith(path: readonly PropertyKey[], prefix: readonly PropertyKey[]): boolean {
  return prefix.length <= path.length && prefix.every((key, i) => String(key) === String(path[i]));
}

/** Where the key or list entry at `path` stands, or the nearest thing around it that the file has. */
function locate(path: readonly PropertyKey[], source: SourceDocument): { offset: number; found: boolean } {
  let node = source.root;
  let offset = node?.range[0] ?? 0;
  for (const key of path) {
    const container = node === null ? null : source.resolve(node);
    const step = entryOf(container, key);
    if (step === undefined) return { offset, found: false };
    offset = step.offset;
    node = step.value;
  }
  return { offset, found: true };
}

function entryOf(node: ParsedNode | null, key: PropertyKey): { offset: number; value: ParsedNode | null } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
    return pair === undefined ? undefined : { offset: pair.key.range[0], value: pair.value };
  }
  if (isSeq(node) && typeof key === 'number') {
    const item = node.items[key];
    return item === undefined ? undefined : { offset: item.range[0], value: item as ParsedNode };
  }
  return undefined;
}

function configError(fileName: string, issues: readonly PlacedIssue[]): SimError {
  const sorted = [...issues].sort((a, b) => order(a) - order(b));
  const lines = sorted.map((issue) => {
    const place = issue.place === '--set' ? '--set ' : `${issue.place.line}:${issue.place.column}  `;
    return `  ${place}${lineOf(issue)}`;
  });
  return new SimError('CONFIG_INVALID', `${fileName}\n${lines.join('\n')}`);
}

function lineOf(issue: ConfigIssue): string {
  const path = issue.path.map(String).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

/** File order, then the command line. */
function order(issue: PlacedIssue): number {
  return issue.place === '--set' ? Number.MAX_SAFE_INTEGER : issue.place.line * 1e6 + issue.place.column;
}
