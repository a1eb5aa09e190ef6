import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../../lib/index.js';
import { requestOf } from '../../support/dispatching.js';
import { authOptions, challengeOf, issuer, metadataUrl, modern } from '../../support/mcp-app.js';
import { talk } from '../../support/talking.js';

const registry = createRegistry({ name: 'bank', version: '1.0.0' });
registry.tool(
  'transfer',
  {
    scopes: ['money:move'],
    authentication: { acr: ['urn:bank:gold', 'urn:bank:silver'], maxAgeSeconds: 300 },
    inputSchema: { type: 'object', properties: { tenant: { type: 'string' } } },
    policy: ({ tenant }) => tenant !== 'evil' || 'That account is closed',
  },
  () => 'transferred',
);
const app = express().use(mcpAuth(authOptions()), mcpRouter(registry), mcpErrorHandler());

const now = Math.floor(Date.now() / 1000);
const transfer = async (scope: string, claims: object, tenant = 'acme') => {
  const Authorization = `Bearer ${await issuer.token({ scope, claims: { ...claims } })}`;
  return modern(app, 'tools/call', { name: 'transfer', arguments: { tenant } }, { Authorization });
};

describe('a tool that needs a stronger sign-in (RFC 9470)', () => {
  it('runs for who has signed in like that', async () => {
    expect((await transfer('money:move', { acr: 'urn:bank:silver', auth_time: now })).text).toContain('transferred');
  });

  it('asks once for the sign-in and every scope', async () => {
    const response = await transfer('profile', { acr: 'urn:bank:gold', auth_time: now - 4000 });
    expect(response.status).toBe(401);
    expect(challengeOf(response)).toBe(
      `Bearer resource_metadata="${metadataUrl}", error="insufficient_user_authentication", scope="money:move profile", ` +
        `error_description="Insufficient sign-in for tool 'transfer'", acr_values="urn:bank:gold urn:bank:silver", max_age="300"`,
    );
    expect(response.body).toMatchObject({
      error: 'insufficient_user_authentication',
      acr_values: 'urn:bank:gold urn:bank:silver',
      max_age: '300',
    });
  });

  it('asks for scopes alone when the sign-in was strong enough', async () => {
    expect((await transfer('', { acr: 'urn:bank:gold', auth_time: now })).status).toBe(403);
  });

  it('says on stdio what is missing', async () => {
    const [answer] = await talk(registry, [requestOf('2026-07-28', 'tools/call', { name: 'transfer' })], {
      scopes: ['money:move'],
    });
    expect(answer?.error).toMatchObject({
      code: -32602,
      data: { requiredScopes: ['money:move'], acrValues: ['urn:bank:gold', 'urn:bank:silver'], maxAgeSeconds: 300 },
    });
  });
});

describe('a tool with a policy', () => {
  it('is refused without a challenge, since no other token would help', async () => {
    const response = await transfer('', { acr: 'urn:bank:gold', auth_time: now }, 'evil');
    expect(response.status).toBe(403);
    expect(challengeOf(response)).toBeUndefined();
    expect(response.body).toMatchObject({ error: 'access_denied', error_description: 'That account is closed' });
    expect(response.body).not.toHaveProperty('scope');
  });
});
