import { once } from 'node:events';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { createRegistry } from '../../lib/index.js';
import { serveStdio } from '../../lib/stdio/index.js';
import { requestOf, versions } from '../support/dispatching.js';
import { RunningEndpoint, closeEndpoints } from '../support/running-endpoint.js';

jest.setTimeout(120_000);

const registry = createRegistry({ name: 'any', version: '1.0.0' });
registry.tool('echo', { inputSchema: { type: 'object' } }, (args) => JSON.stringify(args));

let endpoint: RunningEndpoint;
let session: Readonly<Record<string, string>>;
beforeAll(async () => {
  endpoint = await RunningEndpoint.start(registry, { sessions: true, maxBodyBytes: 100_000 });
  session = (await endpoint.openSession()).headers;
});
afterAll(closeEndpoints);

/** Messages that are nearly right, which is where mistakes are. */
const nearly = fc.record(
  {
    jsonrpc: fc.constantFrom('2.0', '1.0', 2),
    id: fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.double()),
    method: fc.oneof(
      fc.constantFrom('tools/call', 'tools/list', 'ping', 'initialize', 'logging/setLevel', 'resources/subscribe'),
      fc.constantFrom('notifications/cancelled', 'notifications/initialized', '__proto__', 'constructor'),
      fc.jsonValue(),
    ),
    params: fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom('_meta', 'name', 'arguments', 'uri', '__proto__'), fc.jsonValue()),
    ),
    result: fc.jsonValue(),
    error: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
const anyText = fc.oneof(
  nearly.map((value) => JSON.stringify(value)),
  fc.json(),
  fc.array(nearly).map((value) => JSON.stringify(value)),
);
const anyBytes = fc.oneof(
  anyText.map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
);

describe('any bytes as a body', () => {
  it('give a well-formed answer and never a 500', async () => {
    const anyHeaders = fc.constantFrom(
      {},
      session,
      { 'MCP-Protocol-Version': '2026-07-28' },
      { 'Mcp-Session-Id': 'x' },
    );
    await fc.assert(
      fc.asyncProperty(anyBytes, anyHeaders, async (bytes, headers) => {
        const accept = { Accept: 'application/json, text/event-stream', 'Content-Type': 'application/json' };
        const response = await endpoint.fetch('POST', { ...accept, ...headers }, new Uint8Array(bytes));
        expect(response.status).toBeLessThan(500);
        const text = await response.text();
        if (response.status === 202) expect(text).toBe('');
        else expect(JSON.parse(text)).toBeInstanceOf(Object);
      }),
      { numRuns: 150 },
    );
    expect(endpoint.errors).toEqual([]);
  });

  it.each([
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":%}}}',
    '%',
  ])('also when they are nested too deep for a stack: %s', async (template) => {
    const depth = 40_000;
    const body = template.replace('%', '['.repeat(depth) + ']'.repeat(depth));
    const response = await endpoint.fetch('POST', { 'Content-Type': 'application/json', ...session }, body);
    expect(response.status).toBe(400);
    expect(endpoint.errors).toEqual([]);
  });
});

const splits = fc.array(fc.nat({ max: 400 }), { maxLength: 8 });
function chunksOf(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}
const params = { name: 'echo', arguments: { text: 'grüße 🎉\u2028' } };

describe('any split of the input into chunks', () => {
  it('gives the same answer over HTTP', async () => {
    const body = Buffer.from(JSON.stringify(requestOf('2025-11-25', 'tools/call', params)));
    await fc.assert(
      fc.asyncProperty(splits, async (cuts) => {
        const socket = connect(endpoint.port, '127.0.0.1');
        socket.write(
          `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n` +
            `Mcp-Session-Id: ${String(session['Mcp-Session-Id'])}\r\nMCP-Protocol-Version: 2025-11-25\r\n` +
            `Content-Length: ${String(body.length)}\r\n\r\n`,
        );
        for (const chunk of chunksOf(body, cuts)) {
          socket.write(chunk);
          await new Promise(setImmediate);
        }
        const parts: Buffer[] = [];
        socket.on('data', (part: Buffer) => parts.push(part));
        await once(socket, 'end');
        const text = Buffer.concat(parts).toString();
        expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
        expect(text).toContain(JSON.stringify(JSON.stringify(params.arguments)));
      }),
      { numRuns: 25 },
    );
  });

  it('gives the same answers over stdio', async () => {
    const lines = versions.map((version, id) => JSON.stringify(requestOf(version, 'tools/call', params, id)));
    const bytes = Buffer.from([...lines, 'no JSON', ''].join('\n'));
    const answer = async (chunks: readonly Buffer[]): Promise<readonly string[]> => {
      const [input, output] = [new PassThrough(), new PassThrough()];
      const server = await serveStdio(registry, { input, output, onError: () => undefined });
      for (const chunk of chunks) {
        input.write(chunk);
        await new Promise(setImmediate);
      }
      input.end();
      await server.closed;
      return String(output.read()).split('\n').sort();
    };
    const expected = await answer([bytes]);
    expect(expected).toHaveLength(6);
    await fc.assert(
      fc.asyncProperty(splits, async (cuts) => {
        expect(await answer(chunksOf(bytes, cuts))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});
