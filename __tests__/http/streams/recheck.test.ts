// Revocation at the authorization server ends open streams, and a resumed stream needs the scopes of its call.
import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { McpAuthOptions, TokenVerdict } from '../../../lib/index.js';
import { InvalidTokenError, TemporarilyUnavailableError, anyOf, createRegistry } from '../../../lib/index.js';
import { FakeIssuer } from '../../support/fake-issuer.js';
import { issuer as jwtIssuer, resource } from '../../support/mcp-app.js';
import type { EndpointOptions } from '../../support/running-endpoint.js';
import { RunningEndpoint, closeEndpoints, streamOf, until } from '../../support/running-endpoint.js';

let server: FakeIssuer;
/** Answers of the issuer, by token. None has an `exp`. */
const tokens = new Map<string, object>();
let asked: string[] = [];

beforeEach(async () => {
  tokens.clear();
  asked = [];
  server = await new FakeIssuer().listen();
  server.publish({ keys: [] }, { introspection_endpoint: `${server.origin}/introspect` });
  server.routes.set('/introspect', (request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += String(chunk)));
    request.on('end', () => {
      const token = new URLSearchParams(text).get('token') ?? '';
      asked.push(token);
      const answer = tokens.get(token) ?? { active: false };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
});

afterEach(async () => {
  await closeEndpoints();
  await server.close();
});

const active = (scope = 'notes:read', more: object = {}): object => ({
  active: true,
  aud: resource,
  sub: 'ada',
  client_id: 'cli',
  scope,
  ...more,
});

function registryWith() {
  const events = new EventEmitter();
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.tool('wait', { scopes: ['notes:read'], timeoutMs: 600_000 }, async (_args, ctx) => {
    const next = once(events, 'next');
    await ctx.progress(1);
    await next;
    return 'the note';
  });
  registry.tool('either', { scopes: anyOf('notes:admin', 'notes:read') }, async (_args, ctx) => {
    await ctx.progress(1);
    return 'either';
  });
  registry.tool('open', {}, async (_args, ctx) => {
    await ctx.progress(1);
    return 'open';
  });
  registry.tool('asks', {}, async (_args, ctx) => {
    ctx.requireScopes('notes:write');
    await ctx.progress(1);
    return 'asked';
  });
  const many = Array.from({ length: 20 }, (_each, index) => `notes:${'x'.repeat(100)}:${String(index)}`);
  registry.tool('many', { scopes: many }, async (_args, ctx) => {
    await ctx.progress(1);
    return 'many';
  });
  return { events, many, registry };
}

const seconds = 1;
const introspecting = (cache = seconds): Partial<McpAuthOptions> => ({
  challengeScopes: [],
  cache: { seconds: cache },
  issuers: [
    { issuer: server.origin, introspection: { clientId: 'api', clientSecret: 'secret', tokens: 'all' as const } },
  ],
});

async function start(auth: Partial<McpAuthOptions> = introspecting(), more: EndpointOptions = {}) {
  const { events, many, registry } = registryWith();
  const endpoint = await RunningEndpoint.start(registry, { auth, sessions: true, keepAliveSeconds: 1, ...more });
  return { endpoint, events, many };
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const progressing = { _meta: { progressToken: 1 } };

async function subscribe(endpoint: RunningEndpoint, token: string): Promise<Response> {
  return endpoint.modern(
    'subscriptions/listen',
    { notifications: { toolsListChanged: true } },
    { headers: bearer(token) },
  );
}

/** Seconds until a stream has ended, and its last message. */
async function endOf(response: Response) {
  const begin = performance.now();
  const stream = streamOf(response);
  const last = (await stream.rest()).at(-1);
  return { after: (performance.now() - begin) / 1000, last };
}

/** The verdict is remembered for a second, a visit comes each second, and there is something left for the network. */
const soon = seconds + 1 + 2;

describe('an open stream of a token without an end that its issuer has revoked', () => {
  it('of a session ends', async () => {
    tokens.set('t', active());
    const { endpoint } = await start();
    const session = await endpoint.openSession('2025-11-25', { headers: bearer('t') });
    const response = await session.listen();
    tokens.delete('t');
    expect((await endOf(response)).after).toBeLessThan(soon);
    expect((await session.listen()).status).toBe(401);
  });

  it('of subscriptions/listen ends', async () => {
    tokens.set('t', active());
    const { endpoint } = await start();
    const response = await subscribe(endpoint, 't');
    tokens.delete('t');
    expect((await endOf(response)).after).toBeLessThan(soon);
  });

  it.each(['modern', 'legacy'])('of a call by a %s client ends, and brings no answer', async (era) => {
    tokens.set('t', active());
    const { endpoint, events } = await start();
    const call = { name: 'wait', ...progressing };
    const response =
      era === 'modern'
        ? await endpoint.modern('tools/call', call, { headers: bearer('t') })
        : await (await endpoint.openSession('2025-11-25', { headers: bearer('t') })).call('wait', progressing);
    tokens.delete('t');
    const { after, last } = await endOf(response);
    expect(after).toBeLessThan(soon);
    expect(JSON.stringify(last)).not.toContain('the note');
    events.emit('next');
  });

  it('that was resumed ends', async () => {
    tokens.set('t', active());
    const { endpoint, events } = await start();
    const session = await endpoint.openSession('2025-11-25', { headers: bearer('t') });
    const stream = streamOf(await session.call('wait', progressing));
    const first = await stream.nextBlock();
    await stream.cancel();
    const resumed = await session.listen({ 'Last-Event-ID': first?.id ?? '' });
    tokens.delete('t');
    const { after, last } = await endOf(resumed);
    expect(after).toBeLessThan(soon);
    expect(JSON.stringify(last)).not.toContain('the note');
    events.emit('next');
  });

  it.each([
    ['it grants less', active('')],
    ['it is of another subject', active('notes:read', { sub: 'eve' })],
    ['it is of another client', active('notes:read', { client_id: 'other' })],
  ])('or of which it says now that %s, ends', async (_what, now) => {
    tokens.set('t', active());
    const { endpoint } = await start();
    const session = await endpoint.openSession('2025-11-25', { headers: bearer('t') });
    const response = await session.listen();
    tokens.set('t', now);
    expect((await endOf(response)).after).toBeLessThan(soon);
  });

  it('goes on as long as the token is good or grants more, and while its issuer does not answer', async () => {
    tokens.set('t', active());
    const { endpoint, events } = await start();
    const stream = streamOf(
      await endpoint.modern('tools/call', { name: 'wait', ...progressing }, { headers: bearer('t') }),
    );
    asked = [];
    await until('it was asked twice more', () => asked.length >= 2);
    tokens.set('t', active('notes:read notes:write'));
    asked = [];
    await until('it was asked once more', () => asked.length >= 1);
    server.routes.delete('/introspect');
    const before = server.requests.length;
    await until('it was asked in vain', () => server.requests.length > before + 1);
    const rest = stream.rest();
    events.emit('next');
    expect((await rest).at(-1)).toMatchObject({ result: { content: [{ text: 'the note' }] } });
  });

  it('does not ask more than once for each token, however many streams it has', async () => {
    tokens.set('t', active());
    const { endpoint } = await start(introspecting(2));
    const responses = await Promise.all(Array.from({ length: 20 }, () => subscribe(endpoint, 't')));
    const begin = performance.now();
    asked = [];
    await until('it was asked twice more', () => asked.length >= 2);
    expect(performance.now() - begin).toBeGreaterThan(1500);
    tokens.delete('t');
    await Promise.all(responses.map(async (each) => streamOf(each).rest()));
    expect(asked.length).toBeLessThanOrEqual(4);
  });
});

describe('a verifier of your own', () => {
  const good: TokenVerdict = { subject: 'ada', clientId: 'cli', scopes: [], claims: {} };

  it('is asked again about open streams, and one that fails ends none', async () => {
    let verdict: () => TokenVerdict | undefined = () => good;
    let count = 0;
    const verifier = {
      verify: () => {
        count += 1;
        return verdict();
      },
    };
    const { endpoint } = await start({ verifier });
    const response = await subscribe(endpoint, 'k');
    for (const failing of [
      () => {
        throw new Error('down');
      },
      () => {
        throw new TemporarilyUnavailableError(5);
      },
    ]) {
      verdict = failing;
      count = 0;
      await until('it was asked', () => count > 0);
    }
    verdict = () => {
      throw new InvalidTokenError('gone');
    };
    const { last } = await endOf(response);
    expect(last).toBeDefined();
  });

  it('that takes its time is asked by four at once, and not twice about one stream', async () => {
    let [running, most, isSlow] = [0, 0, false];
    const verifier = {
      verify: async () => {
        if (!isSlow) return good;
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 1500));
        running -= 1;
        return good;
      },
    };
    const { endpoint } = await start({ verifier });
    const listening = await Promise.all(
      Array.from({ length: 6 }, async () => streamOf(await subscribe(endpoint, 'k'))),
    );
    isSlow = true;
    await until('it is asked', () => running > 0);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(most).toBe(4);
    await Promise.all(listening.map((each) => each.cancel()));
  });
});

describe('who comes back for a stream', () => {
  /** The id of the first event of a call that was made with a token. */
  async function callOf(auth: Partial<McpAuthOptions>, name: string, scope: string) {
    const { endpoint, events } = await start({ challengeScopes: [], ...auth });
    const token = await jwtIssuer.token({ subject: 'ada', scope });
    const session = await endpoint.openSession('2025-11-25', { headers: bearer(token) });
    const blocks = await streamOf(await session.call(name, progressing)).restOfBlocks();
    const comeBack = async (withScope: string, id = blocks[0]?.id ?? '') => {
      const other = await jwtIssuer.token({ subject: 'ada', scope: withScope });
      const response = await session.listen({ ...bearer(other), 'Last-Event-ID': id });
      const challenge = response.headers.get('www-authenticate');
      const text = await response.text();
      return { status: response.status, challenge, text };
    };
    return { blocks, comeBack, events };
  }

  it('needs what the call needed, and is told so', async () => {
    const { comeBack } = await callOf({}, 'either', 'notes:read other');
    const refused = await comeBack('other');
    expect(refused).toMatchObject({ status: 403 });
    expect(refused.challenge).toContain('error="insufficient_scope", scope="notes:read other"');
    expect(refused.text).not.toContain('either');
    expect((await comeBack('notes:read')).text).toContain('either');
  });

  it('needs what a handler demanded before the stream began', async () => {
    const { comeBack } = await callOf({}, 'asks', 'notes:write');
    expect((await comeBack('notes:read')).status).toBe(403);
    expect((await comeBack('notes:write')).text).toContain('asked');
  });

  it('needs the scopes of the endpoint', async () => {
    const { comeBack } = await callOf({ requiredScopes: ['mcp'] }, 'open', 'mcp');
    expect(await comeBack('notes:read')).toMatchObject({ status: 403 });
    expect((await comeBack('mcp')).text).toContain('open');
  });

  it('may hold them by the hierarchy', async () => {
    const scopeHierarchy = { 'notes:admin': ['notes:read'] };
    const { comeBack } = await callOf({ scopeHierarchy }, 'either', 'notes:read');
    expect((await comeBack('notes:admin')).text).toContain('either');
  });

  it('cannot leave scopes out of the id or put others in', async () => {
    const { blocks, comeBack } = await callOf({}, 'either', 'notes:read');
    const id = blocks[0]?.id ?? '';
    expect(id).toMatch(/^[0-9a-f-]{36}\.[\w-]+_1$/);
    const [stream = ''] = id.split('.');
    const forged = ['', '.', '.e30', `.${Buffer.from('<b>').toString('base64url')}`, `.${'A'.repeat(3000)}`];
    for (const each of forged) {
      expect(await comeBack('other', `${stream}${each}_1`)).toMatchObject({ status: 404, challenge: null });
    }
  });

  it('finds nothing where more scopes are needed than an id has room for, and the client learns so', async () => {
    const { many } = registryWith();
    const { blocks } = await callOf({}, 'many', many.join(' '));
    expect(blocks.map(({ id }) => id)).toEqual([undefined, undefined]);
    expect(blocks.at(-1)?.data).toContain('many');
  });
});
