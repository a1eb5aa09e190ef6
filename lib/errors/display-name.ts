const longestName = 100;

/**
 * A name that came from a client, fit for a message: quoted, control characters replaced, cut to 100 characters.
 * An error text must not become a way to echo megabytes or to forge log lines.
 *
 * @param name - any string, of any length
 */
export function displayName(name: string): string {
  const cut = name.length > longestName ? `${name.slice(0, longestName)}…` : name;
  return `"${cut.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '\uFFFD')}"`;
}
