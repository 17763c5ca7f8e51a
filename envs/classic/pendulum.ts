import { box } from '../../src/core/space.ts';
import { MotionEnv, type MotionSpec } from './motion-env.ts';

const GRAVITY = 10;
/** Seconds between decisions. */
const TIME_STEP = 0.05;
/** rad/s. */
const MAX_SPEED = 8;
/** N m. */
const MAX_TORQUE = 2;

/** The angle in [−π, π). */
function wrapAngle(angle: number): number {
  const turn = 2 * Math.PI;
  return ((((angle + Math.PI) % turn) + turn) % turn) - Math.PI;
}

/**
 * One step of a pendulum of 1 kg and 1 m in place.
 *
 *     r = −(θ² + 0.1 ω² + 0.001 u²)        ω ← clip(ω + (3g/2 sin θ + 3u) Δt, ±8)        θ ← θ + ω Δt
 *
 * @param state Angle θ from upright, rad, and speed ω, rad/s, at `offset`.
 * @param torque u in [−2, 2] N m.
 * @returns The reward r, for the state before the step.
 *
 * Source: Gymnasium's `Pendulum-v1`.
 */
export function pendulumStep(state: Float64Array, offset: number, torque: number): number {
  const angle = state[offset]!;
  const speed = state[offset + 1]!;
  const wrapped = wrapAngle(angle);
  const faster = speed + (1.5 * GRAVITY * Math.sin(angle) + 3 * torque) * TIME_STEP;
  const next = Math.max(-MAX_SPEED, Math.min(MAX_SPEED, faster));
  state[offset] = angle + next * TIME_STEP;
  state[offset + 1] = next;
  return -(wrapped * wrapped + 0.1 * speed * speed + 0.001 * torque * torque);
}

const SPEC: MotionSpec = {
  id: 'pendulum-v1',
  observationSpace: box([
    { name: 'cos', unit: '1', low: -1, high: 1, description: 'Cosine of the angle from upright.' },
    { name: 'sin', unit: '1', low: -1, high: 1, description: 'Sine of the angle from upright.' },
    { name: 'speed', unit: 'rad/s', low: -MAX_SPEED, high: MAX_SPEED, description: 'How fast the pendulum turns.' },
  ]),
  actionSpace: box([
    { name: 'torque', unit: 'N m', low: -MAX_TORQUE, high: MAX_TORQUE, description: 'Torque on the joint.' },
  ]),
  stateDim: 2,
  maxEpisodeSteps: 200,
  begin(rng, state, offset) {
    state[offset] = rng.uniform(-Math.PI, Math.PI);
    state[offset + 1] = rng.uniform(-1, 1);
  },
  advance: pendulumStep,
  isTerminal: () => false,
  observe(state, offset, observations, to) {
    observations[to] = Math.cos(state[offset]!);
    observations[to + 1] = Math.sin(state[offset]!);
    observations[to + 2] = state[offset + 1]!;
  },
};

/**
 * Pendulum-v1: swing a pendulum up and hold it there by a torque too weak to lift it at once; cost of angle, speed and torque,
 * truncated after 200 steps. A mean return of −200 over 100 episodes is good.
 *
 * For verifying learners; not a bidding problem.
 */
export class Pendulum extends MotionEnv {
  /** @throws SimError `VALUE_OUT_OF_RANGE` when `numEnvs` is not a positive integer. */
  constructor(numEnvs: number) {
    super(SPEC, numEnvs);
  }
}
