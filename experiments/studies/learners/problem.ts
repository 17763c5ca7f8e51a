import type { AgentEntry } from '../../../agents/agent-entry.ts';
import type { ScorePoint } from '../../train-agent.ts';
import type { TrialContext } from '../study.ts';

/** Something to learn, with a score that is the same whoever learns. */
export interface Problem {
  /** Words for people. */
  readonly title: string;
  /** The environment; its shipped hyper-parameters are used. */
  readonly env: string;
  /** Of the score: "Conversions per episode"; higher is better. */
  readonly axis: string;
  /** Training length where nobody says otherwise, env steps. */
  readonly envSteps: number;
  /** From this score on the problem counts as solved. */
  readonly threshold: number;
  /** Whether a learner can act here. */
  accepts(agent: AgentEntry): boolean;
  /**
   * Trains one learner and judges it on episodes that it was neither trained nor chosen on; a function of its arguments.
   * Tells the share done once after each evaluation.
   *
   * @throws SimError `CONFIG_INVALID` on bad options of the agent.
   */
  learn(task: LearningTask, context: TrialContext): Promise<Learnt>;
}

/** One learner on one problem; plain JSON. */
export interface LearningTask {
  /** Id in the agent registry. */
  readonly agent: string;
  /** Written options, over the shipped ones. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly envSteps: number;
  /** How often the greedy network is scored along the way. */
  readonly evaluations: number;
}

/** What came of it. */
export interface Learnt {
  readonly score: number;
  /** Scores on validation episodes along training, the first before any step. */
  readonly curve: readonly ScorePoint[];
}
