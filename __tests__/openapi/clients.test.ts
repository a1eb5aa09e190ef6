import { describe, expect, it } from '@jest/globals';
import { Client as NewClient, StreamableHTTPClientTransport as NewTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import express from 'express';
import { createRegistry, getAuth, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { toolsFromOpenApi } from '../../lib/openapi/index.js';
import { testClient } from '../../lib/testing/index.js';
import { DpopClient } from '../support/dpop-client.js';
import { whileListening } from '../support/listening.js';
import { authOptions, issuer, modern } from '../support/mcp-app.js';
import { answers, documentOf, operation } from './support/route-app.js';

const note = { type: 'object', properties: { id: { type: 'string' }, by: { type: 'string' } }, required: ['id', 'by'] };

const document = documentOf({
  '/notes/{id}': {
    get: operation('read_note', {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      ...answers(note),
    }),
  },
  '/open': { get: operation('open') },
});

/** An app with a guarded route and an open one, as tools. */
async function notesApp(dpop: 'off' | 'required' = 'off') {
  const app = express();
  const registry = createRegistry({ name: 'routes', version: '1.0.0' });
  const auth = mcpAuth(authOptions({ dpop }));
  app.use(auth, mcpRouter(registry));
  app.get('/notes/:id', auth.protect('notes:read'), (req, res) => {
    res.json({ id: req.params.id, by: getAuth(req)?.subject });
  });
  app.get('/open', (_req, res) => res.json({ open: true }));
  app.use(mcpErrorHandler());
  await toolsFromOpenApi(registry, document, { app });
  return { app, registry };
}

describe('tools of an OpenAPI document', () => {
  it.each([
    [
      'the official client 1.x',
      async (url: URL, headers: Record<string, string>) => {
        const client = new OldClient({ name: 'test', version: '1.0.0' });
        await client.connect(new OldTransport(url, { requestInit: { headers } }));
        return client;
      },
    ],
    [
      'the official client 2.x',
      async (url: URL, headers: Record<string, string>) => {
        const client = new NewClient(
          { name: 'test', version: '1.0.0' },
          { versionNegotiation: { mode: { pin: '2026-07-28' } } },
        );
        await client.connect(new NewTransport(url, { requestInit: { headers } }));
        return client;
      },
    ],
  ] as const)('are listed and called by %s, which checks them', async (_name, connect) => {
    const { app } = await notesApp();
    await whileListening(app, async (port) => {
      const token = await issuer.token({ scope: 'notes:read', subject: 'ada' });
      const url = new URL(`http://127.0.0.1:${String(port)}/mcp`);
      const client = await connect(url, { Authorization: `Bearer ${token}` });
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toEqual(['read_note', 'open']);
      // The clients hold results against the output schema.
      const result = await client.callTool({ name: 'read_note', arguments: { id: 'a/b c' } });
      expect(result).toMatchObject({ structuredContent: { id: 'a/b c', by: 'ada' } });
      expect(await client.callTool({ name: 'open', arguments: {} })).toMatchObject({
        structuredContent: { open: true },
      });
      await client.close();
    });
  });

  it('run the guarded route for a caller whose token is bound to a key, by the proof of the call', async () => {
    const { app } = await notesApp('required');
    const client = await DpopClient.create();
    const token = await client.token('notes:read');
    const params = { name: 'read_note', arguments: { id: '1' } };
    const bound = { Authorization: `DPoP ${token}`, DPoP: await client.proof(token) };
    const answer = await modern(app, 'tools/call', params, bound);
    expect(answer.body).toMatchObject({ result: { structuredContent: { id: '1' } } });
    const replayed = await modern(app, 'tools/call', params, bound);
    expect(replayed.status).toBe(401);
    const stolen = await modern(app, 'tools/call', params, { Authorization: `DPoP ${token}` });
    expect(stolen.status).toBe(401);
    const other = await DpopClient.create();
    const foreign = { Authorization: `DPoP ${token}`, DPoP: await other.proof(token) };
    expect((await modern(app, 'tools/call', params, foreign)).status).toBe(401);
  });

  it('run open routes over stdio, where guarded ones find nobody', async () => {
    const { registry } = await notesApp();
    const client = await testClient(registry, { scopes: ['notes:read'] });
    expect((await client.call('open')).structuredContent).toEqual({ open: true });
    const refused = await client.call('read_note', { id: '1' });
    expect(refused.isError).toBe(true);
    expect(refused.text).toContain('401');
  });
});
