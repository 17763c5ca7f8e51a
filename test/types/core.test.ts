import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import type { Agent } from '../../src/core/agent.ts';
import { parseYamlConfig } from '../../src/core/config.ts';
import type { Env } from '../../src/core/env.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import type { BidPolicy, MultiplierPolicy, Policy } from '../../src/core/policy.ts';
import { makeRegistry } from '../../src/core/registry.ts';
import { singleEnv } from '../../src/core/single-env.ts';
import { box, discrete, type Space } from '../../src/core/space.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';

/* These tests pass by compiling: `tsc --noEmit` is part of `npm run check`. */

describe('types of the contracts', () => {
  it('let a configuration have the type of its schema, defaults filled in', () => {
    const schema = z.strictObject({ a: z.number().default(1), b: z.string().optional() });
    expectTypeOf(parseYamlConfig<typeof schema>).returns.toEqualTypeOf<{ a: number; b?: string | undefined }>();
  });

  it('let spaces and policies be told apart by their kind', () => {
    expectTypeOf(box).returns.toExtend<Space>();
    expectTypeOf(discrete).returns.toExtend<Space>();
    expectTypeOf<Extract<Policy, { kind: 'multiplier' }>>().toEqualTypeOf<MultiplierPolicy>();
    expectTypeOf<Extract<Policy, { kind: 'bid' }>>().toEqualTypeOf<BidPolicy>();
  });

  it('let the view of a vector be an environment', () => {
    expectTypeOf(singleEnv).parameter(0).toEqualTypeOf<VectorEnv>();
    expectTypeOf(singleEnv).returns.toExtend<Env>();
  });

  it('give registry entries their own type', () => {
    const registry = makeRegistry('number', { one: 1 });
    expectTypeOf(registry.get).returns.toEqualTypeOf<number>();
  });

  it('refuse what must not be written', () => {
    const refused = (env: VectorEnv, agent: Agent, space: Space) => {
      // @ts-expect-error buffers are the environment's own
      env.observations = new Float32Array(1);
      // @ts-expect-error money and counts are no actions
      env.step([1, 2]);
      // @ts-expect-error there is no third mode of acting
      agent.act(env.observations, new Int32Array(1), 'random');
      // @ts-expect-error features belong to boxes only
      return space.features;
    };
    expectTypeOf(refused).toBeFunction();
    expectTypeOf<'NO_SUCH_CODE'>().not.toExtend<ErrorCode>();
  });
});
