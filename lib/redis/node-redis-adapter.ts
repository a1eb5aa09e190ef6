import type { RedisAdapter, SubscriberConnection, SubscriberListeners } from './redis-adapter.js';
import type { NodeRedisClient, NodeRedisCluster, NodeRedisSubscriber } from './redis-client.js';

/** The package `redis`. */
export function nodeRedisAdapter(client: NodeRedisClient | NodeRedisCluster): RedisAdapter {
  return {
    get isReady() {
      return client.isReady;
    },
    send: (command, key) =>
      isCluster(client) ? client.sendCommand(key, undefined, [...command]) : client.sendCommand([...command]),
    createSubscriber: (listeners) => connectionOf(duplicateOf(client), listeners),
  };
}

function isCluster(client: NodeRedisClient | NodeRedisCluster): client is NodeRedisCluster {
  return 'masters' in client;
}

function duplicateOf(client: NodeRedisClient | NodeRedisCluster): NodeRedisSubscriber {
  if (isCluster(client)) return client.duplicate({ minimizeConnections: true });
  // Coming back is our own affair: only so we know what is subscribed at every moment.
  return client.duplicate({ socket: { ...client.options.socket, reconnectStrategy: false } });
}

function connectionOf(subscriber: NodeRedisSubscriber, { hear, lose }: SubscriberListeners): SubscriberConnection {
  // Without a listener, an error would end the process.
  subscriber.on('error', () => undefined);
  subscriber.on('terminated', lose);
  subscriber.on('end', lose);
  return {
    connect: async () => {
      await subscriber.connect();
    },
    subscribe: (channels) =>
      subscriber.subscribe([...channels], (message, channel) => {
        hear(channel, message);
      }),
    unsubscribe: (channel) => subscriber.unsubscribe([channel]),
    destroy: () => {
      try {
        subscriber.destroy();
      } catch {
        // It is closed already, which it calls an error.
      }
    },
  };
}
