import express from 'express';
import { anyOf, createRegistry, mcpAuth, mcpErrorHandler, mcpRouter, mcpScopes } from '../../../lib/index.js';
import type { SessionFields } from '../../../lib/stores/session-store.js';
import { memorySessionStore } from '../../../lib/stores/session-store.js';
import { SchemaCompiler } from '../../../lib/registry/schemas/schema-compiler.js';
import type { Exchange } from './connect.js';
import { connect } from './connect.js';
import { keywordSchemas } from './keyword-schemas.js';

/** Something that takes an input of any size. */
export interface Input {
  readonly title: string;
  /** The size of the small input; the large one is twice as large. */
  readonly size: number;
  /** How much the large one may cost, as a multiple of the small one. Default 2.2: a tenth is for hash tables and for names of members, which V8 sorts. */
  readonly most?: number;
  /** No limit refuses it, so that an even larger one costs what its size says. */
  readonly unbounded?: true;
  /** Makes the input; what is returned takes it, and gives back what came of it. */
  readonly prepare: (size: number) => Promise<() => Promise<unknown>> | (() => Promise<unknown>);
}

const version = '2026-07-28';
const _meta = {
  'io.modelcontextprotocol/protocolVersion': version,
  'io.modelcontextprotocol/clientInfo': { name: 'cost', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

interface Message {
  readonly head: Readonly<Record<string, string>>;
  readonly body: string;
}

function message(
  method: string,
  params: Readonly<Record<string, unknown>>,
  head: object = {},
  id: unknown = 1,
): Message {
  const name = params['name'] ?? params['uri'];
  const mirrored = typeof name === 'string' && /^[\x21-\x7e]+$/.test(name) && name.length < 8000;
  return {
    head: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': version,
      'Mcp-Method': method,
      Authorization: 'Bearer good',
      ...(mirrored ? { 'Mcp-Name': name } : {}),
      ...head,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params: { _meta, ...params } }),
  };
}

const batchOf = (messages: readonly unknown[]): Message => ({
  head: {
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
    'MCP-Protocol-Version': '2025-03-26',
    Authorization: 'Bearer good',
  },
  body: JSON.stringify(messages),
});

const times = <T>(size: number, make: (at: number) => T): T[] => Array.from({ length: size }, (_each, at) => make(at));

function endpoint(): Exchange {
  const registry = createRegistry({ name: 'cost', version: '1.0.0' });
  registry.tool('any', { inputSchema: { type: 'object' } }, () => 'ok');
  registry.tool('scoped', { inputSchema: { type: 'object' }, scopes: anyOf('a', 'b') }, () => 'ok');
  registry.tool(
    'dynamic',
    { inputSchema: { type: 'object' }, scopes: (args) => [`area:${String(args['area'])}`] },
    () => 'ok',
  );
  registry.prompt('prompt', { arguments: { name: { complete: (value) => [value] } } }, () => 'ok');
  for (let at = 0; at < 20; at++) {
    registry.tool(`t${String(at)}`, { scopes: ['a'], visibility: 'granted' }, () => 'ok');
    registry.resourceTemplate(`notes:///{owner}/${String(at)}/{+path}`, {}, () => 'ok');
  }
  registry.resourceTemplate('query://x/{y}{?z,w}', {}, () => 'ok');
  const scopes = times(4000, (at) => `s${String(at)}`);
  const auth = mcpAuth({
    resource: 'http://localhost/mcp',
    maxTokenLength: 32_000,
    verifier: {
      verify: (token) => ({
        ...{ subject: 'ada', clientId: 'c', expiresAt: Date.now() / 1000 + 600 },
        scopes: scopes.slice(0, Number(/^good-(\d+)/.exec(token)?.[1] ?? 0)),
      }),
    },
    onError: () => undefined,
  });
  const router = mcpRouter(registry, { onError: () => undefined, sessions: false });
  return connect(express().use(auth, router, mcpErrorHandler()));
}

function behindMcpScopes(): Exchange {
  const scopes = mcpScopes({
    tools: { known: ['a'] },
    resources: { 'notes:///{owner}/{+path}': ['a'], 'x://{y}': ['b'] },
  });
  const app = express().use(scopes, (_request, response) => void response.json({}));
  return connect(app.use(mcpErrorHandler()));
}

