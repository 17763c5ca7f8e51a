import type { Agent } from '../src/core/agent.ts';
import { SimError } from '../src/core/errors.ts';
import type { Rng } from '../src/core/rng.ts';
import { type Box, type Discrete, type Space, spaceSize } from '../src/core/space.ts';
import type { Engine } from '../src/nn/network.ts';

/** What a learner is made for. */
export interface AgentContext {
  readonly engine: Engine;
  readonly observationSpace: Box;
  readonly actionSpace: Space;
  /** Environment copies that it will act in. */
  readonly numEnvs: number;
  /** Environment steps that training will take, summed over copies; schedules run over them. */
  readonly totalEnvSteps: number;
  /** The learner's own stream: initial weights, exploration, replay and shuffling are its children. */
  readonly rng: Rng;
}

/** A learner that also judges states. */
export interface CriticAgent extends Agent {
  /** V(s) of a batch. @param observations `[B, O]` @param values `[B]` overwritten. */
  stateValues(observations: Float32Array, values: Float32Array): void;
}

/** The action space of a learner that chooses among finitely many actions. @throws SimError `CONFIG_INVALID` on another space. */
export function requireDiscrete(agentId: string, space: Space): Discrete {
  if (space.kind === 'discrete') return space;
  throw new SimError(
    'CONFIG_INVALID',
    `${agentId}: expected a discrete action space, received ${space.kind} actions of ${spaceSize(space)} numbers; choose discrete actions, or an agent for other ones such as ppo`,
  );
}

/** Counters of a saved state. @throws SimError `SHAPE_MISMATCH` when one is missing or no whole number. */
export function readCounter(json: Readonly<Record<string, unknown>>, name: string): number {
  const value = json[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new SimError(
    'SHAPE_MISMATCH',
    `agent state: '${name}' expected a whole number, received ${JSON.stringify(value)}; load a state of the same agent`,
  );
}

/** A named array of a saved state. @throws SimError `SHAPE_MISMATCH` when it is missing. */
export function readArray(arrays: Readonly<Record<string, Float32Array>>, name: string): Float32Array {
  const array = arrays[name];
  if (array !== undefined) return array;
  const known = Object.keys(arrays).join(', ');
  throw new SimError(
    'SHAPE_MISMATCH',
    `agent state: expected an array '${name}', received ${known === '' ? 'none' : known}; load a state of the same agent`,
  );
}
