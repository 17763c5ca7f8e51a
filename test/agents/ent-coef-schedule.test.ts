import { describe, expect, it } from 'vitest';
import { agents } from '../../agents/registry.ts';
import { ProbeEnv } from '../../envs/classic/probe.ts';
import { Rng } from '../../src/core/rng.ts';
import { selectEngine } from '../../src/nn/select-backend.ts';
import { train } from '../../src/train/train.ts';

const engine = await selectEngine('simd');
const NUM_ENVS = 16;

/** The final weights of a training of `steps` env steps whose schedules run over `totalEnvSteps`. */
function trained(id: string, steps: number, totalEnvSteps: number, options: object): Float32Array {
  const env = new ProbeEnv('probe-choice-v1', NUM_ENVS);
  const { observationSpace, actionSpace, numEnvs } = env;
  const context = { engine, observationSpace, actionSpace, numEnvs, totalEnvSteps, rng: new Rng('schedule') };
  const agent = agents.get(id).create(context, { hidden: [8], learningRateSchedule: 'constant', ...options });
  for (const _ of train({ env, agent, totalEnvSteps: steps, seed: 0 }));
  const weights = agent.getState().arrays['weights']!;
  agent.dispose();
  return weights;
}

describe.each(['ppo', 'a2c', 'reinforce'])('the entropy bonus of %s', (id) => {
  const bonus = { entCoef: 0.5 };
  const linear = { ...bonus, entCoefSchedule: 'linear' };

  it('stays as it is unless told otherwise', () => {
    const plain = trained(id, 2048, 2048, bonus);
    expect(trained(id, 2048, 2048, { ...bonus, entCoefSchedule: 'constant' })).toEqual(plain);
    expect(trained(id, 2048, 2048, { entCoef: 0 })).not.toEqual(plain);
  });

  it('falls over training, hardly at its beginning', () => {
    // A training so long that these steps are its very beginning.
    const beginning = trained(id, 2048, 1e12, linear);
    const plain = trained(id, 2048, 1e12, bonus);
    for (let i = 0; i < plain.length; i++) expect(beginning[i]).toBeCloseTo(plain[i]!, 4);
    expect(trained(id, 2048, 2048, linear)).not.toEqual(trained(id, 2048, 2048, bonus));
  });
});
