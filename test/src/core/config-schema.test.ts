import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configJsonSchema, describeSchema } from '../../../src/core/config-schema.ts';

const schema = z.strictObject({
  gamma: z.number().min(0).max(1).default(0.99).meta({ unit: 'per step', description: 'Discount.' }),
  numEnvs: z.int().min(1).meta({ description: 'Copies.' }),
  agent: z.strictObject({ hidden: z.array(z.int().positive()).min(1).default([64, 64]) }).prefault({}),
  seeds: z.union([z.literal('all'), z.int().positive()]).default('all'),
  env: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('grid'), points: z.int().min(2) }),
    z.strictObject({ kind: z.literal('log') }),
  ]),
  policies: z.array(z.strictObject({ id: z.string().min(1) })).optional(),
});

describe('describeSchema', () => {
  it('lists every setting with type, default, bounds, unit and sentence', () => {
    const rows = describeSchema(schema).map((r) => [r.path, r.type, r.default, r.bounds, r.unit, r.description]);
    expect(rows).toEqual([
      ['gamma', 'number', '0.99', '0 to 1', 'per step', 'Discount.'],
      ['numEnvs', 'integer', null, '>= 1', '', 'Copies.'],
      ['agent.hidden', 'list of integer', '[64,64]', '1 or more entries', '', ''],
      ['seeds', "'all' | integer", '"all"', '', '', ''],
      ['env', 'mapping', null, '', '', ''],
      ['env(kind=grid).kind', "'grid'", null, '', '', ''],
      ['env(kind=grid).points', 'integer', null, '>= 2', '', ''],
      ['env(kind=log).kind', "'log'", null, '', '', ''],
      ['policies', 'list of mapping', null, '', '', ''],
      ['policies[].id', 'text', null, '1 or more characters', '', ''],
    ]);
  });
});

describe('configJsonSchema', () => {
  it('forbids unknown keys and keeps units, for editors', () => {
    expect(configJsonSchema(schema)).toMatchObject({
      additionalProperties: false,
      required: ['numEnvs', 'env'],
      properties: { gamma: { unit: 'per step', minimum: 0, maximum: 1, default: 0.99 } },
    });
  });
});
