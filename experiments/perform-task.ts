import { performStudyTask, type StudyTask } from './studies/study-task.ts';
import { performTrial, type TrialTask } from './trial-task.ts';

/** What a worker can be given: plain data that names its results folder and run. */
export type AnyTask = TrialTask | StudyTask;

/** Runs a task and writes its run folder. @param onShare Called with the share done. */
export function performTask(task: AnyTask, onShare: (share: number) => void): Promise<void> {
  return 'study' in task ? performStudyTask(task, onShare) : performTrial(task, onShare);
}
