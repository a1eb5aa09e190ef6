// JavaScript can throw any value. Express treats next(undefined), next(null), next(0), next('route') and next('router') as no error at
// all.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import express from 'express';
import request from 'supertest';
import type { McpAuthOptions, McpRouterOptions, Registry } from '../../lib/index.js';
import {
  apiKeyVerifier,
  createRegistry,
  mcpAuth,
  mcpErrorHandler,
  mcpRouter,
  mcpScopes,
  memoryReplayStore,
  memoryRevocationStore,
  memorySessionStore,
  memoryTaskStore,
} from '../../lib/index.js';
import { requestOf } from '../support/dispatching.js';
import { DpopClient } from '../support/dpop-client.js';
import { express4 } from '../support/express-4.js';
import { authOptions, issuer, modern, resource } from '../support/mcp-app.js';
import { withTasks } from '../support/task-client.js';

const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

/** The values to throw. */
const values: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  'the word route': () => 'route',
  'the word router': () => 'router',
  'nothing as text': () => '',
  zero: () => 0,
  false: () => false,
  'a text': () => 'password=hunter2',
  'an object with a status': () => ({
    status: 200,
    statusCode: 200,
    message: 'password=hunter2',
    headers: { 'X-Own': '1' },
  }),
  'an object with the code of ours': () => ({
    code: 'insufficient_scope',
    requiredScopes: ['x'],
    message: 'password=hunter2',
  }),
  'a revoked Proxy': revoked,
  'getters that throw': () =>
    Object.defineProperties(new Error('x'), {
      message: {
        get: () => {
          throw new Error('password=hunter2');
        },
      },
      stack: {
        get: () => {
          throw new Error('password=hunter2');
        },
      },
      cause: {
        get: () => {
          throw new Error('password=hunter2');
        },
      },
    }),
  'an object without a prototype': () => Object.create(null) as unknown,
  'a frozen error': () => Object.freeze(new Error('password=hunter2')),
  'a function': () => () => 'ran',
  'a symbol': () => Symbol('password=hunter2'),
};

/** Throws a value, or rejects with it. */
function failing(value: () => unknown, how: 'rejects' | 'throws'): () => never {
  return (() => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is the point.
    if (how === 'rejects') return Promise.reject(value());

    throw value();
  }) as () => never;
}

interface Place {
  readonly auth?: Partial<McpAuthOptions>;
  readonly router?: McpRouterOptions;
  /** Registers the item to call. */
  readonly register?: (registry: Registry) => void;
  /** The request to send. Default: calls `guarded`. */
  readonly ask?: (app: Express) => Promise<request.Response>;
  /** Guards a route behind. */
  readonly guard?: (app: Express) => void;
}

type Hook = () => never;
const token = await issuer.token({ scope: 'notes:read' });
const bearer = { Authorization: `Bearer ${token}` };
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
const json = { Accept: 'application/json, text/event-stream', ...bearer };
const library = (hook: Hook) => ({
  '~standard': {
    version: 1,
    vendor: 'own',
    validate: hook,
    jsonSchema: { input: () => ({ type: 'object' }), output: () => ({ type: 'object' }) },
  },
});

let ran = 0;
const run = (): string => {
  ran += 1;
  return 'ran';
};

const hooks: Readonly<Record<string, (hook: Hook) => Place>> = {
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

const reached = (_req: express.Request, res: express.Response): void => {
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

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push([reason]);
beforeAll(() => {
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
});
afterAll(() => {
  process.off('unhandledRejection', note);
  process.off('uncaughtException', note);
});

describe.each([
  ['5', express],
  ['4.21', express4],
])('in Express %s', (version, make) => {
  // Values that Express itself treats as no error are tried in both versions; the others do not depend on it.
  const names = Object.keys(values).slice(0, version === '5' ? undefined : 6);
  describe.each(Object.keys(hooks))('%s', (hookName) => {
    const placeOf = hooks[hookName] ?? ((): Place => ({}));
    it.each(names.flatMap((name) => (['throws', 'rejects'] as const).map((how) => [how, name] as const)))(
      'that %s %s lets nothing pass, and shows nothing',
      async (how, name) => {
        const value = values[name] ?? revoked;
        const { auth = {}, router = {}, register, ask, guard } = placeOf(failing(value, how));
        ran = 0;
        const registry = createRegistry({ name: 'test', version: '1.0.0' }) as unknown as Registry;
        if (register === undefined) registry.tool('guarded', { scopes: ['notes:read'] }, run);
        else register(registry);
        // Makes Express show stacks.
        const app = make().set('env', 'development');
        if (guard === undefined) {
          const options =
            auth.issuers === undefined || Array.isArray(auth.issuers) ? authOptions(auth) : { resource, ...auth };
          app.use(
            mcpAuth({ onError: () => undefined, ...options }),
            mcpRouter(registry as never, { onError: () => undefined, ...router }),
          );
        } else guard(app);
        // The handler behind a guard that let a request pass by mistake.
        app.use(reached);
        app.use(mcpErrorHandler());
        const response = await (ask ?? ((asked) => modern(asked, 'tools/call', { name: 'guarded' }, bearer)))(app);
        expect(ran).toBe(0);
        const { error, result } = response.body as {
          error?: unknown;
          result?: { isError?: boolean; resources?: unknown };
        };
        expect([response.status, error !== undefined || result?.isError]).toEqual([expect.any(Number), true]);
        expect(response.text).not.toContain('hunter2');
        expect(response.text).not.toMatch(/\.ts:\d+|node_modules/);
        expect(response.headers).not.toHaveProperty('x-own');
        await new Promise(setImmediate);
        expect(unhandled).toEqual([]);
      },
    );
  });
});

it('what is asked is answered where nothing fails', async () => {
  const app = express();
  const registry = createRegistry({ name: 'test', version: '1.0.0' });
  registry.tool('guarded', { scopes: ['notes:read'] }, run);
  app.use(mcpAuth(authOptions()), mcpRouter(registry), mcpErrorHandler());
  const response = await request(app)
    .post('/mcp')
    .set({ ...json, 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'guarded' })
    .send(requestOf('2026-07-28', 'tools/call', { name: 'guarded' }));
  expect(response.text).toContain('ran');
});
