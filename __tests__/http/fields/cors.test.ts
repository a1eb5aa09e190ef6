import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { issuer, modern, protectedApp } from '../../support/mcp-app.js';

const Origin = 'https://app.example.com';
const preflight = { Origin, 'Access-Control-Request-Method': 'POST' };

describe('cors', () => {
  const app = protectedApp({ auth: { cors: [Origin] } });

  it('lets pages of the given origins send requests, with whatever header fields they need', async () => {
    const response = await request(app)
      .options('/mcp')
      .set({ ...preflight, 'Access-Control-Request-Headers': 'authorization,mcp-param-region' });
    expect(response.status).toBe(204);
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': Origin,
      'access-control-allow-methods': 'POST, GET, DELETE',
      'access-control-allow-headers': 'authorization,mcp-param-region',
      'access-control-max-age': '600',
      vary: 'Origin, Access-Control-Request-Headers',
    });
    expect(response.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it('tells a preflight that asks for no header fields of none', async () => {
    const response = await request(app).options('/mcp').set(preflight);
    expect(response.status).toBe(204);
    expect(response.headers).not.toHaveProperty('access-control-allow-headers');
  });

  it('lets them read answers, refusals and challenges', async () => {
    const refused = await modern(app, 'tools/list', {}, { Origin });
    expect(refused.status).toBe(401);
    const Authorization = `Bearer ${await issuer.token()}`;
    const answered = await modern(app, 'tools/list', {}, { Origin, Authorization });
    expect(answered.status).toBe(200);
    const lacking = await modern(app, 'tools/call', { name: 'read' }, { Origin, Authorization });
    expect(lacking.status).toBe(403);
    for (const { headers } of [refused, answered, lacking]) {
      expect(headers).toMatchObject({
        'access-control-allow-origin': Origin,
        'access-control-expose-headers': 'WWW-Authenticate, DPoP-Nonce, Mcp-Session-Id, MCP-Protocol-Version',
        vary: 'Origin',
      });
    }
  });

  it('lets no other page', async () => {
    const evil = { ...preflight, Origin: 'https://evil.example' };
    const response = await request(app).options('/mcp').set(evil);
    expect(response.status).toBe(204);
    expect(response.headers).not.toHaveProperty('access-control-allow-origin');
    expect(response.headers).not.toHaveProperty('access-control-allow-methods');
    const read = await modern(app, 'tools/list', {}, { Origin: 'https://evil.example' });
    expect(read.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('for all echoes the origin', async () => {
    const all = protectedApp({ auth: { cors: '*' } });
    const response = await request(all).options('/mcp').set(preflight);
    expect(response.headers).toMatchObject({ 'access-control-allow-origin': Origin });
  });

  it('does nothing unless it is asked for, and leaves OPTIONS that are no preflight alone', async () => {
    const closed = await request(protectedApp()).options('/mcp').set(preflight);
    expect(closed.status).toBe(401);
    expect(closed.headers).not.toHaveProperty('access-control-allow-origin');
    expect((await request(app).options('/mcp')).status).toBe(401);
    expect((await request(app).options('/mcp').set({ Origin })).status).toBe(401);
  });

  it('does not touch other routes', async () => {
    expect((await request(app).get('/').set({ Origin })).headers).not.toHaveProperty('access-control-allow-origin');
  });
});
