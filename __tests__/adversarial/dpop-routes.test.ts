// RFC 9449 §4.3 step 9: htu is the URL of the request. A proof for one place is none for another of the same app.
import { describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import express from 'express';
import request from 'supertest';
import type { McpAuthOptions } from '../../lib/index.js';
import { createRegistry, getAuth, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { DpopClient } from '../support/dpop-client.js';
import { express4 } from '../support/express-4.js';
import { authOptions, challengeOf, issuer } from '../support/mcp-app.js';

const client = await DpopClient.create();
const origin = 'https://api.example.com';

describe.each([
  ['5', express],
  ['4.21', express4],
])('auth.protect with DPoP in Express %s', (_version, make) => {
  function appWith(options: Partial<McpAuthOptions> = {}): Express {
    const auth = mcpAuth(authOptions({ dpop: 'required', ...options }));
    const app = make().set('env', 'test');
    const who = (req: express.Request, res: express.Response): void => {
      res.json({ subject: getAuth(req)?.subject, htu: 'good' });
    };
    app.use(auth, mcpRouter(createRegistry({ name: 'notes', version: '1.0.0' })));
    app.get('/api/notes', auth.protect(), who);
    app.get('/api/notes/:id', auth.protect(), who);
    app.delete('/api/notes/:id', auth.protect(), who);
    app.use('/api/admin', auth.protect(), make.Router().get('/users', auth.protect(), who));
    app.use((req, _res, next) => {
      req.url = req.url.replace('/old/', '/new/');
      next();
    });
    app.get('/new/notes', auth.protect(), who);
    app.use(mcpErrorHandler());
    return app;
  }

  async function send(
    app: Express,
    target: string,
    htu: string,
    {
      htm = 'GET',
      method = 'get',
      headers = {},
    }: { htm?: string; method?: 'delete' | 'get'; headers?: Record<string, string> } = {},
  ) {
    const token = await client.token();
    const proof = await client.proof(token, { claims: { htu, htm } });
    const agent = request(app);
    const sent = method === 'get' ? agent.get(target) : agent.delete(target);
    return sent.set({ Authorization: `DPoP ${token}`, DPoP: proof, ...headers });
  }

  it.each([
    ['/api/notes', `${origin}/api/notes`],
    ['/api/notes', 'HTTPS://API.example.com:443/api/notes'],
    ['/api/notes?limit=1', `${origin}/api/notes`],
    ['/api/notes?limit=1', `${origin}/api/notes?other#x`],
    ['/api/notes/7', `${origin}/api/notes/7`],
    ['/api/notes/a%20b', `${origin}/api/notes/a%20b`],
    ['/API/Notes', `${origin}/API/Notes`],
    ['/api/notes/', `${origin}/api/notes/`],
    ['/api/admin/users', `${origin}/api/admin/users`],
    ['/old/notes', `${origin}/old/notes`],
  ])('%s takes a proof for %s', async (target, htu) => {
    const response = await send(appWith(), target, htu);
    expect([response.status, response.body]).toEqual([200, { subject: 'user-1', htu: 'good' }]);
  });

  it.each([
    ['/api/notes', `${origin}/mcp`],
    ['/api/notes', `${origin}/api/notes/7`],
    ['/api/notes', `${origin}/`],
    ['/api/notes', 'http://127.0.0.1/api/notes'],
    ['/api/notes', 'https://evil.example/api/notes'],
    ['/api/notes', '/api/notes'],
    ['/api/notes/7', `${origin}/api/notes/8`],
    ['/api/notes/7', `${origin}/api/notes/:id`],
    ['/api/admin/users', `${origin}/api/admin`],
    ['/api/admin/users', `${origin}/users`],
    ['/old/notes', `${origin}/new/notes`],
  ])('%s takes no proof for %s', async (target, htu) => {
    const response = await send(appWith(), target, htu);
    expect([response.status, challengeOf(response)]).toEqual([
      401,
      expect.stringContaining('error="invalid_dpop_proof"'),
    ]);
    expect(response.text).not.toContain('good');
  });

  it('takes no proof for what Host and forwarded header fields say', async () => {
    const headers = {
      Host: 'evil.example',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'https',
      Forwarded: 'host=evil.example',
    };
    expect((await send(appWith(), '/api/notes', 'https://evil.example/api/notes', { headers })).status).toBe(401);
    expect((await send(appWith(), '/api/notes', `${origin}/api/notes`, { headers })).status).toBe(200);
  });

  it('takes no proof for another method', async () => {
    expect(
      (await send(appWith(), '/api/notes/7', `${origin}/api/notes/7`, { method: 'delete', htm: 'GET' })).status,
    ).toBe(401);
    expect(
      (await send(appWith(), '/api/notes/7', `${origin}/api/notes/7`, { method: 'delete', htm: 'DELETE' })).status,
    ).toBe(200);
  });

  it('counts what a proxy strips: what the resource has in front of the path that arrives', async () => {
    const tenant = `${origin}/tenant/mcp`;
    const app = appWith({ resource: tenant, path: '/mcp' });
    const token = await issuer.token({ audience: tenant, claims: { cnf: { jkt: client.thumbprint } } });
    for (const [htu, status] of [
      [`${origin}/tenant/api/notes`, 200],
      [`${origin}/api/notes`, 401],
    ] as const) {
      const proof = await client.proof(token, { claims: { htu, htm: 'GET' } });
      const response = await request(app)
        .get('/api/notes')
        .set({ Authorization: `DPoP ${token}`, DPoP: proof });
      expect([htu, response.status]).toEqual([htu, status]);
    }
  });

  it('the endpoint takes no proof for a route', async () => {
    const token = await client.token();
    for (const [htu, status] of [
      [`${origin}/api/notes`, 401],
      [`${origin}/mcp`, 200],
    ] as const) {
      const proof = await client.proof(token, { claims: { htu } });
      const response = await request(appWith())
        .post('/mcp')
        .set({ Authorization: `DPoP ${token}`, DPoP: proof, Accept: 'application/json, text/event-stream' })
        .send({ jsonrpc: '2.0', id: 1, method: 'ping' });
      expect([htu, response.status]).toEqual([htu, status]);
    }
  });
});
