// The doctor from inside: what a signed-in caller meets, with a token from the environment or by signing in.
import { afterEach, describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import express from 'express';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Person } from '../../examples/notes/person.js';
import { runCommandLine } from '../../lib/cli/run-command-line.js';
import type { DevAuthorizationServer } from '../../lib/dev/index.js';
import { devAuthorizationServer } from '../../lib/dev/index.js';
import type { McpAuthOptions, McpRouterOptions, Registry, RegistryOptions } from '../../lib/index.js';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { FakeIssuer } from '../support/fake-issuer.js';
import { issuer as testIssuer } from '../support/mcp-app.js';
import { soundMetadata } from '../support/patient.js';

const ran: string[] = [];

const withId = {
  inputSchema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
} as const;
const reads = { annotations: { readOnlyHint: true } };

function registryOf(options: RegistryOptions<undefined> = {}): Registry {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' }, options);
  const run = (name: string) => () => {
    ran.push(name);
    return 'ran';
  };
  registry.tool('read', { scopes: ['notes:read'], ...withId, ...reads }, run('read'));
  registry.tool('about', { ...reads }, run('about'));
  registry.tool('search', { scopes: ['notes:write'], ...reads }, run('search'));
  registry.tool('delete', { scopes: ['notes:write'], ...withId }, run('delete'));
  registry.tool('sunday', { policy: () => 'Not on Sundays', ...reads }, run('sunday'));
  registry.tool('anything', { inputSchema: { type: 'object' }, ...reads }, run('anything'));
  return registry;
}

interface Ward {
  readonly url: string;
  readonly issuer: FakeIssuer;
  token(claims?: object): Promise<string>;
}

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  ran.length = 0;
  for (const close of closers.splice(0)) await close();
});

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

interface WardOptions {
  readonly auth?: Partial<McpAuthOptions>;
  readonly registry?: Registry;
  readonly router?: McpRouterOptions;
  readonly before?: RequestHandler;
}

/** An endpoint of ours with keys that the test signs with. */
async function ward({ auth, registry = registryOf(), router, before }: WardOptions = {}): Promise<Ward> {
  const app = express();
  const origin = await listen(createServer(app));
  const issuer = await new FakeIssuer().listen();
  closers.push(() => issuer.close());
  issuer.publish(testIssuer.jwks, soundMetadata(issuer.origin));
  const resource = `${origin}/mcp`;
  if (before !== undefined) app.use(before);
  app.use(mcpAuth({ resource, issuer: issuer.origin, scopesSupported: ['notes:read'], ...auth }));
  app.use(mcpRouter(registry, router), mcpErrorHandler());
  const token = (claims: object = {}): Promise<string> =>
    testIssuer.token({ issuer: issuer.origin, audience: resource, scope: 'notes:read', ...claims });
  return { url: resource, issuer, token };
}

interface Report {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  of(check: string): readonly string[];
}

async function doctor(url: string, options: readonly string[], onSignIn?: (url: URL) => unknown): Promise<Report> {
  let [out, err] = ['', ''];
  const code = await runCommandLine(['doctor', url, '--format', 'json', ...options], {
    write: (text) => {
      out += text;
    },
    complain: (text) => {
      err += text;
      const found = /^https?:\S+$/m.exec(text)?.[0];
      if (found !== undefined) onSignIn?.(new URL(found));
    },
    folder: import.meta.dirname,
    now: () => Date.now(),
  });
  const findings = (): readonly { readonly check: string; readonly status: string; readonly finding: string }[] =>
    (JSON.parse(out) as { readonly findings: [] }).findings;
  const of = (name: string): readonly string[] =>
    findings().flatMap(({ check, status, finding }) => (check === name ? [`${status}: ${finding}`] : []));
  return { code, out, err, of };
}

async function withToken(url: string, token: string, ...options: readonly string[]): Promise<Report> {
  process.env['DOCTOR_TEST_TOKEN'] = token;
  try {
    return await doctor(url, ['--token-from-env', 'DOCTOR_TEST_TOKEN', ...options]);
  } finally {
    delete process.env['DOCTOR_TEST_TOKEN'];
  }
}

