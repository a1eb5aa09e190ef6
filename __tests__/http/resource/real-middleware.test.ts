// `authenticate` behind the middleware that apps have already: the official SDK's, express-oauth2-jwt-bearer and passport, as they are.
import { createServer } from 'node:http';
import { InvalidTokenError as SdkInvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import express from 'express';
import { auth as jwtBearer } from 'express-oauth2-jwt-bearer';
import { createLocalJWKSet, jwtVerify } from 'jose';
import passport from 'passport';
import { Strategy as BearerStrategy } from 'passport-http-bearer';
import type { Middleware } from '../../../lib/http/fields/hosted-request.js';
import type { AccessDecision, McpAuthOptions } from '../../../lib/index.js';
import { fromJwtBearer, fromSdkAuth, mcpAuth, mcpErrorHandler, mcpListener, mcpRouter } from '../../../lib/index.js';
import { createTestIssuer, expectChallenge } from '../../../lib/testing/index.js';
import { FakeIssuer } from '../../support/fake-issuer.js';
import { challengeOf, issuer, metadataUrl, modern, notesRegistry, resource } from '../../support/mcp-app.js';

const server = new FakeIssuer();
const keys = createLocalJWKSet(issuer.jwks);
const subjects = new Map([['ada', 'Ada']]);

beforeAll(async () => {
  await server.listen();
  server.publish(issuer.jwks);
});
afterAll(() => server.close());

async function claimsOf(token: string) {
  const { payload } = await jwtVerify(token, keys, { issuer: issuer.issuer, audience: resource });
  return payload;
}

const sdk: RequestHandler = requireBearerAuth({
  verifier: {
    verifyAccessToken: async (token) => {
      try {
        const { sub, scope, exp, client_id: clientId } = await claimsOf(token);
        const scopes = String(scope).split(' ');
        return { token, clientId: String(clientId), scopes, expiresAt: Number(exp), extra: { sub } };
      } catch {
        throw new SdkInvalidTokenError('no good');
      }
    },
  },
});

/** Made when it is needed, since the port is known then. */
const auth0: RequestHandler = (request, response, next) => {
  const options = {
    issuer: issuer.issuer,
    audience: resource,
    jwksUri: `${server.origin}/jwks`,
    tokenSigningAlg: 'ES256',
  };
  jwtBearer(options)(request, response, next);
};

const authenticator = new passport.Passport();
authenticator.use(
  new BearerStrategy((token, done) => {
    claimsOf(token).then(
      ({ sub = '', scope }) => {
        const name = subjects.get(sub);
        done(null, name === undefined ? false : { id: sub, name, scope: String(scope) });
      },
      () => {
        done(null, false);
      },
    );
  }),
);
const bearerPassport = authenticator.authenticate('bearer', { session: false }) as RequestHandler;
const fromPassport: McpAuthOptions['authenticate'] = ({ user }) => {
  const { id, scope } = Object(user) as { readonly id?: string; readonly scope?: string };
  return id === undefined ? undefined : { subject: id, clientId: 'web', scopes: String(scope).split(' ') };
};

describe.each<[string, RequestHandler, NonNullable<McpAuthOptions['authenticate']>]>([
  ['requireBearerAuth of the official SDK', sdk, fromSdkAuth],
  ['express-oauth2-jwt-bearer', auth0, fromJwtBearer],
  ['passport with a bearer strategy', bearerPassport, fromPassport],
])('behind %s', (_name, middleware, authenticate) => {
  const decisions: AccessDecision[] = [];
  const appWith = (...before: readonly RequestHandler[]) => {
    const app = express().set('env', 'test');
    for (const each of before) app.use('/mcp', each);
    const onDecision = (decision: AccessDecision): void => {
      decisions.push(decision);
    };
    const authorizationServers = ['https://login.example.com'];
    app.use(mcpAuth({ resource, authenticate, authorizationServers, onDecision }), mcpRouter(notesRegistry()));
    return app.use(mcpErrorHandler());
  };
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
  const call = (name: string, headers: Record<string, string>, app = appWith(middleware)) =>
    modern(app, 'tools/call', { name }, headers);

  it('a caller has the scopes of the token, and is who the middleware says', async () => {
    const token = await issuer.token({ subject: 'ada', scope: 'notes:read' });
    expect((await call('read', bearer(token))).body).toMatchObject({ result: { content: [{ text: 'a note' }] } });
    expect((await call('open', bearer(token))).text).toContain('Hello ada');
    expect(decisions.at(-1)).toMatchObject({ outcome: 'accepted', subject: 'ada', grantedScopes: ['notes:read'] });
  });

  it('a lacking scope is our 403, with all that is needed', async () => {
    const response = await call('write', bearer(await issuer.token({ subject: 'ada', scope: 'notes:read' })));
    expectChallenge(response, {
      error: 'insufficient_scope',
      scope: 'notes:read notes:write',
      resourceMetadata: metadataUrl,
    });
    expect(challengeOf(response)).toContain('notes:write');
  });

  it('a bad token never arrives', async () => {
    const stranger = await createTestIssuer({ issuer: issuer.issuer, audience: resource });
    const ended = await issuer.token({ subject: 'ada', expiresIn: -100 });
    for (const token of ['nonsense', ended, await stranger.token({ subject: 'ada' })]) {
      const response = await call('open', bearer(token));
      expect([token, response.status]).toEqual([token, 401]);
      expect(response.text).not.toContain('Hello');
    }
  });

  it('nobody is let in without the middleware', async () => {
    const token = await issuer.token({ subject: 'ada', scope: 'notes:read' });
    expect((await call('open', bearer(token), appWith())).status).toBe(401);
    expect((await call('open', {}, appWith(middleware))).status).toBe(401);
  });
});

describe('middleware in front of authenticate, in mcpListener', () => {
  type Handlers = readonly RequestHandler[];
  const answersOf = async (
    authenticate: NonNullable<McpAuthOptions['authenticate']>,
    { inApp = [], inListener = [] }: { readonly inApp?: Handlers; readonly inListener?: Handlers },
  ) => {
    const app = express().set('env', 'test');
    for (const each of inApp) app.use('/mcp', each);
    const auth = mcpAuth({ resource, authenticate, authorizationServers: ['https://login.example.com'] });
    const router = mcpRouter(notesRegistry());
    app.use(auth, router, mcpErrorHandler());
    const listener = mcpListener(app, ...(inListener as readonly Middleware[]), auth, router);
    const door = Object.assign(listener, {
      set: () => undefined,
      listen: (port: number, host: string) => createServer(listener).listen(port, host),
    });
    const good = await issuer.token({ subject: 'ada', scope: 'notes:read' });
    const answers = [good, 'nonsense'].map((token) =>
      modern(door, 'tools/call', { name: 'read' }, { Authorization: `Bearer ${token}` }),
    );
    return (await Promise.all(answers)).map(({ status, text }) => [status, text.includes('a note')]);
  };

  it('that answers by methods of Express lets good tokens pass, and fails for others', async () => {
    const expected = [
      [200, true],
      [500, false],
    ];
    expect(await answersOf(fromSdkAuth, { inListener: [sdk] })).toEqual(expected);
  });

  it('that answers by methods of Express refuses as ever where the app has it, too', async () => {
    const expected = [
      [200, true],
      [401, false],
    ];
    expect(await answersOf(fromSdkAuth, { inListener: [sdk], inApp: [sdk] })).toEqual(expected);
  });

  it('that reads more of a request than Node has, as express-oauth2-jwt-bearer does, lets nobody in', async () => {
    const expected = [
      [400, false],
      [400, false],
    ];
    expect(await answersOf(fromJwtBearer, { inListener: [auth0] })).toEqual(expected);
  });

  it('that stands in the app alone lets nobody in', async () => {
    const expected = [
      [401, false],
      [401, false],
    ];
    expect(await answersOf(fromSdkAuth, { inApp: [sdk] })).toEqual(expected);
    expect(await answersOf(fromJwtBearer, { inApp: [auth0] })).toEqual(expected);
  });
});
