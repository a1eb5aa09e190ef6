import { ConfigurationError } from '../errors/configuration-error.js';
import type { ScopeFunction } from '../registry/access.js';
import type { ScopeRequirement } from '../oauth/scope-requirement.js';
import type { ItemHandle } from '../registry/item-handle.js';
import type { Registry } from '../registry/registry.js';
import type { ToolDefinition } from '../registry/tool.js';
import { allOf } from '../oauth/scope-requirement.js';
import { OpenApiDocument } from './document/openapi-document.js';
import type { OpenApiOperation } from './document/openapi-operation.js';
import type { DocumentOperation, OmittedOperation } from './document/operations.js';
import { readOperations, reasonOf } from './document/operations.js';
import { validateDocument } from './document/validate-document.js';
import { importPeer } from './import-peer.js';
import type { OpenApiOptions } from './openapi-options.js';
import { assertOpenApiOptions, valueFor } from './openapi-options.js';
import type { RequestPlan } from './requests/request-plan.js';
import { planRequest } from './requests/request-plan.js';
import type { RouteRunner } from './routes/run-route.js';
import { methodAnnotations } from './tools/method-annotations.js';
import { operationHandler } from './tools/operation-handler.js';
import type { ResultPlan } from './tools/result-plan.js';
import { planResult } from './tools/result-plan.js';
import { selectOperations } from './tools/select-operations.js';
import { toolDescription, toolTitle } from './tools/tool-description.js';
import { toolNames } from './tools/tool-names.js';

/** A tool for an operation. */
export interface OpenApiTool {
  readonly name: string;
  readonly operation: OpenApiOperation;
  /** For changing the tool while the server runs. */
  readonly handle: ItemHandle<ToolDefinition<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>>;
}

/** The result for a document. */
export interface OpenApiTools {
  readonly tools: readonly OpenApiTool[];
  /** Operations that did not become tools, with the reasons. */
  readonly omitted: readonly OmittedOperation[];
  /** Where the document breaks the OpenAPI specification, a line each, at most 20. */
  readonly problems: readonly string[];
}

interface Plan {
  readonly operation: DocumentOperation;
  readonly request: RequestPlan;
  readonly result: ResultPlan;
}

/**
 * Registers one tool for each operation of an OpenAPI document. A call runs the app's own route in this process, without the network,
 * with all of its middleware and the caller's `Authorization` header.
 *
 * @param registry - gets the tools
 * @param document - OpenAPI 3.0 or 3.1, parsed, with its references
 * @param options - see {@link OpenApiOptions}
 * @returns the tools, the omitted operations, and the problems of the document
 * @throws ConfigurationError if the document is not OpenAPI 3.0 or 3.1, an option is wrong, a name is taken, or a peer is missing
 *
 * @example
 * ```ts
 * import express from 'express';
 * import { createRegistry } from 'express-mcp';
 * import { toolsFromOpenApi } from 'express-mcp/openapi';
 *
 * const app = express();
 * app.get('/notes/:id', (req, res) => {
 *   res.json({ id: req.params.id, text: 'Buy milk' });
 * });
 * const parameters = [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }];
 * const responses = { 200: { description: 'The note' } };
 * const document = {
 *   openapi: '3.1.0',
 *   info: { title: 'Notes', version: '1.0.0' },
 *   paths: { '/notes/{id}': { get: { operationId: 'readNote', parameters, responses } } },
 * };
 *
 * const registry = createRegistry({ name: 'notes', version: '1.0.0' });
 * const { tools } = await toolsFromOpenApi(registry, document, { app, select: 'read-only' });
 * console.log(tools.map(({ name }) => name)); // [ 'readNote' ]
 * ```
 */
