// Callers who differ in issuer, subject or client are never one principal, however much their names look alike.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { RouterStores, TokenVerifier } from '../../lib/index.js';
import {
  createRegistry,
  memoryEventLog,
  memoryMessageBus,
  memoryRevocationStore,
  memorySessionStore,
  memoryTaskStore,
  revokeTokens,
} from '../../lib/index.js';
import { createAuth } from '../../lib/oauth/auth.js';
import { rejectRevoked } from '../../lib/oauth/revocation.js';
import { redisStores } from '../../lib/redis/index.js';
import { isSamePrincipal, principalOf } from '../../lib/server/authorization/principal.js';
import type { Caller } from '../../lib/server/authorization/caller.js';
import { issuer as jwtIssuer } from '../support/mcp-app.js';
import type { OpenClient } from '../support/redis-clients.js';
import { clientsOfServer } from '../support/redis-clients.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { closeEndpoints, jsonOf, RunningEndpoint, streamOf, TestSession } from '../support/running-endpoint.js';
import { withTasks } from '../support/task-client.js';

jest.setTimeout(120_000);
afterEach(closeEndpoints);

/** Undefined where an issuer says nothing; a client that it does not name is empty. */
interface Who {
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
  readonly clientId: string;
}

const separators = [':', '|', '/', ',', ' ', '\0', '\n', '","', '"],["', '\\', '%3A'] as const;
const long = 'n'.repeat(300);
/** Texts that careless code takes for the same, row by row. */
const lookAlikes = [
  [
    'ada',
    'Ada',
    'ADA',
    'ada ',
    ' ada',
    'ada\0',
    'ad\u0430',
    'ada\u200B',
    '\uFEFFada',
    'a\u00ADda',
    'ａｄａ',
    'ad',
    'adaa',
  ],
  ['\u00E9', 'e\u0301', 'e', '%C3%A9', '\\u00e9'],
  ['\uFB01', 'fi', '\uFB01\uFE0E'],
  ['\u212B', '\u00C5', 'A\u030A'],
  ['\uD800', '\uDBFF', '\uFFFD', '\\ud800', '?'],
  ['null', 'undefined', 'NaN', 'false', '0', '00', '[]', '{}', '""', '[null]', 'NULL'],
  ['__proto__', 'constructor', 'toString', '*', '..', '.', '-'],
  ['https://login.test', 'https://login.test/', 'HTTPS://login.test', 'https://login.test:443', 'https://login.test/#'],
  [long, `${long}n`, `${long}m`, long.slice(1)],
  separators,
] as const;

const text = fc.oneof(
  fc.constantFrom(...lookAlikes.flat()),
  fc.array(fc.constantFrom('a', 'b', ...separators), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }),
);
const isSomebody = ({ subject, clientId }: Who): boolean => subject !== undefined || clientId !== '';
const who: fc.Arbitrary<Who> = fc
  .record({
    issuer: fc.option(text, { nil: undefined }),
    subject: fc.option(text, { nil: undefined }),
    clientId: fc.oneof(text, fc.constant('')),
  })
  .filter(isSomebody);

const optional = (part: string | undefined): string | undefined => (part === '' ? undefined : part);

