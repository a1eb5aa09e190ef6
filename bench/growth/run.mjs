// npm run bench:growth [-- --only=<part of a name>]. It measures the cost of a call as one thing about it grows, so that nothing grows
// faster than the work. Calls go through the listener over a connection in memory; CPU time is the least of several blocks.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { anyOf, createRegistry, mcpAuth, mcpErrorHandler, mcpListener, mcpRouter } from '../../dist/index.js';
import { createTestIssuer } from '../../dist/testing/index.js';
import { serveInMemory } from '../guard/in-memory.mjs';
import { toBytes } from '../work/http-text.mjs';
import { mcpRequest } from '../work/requests.mjs';

const express = createRequire(new URL('../../package.json', import.meta.url))('express');
const resource = 'https://api.example.com/mcp';
/** Header fields that say what one message says: a batch has none. */
const mirrors = ['mcp-method', 'mcp-name'];
const issuer = await createTestIssuer({ audience: resource });

const KiB = 1024;
const numbered = (count, prefix) => Array.from({ length: count }, (_, index) => `${prefix}:${index}`);

/** An endpoint whose tools take and give what is asked for: a function that connects to it, and its registry. */
function served({ alternatives = 1, cache } = {}) {
  const registry = createRegistry({ name: 'growth', version: '1.0.0' });
  const text = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] };
  registry.tool('take', { inputSchema: text }, ({ text: { length } }) => String(length));
  const size = { type: 'object', properties: { bytes: { type: 'integer' } }, required: ['bytes'] };
  registry.tool('give', { inputSchema: size, outputSchema: text }, ({ bytes }) => ({ text: 'x'.repeat(bytes) }));
  registry.tool('need', { scopes: anyOf(...numbered(alternatives, 'scope')) }, () => 'ok');
  const auth = mcpAuth({
    resource,
    issuers: [{ issuer: issuer.issuer, jwks: issuer.jwks }],
    maxTokenLength: 64 * KiB,
    cache,
    challengeScopes: [],
  });
  // All streams of a measurement are one caller's.
  const router = mcpRouter(registry, { limits: { streamsPerPrincipal: false, callsPerPrincipal: false } });
  const app = express().use(auth, router).use(mcpErrorHandler());
  return { registry, connect: serveInMemory(mcpListener(app, auth, router), { maxHeaderSize: 128 * KiB }) };
}

const endpoint = (options) => served(options).connect();

const tokenOf = async (...scopes) => ({
  authorization: `Bearer ${await issuer.token({ scope: scopes.join(' '), expiresIn: 3600 })}`,
});
const call = (name, args, headers) => mcpRequest('modern', 'tools/call', { name, arguments: args }, headers);

/** Microseconds of CPU that an exchange takes. */
async function cost({ exchange }, request, status = 200) {
  const bytes = toBytes(request);
  const answer = await exchange(bytes);
  if (!answer.startsWith(`HTTP/1.1 ${status}`)) throw new Error(answer.slice(0, 500));
  let times = 1;
  let least = Infinity;
  for (let block = 0; block < 12; block += 1) {
    const before = process.cpuUsage();
    for (let time = 0; time < times; time += 1) await exchange(bytes);
    const { user, system } = process.cpuUsage(before);
    const each = (user + system) / times;
    // The first blocks warm up, and find out how many calls take 30 ms.
    if (block >= 4) least = Math.min(least, each);
    else times = Math.max(3, Math.min(1000, Math.round(30_000 / each)));
  }
  return least;
}

const plain = await tokenOf('any');

/** Microseconds of CPU for each of so many calls that are on their way at once, each over a connection of its own. */
async function costAtOnce(count) {
  const { connect } = served();
  const connections = Array.from({ length: count }, connect);
  const bytes = toBytes(call('take', { text: 'x' }, plain));
  const times = Math.ceil(512 / count);
  let least = Infinity;
  for (let block = 0; block < 16; block += 1) {
    const before = process.cpuUsage();
    for (let time = 0; time < times; time += 1) await Promise.all(connections.map(({ exchange }) => exchange(bytes)));
    const { user, system } = process.cpuUsage(before);
    if (block >= 6) least = Math.min(least, (user + system) / (times * count));
  }
  return least;
}

/** Microseconds of CPU for each of so many streams that hear of one change. */
async function costOfChange(count) {
  const { connect, registry } = served();
  const bytes = toBytes(
    mcpRequest('modern', 'subscriptions/listen', { notifications: { toolsListChanged: true } }, plain),
  );
  const waiting = { acknowledged: () => undefined, list_changed: () => undefined };
  const untilAll = (news) =>
    new Promise((resolve) => {
      let heard = 0;
      waiting[news] = () => {
        heard += 1;
        if (heard === count) resolve();
      };
    });
  const opened = untilAll('acknowledged');
  for (let stream = 0; stream < count; stream += 1) {
    connect().open(bytes, (text) => {
      for (const [news, tell] of Object.entries(waiting)) if (text.includes(news)) tell();
    });
  }
  await opened;
  let least = Infinity;
  for (let change = 0; change < 6; change += 1) {
    const told = untilAll('list_changed');
    const before = process.cpuUsage();
    registry.tool('new', {}, () => 'new').remove();
    await told;
    const { user, system } = process.cpuUsage(before);
    if (change > 0) least = Math.min(least, (user + system) / count);
  }
  return least;
}

