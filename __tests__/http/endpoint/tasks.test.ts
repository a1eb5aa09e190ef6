import { describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import express from 'express';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../../lib/index.js';
import { whileListening } from '../../support/listening.js';
import { authOptions, issuer } from '../../support/mcp-app.js';
import { requestOf } from '../../support/dispatching.js';
import { withTasks } from '../../support/task-client.js';

function app(): Express {
  const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
  registry.tool('export', { scopes: ['jobs:run'], task: 'required' }, (_args, ctx) => `for ${ctx.auth?.subject ?? ''}`);
  return express().use(mcpAuth(authOptions()), mcpRouter(registry), mcpErrorHandler());
}

interface Answer {
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** Speaks to a real server as the holder of a token. */
function clientOf(port: number, claims: { readonly scope: string; readonly subject: string }) {
  return async (
    method: string,
    params: Readonly<Record<string, string>>,
    name = params['name'] ?? params['taskId'],
  ) => {
    const response = await fetch(`http://127.0.0.1:${port}/mcp`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        'MCP-Protocol-Version': '2026-07-28',
        'Mcp-Method': method,
        'Mcp-Name': name ?? '',
        Authorization: `Bearer ${await issuer.token(claims)}`,
      },
      body: JSON.stringify(requestOf('2026-07-28', method, { ...params, _meta: withTasks })),
    });
    return {
      status: response.status,
      challenge: response.headers.get('www-authenticate'),
      body: (await response.json()) as Answer,
    };
  };
}

const methods = ['tasks/get', 'tasks/update', 'tasks/cancel'];

describe('a task over HTTP', () => {
  it('belongs to who began it: another subject gets -32602, as for a task that does not exist', async () => {
    await whileListening(app(), async (port) => {
      const ada = clientOf(port, { scope: 'jobs:run', subject: 'ada' });
      const bob = clientOf(port, { scope: 'jobs:run', subject: 'bob' });
      const created = await ada('tools/call', { name: 'export' });
      const taskId = String(created.body.result?.['taskId']);
      for (const method of methods) {
        const answer = await bob(method, { taskId });
        expect(answer.body.error?.code).toBe(-32602);
        expect(answer).toEqual(await bob(method, { taskId: 'unknown' }));
      }
      expect((await ada('tasks/get', { taskId })).body.result).toMatchObject({ taskId });
    });
  });

  it('is refused with a 403 challenge once the token lacks the scopes of its tool', async () => {
    await whileListening(app(), async (port) => {
      const created = await clientOf(port, { scope: 'jobs:run', subject: 'ada' })('tools/call', { name: 'export' });
      const taskId = String(created.body.result?.['taskId']);
      const weaker = clientOf(port, { scope: 'mcp', subject: 'ada' });
      for (const method of methods) {
        const { status, challenge } = await weaker(method, { taskId });
        expect(status).toBe(403);
        expect(challenge).toContain('error="insufficient_scope"');
        expect(challenge).toContain('requires jobs:run');
      }
    });
  });

  it('is named in Mcp-Name, and refused with -32020 when that says something else', async () => {
    await whileListening(app(), async (port) => {
      const ada = clientOf(port, { scope: 'jobs:run', subject: 'ada' });
      const created = await ada('tools/call', { name: 'export' });
      const taskId = String(created.body.result?.['taskId']);
      for (const method of methods) {
        const { status, body } = await ada(method, { taskId }, 'another');
        expect([status, body.error?.code]).toEqual([400, -32020]);
      }
    });
  });
});
