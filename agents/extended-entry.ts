import { z } from 'zod';
import type { Agent, OfflineAgent } from '../src/core/agent.ts';
import { parseConfig } from '../src/core/config.ts';
import type { AgentEntry } from './agent-entry.ts';
import { multiplierSettings, withConstraint } from './constraint.ts';
import { NormalizedAgent, NormalizedOfflineAgent } from './normalized.ts';

/** Options that every learner takes beside its own. */
const normalizationSettings = {
  normalizeObservations: z.boolean().default(false).meta({
    unit: '',
    description: 'Learn from observations less their running mean over their standard deviation; exports carry both.',
  }),
  normalizeRewards: z.boolean().default(false).meta({
    unit: '',
    description: 'Learn from rewards over the running standard deviation of the discounted return.',
  }),
};

/** Option of learners that act and do not keep a constraint by themselves. */
const constraintSetting = {
  constraint: z.strictObject(multiplierSettings).nullable().default(null).meta({
    unit: '',
    description:
      "Keep the environment's constraint by a learnt price of its cost; {} takes its default steps, null is none.",
  }),
};

/**
 * A learner's entry with what any learner can be given: normalised observations and rewards, and, where it acts and keeps no
 * constraint by itself, a learnt price of the environment's constraint.
 */
export function extendedEntry(entry: AgentEntry & { readonly schema: z.ZodObject }): AgentEntry {
  const constrainable = !entry.constraints && entry.policy !== 'logged';
  const settings = { ...normalizationSettings, ...(constrainable && constraintSetting) };
  const common = z.object(settings);
  const schema = entry.schema.extend(settings).meta({ ...entry.schema.meta() });
  return {
    ...entry,
    schema,
    create(context, options) {
      const { numEnvs, observationSpace } = context;
      const given = parseConfig(common, options, 'agent');
      const own = Object.entries((options ?? {}) as object).filter(([key]) => !Object.hasOwn(settings, key));
      const plain = entry.create(context, Object.fromEntries(own));
      const price = 'constraint' in given ? given.constraint : null;
      const agent = price === null ? plain : withConstraint(plain, numEnvs, price);
      const what = {
        observations: given.normalizeObservations,
        rewards: given.normalizeRewards,
        gamma: Number((options as { gamma?: number } | undefined)?.gamma ?? DEFAULT_GAMMA),
      };
      if (!what.observations && !what.rewards) return agent;
      const obsDim = observationSpace.features.length;
      if (isOffline(agent)) return new NormalizedOfflineAgent(agent, numEnvs, obsDim, what);
      return new NormalizedAgent(agent, numEnvs, obsDim, what);
    },
  };
}

/** Of learners' returns where none is given. */
const DEFAULT_GAMMA = 0.99;

/** Whether a learner can learn from logs. */
export function isOffline(agent: Agent): agent is OfflineAgent {
  return 'takeLog' in agent && 'learn' in agent;
}
