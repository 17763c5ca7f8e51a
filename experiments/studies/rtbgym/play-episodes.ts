import type { RtbGymEnv } from '../../../envs/rtbgym.ts';
import type { Actor } from '../../../src/core/agent.ts';
import { mean } from '../../../src/eval/statistics.ts';

/** Sums over each of E episodes. */
export interface EpisodeSums {
  readonly conversions: Float64Array;
  /** Σ CTR · CVR over what was won. */
  readonly expectedConversions: Float64Array;
  readonly spendMicros: Float64Array;
  readonly clicks: Float64Array;
  readonly wins: Float64Array;
}

/**
 * Plays the first episodes of every copy greedily: episode i of the result is the same for every policy of one seed.
 *
 * @param episodes Rounded up to a multiple of the copies.
 */
export function playEpisodes(env: RtbGymEnv, actor: Actor, seed: number, episodes: number): EpisodeSums {
  const { numEnvs, market } = env;
  const perCopy = Math.ceil(episodes / numEnvs);
  const sums = emptySums(perCopy * numEnvs);
  const actions = env.actionSpace.kind === 'discrete' ? new Int32Array(numEnvs) : new Float32Array(numEnvs);
  env.reset(seed);
  for (let episode = 0; episode < perCopy; episode++) {
    for (let step = 0; step < market.numSteps; step++) {
      actor.act(env.observations, actions, 'greedy');
      env.step(actions);
      addStep(env, sums, episode * numEnvs);
    }
  }
  return sums;
}

function emptySums(episodes: number): EpisodeSums {
  return {
    conversions: new Float64Array(episodes),
    expectedConversions: new Float64Array(episodes),
    spendMicros: new Float64Array(episodes),
    clicks: new Float64Array(episodes),
    wins: new Float64Array(episodes),
  };
}

function addStep({ outcomes }: RtbGymEnv, sums: EpisodeSums, first: number): void {
  for (let n = 0; n < outcomes.length; n++) {
    const outcome = outcomes[n]!;
    sums.conversions[first + n]! += outcome.conversions;
    sums.expectedConversions[first + n]! += outcome.value;
    sums.spendMicros[first + n]! += outcome.spendMicros;
    sums.clicks[first + n]! += outcome.clicks;
    sums.wins[first + n]! += outcome.wins;
  }
}

/** A mean over episodes and its standard error. */
export interface EpisodeMean {
  readonly mean: number;
  readonly standardError: number;
}

/** Mean of independent episodes, at least two. */
export function episodeMean(values: Float64Array): EpisodeMean {
  const centre = mean(values);
  let squares = 0;
  for (const value of values) squares += (value - centre) ** 2;
  return { mean: centre, standardError: Math.sqrt(squares / (values.length - 1) / values.length) };
}

/** Mean of the differences on the same episodes. */
export function pairedMean(a: Float64Array, b: Float64Array): EpisodeMean {
  return episodeMean(a.map((value, i) => value - b[i]!));
}
