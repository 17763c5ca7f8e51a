import { box, discrete } from '../../src/core/space.ts';
import { MotionEnv, type MotionSpec } from './motion-env.ts';

const GRAVITY = 9.8;
/** Both links: 1 m, 1 kg, centre of mass halfway. */
const CENTRE = 0.5;
const INERTIA = 1;
/** Seconds between decisions. */
const TIME_STEP = 0.2;
const MAX_SPEED_1 = 4 * Math.PI;
const MAX_SPEED_2 = 9 * Math.PI;

/** Room for one step: the state within it and its four derivatives. */
const scratch = new Float64Array(4);
const slopes = [new Float64Array(4), new Float64Array(4), new Float64Array(4), new Float64Array(4)] as const;

/**
 * Time derivatives of the two angles and speeds.
 *
 * @param s θ₁ from hanging, θ₂ relative to the first link, and their speeds. @param torque On the joint between the links, N m.
 * @param out `[4]` overwritten.
 *
 * Source: Sutton & Barto (1998), section 11.3 ("book" dynamics of Gymnasium's `Acrobot-v1`).
 */
function derivatives(s: Float64Array, torque: number, out: Float64Array): void {
  const theta1 = s[0]!;
  const theta2 = s[1]!;
  const speed1 = s[2]!;
  const speed2 = s[3]!;
  const cos2 = Math.cos(theta2);
  const sin2 = Math.sin(theta2);
  const d1 = CENTRE ** 2 + (1 + CENTRE ** 2 + 2 * CENTRE * cos2) + 2 * INERTIA;
  const d2 = CENTRE ** 2 + CENTRE * cos2 + INERTIA;
  const phi2 = CENTRE * GRAVITY * Math.cos(theta1 + theta2 - Math.PI / 2);
  const phi1 =
    -CENTRE * speed2 ** 2 * sin2 -
    2 * CENTRE * speed2 * speed1 * sin2 +
    (CENTRE + 1) * GRAVITY * Math.cos(theta1 - Math.PI / 2) +
    phi2;
  const acceleration2 =
    (torque + (d2 / d1) * phi1 - CENTRE * speed1 ** 2 * sin2 - phi2) / (CENTRE ** 2 + INERTIA - d2 ** 2 / d1);
  out[0] = speed1;
  out[1] = speed2;
  out[2] = -(d2 * acceleration2 + phi1) / d1;
  out[3] = acceleration2;
}

/** The slope a share of the step along another slope. @param along Null for the slope where the step begins. */
function slopeAfter(
  state: Float64Array,
  offset: number,
  along: Float64Array | null,
  h: number,
  torque: number,
  out: Float64Array,
): void {
  for (let k = 0; k < 4; k++) scratch[k] = state[offset + k]! + (along === null ? 0 : h * along[k]!);
  derivatives(scratch, torque, out);
}

/** The angle in [−π, π]; angles inside stay as they are. */
function wrapAngle(angle: number): number {
  let wrapped = angle;
  while (wrapped > Math.PI) wrapped -= 2 * Math.PI;
  while (wrapped < -Math.PI) wrapped += 2 * Math.PI;
  return wrapped;
}

/** Whether the tip is more than one link above the joint: −cos θ₁ − cos(θ₁ + θ₂) > 1. */
function isUp(state: Float64Array, offset: number): boolean {
  const theta1 = state[offset]!;
  return -Math.cos(theta1) - Math.cos(theta1 + state[offset + 1]!) > 1;
}

/**
 * One Runge–Kutta step of fourth order of the acrobot in place.
 *
 * @param state θ₁, θ₂ and their speeds at `offset`. @param action 0, 1, 2 for a torque of −1, 0, 1 N m.
 * @returns The reward: 0 where the tip is up after the step, else −1.
 *
 * Source: Sutton (1996), "Generalization in Reinforcement Learning"; constants and order of Gymnasium's `Acrobot-v1`.
 */
export function acrobotStep(state: Float64Array, offset: number, action: number): number {
  const torque = action - 1;
  const h = TIME_STEP;
  const [k1, k2, k3, k4] = slopes;
  slopeAfter(state, offset, null, 0, torque, k1);
  slopeAfter(state, offset, k1, h / 2, torque, k2);
  slopeAfter(state, offset, k2, h / 2, torque, k3);
  slopeAfter(state, offset, k3, h, torque, k4);
  for (let k = 0; k < 4; k++) {
    scratch[k] = state[offset + k]! + (h / 6) * (k1[k]! + 2 * k2[k]! + 2 * k3[k]! + k4[k]!);
  }
  state[offset] = wrapAngle(scratch[0]!);
  state[offset + 1] = wrapAngle(scratch[1]!);
  state[offset + 2] = Math.max(-MAX_SPEED_1, Math.min(MAX_SPEED_1, scratch[2]!));
  state[offset + 3] = Math.max(-MAX_SPEED_2, Math.min(MAX_SPEED_2, scratch[3]!));
  return isUp(state, offset) ? 0 : -1;
}

const unit = (name: string, description: string) => ({ name, unit: '1', low: -1, high: 1, description });

const SPEC: MotionSpec = {
  id: 'acrobot-v1',
  observationSpace: box([
    unit('cos1', 'Cosine of the angle of the first link from hanging.'),
    unit('sin1', 'Sine of the angle of the first link from hanging.'),
    unit('cos2', 'Cosine of the angle of the second link from the first.'),
    unit('sin2', 'Sine of the angle of the second link from the first.'),
    { name: 'speed1', unit: 'rad/s', low: -MAX_SPEED_1, high: MAX_SPEED_1, description: 'How fast the first turns.' },
    { name: 'speed2', unit: 'rad/s', low: -MAX_SPEED_2, high: MAX_SPEED_2, description: 'How fast the second turns.' },
  ]),
  actionSpace: discrete(3, ['torque -1', 'no torque', 'torque 1']),
  stateDim: 4,
  maxEpisodeSteps: 500,
  begin(rng, state, offset) {
    for (let k = 0; k < 4; k++) state[offset + k] = rng.uniform(-0.1, 0.1);
  },
  advance: acrobotStep,
  isTerminal: isUp,
  observe(state, offset, observations, to) {
    for (let link = 0; link < 2; link++) {
      observations[to + 2 * link] = Math.cos(state[offset + link]!);
      observations[to + 2 * link + 1] = Math.sin(state[offset + link]!);
      observations[to + 4 + link] = state[offset + 2 + link]!;
    }
  },
};

/**
 * Acrobot-v1: swing two links up by a torque on the joint between them until the tip is one link above the fixed joint;
 * reward −1 a step, truncated after 500 steps. A mean return of −100 over 100 episodes is good.
 *
 * For verifying learners; not a bidding problem.
 */
export class Acrobot extends MotionEnv {
  /** @throws SimError `VALUE_OUT_OF_RANGE` when `numEnvs` is not a positive integer. */
  constructor(numEnvs: number) {
    super(SPEC, numEnvs);
  }
}
