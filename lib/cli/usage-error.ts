/** The command cannot do what it was asked for: the message says what to write instead, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
