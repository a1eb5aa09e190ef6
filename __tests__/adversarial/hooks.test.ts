import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import type { McpAuthOptions, McpRouterOptions } from '../../lib/index.js';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { authOptions, issuer, modern } from '../support/mcp-app.js';

/** Misbehaviour of an app's function. `wrong` and `undefined` are results, at once and later. */
type Misbehaviour = 'hangs' | 'rejects' | 'throws' | 'undefined later' | 'undefined' | 'wrong later' | 'wrong';

const secret = 'password=hunter2';

/** A function that misbehaves. */
function misbehaving(how: Misbehaviour, wrong: unknown): () => never {
  const results: Readonly<Record<Misbehaviour, () => unknown>> = {
    throws: () => {
      throw new Error(secret);
    },
    rejects: () => Promise.reject(new Error(secret)),
    hangs: () => {
      // No other work is left, so a minute can pass at once.
      setImmediate(() => {
        jest.advanceTimersByTime(60_000);
      });
      return new Promise(() => undefined);
    },
    wrong: () => wrong,
    'wrong later': () => Promise.resolve(wrong),
    undefined: () => undefined,
    'undefined later': () => Promise.resolve(undefined),
  };
  // It deliberately violates the hook's type.
  return results[how] as () => never;
}

/** A hook of the app, and how to install a misbehaving one. */
interface Hook {
  readonly auth?: (hook: () => never) => Partial<McpAuthOptions>;
  readonly tool?: (hook: () => never) => object;
  readonly router?: (hook: () => never) => McpRouterOptions;
  readonly wrong: unknown;
}

const hooks = {
  'onDecision about who it is': {
    auth: (hook) => ({ onDecision: ({ stage }) => (stage === 'authentication' ? hook() : undefined) }),
    wrong: 7,
  },
  'onDecision about a call': {
    auth: (hook) => ({ onDecision: ({ stage }) => (stage === 'authorization' ? hook() : undefined) }),
    wrong: 7,
  },
  'claims.scope': {
    auth: (hook) => ({ issuers: [{ issuer: issuer.issuer, jwks: issuer.jwks, claims: { scope: hook } }] }),
    wrong: { read: true },
  },
  'claims.subject': {
    auth: (hook) => ({ issuers: [{ issuer: issuer.issuer, jwks: issuer.jwks, claims: { subject: hook } }] }),
    wrong: 7,
  },
  verifier: { auth: (hook) => ({ verifier: { verify: hook } }), wrong: { scopes: 'notes:read' } },
  authenticate: { auth: (hook) => ({ authenticate: hook }), wrong: { scopes: 'notes:read' } },
  'revocation store': { auth: (hook) => ({ stores: { revocation: storeThat(hook) } }), wrong: [] },
  'scopes of a tool': { tool: (hook) => ({ scopes: hook }), wrong: 7 },
  'policy of a tool': { tool: (hook) => ({ policy: hook }), wrong: { allowed: true } },
  'policy of a concealed tool': {
    tool: (hook) => ({ policy: hook, scopes: ['notes:read'], visibility: 'concealed' }),
    wrong: 1,
  },
  'refusals of mcpRouter': {
    router: (hook) => ({ refusals: hook }),
    tool: () => ({ scopes: ['notes:admin'] }),
    wrong: 'json',
  },
} satisfies Record<string, Hook>;

type HookName = keyof typeof hooks;

function storeThat(hook: () => never): NonNullable<NonNullable<McpAuthOptions['stores']>['revocation']> {
  return { revoke: () => Promise.resolve(), revokedAt: hook, close: () => Promise.resolve() };
}

/** The caller's result: the status, the text of the answer, and whether the app is told. */
type Outcome =
  | 'access_denied'
  | 'allowed'
  | 'concealed'
  | 'insufficient_scope'
  | 'internal'
  | 'server_error'
  | 'unavailable'
  | 'unauthorized';

