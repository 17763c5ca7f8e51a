/**
 * Learners and baselines.
 *
 * @module
 */

export type { AgentEntry } from './agent-entry.ts';
export { type Baseline, type BaselineContext, defineBaseline } from './baselines/baseline.ts';
export { baselines } from './baselines/registry.ts';
export { withConstraint } from './constraint.ts';
export type { AgentContext } from './context.ts';
export { agents, createOfflineAgent } from './registry.ts';
