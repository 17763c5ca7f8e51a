import type { FeedbackMode } from '../../../src/market/feedback.ts';

/** Feedback modes in words. */
export const FEEDBACK_WORDS: Readonly<Record<FeedbackMode, string>> = {
  full: 'Everybody learns the price',
  'winner-only': 'Winners learn the price',
  censored: 'Win or loss only',
};

/** The non-parametric estimate under each feedback mode, in words. */
export const NON_PARAMETRIC_WORDS: Readonly<Record<FeedbackMode, string>> = {
  full: 'empirical distribution',
  'winner-only': 'Kaplan–Meier',
  censored: 'isotonic regression',
};
