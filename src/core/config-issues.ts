import { config, type z } from 'zod';
import { SchemaGuide, valueAt } from './config-schema.ts';
import { didYouMean } from './registry.ts';

/** One thing that is wrong with a configuration. */
export interface ConfigIssue {
  /** Keys and indices from the root of the document. */
  readonly path: readonly PropertyKey[];
  /** Expected [unit], received, what to do. */
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

interface Context {
  readonly guide: SchemaGuide;
  /** The whole document. */
  readonly value: unknown;
}

/**
 * Says in bidlab's words what zod found wrong with `value`, one issue per setting: unknown keys apart, and of a union only
 * the member that the value comes nearest to.
 */
export function explainIssues(schema: z.ZodType, value: unknown, issues: readonly Issue[]): readonly ConfigIssue[] {
  const context = { guide: new SchemaGuide(schema), value };
  return issues.flatMap((issue) => explain(issue, [], context));
}

function explain(issue: Issue, prefix: readonly PropertyKey[], context: Context): readonly ConfigIssue[] {
  const path = [...prefix, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, path, context) }));
    case 'invalid_union':
      return explainUnion(issue, path, context);
    case 'invalid_key':
      return issue.issues.map((inner) => ({ path, message: `key: ${expectation(inner, [], inner.input)}` }));
    case 'invalid_element':
      return issue.issues.flatMap((inner) => explain(inner, path, context));
    default: {
      const received = path.reduce(valueAt, context.value);
      return [{ path, message: expectation(issue, [context.guide.unitAt(path, context.value)], received) }];
    }
  }
}

function unknownKey(key: string, path: readonly PropertyKey[], context: Context): string {
  const known = context.guide.keysAt(path, context.value);
  const nearest = didYouMean(key, known);
  if (nearest !== undefined) return `unknown key; did you mean '${nearest}'?`;
  return known.length === 0 ? 'unknown key; remove it' : `unknown key; known are ${known.join(', ')}`;
}

function explainUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  path: readonly PropertyKey[],
  context: Context,
): readonly ConfigIssue[] {
  const received = path.reduce(valueAt, context.value);
  if ('options' in issue && issue.options !== undefined) {
    return [{ path, message: oneOf(issue.options, received) }];
  }
  const members = issue.errors.filter((errors) => !errors.some(missesTheKind));
  if (members.length === 0) {
    const wanted = [...new Set(issue.errors.flat().filter(missesTheKind).map(kindWords))];
    const unit = unitWords(context.guide.unitAt(path, context.value));
    const literals = issue.errors.flat().flatMap((inner) => (inner.code === 'invalid_value' ? inner.values : []));
    return [
      {
        path,
        message: `expected ${wanted.join(' or ')}${unit}, received ${show(received)}${hint(literals, received)}`,
      },
    ];
  }
  const nearest = members.reduce((best, errors) => (faults(errors) < faults(best) ? errors : best));
  return nearest.flatMap((inner) => explain(inner, path, context));
}

/** The value is not even of the kind that this member of a union wants. */
function missesTheKind(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
}

function faults(errors: readonly Issue[]): number {
  return errors.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
}

function kindWords(issue: Issue): string {
  if (issue.code === 'invalid_value') return issue.values.map(show).join(' or ');
  return issue.code === 'invalid_type' ? typeWords(issue.expected) : issue.message;
}

/** One sentence for an issue of a single value. @param units `[unit]`, or nothing. */
function expectation(issue: Issue, [unit = '']: readonly string[], received: unknown): string {
  const tail = `${unitWords(unit)}, received ${show(received)}`;
  switch (issue.code) {
    case 'invalid_type':
      return received === undefined
        ? `missing; expected ${typeWords(issue.expected)}${unitWords(unit)}`
        : `expected ${typeWords(issue.expected)}${tail}`;
    case 'invalid_value':
      return oneOf(issue.values, received);
    case 'too_small':
    case 'too_big':
    case 'not_multiple_of':
    case 'invalid_format':
      return withOwnWords(issue, boundWords(issue), tail);
    default:
      return issue.message;
  }
}

type BoundIssue = Extract<Issue, { code: 'too_small' | 'too_big' | 'not_multiple_of' | 'invalid_format' }>;

/**
 * A schema's own message for a bound is a remedy, and stands after what was received; one that begins with "expected" says
 * the bound itself in better words.
 */
function withOwnWords(issue: BoundIssue, bound: string, tail: string): string {
  const standard = config().localeError?.(issue as z.core.$ZodRawIssue);
  const own = issue.message === (typeof standard === 'string' ? standard : standard?.message) ? '' : issue.message;
  if (own === '') return `${bound}${tail}`;
  return own.startsWith('expected ') ? `${own}${tail}` : `${bound}${tail}; ${own}`;
}

function boundWords(issue: BoundIssue): string {
  switch (issue.code) {
    case 'too_small':
      return sized(issue.origin, issue.inclusive === false ? '>' : '>=', 'at least', issue.minimum);
    case 'too_big':
      return sized(issue.origin, issue.inclusive === false ? '<' : '<=', 'at most', issue.maximum);
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return `expected a text ${issue.pattern === undefined ? `in the form ${issue.format}` : `like ${issue.pattern}`}`;
  }
}

function sized(origin: string, sign: string, words: string, bound: number | bigint): string {
  if (origin === 'string') return `expected ${words} ${bound} character${bound === 1 ? '' : 's'}`;
  const isNumber = origin === 'number' || origin === 'int' || origin === 'bigint';
  return isNumber ? `expected ${sign} ${bound}` : `expected ${words} ${bound} entr${bound === 1 ? 'y' : 'ies'}`;
}

function oneOf(values: readonly unknown[], received: unknown): string {
  const expected = `expected ${values.map(show).join(' | ')}`;
  return received === undefined
    ? `missing; ${expected}`
    : `${expected}, received ${show(received)}${hint(values, received)}`;
}

function hint(values: readonly unknown[], received: unknown): string {
  if (typeof received !== 'string') return '';
  const nearest = didYouMean(
    received,
    values.filter((value) => typeof value === 'string'),
  );
  return nearest === undefined ? '' : `; did you mean '${nearest}'?`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  number: 'a finite number',
  int: 'an integer',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  null: 'null',
};

function typeWords(expected: string): string {
  return Object.hasOwn(TYPE_WORDS, expected) ? TYPE_WORDS[expected]! : expected;
}

function unitWords(unit: string): string {
  return unit === '' ? '' : ` [${unit}]`;
}

/** A received value in few words. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return value.length > 60 ? `'${value.slice(0, 57)}...'` : `'${value}'`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'a mapping';
  return String(value);
}
