import { describe, expect, it } from 'vitest';
import { checkEnv } from '../../../src/core/check-env.ts';
import type { Env, Step } from '../../../src/core/env.ts';
import { ENV_RULES, type EnvRule } from '../../../src/core/env-rules.ts';
import { singleEnv } from '../../../src/core/single-env.ts';
import { RandomWalk } from './random-walk.ts';

type Action = number | ArrayLike<number>;
type Result = Step<unknown>;

/** A well-behaved environment with some members replaced. */
function walk(change: (env: Env) => Partial<Env>, continuous = false): () => Env {
  return () => {
    const env = singleEnv(new RandomWalk(1, { continuous }));
    const proxy: Env = {
      id: env.id,
      observationSpace: env.observationSpace,
      actionSpace: env.actionSpace,
      reset: (options) => env.reset(options),
      step: (action) => env.step(action),
    };
    return { ...proxy, ...change(env) };
  };
}

/** A walk whose steps are changed on their way out. */
function stepsChanged(change: (step: Result) => Partial<Result>): () => Env {
  return walk((env) => ({
    step: (action: Action) => {
      const step = env.step(action);
      return { ...step, ...change(step) };
    },
  }));
}

/** A walk that clips or rounds actions instead of refusing them. */
function lenient(mend: (action: Action) => Action, continuous = false): () => Env {
  return walk((env) => ({ step: (action: Action) => env.step(mend(action)) }), continuous);
}

let unseeded = 0;
const sharedObservation = new Float32Array(2);

const faults: readonly { rule: EnvRule; fault: string; make: () => Env }[] = [
  { rule: 'spaces', fault: 'no features', make: walk(() => ({ observationSpace: { kind: 'box', features: [] } })) },
  {
    rule: 'spaces',
    fault: 'an open action interval',
    make: walk(() => ({
      actionSpace: {
        kind: 'box',
        features: [{ name: 'a', unit: '', low: 0, high: Number.POSITIVE_INFINITY, description: '' }],
      },
    })),
  },
  {
    rule: 'observation-shape',
    fault: 'an observation in float64',
    make: stepsChanged((step) => ({ observation: Float64Array.from(step.observation) as unknown as Float32Array })),
  },
  {
    rule: 'observation-shape',
    fault: 'one feature too many',
    make: stepsChanged(() => ({ observation: new Float32Array(3) })),
  },
  {
    rule: 'observation-shape',
    fault: 'a reset that returns nothing',
    make: walk((env) => ({
      reset: (options) => {
        env.reset(options);
        return undefined as unknown as { observation: Float32Array; info: unknown };
      },
    })),
  },
  {
    rule: 'observation-bounds',
    fault: 'NaN',
    make: stepsChanged(() => ({ observation: new Float32Array([0, Number.NaN]) })),
  },
  {
    rule: 'observation-private',
    fault: 'one buffer for all instances',
    make: walk((env) => ({
      reset: (options) => {
        sharedObservation.set(env.reset(options).observation);
        return { observation: sharedObservation, info: null };
      },
      step: (action: Action) => {
        const step = env.step(action);
        sharedObservation.set(step.observation);
        return { ...step, observation: sharedObservation };
      },
    })),
  },
  {
    rule: 'observation-private',
    fault: 'an observation that is the state',
    make: walk((env) => {
      let view: Float32Array = new Float32Array(2);
      return {
        reset: (options) => {
          const start = env.reset(options);
          view = start.observation;
          return start;
        },
        step: (action: Action) => {
          const before = view[0]!;
          return { ...env.step(action), reward: Number.isNaN(before) ? 0 : before };
        },
      };
    }),
  },
  { rule: 'reward', fault: 'NaN', make: stepsChanged(() => ({ reward: Number.NaN })) },
  {
    rule: 'end-flags',
    fault: 'both flags',
    make: stepsChanged((s) => ({ terminated: s.truncated, truncated: s.truncated })),
  },
  { rule: 'end-flags', fault: 'no flags', make: stepsChanged(() => ({ terminated: 'no' as unknown as boolean })) },
  { rule: 'episode-end', fault: 'no end', make: endless() },
  {
    rule: 'reset-required',
    fault: 'a reset in the constructor',
    make: walk((env) => {
      env.reset({ seed: 0 });
      return {};
    }),
  },
  {
    rule: 'end-requires-reset',
    fault: 'a reset behind the back',
    make: walk((env) => {
      let ended = false;
      return {
        step: (action: Action) => {
          if (ended) env.reset();
          const step = env.step(action);
          ended = step.terminated || step.truncated;
          return step;
        },
      };
    }),
  },
  {
    rule: 'seed-refused',
    fault: 'any seed',
    make: walk((env) => ({ reset: ({ seed = 0 } = {}) => env.reset({ seed: Math.abs(Math.trunc(seed)) || 0 }) })),
  },
  {
    rule: 'action-refused',
    fault: 'actions taken modulo',
    make: lenient((a) => Math.abs(Math.trunc(Number(a))) % 2 || 0),
  },
  {
    rule: 'action-refused',
    fault: 'fractions cut',
    make: lenient((a) => (Number.isFinite(a) ? Math.trunc(Number(a)) : a)),
  },
  {
    rule: 'action-refused',
    fault: 'clipped floats',
    make: lenient((a) => [Math.min(0.7, Math.max(-0.1, Number((a as number[])[0])))], true),
  },
  {
    rule: 'action-refused',
    fault: 'an error without a code',
    make: lenient((a) => {
      if (a === 0 || a === 1) return a;
      throw new RangeError('bad');
    }),
  },
  {
    rule: 'action-accepted',
    fault: 'a legal action refused',
    make: lenient((a) => {
      if (a === 1) throw new Error('not right');
      return a;
    }),
  },
  {
    rule: 'seed-determinism',
    fault: 'a reward from outside',
    make: stepsChanged(() => {
      unseeded += 1;
      return { reward: unseeded };
    }),
  },
  {
    rule: 'seed-sensitivity',
    fault: 'a fixed seed',
    make: walk((env) => ({ reset: ({ seed } = {}) => fixed(env, seed) })),
  },
];

