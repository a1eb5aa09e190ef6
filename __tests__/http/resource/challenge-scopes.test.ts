import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { McpAuthOptions } from '../../../lib/index.js';
import { mcpAuth } from '../../../lib/index.js';
import { callTool, modern, protectedApp, resource } from '../../support/mcp-app.js';

const scopeOf = (response: { headers: Record<string, unknown> }): string | undefined =>
  / scope="([^"]*)"/.exec(String(response.headers['www-authenticate']))?.[1];

describe('challengeScopes', () => {
  const app = protectedApp({ auth: { requiredScopes: ['basic'], challengeScopes: ['notes:read', 'notes:write'] } });

  it('are asked for by a 401 together with what the endpoint needs', async () => {
    expect(scopeOf(await modern(app, 'tools/list'))).toBe('basic notes:read notes:write');
    const bad = await modern(app, 'tools/list', {}, { Authorization: 'Bearer bad' });
    expect([bad.status, scopeOf(bad)]).toEqual([401, 'basic notes:read notes:write']);
  });

  it('are demanded by nothing, and named by no 403', async () => {
    expect((await callTool(app, 'open', 'basic')).status).toBe(200);
    expect(scopeOf(await callTool(app, 'read', 'basic'))).toBe('basic notes:read');
  });

  it('are in the metadata document', async () => {
    const response = await request(app).get('/.well-known/oauth-protected-resource/mcp');
    expect(response.body).toMatchObject({ scopes_supported: ['basic', 'notes:read', 'notes:write'] });
  });

  it('are asked for where an anonymous caller needs scopes', async () => {
    const open = protectedApp({ auth: { allowAnonymous: true, challengeScopes: ['notes:write'] } });
    const response = await modern(open, 'tools/call', { name: 'read' });
    expect([response.status, scopeOf(response)]).toEqual([401, 'notes:read notes:write']);
  });
});

describe('challengedScopes', () => {
  it.each<[McpAuthOptions['challengedScopes'], string]>([
    [undefined, 'notes:read notes:write other'],
    ['needed-and-held', 'notes:read notes:write other'],
    ['needed', 'notes:read notes:write'],
  ])('%s: a 403 names "%s"', async (challengedScopes, expected) => {
    const app = protectedApp({ auth: challengedScopes === undefined ? {} : { challengedScopes } });
    const response = await callTool(app, 'write', 'other notes:read');
    expect(response.status).toBe(403);
    expect(scopeOf(response)?.split(' ').sort().join(' ')).toBe(expected);
  });

  it.each([
    [{ challengedScopes: 'held' }, "challengedScopes must be 'needed-and-held' or 'needed'"],
    [{ challengeScopes: 'notes:read' }, 'challengeScopes must be an array'],
    [{ challengeScopes: ['offline_access'] }, 'protects nothing'],
  ])('%j is refused at start-up', (options, message) => {
    const all = { resource, issuer: 'https://login.example.com', ...options } as McpAuthOptions;
    expect(() => mcpAuth(all)).toThrow(message);
  });
});
