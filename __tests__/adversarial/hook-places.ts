import type { Express } from 'express';
import express from 'express';
import request from 'supertest';
import type { McpAuthOptions, McpRouterOptions, Registry, TaskStore } from '../../lib/index.js';
import {
  apiKeyVerifier,
  createRegistry,
  mcpAuth,
  mcpErrorHandler,
  mcpRouter,
  mcpScopes,
  memoryEventLog,
  memoryMessageBus,
  memoryReplayStore,
  memoryRevocationStore,
  memorySessionStore,
  memoryTaskStore,
} from '../../lib/index.js';
import { DpopClient } from '../support/dpop-client.js';
import { authOptions, issuer, modern, resource } from '../support/mcp-app.js';
import { guardedTasks } from '../../lib/http/endpoint/guarded-stores.js';
import { TestServer } from '../support/dispatching.js';
import { TaskClient, withTasks } from '../support/task-client.js';

/** Answer as a client sees it. */
export type Seen = Pick<request.Response, 'status' | 'text' | 'body' | 'headers'>;

/** Where a function or store of the app is asked something. */
export interface Place {
  readonly auth?: Partial<McpAuthOptions>;
  readonly router?: McpRouterOptions;
  /** Access of items that do not say. */
  readonly defaults?: object;
  /** Registers the item to call. */
  readonly register?: (registry: Registry) => void;
  /** The request to send. Default: calls `guarded`. */
  readonly ask?: (app: Express) => Promise<Seen>;
  /** Guards a route behind. */
  readonly guard?: (app: Express) => void;
}

/** A function of the app. */
export type Hook = () => never;
const token = await issuer.token({ scope: 'notes:read' });
export const bearer = { Authorization: `Bearer ${token}` };
const client = await DpopClient.create();
const keys = { issuer: issuer.issuer, jwks: issuer.jwks };
const store = <T extends object>(all: T, methods: readonly (keyof T)[], hook: Hook): T => ({
  ...all,
  ...Object.fromEntries(methods.map((method) => [method, hook])),
});
const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
};
export const json = { Accept: 'application/json, text/event-stream', ...bearer };
const library = (hook: Hook) => ({
  '~standard': {
    version: 1,
    vendor: 'own',
    validate: hook,
    jsonSchema: { input: () => ({ type: 'object' }), output: () => ({ type: 'object' }) },
  },
});

const runs = { count: 0 };
const run = (): string => {
  runs.count += 1;
  return 'ran';
};

/** How often handlers ran since it was asked the last time. */
export function takeRuns(): number {
  const { count } = runs;
  runs.count = 0;
  return count;
}