const table: Readonly<Record<HookName, Readonly<Record<Misbehaviour, Outcome>>>> = {
  'onDecision about who it is': audited(),
  'onDecision about a call': audited(),
  'claims.scope': {
    ...broken('server_error'),
    hangs: 'unavailable',
    undefined: 'insufficient_scope',
    'undefined later': 'insufficient_scope',
  },
  // A token without a subject is not good.
  'claims.subject': {
    ...broken('server_error'),
    hangs: 'unavailable',
    undefined: 'unauthorized',
    'undefined later': 'unauthorized',
  },
  verifier: {
    ...broken('server_error'),
    hangs: 'unavailable',
    undefined: 'unauthorized',
    'undefined later': 'unauthorized',
  },
  authenticate: {
    ...broken('server_error'),
    hangs: 'unavailable',
    undefined: 'unauthorized',
    'undefined later': 'unauthorized',
  },
  // If a store cannot tell, the client should retry.
  'revocation store': {
    ...broken('server_error'),
    throws: 'unavailable',
    rejects: 'unavailable',
    hangs: 'unavailable',
  },
  'scopes of a tool': broken('internal'),
  'policy of a tool': broken('internal'),
  'policy of a concealed tool': broken('concealed'),
  'refusals of mcpRouter': broken('server_error'),
};

/** All kinds of misbehaviour have one outcome. */
function broken(outcome: Outcome): Record<Misbehaviour, Outcome> {
  return {
    throws: outcome,
    rejects: outcome,
    hangs: outcome,
    wrong: outcome,
    'wrong later': outcome,
    undefined: outcome,
    'undefined later': outcome,
  };
}

/** The result of a listener does not count, only whether it succeeds. */
function audited(): Record<Misbehaviour, Outcome> {
  const allowed = {
    wrong: 'allowed',
    'wrong later': 'allowed',
    undefined: 'allowed',
    'undefined later': 'allowed',
  } as const;
  return { ...broken('server_error'), ...allowed };
}

const answers: Readonly<
  Record<Outcome, { readonly status: number; readonly body: object; readonly isReported: boolean }>
> = {
  allowed: { status: 200, body: { result: { content: [{ text: 'ran' }] } }, isReported: false },
  access_denied: { status: 403, body: { error: 'access_denied' }, isReported: false },
  insufficient_scope: { status: 403, body: { error: 'insufficient_scope' }, isReported: false },
  unauthorized: { status: 401, body: { error: 'invalid_token' }, isReported: false },
  unavailable: { status: 503, body: { error: 'temporarily_unavailable' }, isReported: false },
  server_error: { status: 500, body: { error: 'server_error' }, isReported: true },
  internal: { status: 200, body: { error: { code: -32603 } }, isReported: true },
  concealed: { status: 200, body: { error: { code: -32602, message: 'Unknown tool: "guarded"' } }, isReported: true },
};

const rows = Object.entries(table).flatMap(([hook, outcomes]) =>
  Object.entries(outcomes).map(([how, outcome]) => [hook, how, outcome] as [HookName, Misbehaviour, Outcome]),
);

const unhandled: unknown[] = [];
const note = (reason: unknown): void => {
  unhandled.push(reason);
};

beforeAll(() => {
  process.on('unhandledRejection', note);
  // Node's own timers go on; only our time limits pass at once.
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
    ],
  });
});

afterAll(() => {
  jest.useRealTimers();
  process.off('unhandledRejection', note);
});

/** The answer of a route whose guard calls a misbehaving function. */
const routes: Readonly<Record<Misbehaviour, { readonly status: number; readonly code: string }>> = {
  throws: { status: 500, code: 'server_error' },
  rejects: { status: 500, code: 'server_error' },
  hangs: { status: 500, code: 'server_error' },
  wrong: { status: 500, code: 'server_error' },
  'wrong later': { status: 500, code: 'server_error' },
  undefined: { status: 500, code: 'server_error' },
  'undefined later': { status: 500, code: 'server_error' },
};

