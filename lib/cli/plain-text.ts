const maxQuoteLength = 300;

const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/**
 * A text fit for a terminal: unprintable characters are replaced. Texts from a server or a registry must not move the cursor, hide
 * lines or turn the reading direction around.
 *
 * @param text - one line
 */
export function plainText(text: string): string {
  return text.replace(unprintable, '\uFFFD');
}

/**
 * JSON fit for a terminal: the same value, with escapes for what is no printable character.
 *
 * @param value - any JSON value
 */
export function plainJson(value: unknown): string {
  const lines = JSON.stringify(value, null, 2).split('\n');
  return lines.map((line) => `${line.replace(unprintable, escaped)}\n`).join('');
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_none, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/**
 * Something that a server said, for a finding: as JSON, cut to 300 characters.
 *
 * @param value - anything that was in a header or a document
 */
export function quoted(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return plainText(text.length > maxQuoteLength ? `${text.slice(0, maxQuoteLength)}…` : text);
}
