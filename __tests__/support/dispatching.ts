import { createAuth } from '../../lib/oauth/auth.js';
import type { Auth } from '../../lib/oauth/auth.js';
import { ScopeHierarchy } from '../../lib/oauth/scope-hierarchy.js';
import { neverCancelled } from '../../lib/server/cancellation/cancellation.js';
import type { Catalog } from '../../lib/registry/catalog.js';
import type { Caller } from '../../lib/server/authorization/caller.js';
import type { IncomingDelivery } from '../../lib/server/transport/incoming-message.js';
import type { Connection } from '../../lib/server/transport/connection.js';
import type { Outbox } from '../../lib/server/transport/outbox.js';
import type { MessageBus } from '../../lib/stores/message-bus.js';
import { memoryMessageBus } from '../../lib/stores/message-bus.js';
import type { TaskStore } from '../../lib/stores/task-store.js';
import { memoryTaskStore } from '../../lib/stores/memory-task-store.js';
import { Dispatcher } from '../../lib/server/dispatch/dispatcher.js';
import type { ErrorReport } from '../../lib/server/reporting/report-error.js';
import type { ProtocolVersion } from '../../lib/server/revisions/revision.js';
import { protocolVersions } from '../../lib/server/revisions/revision.js';
import { leftOpen } from './left-open.js';

export const versions = protocolVersions;

export interface Answer {
  readonly status: number;
  /** Undefined without an answer. */
  readonly body: JsonRpcBody | undefined;
  readonly text: string;
}

/** Loosely typed on purpose, for comparisons in tests. */
export interface JsonRpcBody {
  readonly id?: number | string;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: Readonly<Record<string, unknown>>;
  };
}

/** A caller with these scopes. */
export function authWith(
  scopes: readonly string[],
  more: { expiresAt?: number; subject?: string; clientId?: string } = {},
): Auth {
  const { expiresAt, subject = 'user-1', clientId = 'client-1' } = more;
  return createAuth(
    { subject, clientId, scopes, claims: {}, expiresAt },
    { token: 'a.b.c', hierarchy: new ScopeHierarchy() },
  );
}

/** For a client that accepts no messages before the answer. */
export const silentOutbox: Outbox = {
  hasBegun: false,
  takesMessages: false,
  send: () => Promise.resolve(),
  onEnding: () => () => undefined,
  closeConnection: () => undefined,
};

/** A connection of a client that opened it with this handshake. */
export function connectionWith(handshake: Readonly<Record<string, unknown>>): Connection {
  const done = (): Promise<void> => Promise.resolve();
  return {
    id: 'connection-1',
    handshake,
    isReady: true,
    beReady: done,
    logLevel: undefined,
    setLogLevel: done,
    subscribe: done,
    unsubscribe: done,
    cancel: () => undefined,
  };
}

export const nobody: Caller = { auth: undefined, endpoint: undefined };

export function callerWith(...scopes: readonly string[]): Caller {
  return { auth: authWith(scopes), endpoint: undefined };
}

const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'tests', version: '1.0.0' },
};

/** A request as clients of a revision write it. */
export function requestOf(
  version: ProtocolVersion,
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  id: number | string = 1,
): Readonly<Record<string, unknown>> {
  const meta = version === '2026-07-28' ? { _meta: { ...modernMeta, ...(params['_meta'] as object | undefined) } } : {};
  return { jsonrpc: '2.0', id, method, params: { ...params, ...meta } };
}

/** A server without a transport. */
export class TestServer {
  readonly reports: (ErrorReport & { readonly error: unknown })[] = [];
  readonly dispatcher: Dispatcher;

  constructor(
    registry: { readonly catalog: Catalog },
    options: {
      readonly protocolVersions?: readonly ProtocolVersion[];
      readonly timeoutMs?: number;
      readonly requestStateKey?: Uint8Array;
      readonly bus?: MessageBus;
      readonly taskStore?: TaskStore;
      readonly maxRunningTasks?: number;
    } = {},
  ) {
    this.dispatcher = new Dispatcher(registry.catalog, {
      protocolVersions: options.protocolVersions ?? protocolVersions,
      timeoutMs: options.timeoutMs ?? 5000,
      reportError: (error, report) => this.reports.push({ error, ...report }),
      bus: options.bus ?? memoryMessageBus(),
      requestStateKey: options.requestStateKey,
      taskStore: options.taskStore ?? memoryTaskStore(),
      maxRunningTasks: options.maxRunningTasks ?? 100,
    });
    leftOpen.add(() => this.dispatcher.close());
  }

  /** Delivers any JSON value. */
  async send(
    payload: unknown,
    delivery: Partial<IncomingDelivery> & { readonly header?: string } = {},
  ): Promise<Answer> {
    const { header, ...rest } = delivery;
    const reply = await this.dispatcher.dispatch(payload, {
      caller: nobody,
      versions: { header, assumed: '2025-03-26' },
      disconnect: neverCancelled,
      outbox: silentOutbox,
      refusalsAre: 'thrown',
      ...rest,
    });
    if (reply.kind !== 'message') return { status: 202, body: undefined, text: '' };
    return { status: reply.status, body: JSON.parse(reply.text) as JsonRpcBody, text: reply.text };
  }

  /** Delivers a request of a revision. */
  async call(
    version: ProtocolVersion,
    method: string,
    params: Readonly<Record<string, unknown>> = {},
    delivery: Partial<IncomingDelivery> = {},
  ): Promise<Answer> {
    return this.send(requestOf(version, method, params), { header: version, ...delivery });
  }
}
