import { describe, expect, it } from '@jest/globals';
import type { RedisAdapter, SubscriberConnection } from '../../lib/redis/redis-adapter.js';
import { RedisSubscriber } from '../../lib/redis/redis-subscriber.js';
import { until } from '../support/running-endpoint.js';

// So long that the test would fail if the heartbeat waited for it.
const everyMs = 600_000;

/** Connections that are made and never hear anything, as when a firewall has forgotten them. */
function deafAdapter() {
  const connections: SubscriberConnection[] = [];
  const adapter: RedisAdapter = {
    isReady: true,
    send: () => Promise.resolve('OK'),
    createSubscriber: () => {
      const connection: SubscriberConnection = {
        connect: () => Promise.resolve(),
        subscribe: () => Promise.resolve(),
        unsubscribe: () => Promise.resolve(),
        destroy: () => undefined,
      };
      connections.push(connection);
      return connection;
    },
  };
  return { adapter, connections };
}

describe('the heartbeat of the bus', () => {
  it('replaces a connection at the first word that is not heard after others could not be sent', async () => {
    const { adapter, connections } = deafAdapter();
    let count = 0;
    const publish = (): Promise<unknown> => {
      count += 1;
      return count === 1 ? Promise.reject(new Error('Redis is not connected')) : Promise.resolve(1);
    };
    const subscriber = new RedisSubscriber(adapter, { channel: 'alive', everyMs, publish }, 2000);
    await subscriber.subscribe('topic', () => undefined);
    expect(connections).toHaveLength(1);
    await until('the connection is replaced', () => connections.length === 2);
    subscriber.close();
  });

  it('does not doubt a connection only because nothing can be sent', async () => {
    const { adapter, connections } = deafAdapter();
    let count = 0;
    const publish = (): Promise<unknown> => {
      count += 1;
      return Promise.reject(new Error('Redis is not connected'));
    };
    const subscriber = new RedisSubscriber(adapter, { channel: 'alive', everyMs, publish }, 2000);
    await subscriber.subscribe('topic', () => undefined);
    await until('it was tried several times', () => count > 4);
    expect(connections).toHaveLength(1);
    subscriber.close();
  });
});