const filled = new Map();

/** An endpoint whose cache is full of so many tokens: its connection, and requests with the tokens. */
async function filledCache(count) {
  const known = filled.get(count);
  if (known !== undefined) return known;
  const { exchange } = endpoint({ cache: { entries: count, seconds: 3600 } });
  const tokens = [];
  for (let index = 0; index < count; index += 1) {
    const token = await tokenOf('any');
    tokens.push(token);
    await exchange(requestWith(token));
  }
  const made = { exchange, tokens };
  filled.set(count, made);
  return made;
}

const requestWith = (token) => toBytes(call('take', { text: 'x' }, token));

/** Microseconds of CPU for a call, each with another token: the minimum of several blocks. */
async function costOfTokens({ exchange }, blocks, tokensOf) {
  let least = Infinity;
  for (let block = 0; block < blocks; block += 1) {
    const requests = (await tokensOf(block)).map(requestWith);
    const before = process.cpuUsage();
    for (const request of requests) await exchange(request);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / requests.length);
  }
  return least;
}

/** A call with any of the tokens that are in the cache. */
async function costOfKnownToken(count) {
  const cache = await filledCache(count);
  // Steps of a prime length visit all tokens in an order that is not theirs.
  const chosen = (block) =>
    Array.from({ length: 500 }, (_, index) => cache.tokens[((block * 500 + index) * 7919) % count]);
  return costOfTokens(cache, 16, chosen);
}

/** A call with a new token, which takes the place of the oldest one. */
async function costOfNewToken(count) {
  const cache = await filledCache(count);
  return costOfTokens(cache, 16, () => Promise.all(Array.from({ length: 100 }, () => tokenOf('any'))));
}

const rows = {
  'body of so many KiB': {
    sizes: [1, 16, 256, 4000],
    measure: (size) => cost(endpoint(), call('take', { text: 'x'.repeat(size * KiB) }, plain)),
  },
  'result of so many KiB': {
    sizes: [1, 16, 256, 4000],
    measure: (size) => cost(endpoint(), call('give', { bytes: size * KiB }, plain)),
  },
  'scopes of the token, allowed': {
    sizes: [1, 10, 100, 1000],
    measure: async (size) => cost(endpoint(), call('need', {}, await tokenOf(...numbered(size, 'scope')))),
  },
  'scopes of the token, refused': {
    sizes: [1, 10, 100, 1000],
    measure: async (size) => cost(endpoint(), call('need', {}, await tokenOf(...numbered(size, 'other'))), 403),
  },
  'alternatives of a requirement, the last one held': {
    sizes: [1, 10, 64],
    measure: async (size) =>
      cost(endpoint({ alternatives: size }), call('need', {}, await tokenOf(`scope:${size - 1}`))),
  },
  'alternatives of a requirement, none held': {
    sizes: [1, 10, 64],
    measure: (size) => cost(endpoint({ alternatives: size }), call('need', {}, plain), 403),
  },
  'messages of a batch': {
    sizes: [1, 10, 100],
    measure: (size) => {
      const { headers } = call('take', {}, plain);
      const message = (id) => ({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: 'take', arguments: { text: 'x' } },
      });
      const others = Object.fromEntries(Object.entries(headers).filter(([name]) => !mirrors.includes(name)));
      return cost(endpoint(), {
        method: 'POST',
        path: '/mcp',
        headers: { ...others, 'mcp-protocol-version': '2025-03-26' },
        body: JSON.stringify(Array.from({ length: size }, (_, id) => message(id))),
      });
    },
  },
  'calls at once, each': { sizes: [1, 16, 64, 256], measure: costAtOnce },
  'tokens in the cache, a call with one of them': { sizes: [100, 10_000, 100_000], measure: costOfKnownToken },
  'tokens in the full cache, a call with a new one': { sizes: [100, 10_000, 100_000], measure: costOfNewToken },
  'streams that hear of a change, each': { sizes: [100, 1000, 10_000], measure: costOfChange },
};

const { values: options } = parseArgs({ options: { only: { type: 'string', default: '' } } });
for (const [title, { sizes, measure }] of Object.entries(rows)) {
  if (!title.includes(options.only)) continue;
  const costs = [];
  for (const size of sizes) costs.push(`${size.toLocaleString('en')}: ${(await measure(size)).toFixed(0)} µs`);
  console.log(`${title.padEnd(50)} ${costs.join(', ')}`);
}
process.exit();
