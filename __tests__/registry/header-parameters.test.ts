import { afterEach, describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';
import { RunningEndpoint, closeEndpoints, jsonOf } from '../support/running-endpoint.js';

afterEach(closeEndpoints);
const base64 = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`;
const withProperty = (property: object, more: object = {}): Readonly<Record<string, unknown>> => ({
  type: 'object',
  properties: { region: property },
  ...more,
});
const region = { type: 'string', 'x-mcp-header': 'Region' };

describe('registering a tool with x-mcp-header', () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['an empty name', withProperty({ type: 'string', 'x-mcp-header': '' })],
    ['a name that is no text', withProperty({ type: 'string', 'x-mcp-header': 7 })],
    ['a name with a space', withProperty({ type: 'string', 'x-mcp-header': 'My Region' })],
    ['a name with a colon', withProperty({ type: 'string', 'x-mcp-header': 'Region:' })],
    ['a name with a line break', withProperty({ type: 'string', 'x-mcp-header': 'Region\r\nX-Evil: 1' })],
    ['a name beyond ASCII', withProperty({ type: 'string', 'x-mcp-header': 'Région' })],
    ['a property of type number', withProperty({ type: 'number', 'x-mcp-header': 'Region' })],
    ['a property of type object', withProperty({ type: 'object', 'x-mcp-header': 'Region' })],
    ['a property of two types', withProperty({ type: ['string', 'null'], 'x-mcp-header': 'Region' })],
    ['a property without a type', withProperty({ 'x-mcp-header': 'Region' })],
    ['the same name twice', { type: 'object', properties: { a: region, b: region } }],
    [
      'the same name in another case',
      { type: 'object', properties: { a: region, b: { ...region, 'x-mcp-header': 'REGION' } } },
    ],
    ['items of an array', withProperty({ type: 'array', items: region })],
    ['a branch of anyOf', withProperty({ type: 'string' }, { anyOf: [{ properties: { region } }] })],
    ['a definition', withProperty({ type: 'string' }, { $defs: { region } })],
    ['patternProperties', withProperty({ type: 'string' }, { patternProperties: { '^r': region } })],
    ['the schema itself', { type: 'object', 'x-mcp-header': 'Region' }],
  ])('refuses %s', (_what, inputSchema) => {
    const registry = createRegistry({ name: 'regions', version: '1.0.0' });
    expect(() => registry.tool('run', { inputSchema }, () => 'run')).toThrow('x-mcp-header');
  });

  it('takes names of properties that are keywords elsewhere, and values that only look like annotations', () => {
    const registry = createRegistry({ name: 'regions', version: '1.0.0' });
    const inputSchema = {
      type: 'object',
      properties: {
        properties: { type: 'object', properties: { items: { type: 'integer', 'x-mcp-header': 'Items' } } },
        'x-mcp-header': { type: 'string' },
        plain: { type: 'object', default: { 'x-mcp-header': 'no annotation' } },
        anything: true,
      },
    };
    expect(() => registry.tool('run', { inputSchema }, () => 'run')).not.toThrow();
  });
});

describe('calling a tool with x-mcp-header', () => {
  const endpoint = async () => {
    const registry = createRegistry({ name: 'regions', version: '1.0.0' });
    const inputSchema = {
      type: 'object',
      properties: {
        region,
        inside: { type: 'object', properties: { limit: { type: 'integer', 'x-mcp-header': 'Limit' } } },
        dry: { type: ['boolean'], description: 'not mirrored' },
        sure: { type: 'boolean', 'x-mcp-header': 'Sure' },
      },
    };
    registry.tool('run', { inputSchema }, (args) => JSON.stringify(args));
    return RunningEndpoint.start(registry, { sessions: true });
  };
  const call = async (args: object, headers: Readonly<Record<string, string>>) =>
    (await endpoint()).modern('tools/call', { name: 'run', arguments: args }, { headers });

  it.each<[string, object, Readonly<Record<string, string>>]>([
    ['fields that say the same', { region: 'eu', sure: true }, { 'Mcp-Param-Region': 'eu', 'mcp-param-sure': 'true' }],
    ['42.0 in the field and 42 in the body', { inside: { limit: 42 } }, { 'Mcp-Param-Limit': '42.0' }],
    ['an absent argument without the field', {}, {}],
    ['a text beyond ASCII in Base64', { region: 'Zürich' }, { 'Mcp-Param-Region': base64('Zürich') }],
  ])('is served with %s', async (_what, args, headers) => {
    expect(await jsonOf(await call(args, headers))).toMatchObject({
      result: { content: [{ text: JSON.stringify(args) }] },
    });
  });

  it.each<[string, object, Readonly<Record<string, string>>]>([
    ['an argument without its field', { region: 'eu' }, {}],
    ['a field without its argument', {}, { 'Mcp-Param-Region': 'eu' }],
    ['a field that says something else than the argument', { region: 'eu' }, { 'Mcp-Param-Region': 'us' }],
    ['a number that is another', { inside: { limit: 42 } }, { 'Mcp-Param-Limit': '43' }],
    ['a field in broken Base64', { region: 'eu' }, { 'Mcp-Param-Region': '=?base64?*?=' }],
    ['another text beyond ASCII in Base64', { region: 'Zürich' }, { 'Mcp-Param-Region': base64('Basel') }],
  ])('gets 400 and -32020 for %s', async (_what, args, headers) => {
    const response = await call(args, headers);
    expect([response.status, (await jsonOf(response)).error?.code]).toEqual([400, -32020]);
  });

  it('asks no fields of legacy clients', async () => {
    const session = await (await endpoint()).openSession();
    const response = await session.call('run', { arguments: { region: 'eu' } });
    expect(await jsonOf(response)).toMatchObject({ result: { content: [{ text: '{"region":"eu"}' }] } });
  });
});
