import type { RedisAdapter, SubscriberConnection, SubscriberListeners } from './redis-adapter.js';
import type { IoRedisClient, IoRedisSubscriber } from './redis-client.js';

/** The package `ioredis`. */
export function ioRedisAdapter(client: IoRedisClient): RedisAdapter {
  return {
    get isReady() {
      return client.status === 'ready';
    },
    send: ([name, ...args]) => client.call(name, ...args),
    createSubscriber: (listeners) => connectionOf(duplicateOf(client), listeners),
  };
}

// Coming back is our own affair: only so we know what is subscribed at every moment.
const never = (): null => null;
const ofServer = { lazyConnect: true, autoResubscribe: false, maxRetriesPerRequest: 0, retryStrategy: never };
const ofCluster = { lazyConnect: true, clusterRetryStrategy: never };

function duplicateOf(client: IoRedisClient): IoRedisSubscriber {
  return client.isCluster ? client.duplicate([], ofCluster) : client.duplicate(ofServer);
}

function connectionOf(subscriber: IoRedisSubscriber, { hear, lose }: SubscriberListeners): SubscriberConnection {
  // Without a listener, errors would be printed.
  subscriber.on('error', () => undefined);
  subscriber.on('end', lose);
  subscriber.on('message', (channel = '', message = '') => {
    hear(channel, message);
  });
  return {
    connect: async () => {
      await subscriber.connect();
    },
    subscribe: async (channels) => {
      await subscriber.subscribe(...channels);
    },
    unsubscribe: async (channel) => {
      await subscriber.unsubscribe(channel);
    },
    destroy: () => {
      // On one that has ended already it would wait two seconds for the end, and keep the process alive for as long.
      if (subscriber.status !== 'end') subscriber.disconnect();
    },
  };
}