const sent = (title: string, size: number, make: (size: number) => Message, more: Partial<Input> = {}): Input => ({
  title,
  size,
  prepare: (of) => {
    const exchange = endpoint();
    const { head, body } = make(of);
    return () => exchange(head, body);
  },
  ...more,
});

const scoped = (title: string, size: number, make: (size: number) => unknown): Input => ({
  title: `mcpScopes: ${title}`,
  size,
  prepare: (of) => {
    const exchange = behindMcpScopes();
    const { head, body } = batchOf([]);
    const text = JSON.stringify(make(of));
    return () => exchange(head, body === '[]' ? text : body);
  },
});

const rpc = (method: string, params: object, id = 1) => ({ jsonrpc: '2.0', id, method, params });
const call = (args: object, more: object = {}) => message('tools/call', { name: 'any', arguments: args, ...more });
const long = (size: number, of = 'x') => of.repeat(size);

const messages: readonly Input[] = [
  sent('a long text', 20_000, (size) => call({ text: long(size) })),
  sent('a text of escapes', 10_000, (size) => call({ text: long(size, '\u0001"\\') })),
  sent('a list', 4000, (size) => call({ list: times(size, (at) => ({ at })) })),
  sent('an object with many members', 4000, (size) =>
    call(Object.fromEntries(times(size, (at) => [`k${String(at)}`, at]))),
  ),
  sent('lists in lists', 8000, (size) => call({ list: times(size, () => [[[]]]) })),
  sent('a long id', 10_000, (size) => message('tools/call', { name: 'any' }, {}, long(size))),
  sent('a long name of a method', 5000, (size) => message(long(size), {}, { 'Mcp-Method': 'x' })),
  sent('a long name of a tool', 3000, (size) => message('tools/call', { name: long(size) })),
  sent('many capabilities', 300, (size) =>
    message('tools/call', {
      name: 'any',
      _meta: {
        ..._meta,
        'io.modelcontextprotocol/clientCapabilities': {
          experimental: Object.fromEntries(times(size, (at) => [`k${String(at)}`, {}])),
        },
      },
    }),
  ),
  sent('a long requestState', 10_000, (size) => call({}, { requestState: long(size, 'e.') })),
  sent('many inputResponses', 2000, (size) =>
    call({}, { inputResponses: Object.fromEntries(times(size, (at) => [`k${String(at)}`, {}])) }),
  ),
  sent('a long cursor', 10_000, (size) => message('tools/list', { cursor: long(size) })),
  sent('a list, with many scopes', 1000, (size) =>
    message('tools/list', {}, { Authorization: `Bearer good-${String(size)}` }),
  ),
  sent('a refusal, with many scopes', 1000, (size) =>
    message('tools/call', { name: 'scoped' }, { Authorization: `Bearer good-${String(size)}` }),
  ),
  sent('scopes that are made of a long argument', 4000, (size) =>
    message('tools/call', { name: 'dynamic', arguments: { area: long(size) } }),
  ),
  sent('a long value to complete', 20_000, (size) =>
    message('completion/complete', {
      ref: { type: 'ref/prompt', name: 'prompt' },
      argument: { name: 'name', value: long(size) },
    }),
  ),
  sent('a batch', 50, (size) => batchOf(times(size, (id) => rpc('tools/call', { name: 'any', arguments: {} }, id)))),
  sent('a batch of what is unknown', 50, (size) => batchOf(times(size, (id) => rpc(`no/${String(id)}`, {}, id)))),
  sent('a batch of what is no message', 50, (size) => batchOf(times(size, () => 7))),
];

const uris: readonly Input[] = [
  ...(
    [
      ['plain', 'a'],
      ['segments', 'a/'],
      ['empty segments', '/'],
      ['dots', '../'],
      ['encoded dots', '%2e%2e/'],
      ['encoded letters', '%61'],
      ['encoded twice', '%2561'],
      ['no encoding', '%'],
      ['other letters', 'é'],
    ] as const
  ).map(([title, piece]) =>
    sent(`a long URI: ${title}`, 2000, (size) =>
      message('resources/read', { uri: `notes:///o/19/${long(size, piece)}` }),
    ),
  ),
  sent('a long URI with a query', 2000, (size) =>
    message('resources/read', { uri: `query://x/y?${long(size, 'z=1&')}` }),
  ),
  sent('a long URI that fits nothing', 2000, (size) => message('resources/read', { uri: long(size, 'x:') })),
  sent('many URIs to listen to', 200, (size) =>
    message('subscriptions/listen', {
      notifications: { resourceSubscriptions: times(size, (at) => `notes:///%61/${String(at)}/x`) },
    }),
  ),
  sent('many tasks to listen to', 200, (size) =>
    message('subscriptions/listen', { taskIds: times(size, (at) => `task-${String(at)}`), notifications: {} }),
  ),
];

