import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ConfigOverride, parseConfig, parseYamlConfig } from '../../../src/core/config.ts';
import { SimError } from '../../../src/core/errors.ts';

const schema = z.strictObject({
  name: z.string().min(1).default('first'),
  agent: z
    .strictObject({
      bufferSize: z.int().min(1).default(1000).meta({ unit: 'transitions', description: 'Replay memory.' }),
      learningRate: z.number().gt(0).max(1).default(0.1).meta({ unit: '1/step', description: 'Step size.' }),
      hidden: z.array(z.int().positive()).min(1).default([64, 64]),
    })
    .prefault({}),
  env: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('grid'), points: z.int().min(2).meta({ unit: 'actions' }) }),
      z.strictObject({ kind: z.literal('log'), spread: z.number() }),
    ])
    .optional(),
  seeds: z.union([z.literal('all'), z.int().positive()]).default(1),
  policies: z
    .array(z.union([z.string(), z.strictObject({ id: z.string() }), z.strictObject({ module: z.string() })]))
    .default([]),
  prices: z.record(z.string().regex(/^[a-z]+$/), z.number()).default({}),
  mode: z.enum(['fast', 'exact']).default('fast'),
});

function messageOf(text: string, overrides: readonly ConfigOverride[] = []): string {
  try {
    parseYamlConfig(schema, text, 'file.yaml', overrides);
  } catch (error) {
    if (error instanceof SimError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('parseYamlConfig', () => {
  it('fills in every default of an empty file', () => {
    expect(parseYamlConfig(schema, '', 'file.yaml')).toEqual({
      name: 'first',
      agent: { bufferSize: 1000, learningRate: 0.1, hidden: [64, 64] },
      seeds: 1,
      policies: [],
      prices: {},
      mode: 'fast',
    });
  });

  it('reports all issues at once, in file order, with line, column, unit and a suggestion', () => {
    const text = [
      'name: sweep',
      'agent:',
      '  hidden: [64]',
      '',
      '  bufferSiz: 5',
      '  learningRate: 3',
      'mode: fats',
    ].join('\n');
    expect(messageOf(text)).toBe(
      [
        'CONFIG_INVALID: file.yaml',
        "  5:3  agent.bufferSiz: unknown key; did you mean 'bufferSize'?",
        '  6:3  agent.learningRate: expected <= 1 [1/step], received 3',
        "  7:1  mode: expected 'fast' | 'exact', received 'fats'; did you mean 'fast'?",
      ].join('\n'),
    );
  });

  it('lists the known keys where none is near', () => {
    expect(messageOf('agent:\n  zzzzzzzz: 1')).toContain('unknown key; known are bufferSize, learningRate, hidden');
  });

  it('names missing settings at the mapping that lacks them', () => {
    expect(messageOf('env:\n  kind: grid')).toContain('1:1  env.points: missing; expected a finite number [actions]');
  });

  it('says which kinds a discriminated union knows', () => {
    expect(messageOf('env:\n  kind: gird\n  points: 3')).toContain(
      "2:3  env.kind: expected 'grid' | 'log', received 'gird'; did you mean 'grid'?",
    );
    expect(messageOf('env:\n  points: 3')).toContain("env.kind: missing; expected 'grid' | 'log'");
  });

  it('takes suggestions and units of a discriminated union from the member that is meant', () => {
    const message = messageOf('env:\n  kind: grid\n  points: 1\n  point: 2');
    expect(message).toContain('3:3  env.points: expected >= 2 [actions], received 1');
    expect(message).toContain("4:3  env.point: unknown key; did you mean 'points'?");
    expect(message).not.toContain('spread');
  });

  it('says all kinds of a union that a value misses', () => {
    expect(messageOf('seeds: al')).toContain(
      "1:1  seeds: expected 'all' or a finite number, received 'al'; did you mean 'all'?",
    );
    expect(messageOf('seeds: -1')).toContain('seeds: expected > 0, received -1');
  });

  it('adds the remedy of a schema to a bound, and takes its words for a bound that begin with "expected"', () => {
    const schema = z.strictObject({
      reserve: z.int().min(0, 'use 0 for none').optional(),
      rivals: z.array(z.string()).min(1, 'list at least one').optional(),
      share: z.number().max(1, 'expected a share of at most 1').meta({ unit: 'share' }).optional(),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, 'expected a three-letter code such as EUR')
        .optional(),
    });
    const refused = (value: object) => () => parseConfig(schema, value, 'auction');
    expect(refused({ reserve: -5 })).toThrow('reserve: expected >= 0, received -5; use 0 for none');
    expect(refused({ rivals: [] })).toThrow(
      'rivals: expected at least 1 entry, received an empty list; list at least one',
    );
    expect(refused({ share: 2 })).toThrow('share: expected a share of at most 1 [share], received 2');
    expect(refused({ currency: 'eu' })).toThrow("currency: expected a three-letter code such as EUR, received 'eu'");
  });

  it('reports the member of a union that the value comes nearest to', () => {
    const message = messageOf('policies:\n  - linear\n  - modul: ./mine.mjs\n  - id: 3');
    expect(message).toContain('3:5  policies.1.modul: unknown key');
    expect(message).toContain('4:5  policies.2.id: expected a text, received 3');
  });

  it('checks the keys and the values of a free mapping', () => {
    const message = messageOf('prices:\n  A: 1\n  b: x');
    expect(message).toContain('2:3  prices.A: key: expected a text like /^[a-z]+$/');
    expect(message).toContain("3:3  prices.b: expected a finite number, received 'x'");
  });

  it.each([
    ['agent: {learningRate: .nan}', 'expected a finite number [1/step], received NaN'],
    ['agent: {learningRate: .inf}', 'expected a finite number [1/step], received Infinity'],
    ['agent: {bufferSize: 1.5}', 'expected an integer [transitions], received 1.5'],
    ['agent: {hidden: []}', 'expected at least 1 entry, received an empty list'],
    ["name: ''", "expected at least 1 character, received ''"],
    ['- 1', 'expected a mapping, received a list of 1'],
    ['just words', "expected a mapping, received 'just words'"],
    ['__proto__: {polluted: 1}', '__proto__: unknown key'],
    ['constructor: 1', 'constructor: unknown key'],
  ])('refuses %j in words', (text, words) => {
    expect(messageOf(text)).toContain(words);
  });

  it.each([
    ['name: [1, 2', '1:12'],
    ['name: a\nname: b', '2:1'],
    ['a: 1\n---\nb: 2', '2:1'],
    ['name: *nowhere', '1:'],
    ['name: !secret x', '1:7'],
  ])('reports YAML that cannot be read: %j', (text, place) => {
    const message = messageOf(text);
    expect(message).toContain('not valid YAML');
    expect(message).toContain(`  ${place}`);
  });

  it('follows anchors to the place of the mistake', () => {
    expect(messageOf('agent: &a\n  bufferSize: 0\nenv: *a')).toContain('2:3  agent.bufferSize: expected >= 1');
  });
});

describe('overrides', () => {
  it('replace, add and reach into lists before the check', () => {
    const config = parseYamlConfig(schema, 'policies: [linear, rlb]\nagent: {hidden: [8]}', 'file.yaml', [
      { path: 'policies.1', value: { id: 'ortb' } },
      { path: 'policies.2', value: 'mcpc' },
      { path: 'agent.hidden.0', value: 16 },
      { path: 'env.kind', value: 'log' },
      { path: 'env.spread', value: 2 },
    ]);
    expect(config.policies).toEqual(['linear', { id: 'ortb' }, 'mcpc']);
    expect(config.agent.hidden).toEqual([16]);
    expect(config.env).toEqual({ kind: 'log', spread: 2 });
  });

  it('are named by --set where they are wrong, after the issues of the file', () => {
    const message = messageOf('mode: x', [
      { path: 'agent.bufferSiz', value: 1 },
      { path: 'agent.learningRate', value: 3 },
      { path: 'nowhere.at.all', value: 1 },
      { path: 'policies', value: [{ id: 3 }] },
    ]);
    expect(message.split('\n').slice(1)).toEqual([
      "  1:1  mode: expected 'fast' | 'exact', received 'x'",
      '  --set agent.learningRate: expected <= 1 [1/step], received 3',
      "  --set agent.bufferSiz: unknown key; did you mean 'bufferSize'?",
      '  --set policies.0.id: expected a text, received 3',
      '  --set nowhere: unknown key; known are name, agent, env, seeds, policies, prices, mode',
    ]);
  });

  it('begin a list that the file leaves out', () => {
    expect(parseYamlConfig(schema, '', 'file.yaml', [{ path: 'policies.0.id', value: 'rlb' }]).policies).toEqual([
      { id: 'rlb' },
    ]);
  });

  it('mend a wrong file', () => {
    expect(messageOf('mode: x', [{ path: 'mode', value: 'exact' }])).toBe('accepted');
  });

  it.each([
    ['name.first', "'first' would lie inside the value n"],
    ['policies.5', 'expected an index 0 to 0 of the list'],
    ['policies.first', "expected an index 0 to 0 of the list, received 'first'"],
    ['', 'expected keys joined by dots'],
    ['agent..x', 'expected keys joined by dots'],
    ['__proto__.polluted', 'expected keys joined by dots'],
  ])('with the impossible path %j are refused', (path, words) => {
    expect(messageOf('name: n\npolicies: []', [{ path, value: 1 }])).toContain(words);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('never leave anything but a configuration or a SimError', () => {
    const keys = fc.constantFrom('name', 'agent', 'env', 'kind', 'policies', '0', '1', 'id', 'toString', 'seeds');
    const path = fc.array(keys, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
    const override = fc.record({ path, value: fc.jsonValue({ maxDepth: 2 }) });
    fc.assert(
      fc.property(fc.array(override, { maxLength: 4 }), (overrides) => {
        expect(messageOf('policies: [a]\nenv: {kind: log, spread: 1}', overrides)).toMatch(
          /^(accepted|CONFIG_INVALID)/,
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe('parseConfig', () => {
  it('gives the same messages without positions', () => {
    expect(() => parseConfig(schema, { agent: { learningRate: 3 } }, 'options of dqn')).toThrow(
      'CONFIG_INVALID: options of dqn\n  agent.learningRate: expected <= 1 [1/step], received 3',
    );
  });
});
