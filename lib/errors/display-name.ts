const maxNameLength = 100;
const printable = /^[\x20-\x7e]*$/;

/**
 * A name that came from a client, fit for a message: quoted, control characters replaced, cut to 100 characters.
 * An error text must not become a way to echo megabytes or to forge log lines.
 *
 * @param name - any string, of any length
 */
export function displayName(name: string): string {
  return `"${plainName(name, maxNameLength)}"`;
}

/**
 * The same without quotes, for a member of a log entry or an attribute of a span.
 *
 * @param name - any string, of any length
 * @param maxLength - UTF-16 units that are kept
 */
export function plainName(name: string, maxLength: number): string {
  // Most names match; Unicode classes take a hundred times as long to search for.
  if (name.length <= maxLength && printable.test(name)) return name;
  const cut = name.length > maxLength ? `${name.slice(0, maxLength)}…` : name;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '\uFFFD');
}
