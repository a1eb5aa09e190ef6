import { describe, expect, it } from '@jest/globals';
import { Cancelling } from '../../lib/server/cancellation/cancellation.js';
import { createRegistry, memoryMessageBus } from '../../lib/index.js';
import type { MessageBus } from '../../lib/index.js';
import type { CatalogChange } from '../../lib/registry/catalog-changes.js';
import { ChangeNotifier } from '../../lib/server/notifications/change-notifier.js';
import { RunningRequests } from '../../lib/server/cancellation/running-requests.js';
import { ChangeSubscription } from '../../lib/server/notifications/change-subscription.js';
import { nobody } from '../support/dispatching.js';

const broken: MessageBus = {
  publish: () => {
    throw new Error('bus is down');
  },
  subscribe: () => {
    throw new Error('bus is down');
  },
  close: () => Promise.resolve(),
};

describe('a change notifier', () => {
  it('tells each change once, also when several routers of a process share a bus', async () => {
    const bus = memoryMessageBus();
    const [here, there] = [createRegistry({ name: 'a', version: '1' }), createRegistry({ name: 'a', version: '1' })];
    const notifiers = [here, here, there].map(({ catalog }) => new ChangeNotifier(catalog, bus, 'notes'));
    const heard: unknown[] = [];
    const listeners = notifiers.map((notifier, index) => {
      const listener = { hear: ({ kind }: CatalogChange) => heard.push([index, kind]) };
      notifier.listen(listener);
      return listener;
    });
    await new Promise(setImmediate);
    here.resourceUpdated('notes://one');
    expect(heard.sort()).toEqual([
      [0, 'resource'],
      [1, 'resource'],
      [2, 'resource'],
    ]);
    for (const text of ['no JSON', '7', '{}', 'null']) await bus.publish('changes', text);
    if (listeners[0] !== undefined) notifiers[0]?.forget(listeners[0]);
    expect(notifiers.map(({ size }) => size)).toEqual([0, 1, 1]);
    await Promise.all(notifiers.map((notifier) => notifier.close()));
    here.resourceUpdated('notes://one');
    expect(heard).toHaveLength(3);
  });

  it('does without a bus that throws', async () => {
    const registry = createRegistry({ name: 'a', version: '1' });
    const notifier = new ChangeNotifier(registry.catalog, broken, 'notes');
    const heard: unknown[] = [];
    notifier.listen({ hear: ({ kind }) => heard.push(kind) });
    registry.tool('new', {}, () => 'new');
    expect(heard).toEqual(['list']);
    await notifier.close();
  });
});

describe('running requests', () => {
  it('keep the newer of two with the same id, tell ids of one type from those of another, and do without a bus', async () => {
    const running = new RunningRequests(broken);
    const [first, second, text] = [new Cancelling(), new Cancelling(), new Cancelling()];
    const finishFirst = running.add('c', 1, first);
    const finishSecond = running.add('c', 1, second);
    running.add('c', '1', text);
    finishFirst();
    running.cancel('d', 1);
    running.cancel('c', 1);
    expect([first, second, text].map(({ isCancelled }) => isCancelled)).toEqual([false, true, false]);
    finishSecond();
    expect(running.size).toBe(1);
    running.cancelAll();
    expect(text.isCancelled).toBe(true);
    await running.close();
  });

  it('ignore what another program says on the bus', async () => {
    const bus = memoryMessageBus();
    const running = new RunningRequests(bus);
    await new Promise(setImmediate);
    for (const message of ['no JSON', '{}', 'null', '[1]']) await bus.publish('cancelled', message);
    expect(running.size).toBe(0);
    await running.close();
  });
});

describe('a subscription', () => {
  const interest = { lists: new Set(['tools'] as const), resources: new Set(['notes://one']) };

  it('stops when its client cannot be told any more', async () => {
    const { catalog } = createRegistry({ name: 'a', version: '1' });
    let tried = 0;
    const send = (): Promise<void> => {
      tried++;
      return Promise.reject(new Error('broken pipe'));
    };
    const subscription = new ChangeSubscription(
      { catalog, reportError: () => undefined },
      { caller: nobody, interest, send },
    );
    for (let count = 0; count < 3; count++) {
      subscription.hear({ kind: 'list', list: 'tools', visibleWith: undefined });
      await new Promise(setImmediate);
      await new Promise(setImmediate);
    }
    expect(tried).toBe(1);
  });

  it('keeps one entry for each thing while its client is slow', async () => {
    const { catalog } = createRegistry({ name: 'a', version: '1' });
    const sent: string[] = [];
    let go: () => void = () => undefined;
    const send = (message: string): Promise<void> => {
      sent.push(message);
      return new Promise((resolve) => (go = resolve));
    };
    const subscription = new ChangeSubscription(
      { catalog, reportError: () => undefined },
      { caller: nobody, interest, send },
    );
    const change = { kind: 'list', list: 'tools', visibleWith: undefined } as const;
    subscription.hear(change);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    for (let count = 0; count < 1000; count++) subscription.hear(change);
    go();
    await new Promise(setImmediate);
    expect(sent).toHaveLength(2);
    go();
    subscription.close();
    subscription.hear(change);
    await new Promise(setImmediate);
    expect(sent).toHaveLength(2);
  });
});
