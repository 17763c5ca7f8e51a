import type { FeedbackMode } from '../../../src/market/feedback.ts';

/** Feedback modes in words. */
export const FEEDBACK_WORDS: Readonly<Record<FeedbackMode, string>> = {
  full: 'Everybody learns the price',
  'winner-only': 'Winners learn the price',
  censored: 'Win or loss only',
};