const field = (title: string, size: number, make: (size: number) => Readonly<Record<string, string>>): Input =>
  sent(`the header field ${title}`, size, (of) => message('tools/call', { name: 'any' }, make(of)));

const fields: readonly Input[] = [
  field('Authorization with a long token', 10_000, (size) => ({ Authorization: `Bearer ${long(size)}` })),
  field('Authorization with dots', 8000, (size) => ({ Authorization: `Bearer ${long(size, '.')}` })),
  field('Authorization with spaces', 8000, (size) => ({ Authorization: `Bearer${long(size, ' ')}x` })),
  field('Accept', 2000, (size) => ({ Accept: `${long(size, 'a/b;q=0,')}application/json, text/event-stream` })),
  field('Content-Type', 5000, (size) => ({ 'Content-Type': `application/json;${long(size, ' ')}x=y` })),
  field('Origin', 8000, (size) => ({ Origin: `http://localhost:${long(size, '1')}` })),
  field('Host', 8000, (size) => ({ Host: long(size, 'a.') })),
  field('Mcp-Name', 8000, (size) => ({ 'Mcp-Name': long(size) })),
  field('Mcp-Name in Base64', 5000, (size) => ({ 'Mcp-Name': `=?base64?${long(size, 'QUFB')}?=` })),
  field('MCP-Protocol-Version', 8000, (size) => ({ 'MCP-Protocol-Version': long(size, '2') })),
  field('Mcp-Session-Id', 8000, (size) => ({ 'Mcp-Session-Id': long(size) })),
  field('DPoP', 8000, (size) => ({ DPoP: long(size, '.') })),
  field('others', 200, (size) => Object.fromEntries(times(size, (at) => [`X-${String(at)}`, 'x']))),
];

const ofMcpScopes: readonly Input[] = [
  scoped('a batch', 50, (size) => times(size, (id) => rpc('tools/call', { name: 'free' }, id))),
  scoped('a batch of URIs', 50, (size) =>
    times(size, (id) => rpc('resources/read', { uri: `notes:///%61/${String(id)}` }, id)),
  ),
  scoped('many URIs to listen to', 300, (size) =>
    rpc('subscriptions/listen', {
      notifications: { resourceSubscriptions: times(size, (at) => `y:///%61/${String(at)}`) },
    }),
  ),
  scoped('a long URI', 4000, (size) => rpc('resources/read', { uri: `z:///${long(size, '%2e%2e/')}` })),
  scoped('a long text', 20_000, (size) => rpc('tools/call', { name: 'free', arguments: { text: long(size) } })),
];

const validations: readonly Input[] = keywordSchemas.map(({ title, schema, value, checkFormats = false }) => ({
  title: `validation: ${title}`,
  // Beyond 1020 members, V8 keeps objects in another way.
  size: 1100,
  unbounded: true,
  prepare: (size) => {
    const compiled = new SchemaCompiler({ checksFormats: checkFormats }).compile(schema, {
      owner: 'x',
      direction: 'input',
    });
    const args = { a: value(size) };
    return () => Promise.resolve(compiled.validate(args));
  },
}));

/** One more entry in a store that is full of those of so many owners costs the same, however many there are. */
const stores: readonly Input[] = [
  {
    title: 'a handshake in a full store, by number of principals',
    size: 1000,
    most: 1.5,
    prepare: async (size) => {
      const store = memorySessionStore({ sessions: size, bytes: 1e9 });
      const fields: SessionFields = { version: '2025-11-25' };
      const open = (at: number, owner: string) => store.create(`s${String(at)}`, fields, 600, { owner, most: 10_000 });
      for (let at = 0; at < size; at++) await open(at, `owner-${String(at)}`);
      let next = size;
      return () => Promise.all(times(200, () => open(next++, 'eve')));
    },
  },
];

/** Everything that a caller can make large. */
export const inputs: readonly Input[] = [...validations, ...messages, ...uris, ...fields, ...ofMcpScopes, ...stores];
