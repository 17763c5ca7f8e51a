import type { FeedbackMode } from '../../../src/market/feedback.ts';
import type { ScorePoint } from '../../train-agent.ts';
import type { StudyTrial } from '../study.ts';
import type { ShadingPlay } from './play.ts';
import type { ShadingSeat } from './seats.ts';

/** One policy under one feedback mode in one seed. */
export interface BidShadingTrial extends StudyTrial {
  readonly seat: ShadingSeat;
  readonly mode: FeedbackMode;
}

/** What came of it. */
export interface BidShadingResult extends ShadingPlay {
  /** Share of the best expected surplus on the choosing episodes along training; empty without training. */
  readonly curve: readonly ScorePoint[];
}
