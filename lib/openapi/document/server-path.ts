import { isObject } from '../../jsonrpc/parse-message.js';
import type { JsonObject, OpenApiDocument } from './openapi-document.js';
import { UnusableError } from './unusable-error.js';

/** The place of an operation's routes. */
export interface ServerPlace {
  /** The part before the operation's path, without a slash at the end. */
  readonly basePath: string;
  /** Origin of the server for links, such as `https://api.example.com`; undefined if the document has none. */
  readonly origin: string | undefined;
}

/**
 * Where an operation is served: the first of its own servers, of its path's, or of the document's (OpenAPI 3.1 §4.8.5).
 *
 * @param document - the document
 * @param pathItem - the path
 * @param operation - the operation object
 * @throws UnusableError if it has another host than the rest of the document, and so is not a route of the app
 */
export function serverPlace(document: OpenApiDocument, pathItem: JsonObject, operation: JsonObject): ServerPlace {
  const own = serversOf(operation) ?? serversOf(pathItem);
  const common = serversOf(document.root) ?? [place({ url: '/' })];
  const [first] = own ?? common;
  if (first === undefined) return { basePath: '', origin: undefined };
  const isElsewhere = first.origin !== undefined && !common.some(({ origin }) => origin === first.origin);
  if (own !== undefined && isElsewhere) {
    throw new UnusableError(`it is served by ${first.origin}, which is another server than the document's`);
  }
  return first;
}

function serversOf({ servers }: JsonObject): readonly ServerPlace[] | undefined {
  if (!Array.isArray(servers) || servers.length === 0) return undefined;
  return servers.filter(isObject).map(place);
}

function place(server: JsonObject): ServerPlace {
  const { url: template, variables } = server;
  const url = (typeof template === 'string' ? template : '/').replace(/\{([^{}]*)\}/g, (_all, name: string) =>
    defaultOf(variables, name),
  );
  const isAbsolute = /^https?:\/\//i.test(url);
  // Any base works for a relative one: only its path is read.
  const base = 'http://relative.invalid/';
  if (!URL.canParse(url, base)) throw new UnusableError('the URL of its server is none');
  const { origin, pathname } = new URL(url, base);
  return { basePath: pathname.replace(/\/+$/, ''), origin: isAbsolute ? origin : undefined };
}

function defaultOf(variables: unknown, name: string): string {
  const variable = isObject(variables) ? variables[name] : undefined;
  return isObject(variable) && typeof variable['default'] === 'string' ? variable['default'] : name;
}
