import type { OfflineAgent } from '../core/agent.ts';
import { SimError } from '../core/errors.ts';
import { RecordWindow, requireFiniteWeights, type TrainCounters, type TrainRecord } from './train.ts';

/** What {@link learnOffline} needs. */
export interface OfflineOptions {
  /** It has taken in its log. */
  readonly agent: OfflineAgent;
  /** Rounds of learning in all. */
  readonly numRounds: number;
  /** Rounds between records. */
  readonly recordInterval: number;
  /** Where an earlier training stood at a record; the agent must stand there too. */
  readonly from?: TrainCounters;
}

/**
 * Learning from a log: rounds of learning without acting, one record per `recordInterval` rounds and one at the end. A record's
 * `envSteps` counts rounds.
 *
 * @throws SimError `DIVERGED` when a metric or a weight is not finite; `VALUE_OUT_OF_RANGE` when `numRounds` is not positive.
 */
export function* learnOffline({
  agent,
  numRounds,
  recordInterval,
  from,
}: OfflineOptions): Generator<TrainRecord, void, void> {
  if (!(numRounds > 0)) {
    throw new SimError('VALUE_OUT_OF_RANGE', `learnOffline: expected numRounds > 0, received ${numRounds}`);
  }
  const window = new RecordWindow(0);
  let iteration = from?.iteration ?? 0;
  for (let round = from?.updates ?? 0; round < numRounds; ) {
    window.addMetrics(agent.learn(round / numRounds), agent.id, round);
    round++;
    if (round % recordInterval !== 0 && round !== numRounds) continue;
    requireFiniteWeights(agent, round);
    iteration++;
    const counted = { iteration, envSteps: round, updates: round };
    yield { ...counted, ...window.take(), counters: { ...counted, ...window.running() } };
  }
}
