import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';
import type { McpAuthOptions, McpRouterOptions } from '../../lib/index.js';
import type { RedisStores } from '../../lib/redis/index.js';
import { redisStores } from '../../lib/redis/index.js';
import { TestServer } from '../support/dispatching.js';
import { DpopClient } from '../support/dpop-client.js';
import { issuer } from '../support/mcp-app.js';
import type { OpenClient } from '../support/redis-clients.js';
import { clientsOfServer } from '../support/redis-clients.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { closeEndpoints, RunningEndpoint, streamOf, TestSession, until } from '../support/running-endpoint.js';
import { TaskClient, askFor } from '../support/task-client.js';

// docs/redis.md has these figures.
describeWithRedis('the Redis commands of one request', () => {
  let server: RedisServer;
  let opened: OpenClient;
  let stores: RedisStores;
  let endpoint: RunningEndpoint;
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.resource('notes://all', {}, () => 'all notes');
  registry.tool('hello', {}, () => 'hello');
  registry.tool('report', {}, async (_args, ctx) => {
    await ctx.progress(1);
    return 'reported';
  });

  beforeEach(async () => {
    server = await RedisServer.start();
    const [[, openClient] = []] = clientsOfServer;
    if (openClient === undefined) throw new Error('There are no clients');
    opened = await openClient(server.port);
    // A busy machine may be slow to answer; a command that is given up would be counted as one that was never sent.
    stores = redisStores(opened.client, { commandTimeoutMs: 20_000 });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await closeEndpoints();
    await stores.close();
    opened.close();
    await server.stop();
  });

  const start = async (auth: Partial<McpAuthOptions> = {}, more: McpRouterOptions = {}): Promise<void> => {
    const { bus, events, sessions } = stores;
    const options = { sessions: true, stores: { bus, events, sessions }, ...more };
    endpoint = await RunningEndpoint.start(registry, { ...options, auth });
    await until('it listens', () => server.ask('PUBSUB', 'CHANNELS').includes('cancelled'));
  };

  /**
   * Publishing is not awaited. So a marker command on the same connection comes after it, and is not counted. Another one comes before,
   * so that earlier messages are not counted.
   */
  const counted = async (act: () => Promise<void>): Promise<readonly string[]> => {
    await stores.sessions.remainingMs?.('before');
    const commands = await server.commandsOf(async () => {
      await act();
      await stores.sessions.remainingMs?.('behind');
    });
    return commands.filter((name) => name !== 'pttl');
  };

  /** The commands of a repeated request: scripts are loaded and the token is cached. */
  const commandsOf = async (send: () => Promise<Response>): Promise<readonly string[]> => {
    const sendAndRead = async (): Promise<void> => {
      const response = await send();
      await response.text();
      expect(response.ok).toBe(true);
    };
    await sendAndRead();
    return counted(sendAndRead);
  };

  const bearer = async () => ({ Authorization: `Bearer ${await issuer.token()}` });
  const callHello = (headers: Readonly<Record<string, string>>): Promise<Response> =>
    endpoint.modern('tools/call', { name: 'hello' }, { headers });

  it('are none for a modern call whose token is remembered', async () => {
    await start();
    const headers = await bearer();
    expect(await commandsOf(() => callHello(headers))).toEqual([]);
  });

  it('are one where tokens can be revoked, and one for a DPoP proof', async () => {
    await start({ dpop: 'supported', stores: { replay: stores.replay, revocation: stores.revocation } });
    const headers = await bearer();
    expect(await commandsOf(() => callHello(headers))).toEqual(['mget']);
    const client = await DpopClient.create();
    const token = await client.token();
    const withProof = async () => callHello({ Authorization: `DPoP ${token}`, DPoP: await client.proof(token) });
    expect([...(await commandsOf(withProof))].sort()).toEqual(['mget', 'set']);
  });

  it('are one for all open streams together where tokens can be revoked, with each sign of life', async () => {
    await start({ stores: { revocation: stores.revocation } }, { keepAliveSeconds: 1 });
    const streams = await Promise.all(
      Array.from({ length: 40 }, async (_each, index) => {
        const headers = { Authorization: `Bearer ${await issuer.token({ subject: `user-${index}` })}` };
        const notifications = { toolsListChanged: true };
        return streamOf(await endpoint.modern('subscriptions/listen', { notifications }, { headers }));
      }),
    );
    for (const stream of streams) await stream.next();
    const asked = (): number => Number(/cmdstat_mget:calls=(\d+)/.exec(server.ask('INFO', 'commandstats'))?.[1] ?? '0');
    const commands = await server.commandsOf(async () => {
      const before = asked();
      await until('streams are looked at', () => asked() > before);
    });
    const questions = commands.filter((name) => name === 'mget').length;
    expect(questions).toBeGreaterThan(0);
    // For one visit or a few, on a slow machine; not for forty streams.
    expect(questions).toBeLessThan(20);
    for (const stream of streams) await stream.cancel();
  });

  it('are two for a handshake, and one for a call in a session that is answered at once', async () => {
    await start();
    const headers = await bearer();
    const clientInfo = { name: 'tests', version: '1.0.0' };
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
    const initialize = () => endpoint.post({ jsonrpc: '2.0', id: 0, method: 'initialize', params }, headers);
    expect(await commandsOf(initialize)).toEqual(['evalsha', 'evalsha']);
    const session = await endpoint.openSession('2025-11-25', { headers });
    expect(await commandsOf(() => session.call('hello'))).toEqual(['evalsha']);
  });

  it('are two more for a change of a session that grows, and one for its end beside DEL', async () => {
    await start();
    const quota = { owner: 'ada', most: 10, mostBytes: 10_000 };
    await stores.sessions.create('session', {}, 60, quota);
    const subscribe = async (uri: string): Promise<void> => {
      expect(await stores.sessions.change('session', { [uri]: '' }, quota)).toBe(true);
    };
    await subscribe('uri notes://1');
    // So that the script is loaded.
    await stores.sessions.delete('another', 'ada');
    expect(await counted(() => subscribe('uri notes://2'))).toEqual(['evalsha', 'evalsha']);
    expect(await counted(() => stores.sessions.delete('session', 'ada'))).toEqual(['del', 'evalsha']);
  });

  it('are two for each message of a stream that can be resumed, beside the session', async () => {
    await start();
    const { id, headers } = await endpoint.openSession('2025-11-25', { headers: await bearer() });
    const session = new TestSession(endpoint, id, '2025-11-25', headers);
    const report = () => session.call('report', { _meta: { progressToken: 'p' } });
    // The session; then the event that marks the place, the progress and the answer, each for the log and for readers in other
    // processes. The first event also notes a weight.
    const commands = await commandsOf(report);
    expect(commands.filter((name) => name === 'evalsha')).toHaveLength(5);
    expect(commands.filter((name) => name === 'publish')).toHaveLength(3);
  });

  it('are one to begin a task and one to read it, and three for each change of it, with the word of it', async () => {
    const jobs = createRegistry({ name: 'jobs', version: '1.0.0' });
    const events = new EventEmitter();
    jobs.tool('job', { task: 'required' }, () => once(events, 'finish').then(() => 'done'));
    jobs.tool('ask', { task: 'required' }, (_args, ctx) => ctx.inputRequired({ requests: { who: askFor('Who?') } }));
    // No search for abandoned tasks and no renewal of leases happens, which would be counted, too.
    jest.spyOn(globalThis, 'setInterval').mockImplementation(() => setTimeout(() => undefined, 0));
    const processOf = new TestServer(jobs, { bus: stores.bus, taskStore: stores.tasks });
    const client = new TaskClient(processOf);
    await until('it listens', () => server.ask('PUBSUB', 'CHANNELS').includes(':tasks'));
    // A first run of everything, so that the scripts are loaded.
    let job = await client.begin('job');
    const asking = await client.begin('ask');
    await client.untilStatus(asking, 'input_required');
    await client.cancel(job);

    expect(
      await counted(async () => {
        job = await client.begin('job');
      }),
    ).toEqual(['evalsha']);
    expect(
      await counted(async () => {
        await client.get(job);
      }),
    ).toEqual(['hmget']);
    // The request finds the task, then changes it in its current state.
    const change = ['hmget', 'evalsha', 'publish'];
    expect(
      await counted(async () => {
        await client.cancel(job);
      }),
    ).toEqual(['hmget', ...change]);
    const { running } = processOf.dispatcher.endpoint.tasks;
    await client.begin('job');
    await running.renewAll();
    expect(await counted(() => running.renewAll())).toEqual(['evalsha']);
    await processOf.dispatcher.taskKeeper.search();
    expect(await counted(() => processOf.dispatcher.taskKeeper.search())).toEqual(['evalsha']);
    expect(
      await counted(async () => {
        events.emit('finish');
        await running.drain(60_000);
      }),
    ).toEqual(change);
    await processOf.dispatcher.close();
  });

  it('are one for a change that others are told of', async () => {
    await start();
    const change = (): Promise<void> => {
      registry.resourceUpdated('notes://all');
      return Promise.resolve();
    };
    expect(await counted(change)).toEqual(['publish']);
  });
});
