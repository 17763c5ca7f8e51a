import type { ScorePoint } from '../../train-agent.ts';
import type { StudyTrial } from '../study.ts';
import type { Decision } from './decisions.ts';
import type { EpisodeMean } from './play-episodes.ts';
import type { RtbGymSeat } from './seats.ts';

/** One policy in one seed. */
export interface RtbGymTrial extends StudyTrial {
  readonly seat: RtbGymSeat;
}

/** What came of it. */
export interface RtbGymResult {
  readonly episodes: number;
  readonly conversions: EpisodeMean;
  readonly expectedConversions: EpisodeMean;
  /** Conversions less those of the reference multiplier on the same episodes. */
  readonly gain: EpisodeMean;
  readonly clicks: number;
  readonly impressions: number;
  readonly spendMicros: number;
  readonly budgetMicros: number;
  /** What dynamic programming expects of this policy, without any drawing; null where it cannot tell. */
  readonly exactConversions: number | null;
  /** The same of the reference multiplier. */
  readonly exactReference: number;
  /** Expected conversions along training; empty without training. */
  readonly curve: readonly ScorePoint[];
  readonly decisions: readonly Decision[] | null;
}
