import { PassThrough } from 'node:stream';
import type { AnyRegistry } from '../../lib/index.js';
import type { ProtocolVersion } from '../../lib/server/revisions/revision.js';
import { serveStdio } from '../../lib/stdio/index.js';
import { requestOf } from '../support/dispatching.js';
import type { JsonRpcMessage } from '../support/running-endpoint.js';
import { RunningEndpoint } from '../support/running-endpoint.js';
import { SseReader } from '../support/sse-reader.js';

type Members = Readonly<Record<string, unknown>>;
export const capabilities = { elicitation: {}, roots: {} };

/** A client of one revision over one transport, for the behaviours below. */
export interface ParityClient {
  /** Sends a request, and passes on all messages about it, the answer last. */
  exchange(
    method: string,
    params: Members,
    id: string,
    onMessage?: (message: JsonRpcMessage) => void,
  ): Promise<JsonRpcMessage[]>;
  /** Answers a question of the server. */
  answer(id: JsonRpcMessage['id'], result: object): Promise<void>;
  /** Cancels a request in the way of its revision and transport. */
  cancel(id: string): Promise<void>;
  close(): Promise<void>;
}

/** Clients of a revision over both transports. */
export const transports: Readonly<
  Record<string, (registry: AnyRegistry, version: ProtocolVersion) => Promise<ParityClient>>
> = { HTTP: connectHttp, stdio: connectStdio };

function messageOf(version: ProtocolVersion, method: string, params: Members, id: string): Members {
  const meta = {
    'io.modelcontextprotocol/clientCapabilities': capabilities,
    ...(params['_meta'] as object | undefined),
  };
  return requestOf(version, method, version === '2026-07-28' ? { ...params, _meta: meta } : params, id);
}

async function connectHttp(registry: AnyRegistry, version: ProtocolVersion): Promise<ParityClient> {
  const endpoint = await RunningEndpoint.start(registry, { sessions: true });
  const session = version === '2026-07-28' ? undefined : await endpoint.openSession(version, { capabilities });
  const leaving = new Map<string, AbortController>();
  return {
    exchange: async (method, params, id, onMessage) => {
      const leave = new AbortController();
      leaving.set(id, leave);
      const messages: JsonRpcMessage[] = [];
      try {
        const name = params['name'];
        const mirrors = {
          'MCP-Protocol-Version': version,
          'Mcp-Method': method,
          ...(typeof name === 'string' ? { 'Mcp-Name': name } : {}),
        };
        const headers = session?.headers ?? mirrors;
        const response = await endpoint.post(messageOf(version, method, params, id), headers, leave.signal);
        if (response.headers.get('content-type') !== 'text/event-stream') {
          return [(await response.json()) as JsonRpcMessage];
        }
        const stream = new SseReader(response);
        for (let message = await stream.next(); message !== undefined; message = await stream.next()) {
          messages.push(message);
          onMessage?.(message);
        }
      } catch (error) {
        if (!leave.signal.aborted) throw error;
      }
      return messages;
    },
    answer: async (id, result) => {
      await session?.answer(id, { result });
    },
    cancel: async (id) => {
      if (session === undefined) leaving.get(id)?.abort();
      else await session.notify('notifications/cancelled', { requestId: id });
    },
    close: () => endpoint.close(),
  };
}

async function connectStdio(registry: AnyRegistry, version: ProtocolVersion): Promise<ParityClient> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const server = await serveStdio(registry, { input, output, onError: () => undefined });
  const send = (message: object): void => void input.write(`${JSON.stringify(message)}\n`);
  const open = new Map<
    string,
    { messages: JsonRpcMessage[]; onMessage: (message: JsonRpcMessage) => void; end: () => void }
  >();
  let rest = '';
  output.on('data', (chunk: Buffer) => {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line) as JsonRpcMessage;
      // Only one request is open at a time, so every message belongs to it.
      for (const { messages, onMessage, end } of open.values()) {
        messages.push(message);
        onMessage(message);
        if (message.method === undefined) end();
      }
    }
  });
  const exchange: ParityClient['exchange'] = async (method, params, id, onMessage = () => undefined) => {
    const messages: JsonRpcMessage[] = [];
    await new Promise<void>((resolve) => {
      open.set(id, { messages, onMessage, end: resolve });
      send(messageOf(version, method, params, id));
    });
    open.delete(id);
    return messages;
  };
  if (version !== '2026-07-28') {
    const clientInfo = { name: 'tests', version: '1.0.0' };
    await exchange('initialize', { protocolVersion: version, capabilities, clientInfo }, 'initialize');
    send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }
  return {
    exchange,
    answer: (id, result) => {
      send({ jsonrpc: '2.0', id, result });
      return Promise.resolve();
    },
    cancel: async (id) => {
      send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
      // No more messages come; later requests are answered after this.
      const { end } = open.get(id) ?? {};
      await new Promise(setImmediate);
      end?.();
    },
    close: async () => {
      input.end();
      await server.closed;
    },
  };
}
