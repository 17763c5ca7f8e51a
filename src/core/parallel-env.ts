import type { Actor } from './agent.ts';
import { SimError } from './errors.ts';
import { unknownIdMessage } from './registry.ts';
import { type Box, makeActions, type Space } from './space.ts';
import type { VectorEnv } from './vector-env.ts';

/** One agent's side of a {@link ParallelEnv}; buffers as in {@link VectorEnv}, N copies. */
export interface AgentPort {
  readonly observationSpace: Box;
  readonly actionSpace: Space;
  /** `[N, O]` */
  readonly observations: Float32Array;
  /** `[N, O]`; row n is valid only where copy n ended in the last step. */
  readonly finalObservations: Float32Array;
  /** `[N]` */
  readonly rewards: Float64Array;
  /** `[N]`, 0 or 1. */
  readonly terminated: Uint8Array;
  /** `[N]`, 0 or 1. */
  readonly truncated: Uint8Array;
}

/** Actions of one step by agent name: `[N]` integers for a discrete space, `[N, A]` floats for a box. */
export type JointActions = Readonly<Record<string, Int32Array | Float32Array>>;

/**
 * N copies of one game in which all agents act at the same time; the names and meanings are those of PettingZoo's
 * ParallelEnv (Terry et al. 2021, arXiv:2009.14471), the buffers those of {@link VectorEnv}.
 *
 * Differs from PettingZoo in one point: an episode ends for all of its agents in the same step. An agent that can do no
 * more stays as a spectator until then: it acts without effect and earns 0. So every agent's side is a plain vector
 * environment ({@link asVectorEnv}). Autoreset is same-step; episode e of copy n is drawn from the stream `episode/n/e`.
 */
export interface ParallelEnv {
  readonly id: string;
  readonly numEnvs: number;
  /** Everybody who may ever take part; names are unique. */
  readonly possibleAgents: readonly string[];
  /** Who takes part now: nobody before the first reset, all possible agents after it. */
  readonly agents: readonly string[];
  /** By agent name. */
  readonly ports: Readonly<Record<string, AgentPort>>;
  /** Starts every copy at its episode 0 under `seed`. @throws SimError `VALUE_OUT_OF_RANGE` as {@link VectorEnv.reset}. */
  reset(seed: number): void;
  /** Starts copy n at its episode `episode` for all agents, as {@link VectorEnv.beginEpisode}. */
  beginEpisode?(n: number, episode: number): void;
  /**
   * Advances every copy by one decision of all agents.
   *
   * @throws SimError `ENV_NOT_RESET` before the first reset; `UNKNOWN_ID` when an agent's actions are missing or a name is
   * unknown; `SHAPE_MISMATCH` on a wrong length; `VALUE_OUT_OF_RANGE` on an action outside its space. Nothing has moved then.
   */
  step(actions: JointActions): void;
}

/**
 * One agent's seat as a vector environment, the other seats played by actors: any learner can train in it.
 *
 * Opponents act greedily on their own observations in every step. They should be functions of them alone, else episodes
 * depend on the past. For play against itself hand in the learner that trains: `{ act: (o, a) => learner.act(o, a, 'greedy') }`;
 * against its former selves, frozen networks.
 *
 * @param opponents By name, one for each other agent.
 * @throws SimError `UNKNOWN_ID` when the agent is unknown or an opponent is missing or unknown.
 */
export function asVectorEnv(
  env: ParallelEnv,
  agentName: string,
  opponents: Readonly<Record<string, Pick<Actor, 'act'>>>,
): VectorEnv {
  const others = env.possibleAgents.filter((name) => name !== agentName);
  if (!env.possibleAgents.includes(agentName)) {
    throw new SimError('UNKNOWN_ID', `${env.id}: ${unknownIdMessage('agent', agentName, env.possibleAgents)}`);
  }
  checkNames(`${env.id}: opponents`, Object.keys(opponents), others);
  const port = env.ports[agentName]!;
  const seats = others.map((name) => {
    const { observations, actionSpace } = env.ports[name]!;
    return { name, observations, actions: makeActions(actionSpace, env.numEnvs), actor: opponents[name]! };
  });
  const joint: Record<string, Int32Array | Float32Array> = {};
  for (const { name, actions } of seats) joint[name] = actions;
  return {
    ...port,
    id: env.id,
    numEnvs: env.numEnvs,
    reset: (seed) => env.reset(seed),
    ...(env.beginEpisode === undefined ? {} : { beginEpisode: (n, episode) => env.beginEpisode!(n, episode) }),
    step(actions) {
      if (env.agents.length > 0) {
        for (const seat of seats) seat.actor.act(seat.observations, seat.actions, 'greedy');
      }
      joint[agentName] = actions;
      env.step(joint);
    },
  };
}

/** An actor that does the same whatever it sees. @param action One number for each coordinate, or one discrete action. */
export function constantActor(action: readonly number[]): Pick<Actor, 'act'> {
  return {
    act(_observations, actions) {
      for (let i = 0; i < actions.length; i++) actions[i] = action[i % action.length]!;
    },
  };
}

/**
 * Checks that names are given once each, all of them and no other.
 *
 * @param where What is named, in words.
 * @throws SimError `UNKNOWN_ID` on a missing or unknown name.
 */
export function checkNames(where: string, given: readonly string[], expected: readonly string[]): void {
  const unknown = given.find((name) => !expected.includes(name));
  if (unknown !== undefined) {
    throw new SimError('UNKNOWN_ID', `${where}: ${unknownIdMessage('agent', unknown, expected)}`);
  }
  const missing = expected.find((name) => !given.includes(name));
  if (missing !== undefined) {
    throw new SimError(
      'UNKNOWN_ID',
      `${where}: expected one for each of ${expected.join(', ')}; '${missing}' is missing`,
    );
  }
}
