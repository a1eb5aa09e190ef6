import { displayName } from '../../errors/display-name.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { DocumentOperation } from '../document/operations.js';
import type { JsonObject, OpenApiDocument } from '../document/openapi-document.js';
import { credentialNames } from '../document/security-scopes.js';
import { UnusableError } from '../document/unusable-error.js';
import { isOwnField } from './header-fields.js';

/** Where a parameter travels. */
export type ParameterPlace = 'cookie' | 'header' | 'path' | 'query';

/** How a value is written (OpenAPI 3.1 §4.8.12.2). */
export interface ParameterStyle {
  readonly style: string;
  readonly explode: boolean;
  /** Whether `:/?@!$'()*,;[]` stay as they are in a query. */
  readonly allowReserved: boolean;
}

/** One parameter of an operation. */
export interface Parameter extends ParameterStyle {
  /** Its name in the request. */
  readonly name: string;
  readonly place: ParameterPlace;
  readonly isRequired: boolean;
  readonly description: string | undefined;
  readonly isDeprecated: boolean;
  readonly schema: unknown;
  /** Whether the value travels as JSON text, because the parameter has `content`. */
  readonly isJson: boolean;
}

const defaultStyles: Readonly<Record<ParameterPlace, string>> = {
  path: 'simple',
  query: 'form',
  header: 'simple',
  cookie: 'form',
};

const styles: Readonly<Record<ParameterPlace, readonly string[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
};

/**
 * The parameters that a caller can give: those of the path and of the operation, which replaces the path's of the same name and
 * place. Credentials are not among them, nor what a request says about itself; a call has those of its caller.
 *
 * @param document - for references, and for the names of credentials
 * @param operation - the operation
 * @throws UnusableError when one cannot be understood
 */
export function readParameters(
  document: OpenApiDocument,
  { source, pathItem, facts }: DocumentOperation,
): readonly Parameter[] {
  const found = new Map<string, Parameter>();
  for (const value of [...listOf(pathItem['parameters']), ...listOf(source['parameters'])]) {
    const parameter = readParameter(document.object(value, 'a parameter'));
    found.set(`${parameter.place} ${fieldName(parameter)}`, parameter);
  }
  const inPath = [...facts.path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name);
  for (const name of inPath) {
    // Many documents forget to describe one; the path says that it is there.
    if (!found.has(`path ${name}`)) found.set(`path ${name}`, plainPathParameter(name));
  }
  return [...found.values()].filter(
    ({ place, name }) => (place !== 'path' || inPath.includes(name)) && !isWithheld(document, place, name),
  );
}

/** Names of header fields are the same in any case (RFC 9110 §5.1). */
function fieldName({ place, name }: Parameter): string {
  return place === 'header' ? name.toLowerCase() : name;
}

function isWithheld(document: OpenApiDocument, place: ParameterPlace, name: string): boolean {
  if (place === 'header' && isOwnField(name)) return true;
  // RFC 6750 §2.3: a token in the query.
  if (place === 'query' && name === 'access_token') return true;
  const credentials = credentialNames(document, place);
  return credentials.some((one) => (place === 'header' ? one.toLowerCase() === name.toLowerCase() : one === name));
}

function plainPathParameter(name: string): Parameter {
  const common = { description: undefined, isDeprecated: false, isJson: false, schema: { type: 'string' } };
  return { name, place: 'path', isRequired: true, style: 'simple', explode: false, allowReserved: false, ...common };
}

function readParameter(source: JsonObject): Parameter {
  const { name, in: place } = source;
  if (typeof name !== 'string' || name === '') throw new UnusableError('a parameter has no name');
  if (!isPlace(place)) {
    throw new UnusableError(`the parameter ${displayName(name)} is in ${displayName(String(place))}`);
  }
  if (place === 'header' && !/^[!#$%&'*+\-.^_`|~\w]+$/.test(name)) {
    throw new UnusableError(`${displayName(name)} is no name of a header field`);
  }
  const content = isObject(source['content']) ? Object.values(source['content'])[0] : undefined;
  const { style = defaultStyles[place], description } = source;
  if (typeof style !== 'string' || !styles[place].includes(style)) {
    throw new UnusableError(`the parameter ${displayName(name)} has the style ${displayName(String(style))}`);
  }
  return {
    name,
    place,
    isRequired: place === 'path' || source['required'] === true,
    description: typeof description === 'string' ? description : undefined,
    isDeprecated: source['deprecated'] === true,
    schema: isObject(content) ? content['schema'] : withExample(source),
    isJson: isObject(content),
    style,
    explode: typeof source['explode'] === 'boolean' ? source['explode'] : style === 'form',
    allowReserved: source['allowReserved'] === true,
  };
}

/** The schema with the example that stands beside it. */
function withExample({ schema, example }: JsonObject): unknown {
  const isBare = isObject(schema) && schema['$ref'] === undefined && schema['example'] === undefined;
  return isBare && example !== undefined ? { ...schema, example } : schema;
}

function isPlace(place: unknown): place is ParameterPlace {
  return typeof place === 'string' && Object.hasOwn(styles, place);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
