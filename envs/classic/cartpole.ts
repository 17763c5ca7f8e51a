import { checkLength, SimError } from '../../src/core/errors.ts';
import { Rng } from '../../src/core/rng.ts';
import { type Box, box, type Discrete, discrete } from '../../src/core/space.ts';
import type { VectorEnv } from '../../src/core/vector-env.ts';

const GRAVITY = 9.8;
const POLE_MASS = 0.1;
const TOTAL_MASS = 1.1;
/** Half the pole's length, metres. */
const HALF_LENGTH = 0.5;
const POLE_MASS_LENGTH = POLE_MASS * HALF_LENGTH;
/** Newtons. */
const FORCE = 10;
/** Seconds between decisions. */
const TIME_STEP = 0.02;
/** 12 degrees in radians. */
const ANGLE_LIMIT = (12 * 2 * Math.PI) / 360;
/** Metres. */
const POSITION_LIMIT = 2.4;
const MAX_EPISODE_STEPS = 500;

const OBSERVATION_SPACE: Box = box([
  {
    name: 'position',
    unit: 'm',
    low: -4.8,
    high: 4.8,
    description: 'Where the cart is; it may leave ±2.4 by one step.',
  },
  { name: 'velocity', unit: 'm/s', low: -Infinity, high: Infinity, description: 'How fast the cart moves.' },
  { name: 'angle', unit: 'rad', low: -2 * ANGLE_LIMIT, high: 2 * ANGLE_LIMIT, description: 'Tilt of the pole.' },
  { name: 'angularVelocity', unit: 'rad/s', low: -Infinity, high: Infinity, description: 'How fast the pole tilts.' },
]);
const ACTION_SPACE: Discrete = discrete(2, ['push left', 'push right']);

/**
 * One Euler step of the cart-pole in place.
 *
 * @param state `[4]` at `offset`: position, velocity, angle, angular velocity.
 * @param action 0 pushes left, 1 right.
 *
 * Source: Barto, Sutton & Anderson (1983), doi:10.1109/TSMC.1983.6313077; constants and order of Gymnasium's
 * `CartPole-v1` (`kinematics_integrator = 'euler'`).
 */
export function cartPoleStep(state: Float64Array, offset: number, action: number): void {
  const velocity = state[offset + 1]!;
  const angle = state[offset + 2]!;
  const angularVelocity = state[offset + 3]!;
  const force = action === 1 ? FORCE : -FORCE;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const temp = (force + POLE_MASS_LENGTH * (angularVelocity * angularVelocity) * sin) / TOTAL_MASS;
  const angularAcceleration =
    (GRAVITY * sin - cos * temp) / (HALF_LENGTH * (4 / 3 - (POLE_MASS * (cos * cos)) / TOTAL_MASS));
  const acceleration = temp - (POLE_MASS_LENGTH * angularAcceleration * cos) / TOTAL_MASS;
  state[offset] = state[offset]! + TIME_STEP * velocity;
  state[offset + 1] = velocity + TIME_STEP * acceleration;
  state[offset + 2] = angle + TIME_STEP * angularVelocity;
  state[offset + 3] = angularVelocity + TIME_STEP * angularAcceleration;
}

/**
 * CartPole-v1: balance a pole on a cart; reward 1 a step, terminated when the pole tilts beyond 12° or the cart leaves
 * ±2.4 m, truncated after 500 steps. Solved at a mean return of 475 over 100 episodes.
 *
 * For verifying learners; not a bidding problem. Start states are uniform on ±0.05, drawn from the stream
 * `cartpole-v1/seed/episode/n/e`.
 */
export class CartPole implements VectorEnv {
  readonly id = 'cartpole-v1';
  readonly numEnvs: number;
  readonly observationSpace: Box = OBSERVATION_SPACE;
  readonly actionSpace: Discrete = ACTION_SPACE;
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  /** `[N, 4]` in float64, as Gymnasium integrates. */
  readonly #states: Float64Array;
  readonly #steps: Uint32Array;
  readonly #episodes: Uint32Array;
  #rng: Rng | null = null;

