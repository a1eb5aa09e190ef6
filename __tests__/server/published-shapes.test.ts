import { describe, expect, it } from '@jest/globals';
import type { ProtocolVersion } from '../../lib/index.js';
import { TestServer, versions } from '../support/dispatching.js';
import { exampleRegistry } from '../support/example-registry.js';
import { definitionsOf, publishedSchema, schemaErrors } from '../support/published-schemas.js';

interface Exchange {
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
  /** The definition of the result in the published schema; absent where an error is expected. */
  readonly result?: string;
  readonly only?: 'legacy' | 'modern';
}

const initializeParams = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'tests', version: '1.0.0' },
};

const exchanges: readonly Exchange[] = [
  { method: 'initialize', params: initializeParams, result: 'InitializeResult', only: 'legacy' },
  { method: 'ping', result: 'EmptyResult', only: 'legacy' },
  { method: 'server/discover', result: 'DiscoverResult', only: 'modern' },
  { method: 'tools/list', result: 'ListToolsResult' },
  ...['add', 'list_numbers', 'greet', 'fail', 'break', 'all_content', 'nothing'].map((name) => ({
    method: 'tools/call',
    params: { name, arguments: name === 'add' ? { a: 1, b: 2 } : {} },
    result: 'CallToolResult',
  })),
  { method: 'prompts/list', result: 'ListPromptsResult' },
  { method: 'prompts/get', params: { name: 'review', arguments: { code: 'x' } }, result: 'GetPromptResult' },
  { method: 'prompts/get', params: { name: 'talk' }, result: 'GetPromptResult' },
  { method: 'resources/list', result: 'ListResourcesResult' },
  { method: 'resources/templates/list', result: 'ListResourceTemplatesResult' },
  ...['example://text', 'example://bytes', 'example://item/7'].map((uri) => ({
    method: 'resources/read',
    params: { uri },
    result: 'ReadResourceResult',
  })),
  {
    method: 'completion/complete',
    params: { ref: { type: 'ref/prompt', name: 'review' }, argument: { name: 'language', value: 'p' } },
    result: 'CompleteResult',
  },
  {
    method: 'completion/complete',
    params: { ref: { type: 'ref/resource', uri: 'example://item/{id}' }, argument: { name: 'id', value: '1' } },
    result: 'CompleteResult',
  },
  { method: 'tools/call', params: { name: 'unknown' } },
  { method: 'tools/call', params: {} },
  { method: 'prompts/get', params: { name: 'unknown' } },
  { method: 'prompts/get', params: { name: 'review' } },
  { method: 'resources/read', params: { uri: 'example://unknown/' } },
  { method: 'resources/read', params: { uri: 'example://gone' } },
  { method: 'tools/list', params: { cursor: 'not ours' } },
  { method: 'no/such/method' },
];

function responseDefinition(version: ProtocolVersion, isError: boolean): string {
  if (version >= '2025-11-25') return isError ? 'JSONRPCErrorResponse' : 'JSONRPCResultResponse';
  return isError ? 'JSONRPCError' : 'JSONRPCResponse';
}

const cases = versions.flatMap((version) => {
  const era = version === '2026-07-28' ? 'modern' : 'legacy';
  return exchanges
    .filter(({ only }) => only === undefined || only === era)
    .map((exchange) => ({ ...exchange, version }));
});

describe('answers fit the published schema of their revision', () => {
  it.each(cases)('$version: $method $params', async ({ version, method, params, result }) => {
    const { body } = await new TestServer(exampleRegistry()).call(version, method, params);
    expect(schemaErrors(version, responseDefinition(version, result === undefined), body)).toEqual([]);
    if (result !== undefined) expect(schemaErrors(version, result, body?.result)).toEqual([]);
  });

  it('also as one of the specific responses, where the revision publishes them', async () => {
    const names = Object.keys(definitionsOf(publishedSchema('2026-07-28')));
    const { body } = await new TestServer(exampleRegistry()).call('2026-07-28', 'tools/list');
    expect(names).toContain('ListToolsResultResponse');
    expect(schemaErrors('2026-07-28', 'ListToolsResultResponse', body)).toEqual([]);
  });
});
