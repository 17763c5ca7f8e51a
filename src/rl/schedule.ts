/** How a setting (learning rate, entropy bonus) moves over training: `linear` falls to 0 at the end. */
export type ValueSchedule = 'constant' | 'linear';

/**
 * Moves from `start` to `end` along a straight line over the first `fraction` of training, then stays at `end`.
 *
 * @param fraction Share of training in [0, 1] that the move takes; 0 jumps at once.
 * @param progress Share of training done; below 0 counts as 0, above 1 as 1.
 */
export function linearSchedule(start: number, end: number, fraction: number, progress: number): number {
  if (progress >= fraction) return end;
  return progress <= 0 ? start : start + ((end - start) * progress) / fraction;
}

/** The setting at `progress` (share of training done, in [0, 1]). */
export function scheduledValue(initial: number, schedule: ValueSchedule, progress: number): number {
  return schedule === 'constant' ? initial : linearSchedule(initial, 0, 1, progress);
}