describe('express-mcp doctor --token-from-env', () => {
  it('says what the token is good for, and runs no tool', async () => {
    const { url, issuer, token } = await ward();
    const value = await token();
    const report = await withToken(url, value);
    expect(report.of('token')).toEqual(['ok: The endpoint takes it.']);
    expect(report.of('issued')).toEqual([`ok: iss is "${issuer.origin}", as the metadata says.`]);
    expect(report.of('audience')).toEqual([`ok: aud is "${url}", which is the resource.`]);
    expect(report.of('lifetime')).toEqual([expect.stringMatching(/^ok: It ends in \d+ s\.$/)]);
    expect(report.of('held')).toEqual(['ok: It has "notes:read".']);
    expect(report.of('list')).toEqual(['ok: The token shows 6 tools.']);
    expect(report.of('tool-names')).toEqual(['ok: All hosts take them.']);
    expect(report.of('tool')).toEqual([
      'ok: read can be used. A call is let in.',
      'ok: about can be used. A call is let in.',
      'warning: search needs "notes:write", which the token lacks.',
      'warning: sunday is refused, and no scopes would help.',
      'ok: Not looked at: "delete", "anything". The list does not say what they need, and they were not called.',
    ]);
    expect(ran).toEqual([]);
    expect(report.code).toBe(0);
    // Neither the token nor its signature.
    for (const part of value.split('.')) expect(`${report.out}${report.err}`).not.toContain(part);
  });

  it('goes by the list as well where it says what tools need, and agrees with it', async () => {
    const { url, token } = await ward({ registry: registryOf({ advertiseScopes: true }) });
    const report = await withToken(url, await token());
    expect(report.of('tool')).toEqual([
      'ok: read can be used. A call is let in, and the list says "notes:read".',
      'ok: about can be used. A call is let in, and the list says no scopes.',
      'warning: search needs "notes:write", which the token lacks.',
      'warning: delete needs "notes:write", which the token lacks.',
      'warning: sunday is refused, and no scopes would help.',
      'ok: anything can be used. The list says no scopes.',
    ]);
  });

  it('calls every tool with --call-tools, and still runs none', async () => {
    const { url, token } = await ward();
    const report = await withToken(url, await token({ scope: 'notes:read notes:write' }), '--call-tools');
    expect(report.of('tool')).toContain('ok: delete can be used. A call is let in.');
    expect(ran).toEqual([]);
  });

  it('understands refusals that are results', async () => {
    const { url, token } = await ward({ router: { refusals: 'result' } });
    const report = await withToken(url, await token());
    expect(report.of('tool')).toContain('warning: search needs "notes:write", which the token lacks.');
  });

  it('finds a list that says less than a call demands', async () => {
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    const _meta = { securitySchemes: [{ type: 'noauth' }] };
    registry.tool('liar', { scopes: ['notes:write'], _meta, ...reads }, () => ran.push('liar'));
    const { url, token } = await ward({ registry });
    const report = await withToken(url, await token());
    expect(report.of('tool')).toEqual([
      'failure: liar needs "notes:write", which the token lacks. The list says no scopes.',
    ]);
    expect(report.code).toBe(1);
  });

  it('finds tools that are listed and unknown, and names that hosts refuse', async () => {
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    registry.tool('notes.read', { ...reads }, () => 'x');
    const before: RequestHandler = (request, response, next) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const message = JSON.parse(text === '' ? 'null' : text) as {
          readonly id: number;
          readonly method: string;
        } | null;
        (request as { body?: unknown }).body = message ?? undefined;
        if (message?.method !== 'tools/call') {
          next();
          return;
        }
        response.json({ jsonrpc: '2.0', id: message.id, error: { code: -32602, message: 'Unknown tool: notes.read' } });
      });
    };
    const { url, token } = await ward({ registry, before });
    const report = await withToken(url, await token());
    expect(report.of('tool')).toEqual(['failure: notes.read is listed, and a call says that it is unknown.']);
    expect(report.of('tool-names')).toEqual(['warning: Some hosts refuse "notes.read".']);
  });

  it('names both values of a wrong audience and of a wrong issuer', async () => {
    const { url, issuer, token } = await ward();
    const audience = await withToken(url, await token({ audience: 'https://other.example/mcp' }));
    expect(audience.of('token')).toEqual([
      expect.stringMatching(/^failure: The endpoint answers 401 to it: "invalid_token"/),
    ]);
    expect(audience.of('audience')).toEqual([
      `failure: aud is "https://other.example/mcp", and the resource is "${url}".`,
    ]);
    expect([audience.of('list'), audience.code]).toEqual([[], 1]);
    const foreign = await withToken(url, await token({ issuer: 'https://other.example' }));
    expect(foreign.of('issued')).toEqual([
      `failure: iss is "https://other.example", and authorization_servers of the metadata is ["${issuer.origin}"].`,
    ]);
  });

  it('warns of an audience that the endpoint takes though it is not the resource', async () => {
    const issuer = testIssuer.issuer;
    const auth = { issuer: undefined, issuers: [{ issuer, jwks: testIssuer.jwks, audience: 'notes' }] } as never;
    const { url, token } = await ward({ auth });
    const report = await withToken(url, await token({ issuer, audience: 'notes' }));
    expect(report.of('token')).toEqual(['ok: The endpoint takes it.']);
    expect(report.of('audience')).toEqual([`warning: aud is "notes", and the resource is "${url}".`]);
  });

  it('says that a token has ended, and what an endpoint lacks that refuses all', async () => {
    const { url, token } = await ward({ auth: { requiredScopes: ['mcp'] } });
    const ended = await withToken(url, await token({ expiresIn: -100 }));
    expect(ended.of('lifetime')).toEqual([expect.stringMatching(/^failure: It ended 1\d\d s ago\.$/)]);
    const lacking = await withToken(url, await token());
    expect(lacking.of('token')).toEqual([
      expect.stringMatching(/^failure: The endpoint refuses it with 403: "insufficient_scope"/),
    ]);
  });

  it('takes opaque tokens, of which it can say little', async () => {
    const { url } = await ward({
      auth: {
        issuer: undefined,
        authorizationServers: ['https://login.example.com'],
        verifier: {
          verify: () => Promise.resolve({ subject: 'ada', clientId: 'cli', scopes: ['notes:read'], claims: {} }),
        },
      } as never,
    });
    const report = await withToken(url, 'opaque-token');
    expect(report.of('issued')).toEqual([
      'ok: The token is opaque: who issued it and for whom, only the endpoint can find out.',
    ]);
    expect(report.of('held')).toEqual(['warning: It does not say which scopes it has.']);
    expect(report.of('tool')).toContain('ok: read can be used. A call is let in.');
  });

  it.each([
    [['--token-from-env', 'DOCTOR_NO_SUCH'], 'The environment variable DOCTOR_NO_SUCH is not set.'],
    [['--token-from-env', 'PATH', '--sign-in'], 'Write --token-from-env or --sign-in, not both.'],
    [['--client-id', 'x'], '--client-id goes with --sign-in.'],
    [['--call-tools'], '--call-tools goes with'],
  ])('refuses %j', async (options, message) => {
    const { code, err } = await doctor('http://127.0.0.1:1/mcp', options);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it('sends no token over http, and prints none that is malformed', async () => {
    process.env['DOCTOR_TEST_TOKEN'] = 'my password';
    const plain = await doctor('http://api.example.com/mcp', ['--token-from-env', 'DOCTOR_TEST_TOKEN']);
    expect([plain.code, plain.err]).toEqual([2, expect.stringContaining('no token over http')]);
    const wrong = await doctor('http://127.0.0.1:1/mcp', ['--token-from-env', 'DOCTOR_TEST_TOKEN']);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('This is no access token')]);
    expect(wrong.err).not.toContain('password');
    delete process.env['DOCTOR_TEST_TOKEN'];
  });
});

