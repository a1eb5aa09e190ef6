const longestQuote = 300;

/**
 * A text fit for a terminal: what is no printable character is replaced, because what comes from a server or from a
 * registry must not move the cursor, hide lines or turn the reading direction around.
 *
 * @param text - one line
 */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '\uFFFD');
}

/**
 * Something that a server said, for a finding: as JSON, cut to 300 characters.
 *
 * @param value - anything that was in a header or a document
 */
export function quoted(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return plainText(text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text);
}
