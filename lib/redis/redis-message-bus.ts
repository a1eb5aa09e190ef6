import type { MessageBus } from '../stores/message-bus.js';
import type { KeySpace } from './key-space.js';
import type { RedisAdapter } from './redis-adapter.js';
import type { RedisCommands } from './redis-commands.js';
import { RedisSubscriber } from './redis-subscriber.js';

const heartbeatMs = 2000;

/** A {@link MessageBus} on Redis's publish and subscribe, with a connection of its own for the latter. */
export function redisMessageBus(
  adapter: RedisAdapter,
  commands: RedisCommands,
  { keys, timeoutMs }: { readonly keys: KeySpace; readonly timeoutMs: number },
): MessageBus {
  const heartbeat = {
    channel: keys.channel(`alive.${crypto.randomUUID()}`),
    everyMs: heartbeatMs,
    publish: (channel: string) => commands.call(['PUBLISH', channel, '']),
  };
  const subscriber = new RedisSubscriber(adapter, heartbeat, timeoutMs);
  return {
    publish: async (topic, message) => {
      await commands.call(['PUBLISH', keys.channel(topic), message]);
    },
    subscribe: (topic, listener) => subscriber.subscribe(keys.channel(topic), listener),
    check: async () => {
      if (!subscriber.isListening) throw new Error('Redis is not connected');
      await commands.ping();
    },
    close: () => {
      subscriber.close();
      return Promise.resolve();
    },
  };
}
