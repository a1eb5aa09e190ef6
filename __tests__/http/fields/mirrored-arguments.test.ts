import { describe, expect, it } from '@jest/globals';
import express from 'express';
import type { Response } from 'supertest';
import { createRegistry, mcpErrorHandler, mcpRouter } from '../../../lib/index.js';
import { requestOf } from '../../support/dispatching.js';
import { modern } from '../../support/mcp-app.js';
import { sendRaw } from '../../support/listening.js';

const served: unknown[] = [];
const registry = createRegistry({ name: 'queries', version: '1.0.0' });
const inputSchema = {
  type: 'object',
  properties: {
    limit: { type: 'integer', 'x-mcp-header': 'Limit' },
    dry: { type: 'boolean', 'x-mcp-header': 'Dry' },
    where: { type: 'object', properties: { city: { type: 'string', 'x-mcp-header': 'City' } } },
  },
} as const;
registry.tool('query', { inputSchema }, (args) => {
  served.push(args);
  return 'done';
});
const app = express().use(mcpRouter(registry), mcpErrorHandler());

const base64 = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`;

async function query(
  args: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Pick<Response, 'status'> & { readonly body: unknown }> {
  return modern(app, 'tools/call', { name: 'query', arguments: args }, headers);
}

async function expectServed(args: object, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  served.length = 0;
  const { status, body } = await query(args, headers);
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { result: { content: [{ text: 'done' }] } },
  });
  expect(served).toEqual([args]);
}

async function expectMismatch(args: object, headers: Readonly<Record<string, string>>, message: string): Promise<void> {
  served.length = 0;
  const { status, body } = await query(args, headers);
  expect({ status, body }).toEqual({
    status: 400,
    body: { jsonrpc: '2.0', id: 1, error: { code: -32020, message: `Header mismatch: ${message}` } },
  });
  expect(served).toEqual([]);
}

describe('an argument that a header field repeats', () => {
  it('is served when the field says the same, in any case of its name', async () => {
    await expectServed({ where: { city: 'Rome' } }, { 'Mcp-Param-City': 'Rome' });
    await expectServed({ where: { city: 'Rome' } }, { 'MCP-PARAM-CITY': 'Rome' });
    await expectServed({ dry: true, limit: -7 }, { 'Mcp-Param-Dry': 'true', 'Mcp-Param-Limit': '-7' });
    await expectServed({ dry: false, limit: 0 }, { 'Mcp-Param-Dry': 'false', 'Mcp-Param-Limit': '0' });
  });

  it.each<[string, object, Readonly<Record<string, string>>, string]>([
    [
      'a text',
      { where: { city: 'Rome' } },
      { 'Mcp-Param-City': 'Pisa' },
      'Mcp-Param-City does not match "Rome" in the body',
    ],
    [
      'a text in another case',
      { where: { city: 'Rome' } },
      { 'Mcp-Param-City': 'rome' },
      'Mcp-Param-City does not match "Rome" in the body',
    ],
    ['an integer', { limit: 42 }, { 'Mcp-Param-Limit': '43' }, 'Mcp-Param-Limit does not match "42" in the body'],
    ['a boolean', { dry: true }, { 'Mcp-Param-Dry': 'True' }, 'Mcp-Param-Dry does not match "true" in the body'],
  ])('is refused when the field says something else: %s', async (_what, args, headers, message) => {
    await expectMismatch(args, headers, message);
  });

  it('is refused without its field', async () => {
    await expectMismatch({ where: { city: 'Rome' } }, {}, 'Mcp-Param-City is missing');
    await expectMismatch({ limit: 0 }, {}, 'Mcp-Param-Limit is missing');
    await expectMismatch({ dry: false }, {}, 'Mcp-Param-Dry is missing');
  });

  it('needs no field when it is null or not there', async () => {
    await expectServed({});
    await expectServed({ where: {} });
    const { status, body } = await query({ limit: null });
    // Null is no integer, so that the schema refuses it; the header does not.
    expect({ status, body }).toMatchObject({ status: 200, body: { result: { isError: true } } });
  });

  it('is refused when there is a field and no argument', async () => {
    await expectMismatch({}, { 'Mcp-Param-City': 'Rome' }, 'Mcp-Param-City does not match "nothing" in the body');
  });

  it.each(['42', '42.0', '42.000'])('may be an integer that is written as %s', async (limit) => {
    await expectServed({ limit: 42 }, { 'Mcp-Param-Limit': limit });
  });

  it('may come in Base64, as it must beyond ASCII', async () => {
    const cities = ['Rome', 'Zürich', ' padded ', 'line1\nline2', '=?base64?literal?=', ''];
    for (const city of cities) await expectServed({ where: { city } }, { 'Mcp-Param-City': base64(city) });
    const message = 'Mcp-Param-City does not match "Zürich" in the body';
    await expectMismatch({ where: { city: 'Zürich' } }, { 'Mcp-Param-City': base64('Zurich') }, message);
  });

  it.each(['=?base64?Um9tZQ?=', '=?base64?Um 9t?=', '=?base64?Um9t-_?='])(
    'is refused in broken Base64: %s',
    async (field) => {
      await expectMismatch(
        { where: { city: 'Rome' } },
        { 'Mcp-Param-City': field },
        'Mcp-Param-City is not valid Base64',
      );
    },
  );

  it('is refused when the field has characters that may not be there, even if they are the same', async () => {
    const body = JSON.stringify(
      requestOf('2026-07-28', 'tools/call', { name: 'query', arguments: { where: { city: 'Zürich' } } }),
    );
    const head = [
      'POST /mcp HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      'Accept: application/json, text/event-stream',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'MCP-Protocol-Version: 2026-07-28',
      'Mcp-Method: tools/call',
      'Mcp-Name: query',
      'Mcp-Param-City: Zürich',
      'Connection: close',
    ];
    served.length = 0;
    const bytes = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]);
    const answer = await sendRaw(app, bytes);
    expect(answer).toContain('HTTP/1.1 400 Bad Request');
    expect(answer).toContain(
      '"code":-32020,"message":"Header mismatch: Mcp-Param-City has characters that must come in Base64"',
    );
    expect(served).toEqual([]);
  });

  it.each([2 ** 53, -(2 ** 53), 1e300])('is refused when it is an integer beyond the safe range: %d', async (limit) => {
    const message = `Mcp-Param-Limit needs an integer from -9007199254740991 to 9007199254740991`;
    // Without the check, a field that ends in 3 and a body that ends in 2 would be the same number.
    await expectMismatch({ limit }, { 'Mcp-Param-Limit': '9007199254740993' }, message);
    await expectMismatch({ limit }, { 'Mcp-Param-Limit': String(BigInt(limit)) }, message);
  });

  it('is served at the ends of the safe range', async () => {
    for (const limit of [2 ** 53 - 1, -(2 ** 53) + 1]) {
      await expectServed({ limit }, { 'Mcp-Param-Limit': String(limit) });
    }
  });
});
