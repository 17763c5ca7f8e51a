import { z } from 'zod';

/** The part of JSON Schema (draft 2020-12) that configuration schemas use. */
interface SchemaNode {
  readonly type?: string;
  readonly default?: unknown;
  readonly unit?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly prefixItems?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
}

/** One setting of a configuration, for documentation tables. */
export interface SchemaRow {
  /** Dotted path; `[]` stands for any entry of a list, `*` for any key. */
  readonly path: string;
  /** In words: "number", "integer", "'auto' | integer", "list of number". */
  readonly type: string;
  /** JSON text; null where the setting must be given or may be left out without a default. */
  readonly default: string | null;
  /** "0 to 1", ">= 1", "1 or more entries"; empty where there are none. */
  readonly bounds: string;
  /** From `.meta({ unit })`; empty where there is none. */
  readonly unit: string;
  /** From `.meta({ description })`; empty where there is none. */
  readonly description: string;
}

/**
 * JSON Schema (draft 2020-12) of what a configuration file may hold, for completion in editors. Units are kept as the
 * extra keyword `unit`.
 */
export function configJsonSchema(schema: z.ZodType): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' });
}

/**
 * The settings of a configuration, one row each, in the order of the schema: what README tables and `--help` show.
 *
 * Settings of the members of a union carry the member in their path: `env(kind=grid).multipliers`.
 */
export function describeSchema(schema: z.ZodType): readonly SchemaRow[] {
  const rows: SchemaRow[] = [];
  describeNode(configJsonSchema(schema) as SchemaNode, '', rows);
  return rows;
}

function describeNode(node: SchemaNode, path: string, rows: SchemaRow[]): void {
  if (path !== '' && !isPlainSection(node)) {
    rows.push({
      path,
      type: typeWords(node),
      default: node.default === undefined ? null : JSON.stringify(node.default),
      bounds: boundsWords(node),
      unit: node.unit ?? '',
      description: node.description ?? '',
    });
  }
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    describeNode(child, path === '' ? key : `${path}.${key}`, rows);
  }
  if (typeof node.additionalProperties === 'object') describeInner(node.additionalProperties, `${path}.*`, rows);
  if (node.items !== undefined) describeInner(node.items, `${path}[]`, rows);
  for (const branch of branchesOf(node)) {
    if (branch.properties !== undefined) describeNode(branchBody(branch), `${path}(${branchName(branch)})`, rows);
  }
}

/** Entries of lists and maps get rows of their own only where they have settings inside. */
function describeInner(node: SchemaNode, path: string, rows: SchemaRow[]): void {
  const hasSettings = node.properties !== undefined || branchesOf(node).some((b) => b.properties !== undefined);
  if (hasSettings) describeNode(node, path, rows);
}

/** A mapping without a sentence of its own is only a heading: its settings speak for it. */
function isPlainSection(node: SchemaNode): boolean {
  return node.properties !== undefined && node.description === undefined;
}

/** A member of a union, without a heading row of its own. */
function branchBody(branch: SchemaNode): SchemaNode {
  return { properties: branch.properties ?? {} };
}

function branchName(branch: SchemaNode): string {
  const entries = Object.entries(branch.properties ?? {});
  const tag = entries.find(([, child]) => child.const !== undefined);
  return tag === undefined ? entries.map(([key]) => key).join(', ') : `${tag[0]}=${String(tag[1].const)}`;
}

function branchesOf(node: SchemaNode): readonly SchemaNode[] {
  return node.anyOf ?? node.oneOf ?? [];
}

function typeWords(node: SchemaNode): string {
  if (node.const !== undefined) return quote(node.const);
  if (node.enum !== undefined) return node.enum.map(quote).join(' | ');
  const branches = branchesOf(node);
  if (branches.length > 0) return [...new Set(branches.map(typeWords))].join(' | ');
  if (node.prefixItems !== undefined) return `list of (${node.prefixItems.map(typeWords).join(', ')})`;
  if (node.items !== undefined) return `list of ${typeWords(node.items)}`;
  if (node.type === 'object') return 'mapping';
  if (node.type === 'string') return 'text';
  return node.type ?? 'anything';
}

function boundsWords(node: SchemaNode): string {
  const low = safeBound(node.minimum);
  const high = safeBound(node.maximum);
  if (low !== undefined && high !== undefined) return `${low} to ${high}`;
  const words: string[] = [];
  if (low !== undefined) words.push(`>= ${low}`);
  if (node.exclusiveMinimum !== undefined) words.push(`> ${node.exclusiveMinimum}`);
  if (high !== undefined) words.push(`<= ${high}`);
  if (node.exclusiveMaximum !== undefined) words.push(`< ${node.exclusiveMaximum}`);
  if (node.minItems !== undefined) words.push(`${node.minItems} or more entries`);
  if (node.maxItems !== undefined) words.push(`at most ${node.maxItems} entries`);
  if (node.minLength !== undefined) words.push(`${node.minLength} or more characters`);
  if (node.maxLength !== undefined) words.push(`at most ${node.maxLength} characters`);
  if (node.pattern !== undefined) words.push(`matches /${node.pattern}/`);
  return words.join(', ');
}

/** Integers are bounded by ±(2^53 − 1) in the JSON Schema, which says nothing to a reader. */
function safeBound(bound: number | undefined): number | undefined {
  return bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound;
}

function quote(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

/** What error messages ask of a schema: the unit and the known keys at a path of a given document. */
export class SchemaGuide {
  readonly #root: SchemaNode;

  constructor(schema: z.ZodType) {
    this.#root = configJsonSchema(schema) as SchemaNode;
  }

  /** The unit at `path`, or an empty text. @param value The document that the path leads through. */
  unitAt(path: readonly PropertyKey[], value: unknown): string {
    return this.#nodesAt(path, value).find((node) => node.unit !== undefined)?.unit ?? '';
  }

  /** Keys that a mapping at `path` may have. @param value The document that the path leads through. */
  keysAt(path: readonly PropertyKey[], value: unknown): readonly string[] {
    return [...new Set(this.#nodesAt(path, value).flatMap((node) => Object.keys(node.properties ?? {})))];
  }

  #nodesAt(path: readonly PropertyKey[], value: unknown): readonly SchemaNode[] {
    let here = value;
    let nodes = expand(this.#root, here);
    for (const key of path) {
      here = valueAt(here, key);
      nodes = nodes.flatMap((node) => children(node, key)).flatMap((node) => expand(node, here));
    }
    return nodes;
  }
}

/** The node and the members of its unions that the value may belong to, by their fixed keys. */
function expand(node: SchemaNode, value: unknown): readonly SchemaNode[] {
  const members = [...branchesOf(node).filter((branch) => mayBelong(branch, value)), ...(node.allOf ?? [])];
  return [node, ...members.flatMap((member) => expand(member, value))];
}

function mayBelong(branch: SchemaNode, value: unknown): boolean {
  return Object.entries(branch.properties ?? {}).every(([key, child]) => {
    const given = valueAt(value, key);
    return child.const === undefined || given === undefined || given === child.const;
  });
}

function children(node: SchemaNode, key: PropertyKey): readonly SchemaNode[] {
  if (typeof key === 'number') {
    const entry = node.prefixItems?.[key] ?? node.items;
    return entry === undefined ? [] : [entry];
  }
  const name = String(key);
  if (node.properties !== undefined && Object.hasOwn(node.properties, name)) return [node.properties[name]!];
  return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
}

/** The own entry `key` of a mapping or list, or undefined. */
export function valueAt(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<PropertyKey, unknown>)[key];
}
