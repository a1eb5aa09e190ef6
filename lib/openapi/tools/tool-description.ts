import type { OpenApiOperation } from '../document/openapi-operation.js';
import { plainText } from '../schemas/plain-text.js';

// Hosts cut or reject longer ones.
const maxLength = 1_000;

/**
 * The description of a tool for models: the operation's summary and description, cut.
 *
 * @param operation - the operation
 */
export function toolDescription({ summary, description, deprecated, method, path }: OpenApiOperation): string {
  const texts = [summary, description].filter((text) => text !== undefined);
  const [first = '', second = ''] = texts.map((text) => plainText(text, maxLength));
  const both =
    second === '' || first === second || second.startsWith(first) ? second || first : `${first}\n\n${second}`;
  const told = both === '' ? `${method} ${path}` : both;
  return plainText(deprecated ? `Deprecated. ${told}` : told, maxLength);
}

/**
 * A name for people: the summary, if it is short enough.
 *
 * @param operation - the operation
 */
export function toolTitle({ summary }: OpenApiOperation): string | undefined {
  const title = summary === undefined ? '' : plainText(summary, 200);
  return title !== '' && title.length <= 80 && !title.includes('\n') ? title : undefined;
}