describe('express-mcp doctor --sign-in', () => {
  async function hospital(): Promise<{ readonly url: string; readonly server: DevAuthorizationServer }> {
    const app = express();
    const url = `${await listen(createServer(app))}/mcp`;
    const scopes = ['notes:read', 'notes:write'];
    const server = await devAuthorizationServer({ resource: url, scopes });
    closers.push(() => server.close());
    app.use(mcpAuth({ resource: url, issuer: server.issuer, scopesSupported: scopes }));
    app.use(mcpRouter(registryOf()), mcpErrorHandler());
    return { url, server };
  }

  /** Signs in, and lets the browser follow the redirect to the doctor. */
  function browser(person: Person, change: (url: URL) => URL = (url) => url): (url: URL) => void {
    return (url) => {
      void person.visit(url).then(async (callback) => fetch(change(callback)));
    };
  }

  it('registers a client, signs in by the browser with PKCE, and goes on with the token', async () => {
    const { url, server } = await hospital();
    const opened: URL[] = [];
    const visit = browser(new Person({ name: 'ada' }));
    const report = await doctor(url, ['--sign-in'], (at) => {
      opened.push(at);
      visit(at);
    });
    expect(report.of('sign-in')).toEqual([`ok: It worked at ${server.issuer}, for "notes:read notes:write".`]);
    expect(report.of('audience')).toEqual([`ok: aud is "${url}", which is the resource.`]);
    expect(report.of('held')).toEqual(['ok: It has "notes:read notes:write".']);
    expect(report.of('tool')).toContain('ok: search can be used. A call is let in.');
    expect([report.code, ran]).toEqual([0, []]);
    const parameters = Object.fromEntries(opened[0]?.searchParams ?? []);
    expect(parameters).toMatchObject({ code_challenge_method: 'S256', resource: url, scope: 'notes:read notes:write' });
  });

  it('says what the person did not agree to', async () => {
    const { url } = await hospital();
    const report = await doctor(url, ['--sign-in'], browser(new Person({ name: 'ada', refuses: ['notes:write'] })));
    expect(report.of('sign-in')).toEqual([expect.stringMatching(/^warning: .*"notes:write" is not in the token\.$/)]);
    expect(report.of('tool')).toContain('warning: search needs "notes:write", which the token lacks.');
  });

  it.each<[string, (url: URL) => URL, string]>([
    [
      'state',
      (url) => {
        url.searchParams.set('state', 'forged');
        return url;
      },
      'failure: The state that came back is another one.',
    ],
    [
      'issuer',
      (url) => {
        url.searchParams.set('iss', 'https://evil.example');
        return url;
      },
      'failure: The answer names the issuer "https://evil.example", not',
    ],
  ])('takes no answer with another %s', async (_what, change, finding) => {
    const { url } = await hospital();
    const report = await doctor(url, ['--sign-in'], browser(new Person({ name: 'ada' }), change));
    expect(report.of('sign-in')).toEqual([expect.stringContaining(finding)]);
    expect([report.of('token'), report.code]).toEqual([[], 1]);
  });

  it('says why the authorization server refuses', async () => {
    const { url } = await hospital();
    const report = await doctor(url, ['--sign-in'], browser(new Person({ name: 'ada', deniesAll: true })));
    expect(report.of('sign-in')).toEqual([
      expect.stringMatching(/^failure: The authorization server refuses: "access_denied"/),
    ]);
  });

  it('asks for a client_id where clients cannot register', async () => {
    const { url, issuer } = await ward();
    issuer.publish(testIssuer.jwks, { ...soundMetadata(issuer.origin), registration_endpoint: undefined });
    const report = await doctor(url, ['--sign-in']);
    expect(report.of('sign-in')).toEqual(['failure: The authorization server registers no clients.']);
  });
});
