import type { RequestHandler } from 'express';
import express from 'express';
import type { Response, Test } from 'supertest';
import request from 'supertest';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import type { McpAuthOptions, McpRouterOptions } from '../../lib/index.js';
import type { TestIssuer } from '../../lib/testing/index.js';
import { createTestIssuer } from '../../lib/testing/index.js';
import { requestOf } from './dispatching.js';
import type { Door } from './doors.js';
import { byDoor } from './doors.js';

export const resource = 'https://api.example.com/mcp';
export const metadataUrl = 'https://api.example.com/.well-known/oauth-protected-resource/mcp';

export const issuer: TestIssuer = await createTestIssuer({ audience: resource });

/** A registry with an open, a scoped and a concealed item. */
export function notesRegistry() {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' }, { state: { greeting: 'Hello' } });
  registry.tool('open', {}, (_args, ctx) => `${ctx.state.greeting} ${ctx.auth?.subject ?? 'nobody'}`);
  registry.tool('read', { scopes: ['notes:read'] }, () => 'a note');
  registry.tool('write', { scopes: ['notes:read', 'notes:write'] }, () => 'written');
  registry.tool('purge', { scopes: ['notes:admin'], visibility: 'concealed' }, () => 'purged');
  registry.tool('break', {}, () => {
    throw new Error('password=hunter2');
  });
  registry.tool(
    'add',
    { inputSchema: { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] } },
    ({ a }) => String(a + 1),
  );
  registry.prompt('summary', { scopes: ['notes:read'] }, () => 'Summarise');
  registry.resource('notes://all', { scopes: ['notes:read'] }, () => 'all notes');
  return registry;
}

/** Options of `mcpAuth` that accept the tokens of the test issuer. */
export function authOptions(more: Partial<McpAuthOptions> = {}): McpAuthOptions {
  // A custom verifier decides alone; keys of an issuer beside it would be refused.
  if (more.verifier !== undefined || more.verifiers !== undefined || more.authenticate !== undefined) {
    return { resource, ...more };
  }
  return { resource, issuers: [{ issuer: issuer.issuer, jwks: issuer.jwks }], ...more };
}

export interface AppOptions {
  readonly auth?: Partial<McpAuthOptions>;
  readonly router?: McpRouterOptions;
  /** Middleware in front of ours. */
  readonly before?: readonly RequestHandler[];
}

/** An app with a protected endpoint. */
export function protectedApp({ auth, router, before = [] }: AppOptions = {}): Door {
  const app = express();
  const guard = mcpAuth(authOptions(auth));
  const endpoint = mcpRouter(notesRegistry(), { onError: () => undefined, ...router });
  for (const middleware of before) app.use(middleware);
  app.use(guard, endpoint);
  app.get('/', (_req, res) => {
    res.send('home');
  });
  app.use(mcpErrorHandler());
  // Middleware in front is Express's, and wants Express's requests.
  return before.length === 0 ? byDoor(app, guard, endpoint) : app;
}

/** The parameter that a modern client mirrors into Mcp-Name. */
function mirrored({ name, uri, taskId }: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const value = name ?? uri ?? taskId;
  return typeof value === 'string' ? { 'Mcp-Name': value } : {};
}

/** Sends a modern request as clients do, to an app or to the origin of one that listens. */
export function modern(
  app: Door | string,
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Test {
  return request(app)
    .post('/mcp')
    .set({
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': method,
      ...mirrored(params),
      ...headers,
    })
    .send(requestOf('2026-07-28', method, params));
}

/** Calls a tool as the holder of a token with these scopes; undefined sends none. */
export async function callTool(app: Door | string, name: string, scope?: string): Promise<Response> {
  const headers = scope === undefined ? {} : { Authorization: `Bearer ${await issuer.token({ scope })}` };
  return modern(app, 'tools/call', { name }, headers);
}

export function challengeOf(response: Response): string | undefined {
  return (response.headers as Readonly<Record<string, string | undefined>>)['www-authenticate'];
}