/** Other callers, whose names are the same for code that joins, trims, folds or normalises. */
function twinsOf({ issuer, subject, clientId }: Who): readonly Who[] {
  const parts = [issuer ?? '', subject ?? '', clientId] as const;
  const of = (one = '', two = '', three = ''): Who => ({
    issuer: optional(one),
    subject: optional(two),
    clientId: three,
  });
  const [one, two, three] = parts;
  const shifted = separators.flatMap((separator) => {
    const joined = parts.join(separator);
    return [
      of(joined),
      of('', joined),
      of('', '', joined),
      of(`${one}${separator}${two}`, three),
      of(one, `${two}${separator}${three}`),
      of('', `${one}${separator}${two}`, three),
      of(one, '', `${two}${separator}${three}`),
    ];
  });
  const changed = (change: (part: string) => string): readonly Who[] => [
    of(change(one), two, three),
    of(one, change(two), three),
    of(one, two, change(three)),
    of(change(one), change(two), change(three)),
  ];
  const row = (part: string): readonly string[] =>
    lookAlikes.find((each) => each.some((other) => other === part)) ?? [];
  return [
    ...shifted,
    ...[
      of(two, one, three),
      of(one, three, two),
      of(three, two, one),
      of('', two, three),
      of(one, two),
      of(one, '', three),
    ],
    ...changed((part) => part.normalize('NFC')),
    ...changed((part) => part.normalize('NFKD')),
    ...changed((part) => part.toLowerCase()),
    ...changed((part) => part.trim()),
    ...changed((part) => wellFormed(part)),
    ...changed((part) => (part === '' ? 'null' : part)),
    ...changed((part) => (part === '' ? 'undefined' : part)),
    ...changed((part) => part.slice(0, -1)),
    ...changed(encodeURIComponentLoosely),
    ...row(one).map((part) => of(part, two, three)),
    ...row(two).map((part) => of(one, part, three)),
    ...row(three).map((part) => of(one, two, part)),
  ].filter(isSomebody);
}

/** A text as UTF-8 can have it. */
function wellFormed(part: string): string {
  return Buffer.from(part).toString();
}

function encodeURIComponentLoosely(part: string): string {
  return encodeURIComponent(wellFormed(part));
}

const isOther = (one: Who, other: Who): boolean =>
  one.issuer !== other.issuer || one.subject !== other.subject || one.clientId !== other.clientId;

/** Two different callers: twins of each other, or made at random. */
const pair: fc.Arbitrary<readonly [Who, Who]> = fc
  .oneof(
    {
      weight: 4,
      arbitrary: who.chain((one) => fc.constantFrom(...twinsOf(one), one).map((two) => [one, two] as const)),
    },
    { weight: 1, arbitrary: fc.tuple(who, who) },
  )
  .filter(([one, other]) => isOther(one, other));

const shift = (separator: string): readonly [Who, Who][] => [
  [
    { issuer: 'a', subject: `b${separator}c`, clientId: 'd' },
    { issuer: `a${separator}b`, subject: 'c', clientId: 'd' },
  ],
  [
    { issuer: 'a', subject: `b${separator}c`, clientId: 'd' },
    { issuer: 'a', subject: 'b', clientId: `c${separator}d` },
  ],
];
const ada: Who = { issuer: 'https://login.test', subject: 'ada', clientId: 'cli' };
/** Pairs that are tried always, whatever else is made at random. */
const certain: [readonly [Who, Who]][] = [
  ...[':', '|', ' ', '","'].flatMap(shift),
  [
    { ...ada, subject: '\u00E9' },
    { ...ada, subject: 'e\u0301' },
  ] as const,
  [
    { ...ada, clientId: '\uFB01' },
    { ...ada, clientId: 'fi' },
  ] as const,
  [ada, { ...ada, subject: 'Ada' }] as const,
  [ada, { ...ada, subject: 'ada ' }] as const,
  [ada, { ...ada, subject: 'ad' }] as const,
  [ada, { ...ada, issuer: 'https://login.test/' }] as const,
  [ada, { ...ada, issuer: undefined }] as const,
  [ada, { ...ada, clientId: '' }] as const,
  [ada, { ...ada, subject: undefined }] as const,
  [
    { ...ada, subject: undefined },
    { ...ada, subject: 'null' },
  ] as const,
  [
    { ...ada, subject: undefined },
    { ...ada, subject: 'undefined' },
  ] as const,
  [
    { ...ada, subject: undefined },
    { ...ada, subject: 'cli', clientId: '' },
  ] as const,
  [
    { ...ada, subject: '\uD800' },
    { ...ada, subject: '\uDBFF' },
  ] as const,
].map((both) => [both]);

const hierarchy = { expand: (scopes: Iterable<string>) => new Set(scopes) };
const callerOf = (one: Who, endpointId?: string): Caller => ({
  auth: createAuth({ ...one, scopes: [], claims: {} }, { token: '', hierarchy }),
  endpoint: undefined,
  endpointId,
});

