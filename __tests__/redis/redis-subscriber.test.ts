import { afterEach, describe, expect, it, jest } from '@jest/globals';
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

afterEach(() => {
  jest.useRealTimers();
});

// docs/redis.md says so.
describe('a bus that is back', () => {
  it('is listened to half a second later at the most, however long it was away', async () => {
    jest.useFakeTimers();
    const { adapter, connections } = deafAdapter();
    let isAway = true;
    let attempts = 0;
    const failing: RedisAdapter = {
      ...adapter,
      createSubscriber: (listeners) => {
        attempts += 1;
        const refuse = (): Promise<never> => Promise.reject(new Error('ECONNREFUSED'));
        return { ...adapter.createSubscriber(listeners), ...(isAway ? { connect: refuse } : {}) };
      },
    };
    const publish = (): Promise<unknown> => Promise.reject(new Error('Redis is not connected'));
    const subscriber = new RedisSubscriber(failing, { channel: 'alive', everyMs, publish }, 2000);
    subscriber.subscribe('topic', () => undefined).catch(() => undefined);
    await jest.advanceTimersByTimeAsync(600_000);
    expect(attempts).toBeGreaterThan(1000);
    subscriber.subscribe('topic', () => undefined).catch(() => undefined);
    isAway = false;
    connections.splice(0);
    await jest.advanceTimersByTimeAsync(500);
    expect([connections.length, subscriber.isListening]).toEqual([1, true]);
    subscriber.close();
  });

  it('is listened to 450 ms after commands get through again, where the connection is dead and nobody noticed', async () => {
    jest.useFakeTimers();
    const { adapter, connections } = deafAdapter();
    let isAway = true;
    const publish = (): Promise<unknown> =>
      isAway ? Promise.reject(new Error('Redis is not connected')) : Promise.resolve(1);
    const subscriber = new RedisSubscriber(adapter, { channel: 'alive', everyMs, publish }, 2000);
    await subscriber.subscribe('topic', () => undefined);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(connections).toHaveLength(1);
    isAway = false;
    await jest.advanceTimersByTimeAsync(450);
    expect(connections).toHaveLength(2);
    subscriber.close();
  });
});

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