export async function toolsFromOpenApi<State, Request, TokenClaims>(
  registry: Registry<State, Request, TokenClaims>,
  document: object,
  options: OpenApiOptions,
): Promise<OpenApiTools> {
  assertOpenApiOptions(options);
  const source = new OpenApiDocument(document);
  const { default: inject } = await importPeer('light-my-request', () => import('light-my-request'));
  const problems = await validateDocument(source);
  const { operations, omitted } = readOperations(source);
  const { plans, unusable } = planAll(source, selectOperations(operations, options.select));
  const facts = plans.map(({ operation }) => operation.facts);
  const names = toolNames(
    facts,
    options.name ?? (() => undefined),
    (name) => registry.catalog.tools.get(name) !== undefined,
  );
  const runner: RouteRunner = { inject, app: options.app };
  // Tools that run routes use neither the registry's state nor its claims.
  const target = registry as unknown as Registry<unknown>;
  const refused: OmittedOperation[] = [];
  const tools = plans.flatMap((plan, index) => {
    const { method, path } = plan.operation.facts;
    try {
      return [registerWhatFits(target, plan, names[index] ?? '', options, runner)];
    } catch (error) {
      if (!isAboutSchema(error)) throw error;
      refused.push({ method, path, reason: `its arguments cannot be described: ${error.message}` });
      return [];
    }
  });
  const left = [...omitted, ...unusable, ...refused];
  warnOf(left);
  return { tools, omitted: left, problems };
}

function planAll(
  source: OpenApiDocument,
  operations: readonly DocumentOperation[],
): { readonly plans: readonly Plan[]; readonly unusable: readonly OmittedOperation[] } {
  const plans: Plan[] = [];
  const unusable: OmittedOperation[] = [];
  for (const operation of operations) {
    try {
      plans.push({ operation, request: planRequest(source, operation), result: planResult(source, operation) });
    } catch (error) {
      const { method, path } = operation.facts;
      unusable.push({ method, path, reason: reasonOf(error) });
    }
  }
  return { plans, unusable };
}

/** Without a schema of its results, an operation can still be called. */
function registerWhatFits(
  registry: Registry<unknown>,
  plan: Plan,
  name: string,
  options: OpenApiOptions,
  runner: RouteRunner,
): OpenApiTool {
  try {
    return register(registry, plan, name, options, runner);
  } catch (error) {
    if (!isAboutSchema(error) || plan.result.outputSchema === undefined) throw error;
    return register(registry, { ...plan, result: { ...plan.result, outputSchema: undefined } }, name, options, runner);
  }
}

function isAboutSchema(error: unknown): error is ConfigurationError {
  return error instanceof ConfigurationError && error.code === 'invalid_schema';
}

function register(
  registry: Registry<unknown>,
  { operation: { facts }, request, result }: Plan,
  name: string,
  options: OpenApiOptions,
  runner: RouteRunner,
): OpenApiTool {
  const { visibility, annotations, timeoutMs, maxResponseBytes = 1_048_576 } = options;
  const definition = present({
    title: toolTitle(facts),
    description: toolDescription(facts),
    inputSchema: request.inputSchema,
    outputSchema: result.outputSchema,
    scopes: scopesFor(facts, options.scopes),
    visibility: valueFor(visibility, facts),
    annotations: { ...methodAnnotations(facts.method), ...valueFor(annotations, facts) },
    timeoutMs: valueFor(timeoutMs, facts),
  }) as ToolDefinition<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>;
  const handler = operationHandler({
    tool: name,
    request,
    accept: result.accept,
    runner,
    maxResponseBytes,
    output: () => registry.catalog.tools.get(name)?.output,
  });
  const handle = registry.tool(name, definition, handler);
  return { name, operation: facts, handle };
}

/** The document's scopes and those of the option, or those of a function alone. */
function scopesFor(
  operation: OpenApiOperation,
  option: OpenApiOptions['scopes'],
): ScopeFunction | ScopeRequirement | undefined {
  if (typeof option === 'function') return option(operation) ?? operation.scopes;
  if (option === undefined || operation.scopes === undefined) return option ?? operation.scopes;
  return allOf(operation.scopes, option);
}

function present(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** Without a warning, developers would look for missing tools in the wrong place. */
function warnOf(omitted: readonly OmittedOperation[]): void {
  if (omitted.length === 0) return;
  const lines = omitted.slice(0, 10).map(({ method, path, reason }) => `${method ?? 'all of'} ${path}: ${reason}`);
  const more = omitted.length > lines.length ? [`and ${String(omitted.length - lines.length)} more`] : [];
  const text = `toolsFromOpenApi made no tool of ${String(omitted.length)} operations: ${[...lines, ...more].join('; ')}`;
  process.emitWarning(text, { type: 'OpenApiWarning', code: 'EXPRESS_MCP_OPENAPI' });
}
