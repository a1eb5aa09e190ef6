import { describe, expect, it } from '@jest/globals';
import type { ErrorRequestHandler, Express } from 'express';
import express from 'express';
import request from 'supertest';
import { ConfigurationError, InsufficientScopeError, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { express4 } from '../support/express-4.js';
import { authOptions, callTool, challengeOf, metadataUrl, notesRegistry } from '../support/mcp-app.js';

describe('mcpErrorHandler', () => {
  /** An app whose only route fails, and what arrives behind our handler. */
  function failingApp(error: unknown, began = false): { readonly app: Express; readonly behind: unknown[] } {
    const app = express();
    const behind: unknown[] = [];
    app.get('/', (_req, res, next) => {
      if (began) res.write('so far so good');
      next(error);
    });
    app.use(mcpErrorHandler());
    const last: ErrorRequestHandler = (passedOn, _req, res, _next) => {
      behind.push(passedOn);
      res.end();
    };
    return { app: app.use(last), behind };
  }

  it.each([
    ['an error of the app', new Error('of the app')],
    ['an error of Express', Object.assign(new Error('bad'), { status: 400 })],
    ['a text', 'route failed'],
    ['a mistake in the configuration', new ConfigurationError('invalid_option', 'wrong')],
  ])('hands %s on untouched', async (_what, error) => {
    const { app, behind } = failingApp(error);
    await request(app).get('/');
    expect(behind).toEqual([error]);
    expect(behind[0]).toBe(error);
  });

  it('hands everything on once the answer began', async () => {
    const error = new InsufficientScopeError({ requiredScopes: ['a'], grantedScopes: [] });
    const { app, behind } = failingApp(error, true);
    expect((await request(app).get('/')).text).toBe('so far so good');
    expect(behind).toEqual([error]);
  });

  it('renders an InsufficientScopeError that another route raises, as far as there is something to say', async () => {
    const { app } = failingApp(new InsufficientScopeError({ requiredScopes: ['a', 'b'], grantedScopes: [] }));
    const response = await request(app).get('/');
    expect(response.status).toBe(403);
    expect(response.body).toEqual({
      error: 'insufficient_scope',
      error_description: 'Insufficient scope for this endpoint: requires a b',
      scope: 'a b',
    });
  });

  it('refuses options that it does not know', () => {
    expect(() => mcpErrorHandler({ verbose: true } as never)).toThrow('mcpErrorHandler: there is no "verbose"');
  });
});

describe.each([
  ['5', express],
  ['4.21', express4],
])('when mcpErrorHandler was forgotten, the error handling of Express %s', (_version, expressOf) => {
  it.each([
    ['401 and the challenge', undefined, 401, `Bearer resource_metadata="${metadataUrl}"`],
    [
      '403 and the challenge',
      '',
      403,
      `Bearer resource_metadata="${metadataUrl}", error="insufficient_scope", scope="notes:read", ` +
        `error_description="Insufficient scope for tool 'read': requires notes:read"`,
    ],
  ])('still answers with %s', async (_what, scope, status, challenge) => {
    const app = expressOf();
    app.set('env', 'test');
    app.use(mcpAuth(authOptions()), mcpRouter(notesRegistry()));
    const response = await callTool(app, 'read', scope);
    expect(response.status).toBe(status);
    expect(challengeOf(response)).toBe(challenge);
    expect(response.headers).toMatchObject({ 'cache-control': 'no-store' });
  });
});