describe('the name of a principal', () => {
  it('is that of nobody else, in any encoding, and always the same', () => {
    const examples: [readonly [Who, Who], string | undefined][] = certain.map(([both]) => [
      both,
      'https://api.test/mcp',
    ]);
    fc.assert(
      fc.property(pair, fc.option(text, { nil: undefined }), ([one, other], at) => {
        const [a, b] = [callerOf(one, at), callerOf(other, at)];
        expect(principalOf(a)).not.toBe(principalOf(b));
        // Redis and digests see bytes, and bytes of lone surrogates are all the same.
        expect(Buffer.from(principalOf(a)).equals(Buffer.from(principalOf(b)))).toBe(false);
        expect([isSamePrincipal(a, b), isSamePrincipal(b, a)]).toEqual([false, false]);
        expect(principalOf(a)).toBe(principalOf(callerOf({ ...one }, at)));
        expect(isSamePrincipal(a, callerOf({ ...one }, at))).toBe(true);
      }),
      { numRuns: 3000, examples },
    );
  });

  it('is that of nobody at another endpoint, and of nobody who did not sign in', () => {
    const endpoint = fc.option(text, { nil: undefined });
    fc.assert(
      fc.property(who, who, endpoint, endpoint, (one, two, at, elsewhere) => {
        const nobody: Caller = { auth: undefined, endpoint: undefined, endpointId: elsewhere };
        const others = [nobody, ...(at === elsewhere ? [] : [callerOf(one, elsewhere), callerOf(two, elsewhere)])];
        for (const other of others) {
          expect(principalOf(callerOf(one, at))).not.toBe(principalOf(other));
          expect(isSamePrincipal(callerOf(one, at), other)).toBe(false);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a subject that is revoked', () => {
  it('is that of one issuer alone', async () => {
    const differing = pair.filter(
      ([one, other]) => one.subject !== undefined && (one.subject !== other.subject || one.issuer !== other.issuer),
    );
    await fc.assert(
      fc.asyncProperty(differing, async ([one, other]) => {
        const store = memoryRevocationStore();
        const tokenOf = (each: Who) => ({ ...each, scopes: [], claims: { sub: each.subject } });
        await revokeTokens(store, { issuer: one.issuer ?? '', subject: one.subject ?? '' });
        await expect(rejectRevoked(tokenOf(one), store)).rejects.toThrow('revoked');
        await expect(rejectRevoked(tokenOf(other), store)).resolves.toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });
});

type Said = [issuer: string | null, subject: string | null, clientId: string, scopes: string[], count: number];

/** Reads the caller from the token; the count makes two tokens of one caller differ. */
const verifier: TokenVerifier = {
  verify: (token) => {
    const [issuer, subject, clientId, scopes] = JSON.parse(Buffer.from(token, 'base64url').toString()) as Said;
    return { issuer: issuer ?? undefined, subject: subject ?? undefined, clientId, scopes, claims: {} };
  },
};

let tokens = 0;
function bearer({ issuer, subject, clientId }: Who, ...scopes: readonly string[]) {
  tokens += 1;
  const said: Said = [issuer ?? null, subject ?? null, clientId, [...scopes], tokens];
  return { Authorization: `Bearer ${Buffer.from(JSON.stringify(said)).toString('base64url')}` };
}

type Stores = Omit<Required<RouterStores>, 'replay'>;

async function start(stores: Stores) {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' }, { pageSize: 2 });
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  registry.tool('whoami', {}, (_args, { auth }) => JSON.stringify([auth?.issuer, auth?.subject, auth?.clientId]));
  registry.tool('hold', { task: 'required' }, async () => {
    await released;
    return 'held';
  });
  registry.tool('ask', {}, (_args, ctx) => {
    if (ctx.inputResponses !== undefined) return `goes on with ${JSON.stringify(ctx.requestState)}`;
    const params = { message: 'Sure?', requestedSchema: { type: 'object', properties: {} } };
    return ctx.inputRequired({ requests: { sure: { method: 'elicitation/create', params } }, state: 'sealed' });
  });
  registry.tool('progress', {}, async (_args, ctx) => {
    await ctx.progress(1);
    return 'the answer';
  });
  for (const name of ['a', 'b', 'c']) {
    registry.tool(`secret-${name}`, { scopes: ['admin'], visibility: 'concealed' }, () => name);
  }
  const endpoint = await RunningEndpoint.start(registry, {
    auth: { verifier, challengeScopes: [] },
    sessions: true,
    stores,
    limits: { sessionsPerPrincipal: 1, streamsPerPrincipal: 1 },
    tasks: { maxRunning: 1 },
  });
  return { endpoint, release };
}

const elicits = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } };
const initialize = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'tests', version: '1.0.0' } },
};

async function namesOn(endpoint: RunningEndpoint, headers: { Authorization: string }, cursor?: unknown) {
  const params = cursor === undefined ? {} : { cursor };
  const { result } = await jsonOf(await endpoint.modern('tools/list', params, { headers }));
  return { names: (result?.['tools'] as { name: string }[]).map(({ name }) => name), next: result?.['nextCursor'] };
}

/** Tries everything that a caller owns: `other` gets at nothing of it, and `one` with another token at all of it. */
async function expectApart(one: Who, other: Who, stores: Stores): Promise<void> {
  const { endpoint, release } = await start(stores);
  const theirs = bearer(one, 'admin');
  const call = async (as: Who, name: string, params: object = {}, ...scopes: string[]) =>
    jsonOf(await endpoint.modern('tools/call', { name, ...params }, { headers: bearer(as, ...scopes) }));

  // The caller itself.
  for (const each of [one, other]) {
    const said = await call(each, 'whoami');
    expect(said.result?.['content']).toEqual([
      { type: 'text', text: JSON.stringify([each.issuer, each.subject, each.clientId]) },
    ]);
  }

  // Sessions, their streams and what these are kept in.
  const session = await endpoint.openSession('2025-11-25', { headers: theirs });
  const as = (each: Who) => new TestSession(endpoint, session.id, '2025-11-25', bearer(each));
  const [first] = await streamOf(await session.call('progress', { _meta: { progressToken: 1 } })).restOfBlocks();
  const resume = { 'Last-Event-ID': first?.id ?? '' };
  const strange = [as(other).call('whoami'), as(other).listen(), as(other).listen(resume), as(other).end()];
  expect((await Promise.all(strange)).map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  expect(JSON.stringify(await streamOf(await as(one).listen(resume)).rest())).toContain('the answer');
  expect((await endpoint.post(initialize, bearer(one))).status).toBe(429);
  const others = await endpoint.openSession('2025-11-25', { headers: bearer(other) });
  const elsewhere = new TestSession(endpoint, others.id, '2025-11-25', bearer(other));
  expect((await elsewhere.listen(resume)).status).toBe(404);
  expect((await as(one).call('whoami')).status).toBe(200);

  // Tasks.
  const meta = { _meta: withTasks };
  const begun = await call(one, 'hold', meta);
  const taskId = String(begun.result?.['taskId']);
  const task = { taskId, inputResponses: {}, ...meta };
  for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
    const answer = await jsonOf(await endpoint.modern(method, task, { headers: bearer(other) }));
    expect(answer.error?.message).toContain('Unknown task');
  }
  const found = await jsonOf(await endpoint.modern('tasks/get', task, { headers: bearer(one) }));
  expect(found.result).toMatchObject({ taskId, status: 'working' });
  expect((await call(one, 'hold', meta)).result?.['taskId']).toBeUndefined();
  expect((await call(other, 'hold', meta)).result?.['taskId']).toEqual(expect.any(String));

  // Streams of changes.
  const notifications = { taskIds: [taskId] };
  const listen = async (each: Who) =>
    endpoint.modern('subscriptions/listen', { notifications, ...meta }, { headers: bearer(each) });
  const own = streamOf(await listen(one));
  expect((await own.next())?.params?.['notifications']).toEqual(notifications);
  expect((await listen(one)).status).toBe(429);
  const foreign = streamOf(await listen(other));
  expect((await foreign.next())?.params?.['notifications']).toEqual({});
  await Promise.all([own.cancel(), foreign.cancel()]);

  // Sealed state.
  const asked = await call(one, 'ask', { _meta: elicits });
  const answered = {
    requestState: asked.result?.['requestState'],
    inputResponses: { sure: { action: 'accept' } },
    _meta: elicits,
  };
  expect((await call(other, 'ask', answered)).error?.message).toContain('requestState is not valid');
  expect(JSON.stringify((await call(one, 'ask', answered)).result)).toContain('sealed');

  // Lists and their cursors.
  const page = await namesOn(endpoint, theirs);
  const last = await namesOn(endpoint, theirs, (await namesOn(endpoint, theirs, page.next)).next);
  expect(last.names.join()).toContain('secret');
  for (let next: unknown = page.next; next !== undefined;) {
    const seen = await namesOn(endpoint, bearer(other), next);
    expect(seen.names.join()).not.toContain('secret');
    ({ next } = seen);
  }
  expect((await namesOn(endpoint, theirs, page.next)).names).not.toEqual([]);

  expect((await as(one).end()).status).toBe(204);
  release();
  await wait(0);
  await endpoint.close();
}

describe('at a real endpoint, what belongs to one caller', () => {
  it('is not reached by another, with stores in memory', async () => {
    const stores = () => ({
      bus: memoryMessageBus(),
      sessions: memorySessionStore(),
      events: memoryEventLog(),
      tasks: memoryTaskStore(),
    });
    await fc.assert(
      fc.asyncProperty(pair, ([one, other]) => expectApart(one, other, stores())),
      // Names are told apart by the properties above; here are the pairs that were thought of, and some more.
      { numRuns: certain.length + 8, examples: certain },
    );
  });

  it('is known by the subject and client of its JWT, also from the cache, whoever came before', async () => {
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    registry.tool('whoami', {}, (_args, { auth }) => JSON.stringify([auth?.subject, auth?.clientId]));
    const endpoint = await RunningEndpoint.start(registry, { auth: {} });
    const named = pair.filter((both) => both.every(({ subject }) => subject !== undefined));
    await fc.assert(
      fc.asyncProperty(named, async (both) => {
        const signed = await Promise.all(
          both.map(async ({ subject = '', clientId }) => {
            // UTF-8, in which a JWT is written, has no lone surrogates.
            const [sub, client] = [wellFormed(subject), wellFormed(clientId)];
            const token = await jwtIssuer.token({ subject: sub, claims: { client_id: client } });
            return { token, said: JSON.stringify([sub, client]) };
          }),
        );
        const asked = await Promise.all(
          [...signed, ...signed.toReversed(), ...signed].map(async ({ token, said }) => {
            const headers = { Authorization: `Bearer ${token}` };
            const answer = await jsonOf(await endpoint.modern('tools/call', { name: 'whoami' }, { headers }));
            return [said, (answer.result?.['content'] as { text: string }[])[0]?.text] as const;
          }),
        );
        for (const [said, heard] of asked) expect(heard).toBe(said);
      }),
      { numRuns: 60 },
    );
  });
});

describeWithRedis('at a real endpoint on Redis, what belongs to one caller', () => {
  const [[, openClient]] = clientsOfServer as readonly [(typeof clientsOfServer)[number]];
  let server: RedisServer;
  let client: OpenClient;
  beforeAll(async () => {
    server = await RedisServer.start();
    client = await openClient(server.port);
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  it('is not reached by another', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(pair, async ([one, other]) => {
        const { bus, sessions, events, tasks } = redisStores(client.client, { prefix: `run-${String((runs += 1))}` });
        await expectApart(one, other, { bus, sessions, events, tasks });
      }),
      { numRuns: 30, examples: certain },
    );
  });
});
