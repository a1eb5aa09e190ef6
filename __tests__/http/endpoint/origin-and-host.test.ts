import { describe, expect, it } from '@jest/globals';
import type { Door } from '../../support/doors.js';
import express from 'express';
import { mcpRouter } from '../../../lib/index.js';
import type { McpAuthOptions, McpRouterOptions } from '../../../lib/index.js';
import { issuer, modern, notesRegistry, protectedApp } from '../../support/mcp-app.js';

const local = 'http://localhost:3000/mcp';
const localIssuer = { issuer: issuer.issuer, jwks: issuer.jwks, audience: 'https://api.example.com/mcp' };

function openApp(options: McpRouterOptions = {}): Door {
  return express().use(mcpRouter(notesRegistry(), options));
}

function appFor(resource: string, auth: Partial<McpAuthOptions> = {}, router: McpRouterOptions = {}): Door {
  return protectedApp({ auth: { resource, issuers: [localIssuer], ...auth }, router });
}

async function statusOf(app: Door, headers: Readonly<Record<string, string>>): Promise<number> {
  const Authorization = `Bearer ${await issuer.token()}`;
  return (await modern(app, 'tools/list', {}, { Authorization, ...headers })).status;
}

describe('Host', () => {
  it.each([
    ['localhost:3000', 200],
    ['127.0.0.1', 200],
    ['[::1]:3000', 200],
    ['notes.localhost', 200],
    ['evil.example', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost@evil.example', 403],
    ['[', 403],
  ])('of a local endpoint must be a local name: %s gets %i, against DNS rebinding', async (host, status) => {
    expect(await statusOf(openApp(), { Host: host })).toBe(status);
    expect(await statusOf(appFor(local), { Host: host })).toBe(status);
  });

  it('of a public endpoint may be anything, since proxies rewrite it and tokens protect', async () => {
    expect(await statusOf(protectedApp(), { Host: 'internal:8080' })).toBe(200);
  });

  it.each([
    ['api.example.com', 200],
    ['API.example.com', 200],
    ['api.example.com:8443', 200],
    ['other.example.com', 403],
    ['localhost', 403],
  ])('must be one of allowedHosts when they are given: %s gets %i', async (host, status) => {
    expect(await statusOf(openApp({ allowedHosts: ['Api.Example.com'] }), { Host: host })).toBe(status);
  });

  it('with a port in allowedHosts must have that port', async () => {
    const app = openApp({ allowedHosts: ['api.example.com:8443'] });
    expect(await statusOf(app, { Host: 'api.example.com:8443' })).toBe(200);
    expect(await statusOf(app, { Host: 'api.example.com:9000' })).toBe(403);
  });
});

describe('Origin', () => {
  it.each<[string, Door, string, number]>([
    ['its own, of a public endpoint', protectedApp(), 'https://api.example.com', 200],
    ['a foreign one', protectedApp(), 'https://evil.example', 403],
    ['one that only begins like its own', protectedApp(), 'https://api.example.com.evil.example', 403],
    ['null, of a sandboxed page', protectedApp(), 'null', 403],
    ['a local one, of a public endpoint', protectedApp(), 'http://localhost:5173', 403],
    ['a local one, of a local endpoint', appFor(local), 'http://localhost:5173', 200],
    ['a local one, of an open local endpoint', openApp(), 'http://127.0.0.1:5173', 200],
    ['a foreign one, of an open local endpoint', openApp(), 'https://evil.example', 403],
    ['one of cors', protectedApp({ auth: { cors: ['https://app.example.com'] } }), 'https://app.example.com', 200],
    ['any, with cors for all', protectedApp({ auth: { cors: '*' } }), 'https://anything.example', 200],
    ['one of allowedOrigins', openApp({ allowedOrigins: ['https://app.example.com'] }), 'https://app.example.com', 200],
    ['a local one that is not of allowedOrigins', openApp({ allowedOrigins: [] }), 'http://localhost:5173', 403],
    ['any, with all of them allowed', openApp({ allowedOrigins: '*' }), 'https://anything.example', 200],
  ])('%s gets what is right', async (_what, app, origin, status) => {
    expect(await statusOf(app, { Origin: origin })).toBe(status);
  });

  it('that is missing does not come from a page', async () => {
    expect(await statusOf(protectedApp(), {})).toBe(200);
  });

  it('that is refused gets a JSON-RPC error without id', async () => {
    const response = await modern(
      protectedApp({ auth: { allowAnonymous: true } }),
      'tools/list',
      {},
      { Origin: 'https://evil.example' },
    );
    expect(response.body).toEqual({
      jsonrpc: '2.0',
      error: { code: -32600, message: expect.stringContaining('allowedOrigins of mcpRouter') },
    });
  });
});