/** Everything that an app can hand to the package and that is asked while it serves, by name. */
export const hookPlaces: Readonly<Record<string, (hook: Hook) => Place>> = {
  verifier: (hook) => ({ auth: { verifier: { verify: hook } } }),
  'recognizes of a verifier': (hook) => ({ auth: { verifiers: [{ recognizes: hook, verify: hook }] } }),
  authenticate: (hook) => ({ auth: { authenticate: hook } }),
  'find of apiKeyVerifier': (hook) => ({
    auth: { verifiers: [apiKeyVerifier({ prefix: 'key_', find: hook })] },
    ask: (app) => modern(app, 'tools/call', { name: 'guarded' }, { Authorization: `Bearer key_${'x'.repeat(32)}` }),
  }),
  'issuers as a function': (hook) => ({ auth: { issuers: hook } }),
  'claims.scope': (hook) => ({ auth: { issuers: [{ ...keys, claims: { scope: hook } }] } }),
  'claims.subject': (hook) => ({ auth: { issuers: [{ ...keys, claims: { subject: hook } }] } }),
  'revocation store': (hook) => ({
    auth: { stores: { revocation: store(memoryRevocationStore(), ['revokedAt'], hook) } },
  }),
  'replay store': (hook) => ({
    auth: { dpop: 'required', stores: { replay: store(memoryReplayStore(), ['markUsed'], hook) } },
    ask: async (app) => {
      const bound = await client.token('notes:read');
      return modern(
        app,
        'tools/call',
        { name: 'guarded' },
        { Authorization: `DPoP ${bound}`, DPoP: await client.proof(bound) },
      );
    },
  }),
  'onDecision about who it is': (hook) => ({
    auth: { onDecision: ({ stage }) => (stage === 'authentication' ? hook() : undefined) },
  }),
  'onDecision about a call': (hook) => ({
    auth: { onDecision: ({ stage }) => (stage === 'authorization' ? hook() : undefined) },
  }),
  'policy of a tool': (hook) => ({ register: (registry) => void registry.tool('guarded', { policy: hook }, run) }),
  'policy that conceals': (hook) => ({
    register: (registry) => void registry.tool('guarded', { policy: hook, visibility: 'concealed' }, run),
  }),
  'scopes of a tool': (hook) => ({ register: (registry) => void registry.tool('guarded', { scopes: hook }, run) }),
  'middleware of the registry': (hook) => ({
    register: (registry) => {
      registry.use(hook);
      registry.tool('guarded', {}, run);
    },
  }),
  'a schema library': (hook) => ({
    register: (registry) => void registry.tool('guarded', { inputSchema: library(hook) as never }, run),
  }),
  'the session store when a session begins': (hook) => ({
    router: { sessions: true, stores: { sessions: store(memorySessionStore(), ['create'], hook) } },
    ask: (app) => request(app).post('/mcp').set(json).send(initialize),
  }),
  'the session store when a session is looked for': (hook) => ({
    router: { sessions: true, stores: { sessions: store(memorySessionStore(), ['read'], hook) } },
    ask: (app) =>
      request(app)
        .post('/mcp')
        .set({ ...json, 'Mcp-Session-Id': 'x', 'MCP-Protocol-Version': '2025-11-25' })
        .send({ ...initialize, method: 'tools/call', params: { name: 'guarded' } }),
  }),
  'the task store when a task begins': (hook) => ({
    router: { stores: { tasks: store(memoryTaskStore(), ['create'], hook) } },
    register: (registry) => void registry.tool('guarded', { task: 'required' }, run),
    ask: (app) => modern(app, 'tools/call', { name: 'guarded', _meta: withTasks }, bearer),
  }),
  'the task store when a task is looked for': (hook) => ({
    router: { stores: { tasks: store(memoryTaskStore(), ['read'], hook) } },
    register: (registry) => void registry.tool('guarded', { task: 'required' }, run),
    ask: (app) => modern(app, 'tasks/get', { taskId: 'x', _meta: withTasks }, bearer),
  }),
  'complete of an argument': (hook) => ({
    register: (registry) => void registry.prompt('greet', { arguments: { name: { complete: hook } } }, run),
    ask: (app) =>
      modern(
        app,
        'completion/complete',
        { ref: { type: 'ref/prompt', name: 'greet' }, argument: { name: 'name', value: '' } },
        bearer,
      ),
  }),
  'list of a template': (hook) => ({
    register: (registry) => void registry.resourceTemplate('notes://{id}', { list: hook }, run),
    ask: (app) => modern(app, 'resources/list', {}, bearer),
  }),
  'a handler of a tool': (hook) => ({ register: (registry) => void registry.tool('guarded', {}, hook) }),
  'a handler of a prompt': (hook) => ({
    register: (registry) => void registry.prompt('greet', {}, hook),
    ask: (app) => modern(app, 'prompts/get', { name: 'greet' }, bearer),
  }),
  'a reader of a resource': (hook) => ({
    register: (registry) => void registry.resource('notes://all', {}, hook),
    ask: (app) => modern(app, 'resources/read', { uri: 'notes://all' }, bearer),
  }),
  'onError and a handler': (hook) => ({
    router: { onError: hook },
    register: (registry) => void registry.tool('guarded', {}, hook),
  }),
  'refusals of mcpRouter': (hook) => ({
    router: { refusals: hook },
    register: (registry) => void registry.tool('guarded', { scopes: ['notes:admin'] }, run),
  }),
  'policy of auth.protect': (hook) => protectedBy((auth) => auth.protect([], { policy: hook })),
  'requirement of auth.protect': (hook) => protectedBy((auth) => auth.protect(hook)),
  'verifier of auth.protect': (hook) => protectedBy((auth) => auth.protect(), { verifier: { verify: hook } }),
  'onDecision of auth.protect': (hook) => protectedBy((auth) => auth.protect(), { onDecision: hook }),
  'rules of mcpScopes': (hook) => scopedBy({ scopes: hook }),
  'policy of mcpScopes': (hook) => scopedBy({ policy: hook }),
};

