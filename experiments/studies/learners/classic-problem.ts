import { z } from 'zod';
import { agents } from '../../../agents/registry.ts';
import { Rng } from '../../../src/core/rng.ts';
import type { VectorEnv } from '../../../src/core/vector-env.ts';
import { meanFirstReturn } from '../../mean-first-return.ts';
import { checkOptions, learnerSettings } from '../../seat-options.ts';
import { trainAgent } from '../../train-agent.ts';
import type { Problem } from './problem.ts';

/** A classic control problem: its score is the mean return. */
export interface ClassicProblem extends Pick<Problem, 'title' | 'env' | 'envSteps' | 'threshold'> {
  make(numEnvs: number): VectorEnv;
}

const seatSchema = z.strictObject({
  numEnvs: z.int().min(1).max(4096).default(8).meta({ unit: 'copies', description: 'Copies that act at once.' }),
});

/** Episodes that choose networks, and those that judge. */
const CHOOSING_EPISODES = 40;
const JUDGING_EPISODES = 100;

/** The problem of an environment without settings: mean return of 100 greedy episodes. */
export function classicProblem({ title, env: id, envSteps, threshold, make }: ClassicProblem): Problem {
  const space = make(1).actionSpace.kind;
  return {
    ...{ title, env: id, envSteps, threshold },
    axis: 'Return per episode',
    accepts: (agent) => agent.actionSpaces.includes(space),
    async learn(task, context) {
      const { settings, options } = learnerSettings(seatSchema, id, task.agent, task.options, 'policies');
      const rng = new Rng(`learners/${id}/${task.agent}/${task.seed}`);
      const choosing = make(CHOOSING_EPISODES);
      const { network, curve } = trainAgent({
        agent: task.agent,
        options: checkOptions(agents.get(task.agent).schema, options, 'policies'),
        env: make(settings.numEnvs),
        envSteps: task.envSteps,
        evaluations: task.evaluations,
        rng,
        engine: await context.engine(),
        score: (candidate) => meanFirstReturn(candidate, choosing, rng.split('choosing').seed()),
        scoreId: 'eval/return',
        onRecord: context.onShare,
      });
      const judging = new Rng(`learners/${id}/judging/${task.seed}`).seed();
      return { score: meanFirstReturn(network, make(JUDGING_EPISODES), judging), curve };
    },
  };
}
