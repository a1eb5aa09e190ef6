import { EventEmitter, once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { Request, RequestHandler } from 'express';
import express from 'express';
import request from 'supertest';
import { exposeAuth } from '../../../lib/express/req-auth.js';
import { createRegistry, getAuth, mcpAuth, mcpErrorHandler, mcpRouter } from '../../../lib/index.js';
import type { Auth } from '../../../lib/index.js';
import { requestOf } from '../../support/dispatching.js';
import { whileListening } from '../../support/listening.js';
import { authOptions, issuer, modern, protectedApp, resource } from '../../support/mcp-app.js';

type WithAuth = Request & { readonly auth?: Auth };

/** The caller as a handler of the app sees it behind `mcpAuth`. */
async function seenBehind(scopeHierarchy = {}): Promise<{ readonly req: Auth; readonly got: Auth | undefined }> {
  const seen: { req: Auth; got: Auth | undefined }[] = [];
  const look: RequestHandler = (req, res) => {
    seen.push({ req: (req as Request & { auth: Auth }).auth, got: getAuth(req) });
    res.end();
  };
  const app = express().post('/mcp', mcpAuth(authOptions({ scopeHierarchy })), look);
  const token = await issuer.token({ subject: 'alice', clientId: 'app-7', scope: 'notes:write other' });
  await request(app).post('/mcp').set('Authorization', `Bearer ${token}`);
  const [first] = seen;
  if (first === undefined) throw new Error('The handler was not reached.');
  return first;
}

describe('req.auth', () => {
  it('has what the official SDK’s AuthInfo has, and who the caller is', async () => {
    const { req } = await seenBehind();
    expect(req).toMatchObject({
      token: expect.stringMatching(/^ey/) as unknown,
      clientId: 'app-7',
      scopes: ['notes:write', 'other'],
      expiresAt: expect.any(Number) as unknown,
      resource: new URL(resource),
      extra: { sub: 'alice' },
      subject: 'alice',
      issuer: issuer.issuer,
      claims: { sub: 'alice', client_id: 'app-7' },
    });
  });

  it('knows the hierarchy, and keeps apart what was granted and what follows', async () => {
    const { req } = await seenBehind({ 'notes:write': ['notes:read'] });
    expect(req.scopes).toEqual(['notes:write', 'other']);
    expect([...req.effectiveScopes].sort()).toEqual(['notes:read', 'notes:write', 'other']);
    expect(req.has('notes:read', 'other')).toBe(true);
    expect(req.has('notes:read', 'absent')).toBe(false);
  });

  it('has claims of the type that the app gives them', async () => {
    interface Ours {
      readonly tenant: string;
    }
    const registry = createRegistry<undefined, Ours>({ name: 'notes', version: '1' });
    registry.tool('tenant', {}, (_args, ctx) => ctx.auth?.claims.tenant.toUpperCase() ?? '');
    const app = express().use(mcpAuth(authOptions()), mcpRouter(registry), (req, res) => {
      res.json(getAuth<Ours>(req)?.claims.tenant satisfies string | undefined);
    });
    const Authorization = `Bearer ${await issuer.token({ claims: { tenant: 'acme' } })}`;
    expect((await modern(app, 'tools/call', { name: 'tenant' }, { Authorization })).text).toContain('ACME');
  });

  it('is what getAuth returns', async () => {
    const { req, got } = await seenBehind();
    expect(got).toBe(req);
  });

  it('cannot be forged by a middleware that sets it before or after', async () => {
    const forge: RequestHandler = (req, _res, next) => {
      Object.assign(req, {
        auth: { scopes: ['notes:read'], effectiveScopes: new Set(['notes:read']), has: () => true },
      });
      next();
    };
    const before = protectedApp({ before: [forge], auth: { allowAnonymous: true } });
    expect((await modern(before, 'tools/call', { name: 'read' })).status).toBe(401);
    const registry = createRegistry({ name: 'notes', version: '1' });
    registry.tool('read', { scopes: ['notes:read'] }, () => 'a note');
    const after = express().use(
      mcpAuth(authOptions({ allowAnonymous: true })),
      forge,
      mcpRouter(registry),
      mcpErrorHandler(),
    );
    expect((await modern(after, 'tools/call', { name: 'read' })).status).toBe(401);
    const alone = express().use(forge, mcpRouter(registry), mcpErrorHandler());
    expect((await modern(alone, 'tools/call', { name: 'read' })).status).toBe(403);
  });

  it('is no member of the request itself, where loggers would find the token', async () => {
    const members: string[] = [];
    const app = express().use(mcpAuth(authOptions()), (req, res) => {
      members.push(...Object.keys(req));
      res.end();
    });
    await request(app)
      .post('/mcp')
      .set('Authorization', `Bearer ${await issuer.token()}`)
      .expect(200);
    expect(members).toContain('url');
    expect(members).not.toContain('auth');
  });

  it('is there for the app around the one that has mcpAuth', async () => {
    const inner = express().use(mcpAuth(authOptions()));
    const app = express().use(inner, (req, res) => {
      res.json((req as WithAuth).auth?.subject);
    });
    const Authorization = `Bearer ${await issuer.token({ subject: 'alice' })}`;
    expect((await request(app).post('/mcp').set({ Authorization })).body).toBe('alice');
  });

  it.each([
    ['a member of the request', (req: Request) => Object.assign(req, { auth: 'other' })],
    [
      'a member of the request that cannot be assigned',
      (req: Request) => Object.defineProperty(req, 'auth', { get: () => 'other', configurable: true }),
    ],
    [
      'a member of the prototype',
      (req: Request) =>
        Object.defineProperty(Object.getPrototypeOf(req) as object, 'auth', { get: () => 'other', configurable: true }),
    ],
  ])('takes the place of %s that others called so', async (_where, occupy) => {
    const app = express().use(
      (req, _res, next) => {
        occupy(req);
        next();
      },
      mcpAuth(authOptions()),
      (req, res) => {
        res.json((req as WithAuth).auth?.subject);
      },
    );
    const Authorization = `Bearer ${await issuer.token({ subject: 'alice' })}`;
    expect((await request(app).post('/mcp').set({ Authorization })).body).toBe('alice');
  });

  it('leaves others their own auth of their own requests', async () => {
    const app = express().use(mcpAuth(authOptions()), (req, res) => {
      Object.assign(req, { auth: 'their own' });
      res.json([(req as { auth?: unknown }).auth, Object.keys(req).includes('auth')]);
    });
    expect((await request(app).get('/other')).body).toEqual(['their own', true]);
  });

  it('is put on a request that is none of Express’s', async () => {
    const { req: auth } = await seenBehind();
    const plain = new IncomingMessage(new Socket());
    exposeAuth(plain, auth);
    expect((plain as { auth?: unknown }).auth).toBe(auth);
    expect('auth' in IncomingMessage.prototype).toBe(false);
  });

  it('of requests that no mcpAuth took for its own is nobody', async () => {
    const seen: (Auth | undefined)[] = [];
    const app = express().use(mcpAuth(authOptions()), (req, res) => {
      seen.push(getAuth(req));
      res.end();
    });
    await request(app).get('/other');
    expect(seen).toEqual([undefined]);
  });
});

describe('a handler', () => {
  it('gets the request, the caller, the state and what is known of the client', async () => {
    const registry = createRegistry({ name: 'notes', version: '1' }, { state: { store: 'the store' } });
    registry.tool('look', {}, (_args, ctx) => ({
      ip: ctx.request?.ip,
      tenant: ctx.request?.header('x-tenant'),
      subject: ctx.auth?.subject,
      state: ctx.state.store,
      id: ctx.requestId,
      version: ctx.protocolVersion,
      client: ctx.client.name,
      isAborted: ctx.signal.aborted,
    }));
    const app = express().use(mcpAuth(authOptions()), mcpRouter(registry), mcpErrorHandler());
    const Authorization = `Bearer ${await issuer.token({ subject: 'alice' })}`;
    const response = await modern(app, 'tools/call', { name: 'look' }, { Authorization, 'X-Tenant': 'acme' });
    const { result } = response.body as { readonly result: { readonly content: readonly { readonly text: string }[] } };
    expect(JSON.parse(result.content[0]?.text ?? '')).toEqual({
      ip: expect.stringContaining('127.0.0.1') as unknown,
      tenant: 'acme',
      subject: 'alice',
      state: 'the store',
      id: 1,
      version: '2026-07-28',
      client: 'tests',
      isAborted: false,
    });
  });

  it('hears when a modern client goes away', async () => {
    const events = new EventEmitter();
    const registry = createRegistry({ name: 'notes', version: '1' });
    registry.tool('wait', {}, async (_args, ctx) => {
      const aborted = once(ctx.signal, 'abort');
      events.emit('begun');
      await aborted;
      events.emit('gone', ctx.signal.aborted);
    });
    const app = express().use(mcpRouter(registry), mcpErrorHandler());
    await whileListening(app, async (port) => {
      const [begun, gone] = [once(events, 'begun'), once(events, 'gone')];
      const leaving = new AbortController();
      const call = fetch(`http://127.0.0.1:${String(port)}/mcp`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'MCP-Protocol-Version': '2026-07-28',
          'Mcp-Method': 'tools/call',
          'Mcp-Name': 'wait',
        },
        body: JSON.stringify(requestOf('2026-07-28', 'tools/call', { name: 'wait' })),
        signal: leaving.signal,
      });
      await begun;
      leaving.abort();
      await expect(call).rejects.toThrow();
      expect(await gone).toEqual([true]);
    });
  });
});
