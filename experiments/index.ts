/**
 * Experiments as functions: load a YAML, run its trials, draw its report. What the command line does, importable.
 *
 * @module
 */

export { actionDecoding } from './action-decoding.ts';
export { type Campaign, loadCampaign } from './campaign.ts';
export { type CompareConfig, compareSchema, type LadderConfig, ladderSchema } from './experiment-config.ts';
export { type LoadedExperiment, loadComparison, loadExperiment } from './experiment-file.ts';
export { meanValueRatio } from './flights.ts';
export { type LearnerSettings, type TrainedLearner, trainLearner } from './learner.ts';
export { loadMarketPreset } from './market-presets.ts';
export { modelPolicy } from './model-policy.ts';
export { reportInputs } from './report-inputs.ts';
export { type LadderResult, type LadderRow, runLadder } from './rlb-ladder.ts';
export { type FinishedExperiment, type RunSettings, runCompare } from './run-compare.ts';
export { services } from './services/services.ts';
export { baselineContext } from './trial.ts';
export { type World, type WorldSource, worldOf, worldSource } from './world.ts';
