import { expect, it, jest } from '@jest/globals';
import { memoryMessageBus } from '../../lib/index.js';
import type { MessageBus } from '../../lib/index.js';
import { subscribeQuietly } from '../../lib/stores/best-effort-bus.js';
import { until } from '../support/running-endpoint.js';

/** A bus that cannot be reached the first times. */
function lateBus(failures: number): MessageBus & { attempts: number } {
  const bus = memoryMessageBus();
  return {
    ...bus,
    attempts: 0,
    async subscribe(...args) {
      this.attempts += 1;
      if (this.attempts <= failures) throw new Error('The bus is away');
      return bus.subscribe(...args);
    },
  };
}

it('listens to a bus that was away at the start as soon as it is there', async () => {
  const bus = lateBus(2);
  const heard: string[] = [];
  const stop = await subscribeQuietly(bus, 'topic', (message) => heard.push(message));
  await until('it is heard', async () => {
    await bus.publish('topic', 'news');
    return heard.length > 0;
  });
  await stop();
  const { length } = heard;
  await bus.publish('topic', 'more');
  expect([bus.attempts, heard.length]).toEqual([3, length]);
});

it('does not try again once it is ended', async () => {
  const bus = lateBus(1);
  jest.useFakeTimers();
  try {
    const stop = await subscribeQuietly(bus, 'topic', () => undefined);
    await stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(bus.attempts).toBe(1);
  } finally {
    jest.useRealTimers();
  }
});
