/** Gains of a PID controller, per unit of error. */
export interface PidGains {
  readonly proportional: number;
  readonly integral: number;
  readonly derivative: number;
}

/** Memory of one controller; reset by {@link newPidState}. */
export interface PidState {
  integral: number;
  /** Error of the step before; NaN before the first. */
  lastError: number;
}

/** A controller that has seen nothing yet. */
export function newPidState(): PidState {
  return { integral: 0, lastError: Number.NaN };
}

/**
 * One step of a PID controller: `u = K_p·e + K_i·Σe + K_d·Δe`, clipped to ±limit.
 *
 * Anti-windup by conditional integration: while the output is clipped, errors that would push it further out are not added
 * to the integral, so the controller answers at once when the error turns.
 *
 * Source: Zhang et al. (2016), "Feedback Control of Real-Time Display Advertising", WSDM, eq. 3; anti-windup: Åström &
 * Hägglund (1995), "PID Controllers", section 3.5.
 */
export function pidStep(state: PidState, error: number, gains: PidGains, limit: number): number {
  const change = Number.isNaN(state.lastError) ? 0 : error - state.lastError;
  state.lastError = error;
  const integral = state.integral + error;
  const output = gains.proportional * error + gains.integral * integral + gains.derivative * change;
  const pushesOut = (output > limit && error > 0) || (output < -limit && error < 0);
  if (!pushesOut) state.integral = integral;
  return Math.min(limit, Math.max(-limit, output));
}
