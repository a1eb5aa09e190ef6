import { afterEach, describe, expect, it } from '@jest/globals';
import { createRegistry, memoryRevocationStore, revokeTokens } from '../../../lib/index.js';
import { issuer } from '../../support/mcp-app.js';
import { RunningEndpoint, closeEndpoints, jsonOf, streamOf, until } from '../../support/running-endpoint.js';

afterEach(closeEndpoints);
const idKey = 'io.modelcontextprotocol/subscriptionId';
const everything = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };

function changing() {
  const registry = createRegistry({ name: 'changes', version: '1.0.0' });
  registry.tool('tool', {}, () => 'tool');
  registry.tool('log', {}, async (_args, ctx) => {
    await ctx.log('error', 'of a call');
    return 'logged';
  });
  registry.prompt('prompt', {}, () => 'prompt');
  registry.resource('notes://one', {}, () => 'one');
  registry.resource('notes://two', {}, () => 'two');
  registry.resource('notes://secret', { scopes: ['notes:read'], visibility: 'concealed' }, () => 'secret');
  registry.resource('notes://scoped', { scopes: ['notes:read'] }, () => 'scoped');
  return registry;
}

const listen = async (
  endpoint: RunningEndpoint,
  notifications: object,
  options: Parameters<RunningEndpoint['modern']>[2] = {},
) => endpoint.modern('subscriptions/listen', { notifications }, { id: 'sub-1', ...options });