  /** @throws SimError `VALUE_OUT_OF_RANGE` when `numEnvs` is not a positive integer. */
  constructor(numEnvs: number) {
    if (!Number.isInteger(numEnvs) || numEnvs < 1) {
      throw new SimError('VALUE_OUT_OF_RANGE', `cartpole-v1: expected numEnvs >= 1, received ${numEnvs}`);
    }
    this.numEnvs = numEnvs;
    this.observations = new Float32Array(numEnvs * 4);
    this.finalObservations = new Float32Array(numEnvs * 4);
    this.rewards = new Float64Array(numEnvs);
    this.terminated = new Uint8Array(numEnvs);
    this.truncated = new Uint8Array(numEnvs);
    this.#states = new Float64Array(numEnvs * 4);
    this.#steps = new Uint32Array(numEnvs);
    this.#episodes = new Uint32Array(numEnvs);
  }

  reset(seed: number): void {
    if (!Number.isInteger(seed) || seed < 0) {
      throw new SimError('VALUE_OUT_OF_RANGE', `cartpole-v1: expected a non-negative integer seed, received ${seed}`);
    }
    this.#rng = new Rng(`cartpole-v1/${seed}`);
    this.#episodes.fill(0);
    this.rewards.fill(0);
    this.terminated.fill(0);
    this.truncated.fill(0);
    for (let n = 0; n < this.numEnvs; n++) this.#begin(n, this.#rng);
    this.observations.set(this.#states);
  }

  beginEpisode(n: number, episode: number): void {
    const rng = this.#rng;
    if (rng === null) throw new SimError('ENV_NOT_RESET', `${this.id}: call reset(seed) before beginEpisode`);
    this.#episodes[n] = episode;
    this.#begin(n, rng);
    for (let k = 0; k < 4; k++) this.observations[n * 4 + k] = this.#states[n * 4 + k]!;
  }

  step(actions: Int32Array | Float32Array): void {
    const rng = this.#rng;
    if (rng === null) throw new SimError('ENV_NOT_RESET', 'cartpole-v1: step before the first reset; call reset(seed)');
    checkLength('cartpole-v1 actions', actions.length, this.numEnvs);
    for (let n = 0; n < this.numEnvs; n++) {
      const action = actions[n]!;
      if (action !== 0 && action !== 1) {
        throw new SimError('VALUE_OUT_OF_RANGE', `cartpole-v1: action ${n}: expected 0 or 1, received ${action}`);
      }
    }
    for (let n = 0; n < this.numEnvs; n++) this.#advance(n, actions[n]!, rng);
  }

  #advance(n: number, action: number, rng: Rng): void {
    const states = this.#states;
    const row = n * 4;
    cartPoleStep(states, row, action);
    this.#steps[n]!++;
    const fell = Math.abs(states[row]!) > POSITION_LIMIT || Math.abs(states[row + 2]!) > ANGLE_LIMIT;
    // Differs from Gymnasium: a pole that falls in the very last step is terminated only, not also truncated.
    const cut = !fell && this.#steps[n]! >= MAX_EPISODE_STEPS;
    this.rewards[n] = 1;
    this.terminated[n] = fell ? 1 : 0;
    this.truncated[n] = cut ? 1 : 0;
    if (fell || cut) {
      for (let k = 0; k < 4; k++) this.finalObservations[row + k] = states[row + k]!;
      this.#episodes[n]!++;
      this.#begin(n, rng);
    }
    for (let k = 0; k < 4; k++) this.observations[row + k] = states[row + k]!;
  }

  #begin(n: number, rng: Rng): void {
    const episode = rng.split(`episode/${n}/${this.#episodes[n]}`);
    for (let k = 0; k < 4; k++) this.#states[n * 4 + k] = episode.uniform(-0.05, 0.05);
    this.#steps[n] = 0;
  }
}
