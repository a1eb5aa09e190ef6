import { describe, expect, it } from '@jest/globals';
import type { ErrorRequestHandler, Express } from 'express';
import express from 'express';
import { mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { authOptions, callTool, challengeOf, metadataUrl, notesRegistry } from '../support/mcp-app.js';

const challenge =
  `Bearer resource_metadata="${metadataUrl}", error="insufficient_scope", scope="notes:read", ` +
  `error_description="Insufficient scope for tool 'read': requires notes:read"`;

/** An app that counts what error middleware sees, at a place that each test chooses. */
function countingApp(): { readonly app: Express; readonly seen: unknown[]; readonly counter: ErrorRequestHandler } {
  const seen: unknown[] = [];
  const counter: ErrorRequestHandler = (error, _req, _res, next) => {
    seen.push(error);
    next(error);
  };
  return { app: express(), seen, counter };
}

const guarded = (more = {}) => [mcpAuth(authOptions(more)), mcpRouter(notesRegistry())] as const;

/** A middleware as OpenTelemetry's instrumentation of Express leaves it: within a function that sees what is passed on. */
function wrap(app: Express, original: unknown, passedOn: unknown[]): void {
  type Handle = (...passed: unknown[]) => void;
  const layer = app.router.stack.find(({ handle }) => (handle as unknown) === original);
  if (layer === undefined) throw new Error('It is not mounted');
  const wrapper: Handle = (request, response, next) => {
    (original as Handle)(request, response, (error?: unknown) => {
      passedOn.push(error);
      (next as Handle)(error);
    });
  };
  Object.assign(layer, { handle: Object.assign(wrapper, { __original: original }) });
}

describe('a refusal', () => {
  it('has the same words for everybody with the same scopes, and others for others', async () => {
    const app = express()
      .use(...guarded())
      .use(mcpErrorHandler());
    for (const scope of ['', 'other', '', 'notes:write']) {
      const response = await callTool(app, 'read', scope);
      expect(response.status).toBe(403);
      const named = ['notes:read', scope].filter((each) => each !== '').join(' ');
      expect(challengeOf(response)).toBe(challenge.replace('scope="notes:read"', `scope="${named}"`));
      expect(response.body).toMatchObject({ error: 'insufficient_scope', scope: named });
    }
    expect(challengeOf(await callTool(app, 'write', ''))).toContain('requires notes:read notes:write');
  });

  it.each([
    ['the endpoint', { requiredScopes: ['notes:admin'] }],
    ['a tool', {}],
  ])('of %s is seen by error middleware in front of mcpErrorHandler', async (_what, more) => {
    const { app, seen, counter } = countingApp();
    app
      .use(...guarded(more))
      .use(counter)
      .use(mcpErrorHandler());
    const response = await callTool(app, 'read', '');
    expect(response.status).toBe(403);
    expect(seen).toEqual([expect.objectContaining({ code: 'insufficient_scope', status: 403 })]);
  });

  it('is seen by error middleware that is mounted after the first one', async () => {
    const { app, seen, counter } = countingApp();
    app.use(...guarded());
    expect((await callTool(app, 'read', '')).status).toBe(403);
    app.use(counter).use(mcpErrorHandler());
    const response = await callTool(app, 'read', '');
    expect(challengeOf(response)).toBe(challenge);
    expect(seen).toHaveLength(1);
  });

  it('by the guard is seen by error middleware between guard and router', async () => {
    const { app, seen, counter } = countingApp();
    const [auth, router] = guarded({ requiredScopes: ['notes:admin'] });
    app.use(auth).use(counter).use(router).use(mcpErrorHandler());
    expect((await callTool(app, 'read', '')).status).toBe(403);
    expect(seen).toHaveLength(1);
  });

  it('is passed on to instrumentation that has wrapped the middleware', async () => {
    const [auth, router] = guarded();
    const passedOn: unknown[] = [];
    const app = express().use(auth, router).use(mcpErrorHandler());
    wrap(app, router, passedOn);
    const response = await callTool(app, 'read', '');
    expect(challengeOf(response)).toBe(challenge);
    expect(passedOn).toEqual([expect.objectContaining({ code: 'insufficient_scope' })]);
  });

  it('does not go through Express if mcpErrorHandler alone would see it', async () => {
    const app = express().use(...guarded());
    const calls: unknown[] = [];
    const handler = mcpErrorHandler();
    app.use(handler);
    const layer = app.router.stack.find(({ handle }) => (handle as unknown) === handler);
    // Express calls a layer by this.
    Object.assign(layer ?? {}, { handleError: (...passed: unknown[]) => calls.push(passed) });
    for (const scope of ['', undefined]) expect([401, 403]).toContain((await callTool(app, 'read', scope)).status);
    expect(calls).toEqual([]);
  });
});
