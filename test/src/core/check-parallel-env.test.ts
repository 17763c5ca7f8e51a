import { describe, expect, it } from 'vitest';
import { createAuctionHouse } from '../../../envs/auction-house.ts';
import { checkParallelEnv } from '../../../src/core/check-parallel-env.ts';
import type { ParallelEnv } from '../../../src/core/parallel-env.ts';
import { smallHouse } from '../sim/market/small-house.ts';

const house = smallHouse({ ticksPerDay: 3, traffic: { opportunitiesPerDay: 30 } }, [{ name: 'a' }, { name: 'b' }]);

function sound(numEnvs: number): ParallelEnv {
  return createAuctionHouse({
    ...{ house, reward: 'surplus', rewardUnitMicros: 1e4, startingMultiplier: 1, numEnvs },
    decoding: { kind: 'grid', multipliers: [0.3, 0.6, 1], minMultiplier: 0.1, maxMultiplier: 2 },
    scales: { priceMicros: 10_000, value: 20_000 },
  });
}

/** A sound environment whose parts `fault` may replace. */
function faulty(fault: (env: ParallelEnv) => Partial<ParallelEnv>) {
  return (numEnvs: number): ParallelEnv => {
    const env = sound(numEnvs);
    const broken = fault(env);
    return {
      ...{ id: env.id, numEnvs, ports: broken.ports ?? env.ports },
      possibleAgents: broken.possibleAgents ?? env.possibleAgents,
      get agents() {
        return broken.agents ?? env.agents;
      },
      reset: broken.reset ?? ((seed) => env.reset(seed)),
      step: broken.step ?? ((actions) => env.step(actions)),
    };
  };
}

function rulesBroken(fault: (env: ParallelEnv) => Partial<ParallelEnv>): readonly string[] {
  return checkParallelEnv(faulty(fault), { maxEpisodeSteps: 50 }).map(({ rule }) => rule);
}

describe('checkParallelEnv', () => {
  it('finds nothing in a sound environment', () => {
    expect(checkParallelEnv(sound, { maxEpisodeSteps: 50 })).toEqual([]);
  });

  it('finds an agent without a port and a name used twice', () => {
    expect(rulesBroken(() => ({ possibleAgents: ['a', 'b', 'c'] }))).toEqual(['agent-names']);
    expect(rulesBroken(() => ({ possibleAgents: ['a', 'a'] }))).toEqual(['agent-names']);
  });

  it('finds agents that take part before the reset, or not after it', () => {
    expect(rulesBroken(() => ({ agents: ['a', 'b'] }))).toContain('agents-after-reset');
    expect(rulesBroken(() => ({ agents: ['a'] }))).toContain('agents-after-reset');
  });

  it('finds a missing agent that nobody misses', () => {
    const idle = new Int32Array(3);
    expect(rulesBroken((env) => ({ step: ({ a = idle, b = idle }) => env.step({ a, b }) }))).toContain('joint-actions');
  });

  it('finds an agent that ends before the others', () => {
    const broken = rulesBroken((env) => ({
      step(actions) {
        env.step(actions);
        env.ports['b']!.terminated.fill(1);
      },
    }));
    expect(broken).toContain('ends-together');
  });

  it('finds agents that write into one buffer', () => {
    expect(rulesBroken(({ ports }) => ({ ports: { a: ports['a']!, b: ports['a']! } }))).toContain('private-buffers');
  });

  it('names the agent in whose seat a rule of vector environments is broken', () => {
    const violations = checkParallelEnv(
      faulty((env) => ({
        step(actions) {
          env.step(actions);
          env.ports['b']!.rewards.fill(Number.NaN);
        },
      })),
      { maxEpisodeSteps: 50 },
    );
    expect(violations.map(({ rule, agent }) => [rule, agent])).toContainEqual(['reward', 'b']);
    expect(violations.some(({ agent }) => agent === 'a')).toBe(false);
  });
});
