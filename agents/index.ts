/**
 * Learners and baselines.
 *
 * @module
 */
export { type Baseline, type BaselineContext, defineBaseline } from './baselines/baseline.ts';
export { baselines } from './baselines/registry.ts';
export { withConstraint } from './constraint.ts';
export type { AgentContext } from './context.ts';
export { type AgentEntry, agents, createOfflineAgent } from './registry.ts';
