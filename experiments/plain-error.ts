import { type ErrorCode, SimError } from '../src/core/errors.ts';

/** An error as plain data, to cross the border of a thread or process with its code. */
export interface PlainError {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly stack: string;
}

/** The data of an error. */
export function plainError(error: unknown): PlainError {
  if (error instanceof SimError) {
    return { code: error.code, message: error.message.slice(error.code.length + 2), stack: error.stack ?? '' };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: null, message, stack: stack ?? '' };
}

/** The error again, a SimError where it was one. */
export function reviveError({ code, message, stack }: PlainError): Error {
  const error = code === null ? new Error(message) : new SimError(code, message);
  error.stack = stack;
  return error;
}
