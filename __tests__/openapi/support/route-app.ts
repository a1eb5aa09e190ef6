import type { Express } from 'express';
import express from 'express';
import type { Response } from 'supertest';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../../lib/index.js';
import type { McpAuthOptions } from '../../../lib/index.js';
import type { OpenApiOptions, OpenApiTools } from '../../../lib/openapi/index.js';
import { toolsFromOpenApi } from '../../../lib/openapi/index.js';
import type { CallToolResult } from '../../../lib/registry/content.js';
import { authOptions, issuer, modern } from '../../support/mcp-app.js';

type Json = Readonly<Record<string, unknown>>;

/** A document with these paths. */
export function documentOf(paths: Json, more: Json = {}): Json {
  return { openapi: '3.0.3', info: { title: 'Test', version: '1.0.0' }, paths, ...more };
}

/** An operation that answers with anything. */
export function operation(operationId: string, more: Json = {}): Json {
  return { operationId, responses: { 200: { description: 'Done' } }, ...more };
}

/** A 200 with JSON of this schema. */
export function answers(schema: unknown): Json {
  return { responses: { 200: { description: 'Done', content: { 'application/json': { schema } } } } };
}

export interface RouteApp extends OpenApiTools {
  readonly app: Express;
  readonly listed: ReadonlyMap<string, Json>;
}

export interface RouteAppOptions {
  readonly document: Json;
  readonly routes?: (app: Express) => void;
  readonly options?: Partial<OpenApiOptions>;
  /** Express 5 or 4. */
  readonly make?: typeof express;
  readonly auth?: Partial<McpAuthOptions>;
}

/** An app with routes, and an MCP endpoint with tools for them. */
export async function routeApp({
  document,
  routes,
  options,
  make = express,
  auth,
}: RouteAppOptions): Promise<RouteApp> {
  const app = make();
  const registry = createRegistry({ name: 'routes', version: '1.0.0' });
  app.use(mcpAuth(authOptions({ allowAnonymous: true, ...auth })), mcpRouter(registry, { onError: () => undefined }));
  routes?.(app);
  app.use(mcpErrorHandler());
  const made = await toolsFromOpenApi(registry, document, { app, ...options });
  const listed = new Map(registry.catalog.tools.items.map(({ key, listing }) => [key, listing]));
  return { app, listed, ...made };
}

/** Calls a tool over HTTP; the answer as it came. */
export async function post(app: Express, name: string, args: Json = {}, scope?: string): Promise<Response> {
  const headers = scope === undefined ? {} : { Authorization: `Bearer ${await issuer.token({ scope })}` };
  return modern(app, 'tools/call', { name, arguments: args }, headers);
}

/** Calls a tool over HTTP; its result. */
export async function call(app: Express, name: string, args: Json = {}, scope?: string): Promise<CallToolResult> {
  const response = await post(app, name, args, scope);
  return (response.body as { readonly result: CallToolResult }).result;
}

/** The text of the first block. */
export function textOf({ content }: CallToolResult): string {
  const [first] = content;
  return first?.type === 'text' ? first.text : '';
}