/** Begins a session, and sends a message in it. */
async function inSession(app: Express, method: string, params: object): Promise<request.Response> {
  const { headers } = await request(app).post('/mcp').set(json).send(initialize);
  const id = String((headers as Readonly<Record<string, string>>)['mcp-session-id']);
  const session = { ...json, 'Mcp-Session-Id': id, 'MCP-Protocol-Version': '2025-11-25' };
  await request(app).post('/mcp').set(session).send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  if (method === 'GET') {
    return request(app)
      .get('/mcp')
      .set({ ...session, Accept: 'text/event-stream', ...params });
  }
  return request(app).post('/mcp').set(session).send({ jsonrpc: '2.0', id: 2, method, params });
}

/** A handler that works until its task is cancelled. */
const working = (_args: unknown, { signal }: { readonly signal: AbortSignal }): Promise<string> => {
  run();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve('cancelled');
    });
  });
};

/** Begins a task, lets the process look after it, and returns what its client sees then. */
async function lookAfter(
  tasks: TaskStore,
  act: (dispatcher: TestServer['dispatcher']) => Promise<void>,
): Promise<Seen> {
  const registry = createRegistry({ name: 'test', version: '1.0.0' });
  registry.tool('guarded', { task: 'required' }, working);
  const server = new TestServer(registry, { taskStore: guardedTasks(tasks) });
  const caller = new TaskClient(server);
  const id = await caller.begin('guarded');
  await act(server.dispatcher);
  const { status } = await caller.get(id);
  await caller.cancel(id);
  return { status: status === 'working' ? 200 : 500, text: status, body: { result: {} }, headers: {} };
}

