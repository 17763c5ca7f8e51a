import { describe, expect, it } from 'vitest';
import { checkVectorEnv } from '../../../src/core/check-vector-env.ts';
import { ENV_RULES, type EnvRule } from '../../../src/core/env-rules.ts';
import { Rng } from '../../../src/core/rng.ts';
import type { VectorEnv } from '../../../src/core/vector-env.ts';
import { RandomWalk } from './random-walk.ts';

type Make = (numEnvs: number) => VectorEnv;

/** A walk with some members replaced. */
function walk(change: (env: RandomWalk) => Partial<Record<keyof RandomWalk, unknown>>): Make {
  return (numEnvs) => {
    const env = new RandomWalk(numEnvs);
    return Object.assign(env, change(env)) as VectorEnv;
  };
}

let shared = new Rng('shared');
const sharedObservations = new Float32Array(8);

const faults: readonly { rule: EnvRule; fault: string; make: Make }[] = [
  { rule: 'spaces', fault: 'a feature without an interval', make: walk(() => ({ observationSpace: badBox() })) },
  { rule: 'spaces', fault: 'no actions', make: walk(() => ({ actionSpace: { kind: 'discrete', n: 0 } })) },
  {
    rule: 'spaces',
    fault: 'no spaces at all',
    make: walk(() => ({ observationSpace: undefined, actionSpace: undefined })),
  },
  {
    rule: 'spaces',
    fault: 'a constructor that throws',
    make: () => {
      throw new Error('no luck');
    },
  },
  { rule: 'buffers', fault: 'rewards in float32', make: walk((e) => ({ rewards: new Float32Array(e.numEnvs) })) },
  { rule: 'buffers', fault: 'short observations', make: walk(() => ({ observations: new Float32Array(1) })) },
  { rule: 'buffers', fault: 'another number of copies', make: () => new RandomWalk(7) },
  {
    rule: 'buffers',
    fault: 'new buffers every step',
    make: walk((env) => ({
      step(actions: Int32Array) {
        env.observations = env.observations.slice();
        RandomWalk.prototype.step.call(env, actions);
      },
    })),
  },
  {
    rule: 'observation-bounds',
    fault: 'a feature beyond its bounds',
    make: walk((env) => ({
      observe(n: number, out: Float32Array) {
        RandomWalk.prototype.observe.call(env, n, out);
        out[2 * n + 1] = 1.5;
      },
    })),
  },
  {
    rule: 'observation-private',
    fault: 'one buffer for all instances',
    make: walk((env) => ({ observations: sharedObservations.subarray(0, 2 * env.numEnvs) })),
  },
  {
    rule: 'reward',
    fault: 'an infinite reward',
    make: walk((env) => ({
      advance(n: number, action: number) {
        RandomWalk.prototype.advance.call(env, n, action);
        if (env.terminated[n]) env.rewards[n] = Number.NEGATIVE_INFINITY;
        if (env.truncated[n]) env.rewards[n] = Number.NaN;
      },
    })),
  },
  {
    rule: 'end-flags',
    fault: 'terminated and truncated at once',
    make: walk((env) => ({
      end(n: number) {
        env.truncated[n] = 1;
        env.terminated[n] = 1;
        RandomWalk.prototype.end.call(env, n);
      },
    })),
  },
  {
    rule: 'episode-end',
    fault: 'no end',
    make: walk((env) => ({
      advance(n: number, action: number) {
        RandomWalk.prototype.advance.call(env, n, action);
        env.terminated[n] = 0;
        env.truncated[n] = 0;
      },
    })),
  },
  {
    rule: 'reset-required',
    fault: 'a step before the reset',
    make: walk((env) => {
      env.reset(0);
      return {};
    }),
  },
  {
    rule: 'seed-refused',
    fault: 'a reset that takes any seed',
    make: walk((env) => ({
      reset: (seed: number) => RandomWalk.prototype.reset.call(env, Math.abs(Math.trunc(seed)) || 0),
    })),
  },
  { rule: 'action-refused', fault: 'no check of actions', make: walk(() => ({ checkActions() {} })) },
  {
    rule: 'action-refused',
    fault: 'a check after some copies moved',
    make: walk((env) => ({
      step(actions: Int32Array) {
        if (env.seed === null || actions.length !== env.numEnvs) return RandomWalk.prototype.step.call(env, actions);
        for (let n = 0; n < env.numEnvs; n++) {
          RandomWalk.prototype.checkActions.call(env, new Int32Array(env.numEnvs).fill(actions[n]!));
          env.advance(n, actions[n]!);
        }
      },
    })),
  },
  {
    rule: 'action-accepted',
    fault: 'a legal action refused',
    make: walk((env) => ({
      checkActions(actions: Int32Array) {
        RandomWalk.prototype.checkActions.call(env, actions);
        if (actions[0] === 1) throw new Error('not right');
      },
    })),
  },
  {
    rule: 'seed-determinism',
    fault: 'a generator that outlives the reset',
    make: walk(() => ({ stream: () => shared })),
  },
  {
    rule: 'seed-sensitivity',
    fault: 'a fixed seed',
    make: walk(() => ({ stream: (n: number, e: number) => new Rng(`${n}/${e}`) })),
  },
  {
    rule: 'same-step-autoreset',
    fault: 'the final observation left in observations',
    make: walk((env) => ({
      end(n: number) {
        RandomWalk.prototype.end.call(env, n);
        env.observations.set(env.finalObservations.subarray(2 * n, 2 * n + 2), 2 * n);
      },
    })),
  },
  {
    rule: 'same-step-autoreset',
    fault: 'the reset observation as the final one',
    make: walk((env) => ({
      end(n: number) {
        RandomWalk.prototype.end.call(env, n);
        env.observe(n, env.finalObservations);
      },
    })),
  },
  {
    rule: 'same-step-autoreset',
    fault: 'final observations never written',
    make: walk((env) => ({
      end(n: number) {
        env.episode[n]! += 1;
        env.begin(n);
      },
    })),
  },
  {
    rule: 'same-step-autoreset',
    fault: 'a start that depends on the last episode',
    make: walk((env) => ({
      end(n: number) {
        const last = env.position[n]!;
        RandomWalk.prototype.end.call(env, n);
        env.position[n]! += last / 10;
        env.observe(n, env.observations);
      },
    })),
  },
  {
    rule: 'episode-streams',
    fault: 'one stream for all copies in turn',
    make: walk((env) => {
      let stream = new Rng('none');
      return {
        reset(seed: number) {
          stream = new Rng(`walk/${seed}`);
          RandomWalk.prototype.reset.call(env, seed);
        },
        stream: () => stream,
      };
    }),
  },
  {
    rule: 'episode-streams',
    fault: 'the same episodes in every copy',
    make: walk((env) => ({ stream: (_n: number, episode: number) => new Rng(`${env.seed}/${episode}`) })),
  },
];

function badBox() {
  return { kind: 'box', features: [{ name: 'x', unit: '', low: 1, high: Number.NaN, description: '' }] };
}

describe('checkVectorEnv', () => {
  it.each([false, true])('finds nothing in a well-behaved environment (continuous: %s)', (continuous) => {
    expect(checkVectorEnv((numEnvs) => new RandomWalk(numEnvs, { continuous }))).toEqual([]);
  });

  it.each(faults)('reports $rule for $fault', ({ rule, make }) => {
    shared = new Rng('shared');
    const found = checkVectorEnv(make, { maxEpisodeSteps: 50 });
    expect(found.map((violation) => violation.rule)).toContain(rule);
    expect(found.find((violation) => violation.rule === rule)?.message).toContain(ENV_RULES[rule]);
  });

  it('does not ask an environment without randomness to differ by seed or copy', () => {
    const make = walk(() => ({ stream: () => new Rng('always the same') }));
    expect(checkVectorEnv(make).map((violation) => violation.rule)).toEqual(['seed-sensitivity', 'episode-streams']);
    expect(checkVectorEnv(make, { deterministic: true })).toEqual([]);
  });
});
