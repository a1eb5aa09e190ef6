/** The endpoint that the instructions for clients describe. */
export interface PageTarget {
  /** Public URL of the endpoint. */
  readonly url: string;
  /** The name that clients keep the server under: lower-case letters, digits and `-`. */
  readonly name: string;
}

const maxNameLength = 40;

/**
 * Makes a name that every client accepts and that a shell takes for one word.
 *
 * @param serverName - `name` of `createRegistry`
 */
export function clientNameOf(serverName: string): string {
  const words = serverName.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, maxNameLength).replace(/-$/, '') || 'mcp-server';
}

/**
 * A word of a command line for POSIX shells. An ordinary URL stays as it is, and so also works in other shells.
 *
 * @param text - the word
 */
export function shellWord(text: string): string {
  return /^[\w:/.%@+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
