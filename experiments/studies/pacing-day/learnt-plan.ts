import { bentPlan, HourlySignals, learnSlopes, planSlopes } from '../../../src/bidding/mystique-plan.ts';
import { campaignDay } from './campaign-day.ts';
import type { Controller } from './controllers.ts';
import { playDay } from './play-day.ts';
import type { AUCTIONS, PacingDayConfig } from './settings.ts';

const HOURS = 24;

/** What a controller knows of a campaign from earlier days. */
export interface LearntPlan {
  /** `[T + 1]` the plan that it follows. */
  readonly target: Float64Array;
  /** The signal that it begins a day with: the last of the day before. */
  readonly start: number;
}

/**
 * What a controller knows after some days of the same campaign, on each of which it learnt at which hours its signal was low.
 *
 * @param start Signal of its first day.
 * @param make A fresh controller for a day that begins with a signal.
 */
export function learntPlan(
  config: PacingDayConfig,
  seed: number,
  campaign: number,
  auction: (typeof AUCTIONS)[number],
  start: number,
  make: (start: number) => Controller,
): LearntPlan {
  const { planShare } = campaignDay(config, seed, campaign);
  const numMinutes = planShare.length - 1;
  const numHours = Math.min(HOURS, numMinutes);
  let slopes = planSlopes(planShare, numHours);
  let learnt: LearntPlan = { target: planShare, start };
  for (let earlier = config.learningDays; earlier > 0; earlier--) {
    const signals = new HourlySignals(numMinutes, numHours);
    const controller = watched(make(learnt.start), signals);
    playDay(campaignDay(config, seed, campaign, earlier), auction, controller, learnt.target);
    slopes = learnSlopes(slopes, signals.means());
    learnt = { target: bentPlan(planShare, slopes), start: signalOf(controller) };
  }
  return learnt;
}

/** The pacing signal: on bids, or on entering auctions. */
function signalOf({ control }: Controller): number {
  return control.signal * control.rate;
}

/** A controller whose signal (soft) or rate (hard) is told after each minute. */
function watched(controller: Controller, signals: HourlySignals): Controller {
  let minute = 0;
  return {
    ...controller,
    step(reading) {
      controller.step(reading);
      minute++;
      if (minute < reading.numIntervals) signals.add(minute, signalOf(controller));
    },
  };
}