describe('a function of auth.protect that misbehaves', () => {
  const misbehaviours = Object.entries(routes) as [Misbehaviour, { status: number; code: string }][];
  it.each(
    misbehaviours.flatMap(([how, answer]) => [['policy', how, answer] as const, ['requirement', how, answer] as const]),
  )('%s that %s: %j', async (option, how, { status, code }) => {
    const reports: unknown[] = [];
    const onError = (error: unknown): void => {
      reports.push(error);
    };
    const auth = mcpAuth(authOptions({ onError }));
    const misbehaves = misbehaving(how, 7);
    const guard = option === 'policy' ? auth.protect([], { policy: misbehaves }) : auth.protect(misbehaves);
    const app = express().set('env', 'development');
    app.get('/notes', guard, (_req, res) => res.send('ran'));
    app.use(mcpErrorHandler());
    const token = await issuer.token({ scope: 'notes:read' });
    const response = await request(app).get('/notes').set('Authorization', `Bearer ${token}`);
    expect([response.status, response.body]).toMatchObject([status, { error: code }]);
    expect(response.text).not.toContain('hunter2');
    expect(reports).toHaveLength(1);
    await new Promise(setImmediate);
    expect(unhandled).toEqual([]);
  });
});

describe('onProblem that misbehaves', () => {
  const all = Object.keys(routes) as Misbehaviour[];
  it.each(all.flatMap((how) => [['mcpAuth', how] as const, ['mcpRouter', how] as const]))(
    'of %s that %s changes no answer, and nothing is reported',
    async (where, how) => {
      const reports: unknown[] = [];
      const onError = (error: unknown): void => {
        reports.push(error);
      };
      let asked = 0;
      const misbehaves = misbehaving(how, 7);
      const onProblem = (): unknown => {
        asked += 1;
        return misbehaves();
      };
      const registry = createRegistry({ name: 'test', version: '1.0.0' });
      const app = express().set('env', 'development');
      const auth = mcpAuth(authOptions({ onError, ...(where === 'mcpAuth' ? { onProblem } : {}) }));
      app.use(auth, mcpRouter(registry, where === 'mcpRouter' ? { onProblem } : {}), mcpErrorHandler());
      const token = await issuer.token({ audience: 'another' });
      const response = await modern(app, 'tools/list', {}, { Authorization: `Bearer ${token}` });
      expect([response.status, response.body]).toMatchObject([401, { error: 'invalid_token' }]);
      await new Promise(setImmediate);
      expect([asked, reports, unhandled]).toEqual([1, [], []]);
    },
  );
});

describe('a hook that misbehaves', () => {
  it.each(rows)('%s that %s: %s', async (name, how, outcome) => {
    const hook: Hook = hooks[name];
    const misbehaves = misbehaving(how, hook.wrong);
    const reports: { error: unknown; reference: string }[] = [];
    const onError = (error: unknown, { reference }: { reference: string }): void => {
      reports.push({ error, reference });
    };
    let runs = 0;
    const registry = createRegistry({ name: 'test', version: '1.0.0' });
    registry.tool('guarded', { scopes: ['notes:read'], timeoutMs: 1000, ...hook.tool?.(misbehaves) }, () => {
      runs += 1;
      return 'ran';
    });
    const app = express().set('env', 'development');
    app.use(
      mcpAuth(authOptions(hook.auth?.(misbehaves))),
      mcpRouter(registry, { onError, ...hook.router?.(misbehaves) }),
      mcpErrorHandler(),
    );
    const token = await issuer.token({ scope: 'notes:read' });
    const response = await modern(app, 'tools/call', { name: 'guarded' }, { Authorization: `Bearer ${token}` });
    const { body, isReported, status } = answers[outcome];
    expect([response.status, response.body]).toMatchObject([status, body]);
    expect(response.text).not.toContain('hunter2');
    expect(response.text).not.toMatch(/\.ts:\d+/);
    expect(runs).toBe(outcome === 'allowed' ? 1 : 0);
    expect(reports).toHaveLength(isReported ? 1 : 0);
    if (isReported && outcome !== 'concealed') expect(response.text).toContain(reports[0]?.reference);
    await new Promise(setImmediate);
    expect(unhandled).toEqual([]);
  });
});
