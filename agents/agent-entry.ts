import type { z } from 'zod';
import type { Agent } from '../src/core/agent.ts';
import type { Space } from '../src/core/space.ts';
import type { AgentContext } from './context.ts';

/** A kind of learner. */
export interface AgentEntry {
  /** Words for people. */
  readonly title: string;
  /** Paper it comes from. */
  readonly source: string;
  /** Hyper-parameters with defaults, bounds, units and descriptions. */
  readonly schema: z.ZodType;
  /** Kinds of action space that it can act in. */
  readonly actionSpaces: readonly Space['kind'][];
  /** Whose steps it learns from: its present policy's alone, its own and older ones too, or others' alone. */
  readonly policy: 'on' | 'off' | 'logged';
  /** Whether the outputs of a discrete network that it hands out are values of actions; otherwise they are logits. */
  readonly actionValues: boolean;
  /** Whether it keeps a limit on a cost by itself. */
  readonly constraints: boolean;
  /** Whether it is made to learn from logged episodes without acting; then what it creates is an {@link OfflineAgent}. */
  readonly offline: boolean;
  /**
   * @param options Hyper-parameters; checked, defaults filled in.
   * @throws SimError `CONFIG_INVALID` on a bad option or an action space that it cannot act in.
   */
  readonly create: (context: AgentContext, options: unknown) => Agent;
}
