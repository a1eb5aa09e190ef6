/**
 * A claim of a token has another value than it must have. Both values are in the text, for operators: the caller is told the claim's
 * name alone. It is the `cause` of the refusal.
 */
export class ClaimMismatchError extends Error {
  readonly claim: 'aud' | 'iss';

  /**
   * @param claim - the claim
   * @param actual - its value in the token
   * @param accepted - the values that it may have
   * @param options - `cause`
   */
  constructor(claim: 'aud' | 'iss', actual: unknown, accepted: readonly string[], options?: ErrorOptions) {
    super(`The ${claim} claim of a token is ${shown(actual)}, ${rule(accepted)}`, options);
    this.claim = claim;
  }

  override get name(): string {
    return 'ClaimMismatchError';
  }
}

function rule(accepted: readonly string[]): string {
  if (accepted.length === 0) return 'which is not accepted';
  return `and must be ${accepted.length === 1 ? '' : 'one of '}${accepted.map(shown).join(', ')}`;
}

const maxLength = 300;

/** Written as JSON in ASCII, so that no value can forge a line of a log or hide in it. Cut to a readable length. */
function shown(value: unknown): string {
  const text = (value === undefined ? 'missing' : JSON.stringify(value)).replace(
    /[^\x20-\x7E]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
