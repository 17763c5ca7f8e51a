import type { ScorePoint } from '../../train-agent.ts';
import type { StudyTrial } from '../study.ts';
import type { LearningTask } from './problem.ts';

/** One learner on one problem in one seed. */
export interface LearnersTrial extends StudyTrial {
  /** Id in the registry of problems. */
  readonly problem: string;
  /** Name of the seat, and its words. */
  readonly policy: string;
  readonly learner: string;
  readonly task: LearningTask;
}

/** One evaluation along training. */
export interface CurvePoint extends ScorePoint {
  /** Wall seconds since training began, its evaluations included. */
  readonly seconds: number;
}

/** What came of it. */
export interface LearnersResult {
  readonly score: number;
  readonly curve: readonly CurvePoint[];
}
