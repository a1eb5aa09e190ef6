import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { Door } from '../../support/doors.js';
import express from 'express';
import { mcpAuth, mcpErrorHandler, mcpRouter } from '../../../lib/index.js';
import type { AccessDecision, McpAuthOptions } from '../../../lib/index.js';
import { authOptions, issuer, modern, notesRegistry, protectedApp, resource } from '../../support/mcp-app.js';

interface Heard {
  readonly app: Door;
  readonly decisions: AccessDecision[];
}

function listeningApp(auth: Partial<McpAuthOptions> = {}): Heard {
  const decisions: AccessDecision[] = [];
  return { decisions, app: protectedApp({ auth: { onDecision: (decision) => decisions.push(decision), ...auth } }) };
}

const bearer = async (scope: string) => ({
  Authorization: `Bearer ${await issuer.token({ scope, subject: 'ada', clientId: 'cli' })}`,
});
const ada = { resource, scheme: 'Bearer', subject: 'ada', clientId: 'cli', issuer: issuer.issuer };
const read = { kind: 'tool', name: 'read' };

describe('what the operator sees', () => {
  it('is who was accepted, and for what', async () => {
    const { app, decisions } = listeningApp();
    await modern(app, 'tools/call', { name: 'read' }, await bearer('notes:read'));
    expect(decisions).toMatchObject([
      { stage: 'authentication', outcome: 'accepted', ...ada },
      { stage: 'authorization', outcome: 'accepted', method: 'tools/call', target: read, ...ada },
    ]);
  });

  it('is who lacked which scopes', async () => {
    const { app, decisions } = listeningApp();
    await modern(app, 'tools/call', { name: 'read' }, await bearer('other'));
    expect(decisions.at(-1)).toMatchObject({
      ...ada,
      stage: 'authorization',
      outcome: 'refused',
      code: 'insufficient_scope',
      reason: 'Insufficient scope for tool "read": requires notes:read',
      target: read,
      requiredScopes: ['notes:read'],
      grantedScopes: ['other'],
    });
  });

  it('is one refusal, also when the scopes of the endpoint are missing', async () => {
    const { app, decisions } = listeningApp({ requiredScopes: ['mcp'] });
    await modern(app, 'tools/call', { name: 'read' }, await bearer(''));
    expect(decisions).toMatchObject([
      { stage: 'authentication', outcome: 'accepted' },
      { stage: 'authorization', outcome: 'refused', requiredScopes: ['mcp', 'notes:read'] },
    ]);
    const alone: AccessDecision[] = [];
    const guarded = express().use(
      mcpAuth(authOptions({ requiredScopes: ['mcp'], onDecision: (decision) => alone.push(decision) })),
      mcpErrorHandler(),
    );
    await modern(guarded, 'tools/list', {}, await bearer(''));
    expect(alone).toMatchObject([{ outcome: 'accepted' }, { stage: 'authorization', code: 'insufficient_scope' }]);
  });

  it('is who asked for what is concealed', async () => {
    const { app, decisions } = listeningApp();
    await modern(app, 'tools/call', { name: 'purge' }, await bearer(''));
    expect(decisions.at(-1)).toMatchObject({ outcome: 'refused', code: 'concealed', target: { name: 'purge' } });
  });

  it.each<[string, Partial<McpAuthOptions>, string | undefined, Partial<AccessDecision>]>([
    ['sent nothing', {}, undefined, { code: 'unauthorized', scheme: undefined }],
    ['sent nonsense', {}, 'Bearer nonsense', { code: 'invalid_token', reason: 'The access token is malformed' }],
    ['sent two tokens', {}, 'Bearer a b', { code: 'invalid_request' }],
  ])('is who %s', async (_what, auth, authorization, expected) => {
    const { app, decisions } = listeningApp(auth);
    await modern(app, 'tools/list', {}, authorization === undefined ? {} : { Authorization: authorization });
    expect(decisions).toMatchObject([{ stage: 'authentication', outcome: 'refused', subject: undefined, ...expected }]);
  });

  it('is why a token could not be checked, which clients are not told', async () => {
    const { app, decisions } = listeningApp({
      issuers: [{ issuer: issuer.issuer, jwksUri: 'http://127.0.0.1:1/jwks' }],
    });
    const response = await modern(app, 'tools/list', {}, await bearer(''));
    expect(decisions).toMatchObject([{ code: 'temporarily_unavailable', cause: { message: 'fetch failed' } }]);
    expect(response.text).not.toContain('fetch failed');
  });

  it('has no token in it', async () => {
    const { app, decisions } = listeningApp();
    const headers = await bearer('notes:read');
    await modern(app, 'tools/call', { name: 'read' }, headers);
    await modern(app, 'tools/call', { name: 'write' }, headers);
    const shown = inspect(decisions, { depth: 20, showHidden: true });
    expect(shown).toContain('insufficient_scope');
    expect(shown).not.toContain('eyJ');
  });

  it('is on the diagnostics channel express-mcp:decision as well, of routers without mcpAuth too', async () => {
    const heard: unknown[] = [];
    const listener = (decision: unknown): void => {
      heard.push(decision);
    };
    subscribe('express-mcp:decision', listener);
    const app = express().use(mcpRouter(notesRegistry()), mcpErrorHandler());
    await modern(app, 'tools/call', { name: 'read' });
    await modern(app, 'tools/list');
    unsubscribe('express-mcp:decision', listener);
    await modern(app, 'tools/list');
    expect(heard).toMatchObject([
      { outcome: 'refused', code: 'insufficient_scope', resource: undefined, target: read },
      { outcome: 'accepted', method: 'tools/list', target: undefined },
    ]);
  });

  it('has to be on record: when the listener fails, nothing runs', async () => {
    const full = (): never => {
      throw new Error('disk full');
    };
    for (const stage of ['authentication', 'authorization']) {
      for (const scope of ['notes:read', '']) {
        const { app } = listeningApp({ onDecision: (decision) => (decision.stage === stage ? full() : undefined) });
        app.set('env', 'test');
        const response = await modern(app, 'tools/call', { name: 'read' }, await bearer(scope));
        expect(response.status).toBe(500);
        expect(response.text).not.toContain('a note');
      }
    }
    const { app } = listeningApp({ onDecision: full });
    app.set('env', 'test');
    expect((await modern(app, 'tools/list')).status).toBe(500);
  });

  it('must be a function that hears it', () => {
    expect(() => listeningApp({ onDecision: 'console' as never })).toThrow('onDecision must be a function');
  });
});
