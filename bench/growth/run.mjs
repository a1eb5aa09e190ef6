// npm run bench:growth: what a call costs as one thing about it grows, so that nothing grows faster than the work. Calls go through
// the listener over a connection in memory; CPU time is the least of several blocks.
import { createRequire } from 'node:module';
import { anyOf, createRegistry, mcpAuth, mcpErrorHandler, mcpListener, mcpRouter } from '../../dist/index.js';
import { createTestIssuer } from '../../dist/testing/index.js';
import { connectInMemory } from '../guard/in-memory.mjs';
import { toBytes } from '../work/http-text.mjs';
import { mcpRequest } from '../work/requests.mjs';

const express = createRequire(new URL('../../package.json', import.meta.url))('express');
const resource = 'https://api.example.com/mcp';
/** Header fields that say what one message says: a batch has none. */
const mirrors = ['mcp-method', 'mcp-name'];
const issuer = await createTestIssuer({ audience: resource });

const KiB = 1024;
const numbered = (count, prefix) => Array.from({ length: count }, (_, index) => `${prefix}:${index}`);

/** An endpoint whose tools take and give what is asked for. */
function endpoint({ alternatives = 1 } = {}) {
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
    challengeScopes: [],
  });
  const router = mcpRouter(registry);
  const app = express().use(auth, router).use(mcpErrorHandler());
  return connectInMemory(mcpListener(app, auth, router), { maxHeaderSize: 128 * KiB });
}

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
};

for (const [title, { sizes, measure }] of Object.entries(rows)) {
  const costs = [];
  for (const size of sizes) costs.push(`${size.toLocaleString('en')}: ${(await measure(size)).toFixed(0)} µs`);
  console.log(`${title.padEnd(50)} ${costs.join(', ')}`);
}
process.exit();