/** Checks the seed and then ignores it. */
function fixed(env: Env, seed: number | undefined) {
  if (seed === undefined) return env.reset();
  env.reset({ seed });
  return env.reset({ seed: 1 });
}

function endless(): () => Env {
  return walk((env) => ({
    step: (action: Action) => {
      const step = env.step(action);
      if (step.terminated || step.truncated) env.reset();
      return { ...step, terminated: false, truncated: false };
    },
  }));
}

describe('checkEnv', () => {
  it.each([false, true])('finds nothing in a well-behaved environment (continuous: %s)', (continuous) => {
    expect(checkEnv(() => singleEnv(new RandomWalk(1, { continuous })))).toEqual([]);
  });

  it.each(faults)('reports $rule for $fault', ({ rule, make }) => {
    unseeded = 0;
    const found = checkEnv(make, { maxEpisodeSteps: 50 });
    expect(found.map((violation) => violation.rule)).toContain(rule);
    expect(found.find((violation) => violation.rule === rule)?.message).toContain(ENV_RULES[rule]);
  });

  it('says what it saw, the cause and the mending', () => {
    const [violation] = checkEnv(stepsChanged(() => ({ reward: Number.NaN })));
    expect(violation).toEqual({ rule: 'reward', message: 'step 0 gave the reward NaN. Return a finite reward.' });
  });

  it('survives an environment in which everything throws', () => {
    const thrower = (): never => {
      throw new Error('no');
    };
    expect(checkEnv(walk(() => ({ reset: thrower, step: thrower }))).length).toBeGreaterThan(2);
    expect(checkEnv(thrower)).toHaveLength(1);
    expect(checkEnv(() => null as unknown as Env)).toHaveLength(1);
  });
});
