/** Why an operation becomes no tool, in words for its developer. It ends as a line of the report and is never thrown to users. */
export class UnusableError extends Error {
  override get name(): string {
    return 'UnusableError';
  }
}
