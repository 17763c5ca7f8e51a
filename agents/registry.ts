import type { OfflineAgent } from '../src/core/agent.ts';
import { SimError } from '../src/core/errors.ts';
import { makeRegistry, type Registry } from '../src/core/registry.ts';
import { a2cSchema, createA2c } from './a2c.ts';
import type { AgentEntry } from './agent-entry.ts';
import { bcSchema, createBc } from './bc.ts';
import type { AgentContext } from './context.ts';
import { cqlDqnSchema, createCqlDqn, createDqn, createRainbow, dqnSchema, rainbowSchema } from './dqn.ts';
import { createDrlb, drlbSchema } from './drlb.ts';
import { extendedEntry, isOffline } from './extended-entry.ts';
import { createIql, iqlSchema } from './iql.ts';
import { createPpo, ppoSchema } from './ppo.ts';
import { createPpoLagrangian, ppoLagrangianSchema } from './ppo-lagrangian.ts';
import { createReinforce, reinforceSchema } from './reinforce.ts';
import { cqlSacSchema, createCqlSac, createSac, sacSchema } from './sac.ts';
import { createTd3, createTd3Bc, td3BcSchema, td3Schema } from './td3.ts';

/** Add a learner here; the conformance suite, the CLI and the docs table pick it up by id. */
export const agents: Registry<AgentEntry> = makeRegistry<AgentEntry>('agent', {
  a2c: extendedEntry({
    title: 'A2C',
    source: 'Mnih et al. (2016), arXiv:1602.01783',
    schema: a2cSchema,
    actionSpaces: ['discrete', 'multi-discrete', 'box'],
    policy: 'on',
    actionValues: false,
    constraints: false,
    offline: false,
    create: createA2c,
  }),
  dqn: extendedEntry({
    title: 'DQN',
    source: 'Mnih et al. (2015), doi:10.1038/nature14236; van Hasselt et al. (2016), arXiv:1509.06461',
    schema: dqnSchema,
    actionSpaces: ['discrete'],
    policy: 'off',
    actionValues: true,
    constraints: false,
    offline: false,
    create: createDqn,
  }),
  drlb: extendedEntry({
    title: 'DRLB',
    source: 'Wu et al. (2018), arXiv:1802.08365',
    schema: drlbSchema,
    actionSpaces: ['discrete'],
    policy: 'off',
    actionValues: true,
    constraints: false,
    offline: false,
    create: createDrlb,
  }),
  rainbow: extendedEntry({
    title: 'Rainbow DQN',
    source: 'Hessel et al. (2018), arXiv:1710.02298; quantiles: Dabney et al. (2018), arXiv:1710.10044',
    schema: rainbowSchema,
    actionSpaces: ['discrete'],
    policy: 'off',
    actionValues: true,
    constraints: false,
    offline: false,
    create: createRainbow,
  }),
  ppo: extendedEntry({
    title: 'PPO',
    source: 'Schulman et al. (2017), arXiv:1707.06347',
    schema: ppoSchema,
    actionSpaces: ['discrete', 'multi-discrete', 'box'],
    policy: 'on',
    actionValues: false,
    constraints: false,
    offline: false,
    create: createPpo,
  }),
  'ppo-lagrangian': extendedEntry({
    title: 'PPO-Lagrangian',
    source: 'Ray, Achiam & Amodei (2019), "Benchmarking Safe Exploration in Deep Reinforcement Learning"',
    schema: ppoLagrangianSchema,
    actionSpaces: ['discrete', 'multi-discrete', 'box'],
    policy: 'on',
    actionValues: false,
    constraints: true,
    offline: false,
    create: createPpoLagrangian,
  }),
  reinforce: extendedEntry({
    title: 'REINFORCE with baseline',
    source: 'Williams (1992), doi:10.1007/BF00992696',
    schema: reinforceSchema,
    actionSpaces: ['discrete', 'multi-discrete', 'box'],
    policy: 'on',
    actionValues: false,
    constraints: false,
    offline: false,
    create: createReinforce,
  }),
  sac: extendedEntry({
    title: 'SAC',
    source: 'Haarnoja et al. (2018), arXiv:1812.05905',
    schema: sacSchema,
    actionSpaces: ['box'],
    policy: 'off',
    actionValues: false,
    constraints: false,
    offline: false,
    create: createSac,
  }),
  td3: extendedEntry({
    title: 'TD3',
    source: 'Fujimoto et al. (2018), arXiv:1802.09477',
    schema: td3Schema,
    actionSpaces: ['box'],
    policy: 'off',
    actionValues: false,
    constraints: false,
    offline: false,
    create: createTd3,
  }),
  bc: extendedEntry({
    title: 'Behaviour cloning',
    source: 'Pomerleau (1991), doi:10.1162/neco.1991.3.1.88',
    schema: bcSchema,
    actionSpaces: ['discrete', 'box'],
    policy: 'logged',
    actionValues: false,
    constraints: false,
    offline: true,
    create: createBc,
  }),
  'cql-dqn': extendedEntry({
    title: 'CQL on DQN',
    source: 'Kumar et al. (2020), arXiv:2006.04779',
    schema: cqlDqnSchema,
    actionSpaces: ['discrete'],
    policy: 'off',
    actionValues: true,
    constraints: false,
    offline: true,
    create: createCqlDqn,
  }),
  'cql-sac': extendedEntry({
    title: 'CQL on SAC',
    source: 'Kumar et al. (2020), arXiv:2006.04779',
    schema: cqlSacSchema,
    actionSpaces: ['box'],
    policy: 'off',
    actionValues: false,
    constraints: false,
    offline: true,
    create: createCqlSac,
  }),
  iql: extendedEntry({
    title: 'IQL',
    source: 'Kostrikov et al. (2021), arXiv:2110.06169',
    schema: iqlSchema,
    actionSpaces: ['discrete', 'box'],
    policy: 'off',
    actionValues: false,
    constraints: false,
    offline: true,
    create: createIql,
  }),
  'td3-bc': extendedEntry({
    title: 'TD3+BC',
    source: 'Fujimoto & Gu (2021), arXiv:2106.06860',
    schema: td3BcSchema,
    actionSpaces: ['box'],
    policy: 'off',
    actionValues: false,
    constraints: false,
    offline: true,
    create: createTd3Bc,
  }),
});

/**
 * A learner that is made for logs.
 *
 * @throws SimError `CONFIG_INVALID` where the named one is not.
 */
export function createOfflineAgent(id: string, context: AgentContext, options: unknown): OfflineAgent {
  const { offline, create } = agents.get(id);
  const agent = create(context, options);
  if (offline && isOffline(agent)) return agent;
  agent.dispose();
  const known = agents.ids.filter((each) => agents.get(each).offline).join(', ');
  throw new SimError('CONFIG_INVALID', `${id}: learns by acting, not from a log; choose one of ${known}`);
}
