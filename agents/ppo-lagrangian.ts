import { z } from 'zod';
import { parseConfig } from '../src/core/config.ts';
import { multiplierSettings } from './constraint.ts';
import type { AgentContext, CriticAgent } from './context.ts';
import { CostCritic } from './cost-critic.ts';
import { Ppo, ppoSchema } from './ppo.ts';

/** Hyper-parameters of {@link createPpoLagrangian}: PPO's, and those of the price of the cost. */
export const ppoLagrangianSchema = z
  .strictObject({
    ...ppoSchema.shape,
    ...multiplierSettings,
    costCriticSteps: z.int().min(1).max(1_000).default(10).meta({
      unit: 'gradient steps',
      description: 'Steps of the critic of costs towards the costs of each rollout.',
    }),
  })
  .meta({ description: 'PPO that keeps the mean cost of an episode within a limit by a learnt price of the cost.' });

/**
 * A PPO-Lagrangian learner for environments with a constraint: PPO on (A_r − λ A_c) / (1 + λ), with a critic of its own for
 * the costs and a price λ that rises while episodes cost more than the limit.
 *
 * @param options Hyper-parameters; checked against {@link ppoLagrangianSchema}, defaults filled in.
 * @throws SimError `CONFIG_INVALID` on a bad option, and when it meets an environment without a constraint.
 *
 * Source: Ray, Achiam & Amodei (2019), "Benchmarking Safe Exploration in Deep Reinforcement Learning", section 4.
 */
export function createPpoLagrangian(context: AgentContext, options: unknown): CriticAgent {
  const checked = parseConfig(ppoLagrangianSchema, options, 'agent ppo-lagrangian');
  const { learningRate, adamEpsilon } = checked;
  const adam = { learningRate, beta1: 0.9, beta2: 0.999, epsilon: adamEpsilon };
  const obsDim = context.observationSpace.features.length;
  const spec = { ...checked, numEnvs: context.numEnvs, obsDim };
  return new Ppo('ppo-lagrangian', context, checked, new CostCritic(context.engine, spec, adam, context.rng));
}
