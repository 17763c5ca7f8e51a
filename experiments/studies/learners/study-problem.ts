import type { z } from 'zod';
import type { AgentEntry } from '../../../agents/agent-entry.ts';
import { agents } from '../../../agents/registry.ts';
import { parseConfig } from '../../../src/core/config.ts';
import type { Space } from '../../../src/core/space.ts';
import { mean } from '../../../src/eval/statistics.ts';
import { shippedOptions } from '../../seat-options.ts';
import type { ScorePoint } from '../../train-agent.ts';
import type { Study, StudyConfig, StudyTrial } from '../study.ts';
import type { LearningTask, Problem } from './problem.ts';

/** A problem that another study poses: its training, its judging and its score. */
export interface StudyProblem<Config extends StudyConfig, Trial extends StudyTrial, Result>
  extends Pick<Problem, 'title' | 'env' | 'axis' | 'envSteps' | 'threshold'> {
  readonly study: Study<Config, Trial, Result>;
  /** What one unit of the problem's score is in the study's. */
  readonly scoreUnit?: number;
  /** Settings of the study, without its seeds and policies; small enough to be judged in seconds. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** By kind of action space, the setting `actions` of learners without a shipped one; null where the study has none. */
  readonly actions: Readonly<Partial<Record<Space['kind'], unknown>>>;
}

/** The score of a learner's rows, as the study ranks by it: their mean over whatever parts them. */
export function studyProblem<
  Config extends StudyConfig,
  Trial extends StudyTrial,
  Result extends { readonly curve: readonly ScorePoint[] },
>(posed: StudyProblem<Config, Trial, Result>): Problem {
  const { study, scoreUnit = 1, settings, actions, title, env, axis, envSteps, threshold } = posed;
  const spaceOf = (agent: AgentEntry): Space['kind'] | undefined =>
    agent.actionSpaces.find((kind) => Object.hasOwn(actions, kind));
  const configOf = ({ agent: id, seed, options, ...length }: LearningTask): Config => {
    const form = writtenActions(posed, id, actions[spaceOf(agents.get(id))!]);
    const names = { kind: study.kind, experiment: `learners-${env}`, title, description: title };
    const policies = [{ id, ...form, ...options }];
    const written = { ...settings, ...names, ...length, seeds: seed + 1, policies };
    return parseConfig(study.schema as z.ZodType<Config>, written, 'settings');
  };
  return {
    ...{ title, env, axis, envSteps, threshold },
    accepts: (agent) => spaceOf(agent) !== undefined,
    async learn(task, context) {
      const config = configOf(task);
      const trials = (await study.trials(config, context)).filter(({ seed }) => seed === task.seed);
      const finished: { trial: Trial; result: Result }[] = [];
      for (const trial of trials) finished.push({ trial, result: await study.runTrial(config, trial, context) });
      const { rows, score } = await study.assemble(config, finished, context);
      const scores = rows.filter(({ kind }) => kind === 'learner').map((row) => row[score] as number);
      return { score: mean(scores) / scoreUnit, curve: finished[0]!.result.curve };
    },
  };
}

/** What is written of the actions: nothing where shipped hyper-parameters say it, or where a study leaves no choice. */
function writtenActions(posed: Pick<Problem, 'env'>, agent: string, form: unknown): object {
  return form === null || Object.hasOwn(shippedOptions(posed.env, agent), 'actions') ? {} : { actions: form };
}
