import { describe, expect, it } from '@jest/globals';
import express from 'express';
import fc from 'fast-check';
import request from 'supertest';
import { createRegistry, mcpErrorHandler, mcpRouter } from '../../lib/index.js';

const registry = createRegistry({ name: 'notes', version: '1.0.0' });
registry.tool('run', {}, () => 'ran');
const app = express();
app.use(mcpRouter(registry, { allowedOrigins: ['https://app.example.com'] }), mcpErrorHandler());

const messages = [
  { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} },
  { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'run', arguments: null } },
  { jsonrpc: '2.0', id: 3, method: 'ping' },
];

const values: Readonly<Record<string, readonly string[]>> = {
  'MCP-Protocol-Version': ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28', '1999-01-01', 'x'],
  Origin: ['https://app.example.com', 'https://evil.example', 'null'],
  'Content-Type': ['application/json', 'application/json; charset=utf-8', 'text/plain'],
  Accept: ['application/json, text/event-stream', 'application/json', 'text/html'],
};

const fields = fc
  .constantFrom(...Object.entries(values))
  .chain(([name, texts]) => fc.record({ name: fc.constant(name), value: fc.constantFrom(...texts) }));

describe('a header field that is there n times', () => {
  it('is answered as one is, whatever stands between the copies', async () => {
    const answerTo = async (message: object, name: string, value: string) => {
      const usual = {
        Accept: 'application/json, text/event-stream',
        'Content-Type': 'application/json',
        'MCP-Protocol-Version': '2025-11-25',
      };
      const answer = await request(app)
        .post('/mcp')
        .set({ ...usual, [name]: value })
        // As text: supertest would refuse to write an object as another type.
        .send(JSON.stringify(message));
      return {
        status: answer.status,
        text: JSON.stringify(answer.body),
        type: answer.headers['content-type'] as unknown,
      };
    };
    const separators = fc.constantFrom(', ', ',', ' ,\t');
    await fc.assert(
      fc.asyncProperty(
        fields,
        separators,
        fc.integer({ min: 2, max: 6 }),
        fc.constantFrom(...messages),
        async ({ name, value }, separator, n, message) => {
          const repeated = Array.from({ length: n }, () => value).join(separator);
          expect(await answerTo(message, name, repeated)).toEqual(await answerTo(message, name, value));
        },
      ),
      { numRuns: 100 },
    );
  });
});
