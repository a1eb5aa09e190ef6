import { isObject } from '../../jsonrpc/parse-message.js';
import type { JsonObject, OpenApiDocument } from './openapi-document.js';
import type { OpenApiMethod, OpenApiOperation } from './openapi-operation.js';
import { openApiMethods } from './openapi-operation.js';
import { scopesOf } from './security-scopes.js';
import { UnusableError } from './unusable-error.js';

/** An operation with all its facts from the document. */
export interface DocumentOperation {
  readonly facts: OpenApiOperation;
  /** The operation object. */
  readonly source: JsonObject;
  readonly pathItem: JsonObject;
}

/** An operation or a path that does not become a tool. */
export interface OmittedOperation {
  /** Undefined if the whole path is meant. */
  readonly method: string | undefined;
  readonly path: string;
  /** The reason in one line. */
  readonly reason: string;
}

/** The operations of a document. */
export interface FoundOperations {
  readonly operations: readonly DocumentOperation[];
  readonly omitted: readonly OmittedOperation[];
}

/**
 * Reads the operations of a document.
 *
 * @param document - the document
 */
export function readOperations(document: OpenApiDocument): FoundOperations {
  const omitted: OmittedOperation[] = [];
  const attempt = <T>(method: string | undefined, path: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      omitted.push({ method, path, reason: reasonOf(error) });
      return undefined;
    }
  };
  const paths = Object.entries(document.root['paths'] as JsonObject).filter(([path]) => !path.startsWith('x-'));
  const operations = paths.flatMap(([path, value]) => {
    const pathItem = attempt(undefined, path, () => readPathItem(document, path, value));
    if (pathItem === undefined) return [];
    if (pathItem['trace'] !== undefined) {
      omitted.push({ method: 'TRACE', path, reason: 'TRACE shows the request with its token' });
    }
    return openApiMethods.flatMap((method) => {
      const source = pathItem[method.toLowerCase()];
      if (source === undefined) return [];
      const operation = attempt(method, path, () => readOperation(document, { method, path, pathItem, source }));
      return operation === undefined ? [] : [operation];
    });
  });
  return { operations, omitted };
}

/**
 * The reason of an error that makes an operation unusable; every other error is thrown on.
 *
 * @param error - the error
 */
export function reasonOf(error: unknown): string {
  if (error instanceof UnusableError) return error.message;
  throw error;
}

function readPathItem(document: OpenApiDocument, path: string, value: unknown): JsonObject {
  if (!path.startsWith('/') || /\s/.test(path)) throw new UnusableError('a path begins with "/" and has no blank');
  return document.object(value, 'the path item');
}

interface OperationPlace {
  readonly method: OpenApiMethod;
  readonly path: string;
  readonly pathItem: JsonObject;
  readonly source: unknown;
}

function readOperation(document: OpenApiDocument, place: OperationPlace): DocumentOperation {
  const { method, path, pathItem, source } = place;
  if (!isObject(source)) throw new UnusableError('the operation is no object');
  const facts: OpenApiOperation = {
    method,
    path,
    operationId: textOf(source['operationId']),
    tags: Array.isArray(source['tags']) ? source['tags'].filter((tag) => typeof tag === 'string') : [],
    summary: textOf(source['summary']) ?? textOf(pathItem['summary']),
    description: textOf(source['description']) ?? textOf(pathItem['description']),
    deprecated: source['deprecated'] === true,
    readOnly: method === 'GET' || method === 'HEAD' || method === 'OPTIONS',
    scopes: scopesOf(document, source),
    extensions: Object.fromEntries(Object.entries(source).filter(([member]) => member.startsWith('x-'))),
  };
  return { facts, source, pathItem };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
