import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';
import { requestOf } from '../support/dispatching.js';
import { StdioClient } from '../support/stdio-client.js';
import { talk } from '../support/talking.js';

const who = {
  method: 'elicitation/create',
  params: { message: 'Who?', requestedSchema: { type: 'object', properties: {} } },
} as const;

function asking() {
  const registry = createRegistry({ name: 'asking', version: '1.0.0' });
  registry.tool('greet', {}, (_args, ctx) => {
    const answer = ctx.inputResponses?.['who'];
    return answer === undefined ? ctx.inputRequired({ requests: { who } }) : JSON.stringify(answer);
  });
  return registry;
}

const clientInfo = { name: 'old', version: '1' };
const params = { protocolVersion: '2025-11-25', capabilities: { elicitation: {} }, clientInfo };
const handshake = requestOf('2025-11-25', 'initialize', params, 0);
const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' };

describe('serveStdio', () => {
  it('gives a modern client an input_required result, and sends it no request, also after a handshake', async () => {
    const _meta = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } };
    const call = requestOf('2026-07-28', 'tools/call', { name: 'greet', _meta }, 2);
    const messages = await talk(asking(), [handshake, initialized, call]);
    expect(messages).toHaveLength(2);
    expect(messages[1]).toMatchObject({ id: 2, result: { resultType: 'input_required', inputRequests: { who } } });
    expect(messages.filter((message) => 'method' in message)).toEqual([]);
  });

  it('asks a legacy client only once it said that it is ready', async () => {
    const client = new StdioClient(asking());
    await client.request(handshake);
    await client.request(requestOf('2025-11-25', 'tools/call', { name: 'greet' }, 1));
    expect(client.messages[1]).toMatchObject({
      id: 1,
      error: { code: -32600, message: 'The client cannot be asked before notifications/initialized' },
    });
    client.write(initialized);
    client.write(requestOf('2025-11-25', 'tools/call', { name: 'greet' }, 2));
    await client.until(() => client.messages.length === 3);
    const question = client.messages[2];
    expect(question).toMatchObject({ method: 'elicitation/create', params: who.params });
    client.write({ jsonrpc: '2.0', id: question?.id, result: { action: 'decline' } });
    await client.until(() => client.messages.length === 4);
    expect(client.messages[3]).toMatchObject({ id: 2, result: { content: [{ text: '{"action":"decline"}' }] } });
    await client.end();
  });
});
