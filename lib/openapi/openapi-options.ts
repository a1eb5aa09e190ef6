import type { RequestListener } from 'node:http';
import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { invalidOption } from '../errors/invalid-option.js';
import { displayName } from '../errors/display-name.js';
import type { ScopeRequirement } from '../oauth/scope-requirement.js';
import { compileRequirement } from '../oauth/scope-requirement.js';
import type { ScopeFunction, Visibility } from '../registry/access.js';
import type { ToolAnnotations } from '../registry/tool.js';
import type { OpenApiOperation } from './document/openapi-operation.js';

/** Selects operations that become tools: those with one of these tags and one of these methods. */
export interface OpenApiSelection {
  readonly tags?: string | readonly string[];
  /** In upper or lower case, such as `GET`. */
  readonly methods?: string | readonly string[];
}

/** A value for all tools, or a function that decides for each operation. */
export type PerOperation<T> = T | ((operation: OpenApiOperation) => T | undefined);

/** Options of `toolsFromOpenApi`. */
export interface OpenApiOptions {
  /** The Express app whose routes are called, or any other request listener of `node:http`. */
  readonly app: RequestListener;
  /** Default: all. `'read-only'` are GET, HEAD and OPTIONS. */
  readonly select?: 'read-only' | OpenApiSelection | ((operation: OpenApiOperation) => boolean);
  /** Name of the tool; undefined leaves it at the default: the `operationId`, or method and path. */
  readonly name?: (operation: OpenApiOperation) => string | undefined;
  /**
   * Scopes that are needed in addition to those of the document. A function decides alone: it gets the document's as
   * `operation.scopes`; undefined keeps them.
   */
  readonly scopes?: ScopeRequirement | ((operation: OpenApiOperation) => ScopeFunction | ScopeRequirement | undefined);
  /** Default `always`. */
  readonly visibility?: PerOperation<Visibility>;
  /** Override the annotations that come from the method, member by member. */
  readonly annotations?: PerOperation<ToolAnnotations>;
  /** Time limit of a call, in milliseconds. Default: the router's. */
  readonly timeoutMs?: PerOperation<number>;
  /** Maximum size of an answer, in bytes; the rest is not read. Default 1,048,576 (1 MiB). */
  readonly maxResponseBytes?: number;
}

const optionNames = Object.keys({
  app: true,
  select: true,
  name: true,
  scopes: true,
  visibility: true,
  annotations: true,
  timeoutMs: true,
  maxResponseBytes: true,
} satisfies Record<keyof OpenApiOptions, true>);

const owner = 'toolsFromOpenApi';

/**
 * Checks the options of `toolsFromOpenApi`.
 *
 * @throws ConfigurationError `missing_option`, `unknown_option`, `invalid_option` or `invalid_scope`
 */
export function assertOpenApiOptions(options: OpenApiOptions): void {
  assertMembers(options, optionNames, owner);
  const { app, select, name, scopes, maxResponseBytes = 1 } = options as Partial<OpenApiOptions>;
  if (app === undefined) {
    throw new ConfigurationError(
      'missing_option',
      `${owner} needs the app: toolsFromOpenApi(registry, document, { app }).`,
    );
  }
  if (typeof app !== 'function') throw invalidOption(owner, 'app must be an Express app or another request listener');
  if (name !== undefined && typeof name !== 'function') {
    throw invalidOption(owner, 'name must be a function from an operation to a name');
  }
  if (scopes !== undefined && typeof scopes !== 'function') compileRequirement(scopes, owner);
  if (!Number.isSafeInteger(maxResponseBytes) || maxResponseBytes < 1) {
    throw invalidOption(owner, 'maxResponseBytes must be a whole number of bytes from 1');
  }
  const isFunctionOrWord = select === undefined || typeof select === 'function' || select === 'read-only';
  if (isFunctionOrWord) return;
  if (typeof select === 'string') {
    throw invalidOption(owner, `select knows the word "read-only", not ${displayName(select)}`);
  }
  assertMembers(select, ['tags', 'methods'], `${owner} select`);
}

/**
 * The value of an option for one operation.
 *
 * @param option - as the developer wrote it
 * @param operation - the operation
 */
export function valueFor<T>(option: PerOperation<T> | undefined, operation: OpenApiOperation): T | undefined {
  return typeof option === 'function' ? (option as (operation: OpenApiOperation) => T | undefined)(operation) : option;
}
