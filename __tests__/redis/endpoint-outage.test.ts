import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRegistry, mcpAuth } from '../../lib/index.js';
import type { RedisStores } from '../../lib/redis/index.js';
import { redisStores } from '../../lib/redis/index.js';
import { DpopClient } from '../support/dpop-client.js';
import { authOptions, issuer } from '../support/mcp-app.js';
import type { OpenClient, OpenClientOf } from '../support/redis-clients.js';
import { clientsOfServer } from '../support/redis-clients.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { closeEndpoints, jsonOf, RunningEndpoint, streamOf, until } from '../support/running-endpoint.js';

describeWithRedis('an endpoint whose Redis goes away', () => {
  describe.each(clientsOfServer)('by way of the package %s', (_name, openClient) => {
    let server: RedisServer;
    const clients: OpenClient[] = [];
    const opened: RedisStores[] = [];

    beforeEach(async () => {
      server = await RedisServer.start();
    });
    afterEach(async () => {
      await closeEndpoints();
      for (const stores of opened.splice(0)) await stores.close();
      for (const { close } of clients.splice(0)) close();
      await server.stop();
    });

    const start = async (open: OpenClientOf) => {
      const client = await open(server.port);
      const stores = redisStores(client.client, { commandTimeoutMs: 1000 });
      clients.push(client);
      opened.push(stores);
      const registry = createRegistry({ name: 'notes', version: '1.0.0' });
      registry.tool('hello', {}, () => 'hello');
      registry.resource('notes://all', {}, () => 'all notes');
      const { bus, events, replay, revocation, sessions } = stores;
      const auth = mcpAuth(authOptions({ dpop: 'supported', stores: { replay, revocation } }));
      const endpoint = await RunningEndpoint.start(registry, {
        auth: { dpop: 'supported', stores: { replay } },
        sessions: true,
        stores: { bus, events, sessions },
      });
      return { auth, endpoint, registry };
    };

    it('goes on with modern calls, says what fails, and comes back by itself with every subscription', async () => {
      const one = await start(openClient);
      const other = await start(openClient);
      const headers = { Authorization: `Bearer ${await issuer.token()}` };
      const listening = { notifications: { resourceSubscriptions: ['notes://all'] } };
      const stream = streamOf(await one.endpoint.modern('subscriptions/listen', listening, { headers }));
      expect(await stream.next()).toMatchObject({ method: 'notifications/subscriptions/acknowledged' });
      const session = await one.endpoint.openSession('2025-11-25', { headers });
      await until('the bus is connected', async () => (await one.endpoint.router.ready()).isReady);
      expect(await one.endpoint.router.ready()).toEqual({
        isReady: true,
        dependencies: { router: 'ok', bus: 'ok', sessions: 'ok', events: 'ok' },
      });
      expect(await one.auth.ready()).toEqual({
        isReady: true,
        dependencies: { keys: 'ok', replay: 'ok', revocation: 'ok' },
      });

      await server.kill();
      await until('it is noticed', async () => !(await one.endpoint.router.ready()).isReady);
      expect((await one.endpoint.router.ready()).dependencies).toEqual({
        router: 'ok',
        bus: 'failing',
        sessions: 'failing',
        events: 'failing',
      });
      expect((await one.auth.ready()).dependencies).toEqual({ keys: 'ok', replay: 'failing', revocation: 'failing' });
      const called = await one.endpoint.modern('tools/call', { name: 'hello' }, { headers });
      expect(await jsonOf(called)).toMatchObject({ result: { content: [{ text: 'hello' }] } });
      // Requests that need Redis are refused, as docs/redis.md says: sessions, handshakes, proofs.
      const inSession = await session.call('hello');
      expect([inSession.status, inSession.headers.get('retry-after')]).toEqual([503, '5']);
      await inSession.text();
      const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };
      const handshake = await one.endpoint.post({ jsonrpc: '2.0', id: 0, method: 'initialize', params }, headers);
      expect([handshake.status, handshake.headers.get('retry-after')]).toEqual([503, '5']);
      await handshake.text();
      const client = await DpopClient.create();
      const token = await client.token();
      const proven = { Authorization: `DPoP ${token}`, DPoP: await client.proof(token) };
      const withProof = await one.endpoint.modern('tools/call', { name: 'hello' }, { headers: proven });
      expect([withProof.status, withProof.headers.get('retry-after')]).toEqual([503, '5']);
      await withProof.text();
      // A change in the same process is heard without Redis.
      one.registry.resourceUpdated('notes://all');
      expect(await stream.next()).toMatchObject({ method: 'notifications/resources/updated' });

      await server.begin();
      await until('it is back', async () => (await one.endpoint.router.ready()).isReady);
      await until('the other is back', async () => (await other.endpoint.router.ready()).isReady);
      expect((await one.auth.ready()).isReady).toBe(true);
      const heard = stream.next();
      let message: unknown;
      void heard.then((next) => (message = next));
      await until('the stream hears of a change in the other process', () => {
        if (message === undefined) other.registry.resourceUpdated('notes://all');
        return message !== undefined;
      });
      expect(message).toMatchObject({ method: 'notifications/resources/updated', params: { uri: 'notes://all' } });
      const again = await one.endpoint.openSession('2025-11-25', { headers });
      expect((await again.call('hello')).status).toBe(200);
      // The operator gets the reason of the refused handshake; there are no other errors.
      expect([...one.endpoint.errors, ...other.endpoint.errors].map(String)).toEqual(['Error: Redis is not connected']);
      await stream.cancel();
    });

    it('is asked once, however many ports a probe asks about', async () => {
      const { auth, endpoint } = await start(openClient);
      const pings = (): number =>
        Number(/cmdstat_ping:calls=(\d+)/.exec(server.ask('INFO', 'commandstats'))?.[1] ?? '0');
      await until('the bus is connected', async () => (await endpoint.router.ready()).isReady);
      const before = pings();
      expect(await Promise.all([endpoint.router.ready(), auth.ready()])).toMatchObject([
        { isReady: true },
        { isReady: true },
      ]);
      expect(pings() - before).toBe(1);
    });
  });
});