/** More places, where some failures cost the caller nothing. */
export const quietHookPlaces: Readonly<Record<string, (hook: Hook) => Place>> = {
  onProblem: (hook) => ({
    auth: { onProblem: hook },
    ask: async (app) => {
      const foreign = await issuer.token({ audience: 'another' });
      await modern(app, 'tools/call', { name: 'guarded' }, { Authorization: `Bearer ${foreign}` });
      return modern(app, 'tools/call', { name: 'guarded' }, bearer);
    },
  }),
  onCall: (hook) => ({ router: { onCall: hook } }),
  onError: (hook) => ({
    router: { onError: hook },
    register: (registry) =>
      void registry.tool('guarded', {}, () => {
        throw new Error('password=hunter2');
      }),
  }),
  'policy about a list': (hook) => ({
    register: (registry) => void registry.tool('guarded', { policy: hook, visibility: 'granted' }, run),
    ask: (app) => modern(app, 'tools/list', {}, bearer),
  }),
  'policy of defaults': (hook) => ({ defaults: { policy: hook } }),
  'replay store of mcpRouter': (hook) => ({
    router: { stores: { replay: store(memoryReplayStore(), ['markUsed'], hook) } },
    register: (registry) =>
      void registry.tool('guarded', {}, (_args, ctx) =>
        ctx.requestState === undefined ? ctx.inputRequired({ requests: {}, state: 1 }) : run(),
      ),
    ask: async (app) => {
      const first = await modern(app, 'tools/call', { name: 'guarded' }, bearer);
      const { requestState } = (first.body as { result: { requestState: string } }).result;
      return modern(app, 'tools/call', { name: 'guarded', requestState }, bearer);
    },
  }),
  'the session store when a session is changed': (hook) => ({
    router: { sessions: true, stores: { sessions: store(memorySessionStore(), ['change'], hook) } },
    ask: (app) => inSession(app, 'logging/setLevel', { level: 'info' }),
  }),
  'the event log when it is written': (hook) => ({
    router: { sessions: true, stores: { events: store(memoryEventLog(), ['append'], hook) } },
    ask: (app) => inSession(app, 'tools/call', { name: 'guarded' }),
  }),
  'the event log when it is read': (hook) => ({
    router: { sessions: true, stores: { events: store(memoryEventLog(), ['readAfter'], hook) } },
    ask: (app) => inSession(app, 'GET', { 'Last-Event-ID': 'abc_1' }),
  }),
  'the bus when it is listened to': (hook) => ({
    router: { sessions: true, stores: { bus: store(memoryMessageBus(), ['subscribe'], hook) } },
    ask: (app) => inSession(app, 'GET', {}),
  }),
  'the bus when it is told': (hook) => ({
    router: { stores: { bus: store(memoryMessageBus(), ['publish'], hook) } },
    register: (registry) =>
      void registry.tool('guarded', {}, () => {
        registry.tool('another', {}, run);
        return run();
      }),
  }),
  'the task store when a task is changed': (hook) => ({
    router: { stores: { tasks: store(memoryTaskStore(), ['change'], hook) } },
    register: (registry) => void registry.tool('guarded', { task: 'required' }, working),
    ask: async (app) => {
      const begun = await modern(app, 'tools/call', { name: 'guarded', _meta: withTasks }, bearer);
      const { taskId } = (begun.body as { result: { taskId: string } }).result;
      return modern(app, 'tasks/cancel', { taskId, _meta: withTasks }, bearer);
    },
  }),
  'the task store when leases are renewed': (hook) => ({
    ask: () =>
      lookAfter(store(memoryTaskStore(), ['renew'], hook), ({ endpoint }) => endpoint.tasks.running.renewAll()),
  }),
  'the task store when abandoned tasks are searched': (hook) => ({
    ask: () =>
      lookAfter(store(memoryTaskStore(), ['takeAbandoned'], hook), async ({ taskKeeper }) => {
        const found = await taskKeeper.search().then(
          () => true,
          () => false,
        );
        if (found) throw new Error('An answer that is none was taken for one');
      }),
  }),
};

export const reached = (_req: express.Request, res: express.Response): void => {
  res.send(run());
};

function protectedBy(
  guard: (auth: ReturnType<typeof mcpAuth>) => express.RequestHandler,
  options: Partial<McpAuthOptions> = {},
): Place {
  return {
    guard: (app) =>
      void app.get('/notes', guard(mcpAuth(authOptions({ onError: () => undefined, ...options }))), reached),
    ask: (app) => request(app).get('/notes').set(bearer),
  };
}

function scopedBy(rule: object): Place {
  return {
    guard: (app) => {
      app.use(mcpAuth(authOptions({ onError: () => undefined })));
      app.post('/mcp', mcpScopes({ tools: { guarded: rule } }), reached);
    },
  };
}

/** Asks the app that has a hook. `reached` stands behind, for what was let pass by mistake. */
export async function askPlace(place: Place, make: typeof express = express): Promise<Seen> {
  const { auth = {}, router = {}, defaults = {}, register, ask, guard } = place;
  const registry = createRegistry({ name: 'test', version: '1.0.0' }, { defaults }) as unknown as Registry;
  if (register === undefined) registry.tool('guarded', { scopes: ['notes:read'], timeoutMs: 1000 }, run);
  else register(registry);
  // Makes Express show stacks.
  const app = make().set('env', 'development');
  if (guard === undefined) {
    const options =
      auth.issuers === undefined || Array.isArray(auth.issuers) ? authOptions(auth) : { resource, ...auth };
    app.use(
      mcpAuth({ onError: () => undefined, onProblem: () => undefined, ...options }),
      mcpRouter(registry as never, { onError: () => undefined, timeoutMs: 1000, ...router }),
    );
  } else guard(app);
  app.use(reached);
  app.use(mcpErrorHandler());
  return (ask ?? ((asked) => modern(asked, 'tools/call', { name: 'guarded' }, bearer)))(app);
}
