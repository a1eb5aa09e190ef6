import { PassThrough } from 'node:stream';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import express from 'express';
import type { AnyRegistry, CallListener } from '../../../lib/index.js';
import { mcpAuth, mcpErrorHandler, mcpListener, mcpRouter } from '../../../lib/index.js';
import { serveStdio } from '../../../lib/stdio/index.js';
import { requestOf } from '../../support/dispatching.js';
import { authOptions, issuer } from '../../support/mcp-app.js';
import { withTasks } from '../../support/task-client.js';

/** A request of a client: what it asks for, with which scopes, and how it goes away. */
export interface Asked {
  readonly target: string;
  readonly area: string;
  readonly scope: string;
  /** Whether the client goes away, or cancels, before it has an answer. */
  readonly leaves: boolean;
  /** Whether the handler tells of its progress, so that the answer is a stream. */
  readonly streams: boolean;
}

/** A way in for clients of a registry. */
export interface Door {
  /** Sends a request, and resolves when it is over for the client. */
  send(asked: Asked, id: string): Promise<void>;
  /** Ends the endpoint, with what is still in progress. */
  close(): Promise<void>;
}

export type DoorName = keyof typeof doors;
type OpenDoor = (registry: AnyRegistry, onCall: CallListener) => Promise<Door>;

/** Milliseconds after which a client goes away. */
const staysMs = 3;

/** Method and params of what a client asks for. */
function messageOf({ target, area, streams }: Asked): readonly [string, Readonly<Record<string, unknown>>] {
  const _meta = { ...(target === 'job' ? withTasks : {}), ...(streams ? { progressToken: 'p' } : {}) };
  if (target === 'listen') return ['subscriptions/listen', { notifications: { toolsListChanged: true } }];
  if (target === 'prompt') return ['prompts/get', { name: 'prompt', _meta }];
  if (target === 'resource') return ['resources/read', { uri: 'notes://all', _meta }];
  return ['tools/call', { name: target, arguments: { area }, _meta }];
}

async function postTo(port: number, asked: Asked, id: string): Promise<void> {
  const [method, params] = messageOf(asked);
  const name = params['name'] ?? params['uri'];
  const leaving = new AbortController();
  const sent = fetch(`http://127.0.0.1:${String(port)}/mcp`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      Authorization: `Bearer ${await issuer.token({ scope: asked.scope })}`,
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': method,
      ...(typeof name === 'string' ? { 'Mcp-Name': name } : {}),
    },
    body: JSON.stringify(requestOf('2026-07-28', method, params, id)),
    signal: leaving.signal,
  });
  if (asked.leaves) {
    setTimeout(() => {
      leaving.abort();
    }, staysMs);
  }
  await sent.then((response) => response.text()).catch(() => undefined);
}

const overHttp =
  (isInFront: boolean): OpenDoor =>
  async (registry, onCall) => {
    const auth = mcpAuth(authOptions());
    const router = mcpRouter(registry, {
      onCall,
      onError: () => undefined,
      timeoutMs: 40,
      tasks: { closeGraceSeconds: 0 },
    });
    const app = express().use(auth, router, mcpErrorHandler());
    const server = createServer(isInFront ? mcpListener(app, auth, router) : app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return {
      send: (asked, id) => postTo(port, asked, id),
      close: async () => {
        await router.close();
        server.closeAllConnections();
        server.close();
      },
    };
  };

/** A process with a client for each set of scopes, since on stdio the process is told who calls. */
const overStdio: OpenDoor = (registry, onCall) => {
  const clients = new Map<string, ReturnType<typeof openPipe>>();
  return Promise.resolve({
    send: async (asked, id) => {
      const opening = clients.get(asked.scope) ?? openPipe(registry, onCall, asked.scope);
      clients.set(asked.scope, opening);
      await (await opening).send(asked, id);
    },
    close: async () => {
      await Promise.all([...clients.values()].map(async (opening) => (await opening).close()));
    },
  });
};

async function openPipe(registry: AnyRegistry, onCall: CallListener, scope: string) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const scopes = scope.split(' ').filter((each) => each !== '');
  const server = await serveStdio(registry, { input, output, onCall, scopes, timeoutMs: 40, onError: () => undefined });
  const waiting = new Map<string, () => void>();
  const giveUp = (): void => {
    for (const answered of waiting.values()) answered();
  };
  let rest = '';
  output.on('data', (chunk) => {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) waiting.get(String((JSON.parse(line) as { readonly id?: unknown }).id))?.();
  });
  void server.closed.then(giveUp);
  const write = (message: object): void => {
    if (input.writableEnded) giveUp();
    else input.write(`${JSON.stringify(message)}\n`);
  };
  return {
    send: async (asked: Asked, id: string): Promise<void> => {
      const over = new Promise<void>((resolve) => waiting.set(id, resolve));
      write(requestOf('2026-07-28', ...messageOf(asked), id));
      if (asked.leaves) {
        await pause(staysMs);
        write({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
        // MUST NOT be answered any more.
        waiting.get(id)?.();
      }
      await over;
    },
    close: async (): Promise<void> => {
      input.end();
      await server.close();
      giveUp();
    },
  };
}

/** The ways in, by name. */
export const doors = { express: overHttp(false), listener: overHttp(true), stdio: overStdio } satisfies Record<
  string,
  OpenDoor
>;
