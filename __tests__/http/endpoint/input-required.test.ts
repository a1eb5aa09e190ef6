import { afterEach, describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../../lib/index.js';
import { issuer } from '../../support/mcp-app.js';
import { RunningEndpoint, TestSession, closeEndpoints, jsonOf, streamOf } from '../../support/running-endpoint.js';

const who = {
  method: 'elicitation/create',
  params: { message: 'Who?', requestedSchema: { type: 'object', properties: {} } },
} as const;
const answers: unknown[] = [];

function asking() {
  const registry = createRegistry({ name: 'asking', version: '1.0.0' });
  registry.tool('greet', {}, async (_args, ctx) => {
    await ctx.progress(1);
    if (ctx.inputResponses === undefined) return ctx.inputRequired({ requests: { who } });
    answers.push(ctx.inputResponses['who']);
    return 'thanks';
  });
  return registry;
}

const ada = { action: 'accept', content: { name: 'Ada' } };

afterEach(closeEndpoints);

describe('input over HTTP', () => {
  it('is asked of a modern client by the result, on a stream as well, and never by a request', async () => {
    const endpoint = await RunningEndpoint.start(asking());
    const _meta = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } };
    const expected = { id: 1, result: { resultType: 'input_required', inputRequests: { who } } };
    expect(await jsonOf(await endpoint.modern('tools/call', { name: 'greet', _meta }))).toMatchObject(expected);
    const params = { name: 'greet', _meta: { ..._meta, progressToken: 'a' } };
    const messages = await streamOf(await endpoint.modern('tools/call', params)).rest();
    expect(messages).toMatchObject([{ method: 'notifications/progress' }, expected]);
  });

  it('of a legacy client is taken in its session from who was asked, and from nobody else', async () => {
    answers.length = 0;
    const endpoint = await RunningEndpoint.start(asking(), { auth: {}, sessions: true });
    const headersOf = async (subject: string) => ({
      Authorization: `Bearer ${await issuer.token({ scope: '', subject })}`,
    });
    const capabilities = { elicitation: {} };
    const session = await endpoint.openSession('2025-11-25', { capabilities, headers: await headersOf('ada') });
    const stream = streamOf(await session.call('greet'));
    const question = await stream.next();
    expect(question).toMatchObject({ method: 'elicitation/create', params: who.params });

    // With the id of the session, but another user's token.
    const thief = new TestSession(endpoint, session.id, '2025-11-25', await headersOf('mallory'));
    const stolen = await thief.answer(question?.id, { result: { action: 'accept', content: { name: 'Mallory' } } });
    expect(stolen.status).toBe(404);
    // With another user's token and session.
    const other = await endpoint.openSession('2025-11-25', { capabilities, headers: await headersOf('mallory') });
    const ignored = await other.answer(question?.id, { result: { action: 'accept', content: { name: 'Mallory' } } });
    expect(ignored.status).toBe(202);

    expect((await session.answer(question?.id, { result: ada })).status).toBe(202);
    expect(await stream.rest()).toMatchObject([{ id: 1, result: { content: [{ text: 'thanks' }] } }]);
    expect(answers).toEqual([ada]);
  });

  it('is asked of a legacy client only once it said that it is ready', async () => {
    const endpoint = await RunningEndpoint.start(asking(), { sessions: true });
    const clientInfo = { name: 'tests', version: '1.0.0' };
    const params = { protocolVersion: '2025-11-25', capabilities: { elicitation: {} }, clientInfo };
    const opened = await endpoint.post({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
    const session = new TestSession(endpoint, opened.headers.get('mcp-session-id') ?? '', '2025-11-25');
    expect(await jsonOf(await session.call('greet'))).toMatchObject({
      error: { code: -32600, message: 'The client cannot be asked before notifications/initialized' },
    });
    expect((await session.notify('notifications/initialized')).status).toBe(202);
    const stream = streamOf(await session.call('greet'));
    expect(await stream.next()).toMatchObject({ method: 'elicitation/create' });
    await stream.cancel();
  });
});
