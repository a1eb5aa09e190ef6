import { isObject } from '../../jsonrpc/parse-message.js';
import type { DocumentOperation } from '../document/operations.js';
import type { JsonObject, OpenApiDocument } from '../document/openapi-document.js';
import type { OpenApiMethod } from '../document/openapi-operation.js';
import { serverPlace } from '../document/server-path.js';
import type { SchemaConverter } from '../schemas/schema-converter.js';
import { fittingSchema } from '../schemas/fitting-schema.js';
import type { BodyPlan } from './encode-body.js';
import type { Parameter } from './parameter.js';
import { readParameters } from './parameter.js';
import type { RequestBody } from './request-body.js';
import { bodySchema, formObject, isFile, readRequestBody } from './request-body.js';

/** How a request is made of the arguments of a tool. */
export interface RequestPlan {
  readonly method: OpenApiMethod;
  /** The path with its base, still a template. */
  readonly path: string;
  /** A query that is part of the path, encoded; empty for most. */
  readonly query: string;
  /** Origin of the server, where the document names one. */
  readonly origin: string | undefined;
  /** The parameters by the names of the arguments. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly body: BodyPlan | undefined;
  readonly inputSchema: JsonObject;
}

/**
 * Plans the requests of an operation.
 *
 * @param document - for references
 * @param operation - the operation
 * @throws UnusableError when it cannot be understood
 */
export function planRequest(document: OpenApiDocument, operation: DocumentOperation): RequestPlan {
  const { facts, source, pathItem } = operation;
  const { basePath, origin } = serverPlace(document, pathItem, source);
  const found = readRequestBody(document, operation);
  const body = found === undefined ? undefined : { ...found, files: filesOf(document, found) };
  const parameters = namedParameters(readParameters(document, operation), body === undefined ? [] : ['body']);
  const inputSchema = fittingSchema(document, 'request', (converter) => inputOf(document, converter, parameters, body));
  // OpenAPI 3.1 §4.8.8.1 has neither in a path. Documents write them to tell operations of one path apart.
  const [path = '', query = ''] = facts.path.replace(/#.*$/, '').split('?');
  return { method: facts.method, path: basePath + path, query, origin, parameters, body, inputSchema };
}

function filesOf(document: OpenApiDocument, { kind, schema, encoding }: RequestBody): ReadonlySet<string> {
  if (kind !== 'multipart') return new Set();
  const { properties } = formObject(document, schema);
  const members = Object.entries(isObject(properties) ? properties : {});
  const files = members.filter(([name, member]) => {
    const elements = isObject(member) ? document.object(member, 'a member of the body')['items'] : undefined;
    return isFile(document, member, encoding[name]) || isFile(document, elements, encoding[name]);
  });
  return new Set(files.map(([name]) => name));
}

// Hosts refuse a tool if one of its arguments has another name.
const maxNameLength = 64;

/** Every parameter under a name that hosts take and that no other argument has. */
function namedParameters(parameters: readonly Parameter[], taken: readonly string[]): ReadonlyMap<string, Parameter> {
  const named = new Map<string, Parameter>();
  const isFree = (name: string): boolean => !named.has(name) && !taken.includes(name);
  for (const parameter of parameters) {
    const plain = parameter.name
      .replace(/[^A-Za-z0-9_.-]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .slice(0, maxNameLength);
    const base = plain === '' ? parameter.place : plain;
    const candidates = [base, `${base.slice(0, 50)}_${parameter.place}`];
    let name = candidates.find(isFree);
    for (let count = 2; name === undefined; count++) {
      const numbered = `${base.slice(0, 50)}_${String(count)}`;
      if (isFree(numbered)) name = numbered;
    }
    named.set(name, parameter);
  }
  return named;
}

function inputOf(
  document: OpenApiDocument,
  converter: SchemaConverter,
  parameters: ReadonlyMap<string, Parameter>,
  body: BodyPlan | undefined,
): JsonObject {
  const properties = [...parameters].map(([name, parameter]) => [name, argumentSchema(converter, parameter)] as const);
  const required = [...parameters].filter(([, { isRequired }]) => isRequired).map(([name]) => name);
  const members: (readonly [string, JsonObject])[] = [...properties];
  if (body !== undefined) {
    members.push(['body', describe(converter, bodySchema(document, body), body.description)]);
    if (body.isRequired) required.push('body');
  }
  return {
    type: 'object',
    properties: Object.fromEntries(members),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

function argumentSchema(converter: SchemaConverter, { schema, description, isDeprecated }: Parameter): JsonObject {
  const described = describe(converter, schema, description);
  return isDeprecated ? { ...described, deprecated: true } : described;
}

/** A schema with the description that stands outside of it. */
function describe(converter: SchemaConverter, schema: unknown, description: string | undefined): JsonObject {
  const converted = converter.convert(schema, 1);
  if (description === undefined || converted['description'] !== undefined) return converted;
  const { description: shown } = converter.convert({ description }, 1);
  return shown === undefined ? converted : { ...converted, description: shown };
}
