/** Stable codes of {@link SimError}; programs may switch on them, messages are for people. */
export type ErrorCode =
  | 'BACKEND_UNAVAILABLE'
  | 'BUNDLE_INVALID'
  | 'CONFIG_INVALID'
  | 'DATA_INVALID'
  | 'DEVICE_FAILED'
  | 'DIVERGED'
  | 'ENV_NOT_RESET'
  | 'FILE_INVALID'
  | 'FILE_NOT_FOUND'
  | 'OUTPUT_CONFLICT'
  | 'OUTPUT_FAILED'
  | 'SHAPE_MISMATCH'
  | 'UNKNOWN_ID'
  | 'VALUE_OUT_OF_RANGE';

/**
 * The one error type of bidlab: a caller's mistake or a bad input, with a stable code.
 *
 * Message form: what, where, expected [unit], received, what to do; one sentence with the values printed.
 */
export class SimError extends Error {
  override readonly name = 'SimError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.code = code;
  }
}

/** Marks a state that the types rule out; reaching it is a bug in bidlab. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

/**
 * Checks the length of a buffer at a module boundary.
 *
 * @throws SimError `SHAPE_MISMATCH` when `actual !== expected`.
 */
export function checkLength(name: string, actual: number, expected: number): void {
  if (actual !== expected) {
    throw new SimError('SHAPE_MISMATCH', `${name}: expected length ${expected}, received ${actual}`);
  }
}