describe('subscriptions/listen', () => {
  it('the first message is the acknowledgement, with the part of the filter that is honoured', async () => {
    const endpoint = await RunningEndpoint.start(changing());
    const filter = {
      toolsListChanged: true,
      promptsListChanged: false,
      resourceSubscriptions: ['notes://one', 'notes://one', 'notes://none', 'notes://secret'],
    };
    const stream = streamOf(await listen(endpoint, filter));
    expect(await stream.next()).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/subscriptions/acknowledged',
      params: {
        _meta: { [idKey]: 'sub-1' },
        notifications: { toolsListChanged: true, resourceSubscriptions: ['notes://one'] },
      },
    });
  });

  it('every message on its stream carries the id of the request in _meta', async () => {
    const registry = changing();
    const endpoint = await RunningEndpoint.start(registry);
    const filter = { ...everything, resourceSubscriptions: ['notes://two'] };
    const stream = streamOf(await listen(endpoint, filter, { id: 42 }));
    const messages = [await stream.next()];
    registry.tool('new', {}, () => 'new');
    messages.push(await stream.next());
    registry.prompt('new', {}, () => 'new');
    messages.push(await stream.next());
    registry.resource('notes://new', {}, () => 'new');
    messages.push(await stream.next());
    registry.resourceUpdated('notes://two');
    messages.push(await stream.next());
    await endpoint.router.close();
    const [answer] = await stream.rest();
    expect(messages.map((message) => message?.method)).toEqual([
      'notifications/subscriptions/acknowledged',
      'notifications/tools/list_changed',
      'notifications/prompts/list_changed',
      'notifications/resources/list_changed',
      'notifications/resources/updated',
    ]);
    expect(messages.map((message) => message?.params?.['_meta'])).toEqual(messages.map(() => ({ [idKey]: 42 })));
    expect(messages[4]?.params).toMatchObject({ uri: 'notes://two' });
    expect(answer).toMatchObject({ id: 42, result: { resultType: 'complete', _meta: { [idKey]: 42 } } });
  });

  it('a stream hears of a resource only with the scopes of every template that its URI fits', async () => {
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    registry.resourceTemplate('notes://{+path}', {}, () => 'open');
    const specific = registry.resourceTemplate('notes://admin/{id}', { scopes: ['admin'] }, () => 'closed');
    const endpoint = await RunningEndpoint.start(registry);
    const filter = { resourceSubscriptions: ['notes://admin/1', 'notes://other'] };
    specific.disable();
    const stream = streamOf(await listen(endpoint, filter));
    await stream.next();
    specific.enable();
    registry.resourceUpdated('notes://admin/1');
    await new Promise((resolve) => setTimeout(resolve, 20));
    registry.resourceUpdated('notes://other');
    expect((await stream.next())?.params).toMatchObject({ uri: 'notes://other' });
  });

  it('a stream that asked for toolsListChanged hears nothing of prompts and resources, nor of other URIs', async () => {
    const registry = changing();
    const endpoint = await RunningEndpoint.start(registry);
    const filter = { toolsListChanged: true, resourceSubscriptions: ['notes://one'] };
    const stream = streamOf(await listen(endpoint, filter));
    await stream.next();
    registry.prompt('new', {}, () => 'new');
    registry.resource('notes://new', {}, () => 'new');
    registry.resourceUpdated('notes://two');
    registry.tool('new', {}, () => 'new');
    expect(await stream.next()).toMatchObject({ method: 'notifications/tools/list_changed' });
  });

  it.each([
    ['adding', (registry: ReturnType<typeof changing>) => () => registry.tool('new', {}, () => 'new')],
    ['changing', change('update')],
    ['disabling', change('disable')],
    ['removing', change('remove')],
  ])('%s a tool sends notifications/tools/list_changed to who listens', async (_what, prepare) => {
    const registry = changing();
    const act = prepare(registry);
    const endpoint = await RunningEndpoint.start(registry);
    const stream = streamOf(await listen(endpoint, { toolsListChanged: true }));
    await stream.next();
    act();
    expect(await stream.next()).toMatchObject({ method: 'notifications/tools/list_changed' });
  });

  function change(how: 'disable' | 'remove' | 'update') {
    return (registry: ReturnType<typeof changing>) => {
      const handle = registry.tool('changed', {}, () => 'changed');
      return () => {
        if (how === 'update') handle.update({ description: 'other' });
        else handle[how]();
      };
    };
  }

  it('tells once what an app changes in one go', async () => {
    const registry = changing();
    const endpoint = await RunningEndpoint.start(registry);
    const stream = streamOf(await listen(endpoint, everything));
    await stream.next();
    for (let count = 0; count < 50; count++) registry.tool(`burst-${String(count)}`, {}, () => 'burst');
    registry.prompt('last', {}, () => 'last');
    expect(await stream.next()).toMatchObject({ method: 'notifications/tools/list_changed' });
    expect(await stream.next()).toMatchObject({ method: 'notifications/prompts/list_changed' });
  });

  it('hears no log message of a call', async () => {
    const registry = changing();
    const endpoint = await RunningEndpoint.start(registry);
    const stream = streamOf(await listen(endpoint, everything));
    await stream.next();
    const params = { name: 'log', _meta: { 'io.modelcontextprotocol/logLevel': 'debug' } };
    expect(await streamOf(await endpoint.modern('tools/call', params)).rest()).toHaveLength(2);
    registry.tool('new', {}, () => 'new');
    expect(await stream.next()).toMatchObject({ method: 'notifications/tools/list_changed' });
  });

  it('takes the scopes to read a resource, asks for them at once, and leaves out what is concealed', async () => {
    const endpoint = await RunningEndpoint.start(changing(), { auth: {} });
    const weak = { Authorization: `Bearer ${await issuer.token({ scope: 'other' })}` };
    const refused = await listen(endpoint, { resourceSubscriptions: ['notes://scoped'] }, { headers: weak });
    expect(refused.status).toBe(403);
    const concealed = await listen(endpoint, { resourceSubscriptions: ['notes://secret'] }, { headers: weak });
    expect(await streamOf(concealed).next()).toMatchObject({ params: { notifications: {} } });
    const strong = { Authorization: `Bearer ${await issuer.token({ scope: 'notes:read' })}` };
    const filter = { resourceSubscriptions: ['notes://secret', 'notes://scoped'] };
    expect(await streamOf(await listen(endpoint, filter, { headers: strong })).next()).toMatchObject({
      params: { notifications: filter },
    });
  });

  it('says that a list changed only to those who may see what changed', async () => {
    const registry = changing();
    const endpoint = await RunningEndpoint.start(registry, { auth: {} });
    const streams = await Promise.all(
      ['other', 'notes:read'].map(async (scope) => {
        const headers = { Authorization: `Bearer ${await issuer.token({ scope })}` };
        const stream = streamOf(await listen(endpoint, everything, { headers }));
        await stream.next();
        return stream;
      }),
    );
    registry.tool('granted', { scopes: ['notes:read'], visibility: 'granted' }, () => 'granted');
    await new Promise(setImmediate);
    registry.prompt('open', {}, () => 'open');
    const heard = await Promise.all(streams.map((stream) => stream.next()));
    expect(heard.map((message) => message?.method)).toEqual([
      'notifications/prompts/list_changed',
      'notifications/tools/list_changed',
    ]);
  });

  it.each([
    [{ toolsListChanged: 'yes' }, 'notifications.toolsListChanged must be a boolean'],
    [{ resourceSubscriptions: 'notes://one' }, 'must be an array of at most 1000 strings'],
    [{ resourceSubscriptions: [7] }, 'must be an array of at most 1000 strings'],
    [{ resourceSubscriptions: Array.from({ length: 1001 }, String) }, 'must be an array of at most 1000 strings'],
    [{ resourceSubscriptions: ['x'.repeat(262_144), 'y'] }, 'must have at most 262144 characters'],
  ])('refuses a filter that is none with -32602', async (filter, message) => {
    const endpoint = await RunningEndpoint.start(changing());
    expect(await jsonOf(await listen(endpoint, filter))).toMatchObject({
      error: { code: -32602, message: expect.stringContaining(message) as unknown },
    });
  });

  it('wants a client that accepts text/event-stream', async () => {
    const endpoint = await RunningEndpoint.start(changing());
    const response = await listen(endpoint, everything, { headers: { Accept: 'application/json' } });
    expect(response.status).toBe(406);
  });

  it('ends when the token expires, though nothing happens', async () => {
    const endpoint = await RunningEndpoint.start(changing(), { auth: { clockToleranceSeconds: 0 } });
    const headers = { Authorization: `Bearer ${await issuer.token({ expiresIn: 4 })}` };
    const stream = streamOf(await listen(endpoint, everything, { headers }));
    expect((await stream.rest()).map(({ id, method }) => id ?? method)).toEqual([
      'notifications/subscriptions/acknowledged',
      'sub-1',
    ]);
  });

  it('ends within keepAliveSeconds after the token was revoked, and outlives a store that cannot tell', async () => {
    const revocation = memoryRevocationStore();
    let isDown = false;
    const store = {
      ...revocation,
      revokedAt: (keys: readonly string[]) => {
        if (isDown) throw new Error('down');
        return revocation.revokedAt(keys);
      },
    };
    const endpoint = await RunningEndpoint.start(changing(), {
      auth: { stores: { revocation: store } },
      keepAliveSeconds: 1,
    });
    const token = await issuer.token({ claims: { jti: 'token-9', iat: Math.floor(Date.now() / 1000) - 10 } });
    const stream = streamOf(await listen(endpoint, everything, { headers: { Authorization: `Bearer ${token}` } }));
    await stream.next();
    isDown = true;
    expect(await stream.nextBlock()).toEqual({ comment: 'keep-alive' });
    expect(await stream.nextBlock()).toEqual({ comment: 'keep-alive' });
    await revokeTokens(revocation, { issuer: issuer.issuer, tokenId: 'token-9' });
    isDown = false;
    expect((await stream.rest()).map(({ id }) => id)).toEqual(['sub-1']);
  });

  it('leaves nothing behind: neither a client that goes away nor one that comes while the server closes holds it up', async () => {
    const registry = changing();
    const endpoint = await RunningEndpoint.start(registry);
    const stream = streamOf(await listen(endpoint, everything));
    await stream.next();
    await stream.cancel();
    await until('the connection is closed', async () => (await endpoint.connections()) === 0);
    const arriving = Array.from({ length: 5 }, () => listen(endpoint, everything).then((response) => response.text()));
    await Promise.all([endpoint.router.close(), ...arriving.map((each) => each.catch(() => undefined))]);
    registry.tool('late', {}, () => 'late');
    expect(endpoint.errors).toEqual([]);
  });

  it('that cannot be ended in a good way is cut, and does not hold up a server that closes', async () => {
    const endpoint = await RunningEndpoint.start(changing(), {
      before: [
        (request, response, next) => {
          if (request.header('mcp-method') === 'subscriptions/listen') {
            response.end = () => {
              throw new Error('another middleware is broken');
            };
          }
          next();
        },
      ],
    });
    const stream = streamOf(await listen(endpoint, everything));
    await stream.next();
    const rest = stream.rest();
    const outcome = rest.then(
      () => 'ended',
      () => 'cut',
    );
    await endpoint.router.close();
    expect(await outcome).toBe('cut');
  });
});
