/** A command line that cannot be understood; the message is one sentence, without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
