import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../../lib/index.js';
import { TestServer } from '../../support/dispatching.js';
import { RecordingOutbox } from '../../support/recording-outbox.js';

const idKey = 'io.modelcontextprotocol/subscriptionId';
const notifications = { toolsListChanged: true };

function changing() {
  const registry = createRegistry({ name: 'changing', version: '1.0.0' });
  registry.tool('old', {}, () => 'old');
  return { registry, server: new TestServer(registry) };
}

/** Takes the first message when the test says so, and the others at once. */
class HesitantOutbox extends RecordingOutbox {
  take: () => void = () => undefined;

  override async send(message: string): Promise<void> {
    await super.send(message);
    if (this.messages.length === 1) await new Promise<void>((resolve) => (this.take = resolve));
  }
}

const methodsOf = ({ messages }: RecordingOutbox): unknown[] =>
  messages.map((message) => (message as { readonly method: string }).method);

describe('subscriptions/listen', () => {
  it('tells a change that comes before the acknowledgement after it', async () => {
    const { registry, server } = changing();
    const outbox = new HesitantOutbox();
    const listened = server.call('2026-07-28', 'subscriptions/listen', { notifications }, { outbox });
    while (outbox.messages.length === 0) await new Promise(setImmediate);
    registry.tool('new', {}, () => 'new');
    // Longer than a change waits for others.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(methodsOf(outbox)).toEqual(['notifications/subscriptions/acknowledged']);
    outbox.take();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(methodsOf(outbox)).toEqual(['notifications/subscriptions/acknowledged', 'notifications/tools/list_changed']);
    outbox.bringToEnd();
    await listened;
  });

  it('is answered with an empty result that names it when the server closes, and hears nothing any more', async () => {
    const { registry, server } = changing();
    const outbox = new RecordingOutbox();
    const listened = server.call('2026-07-28', 'subscriptions/listen', { notifications }, { outbox });
    while (outbox.messages.length === 0) await new Promise(setImmediate);
    outbox.bringToEnd();
    expect((await listened).body).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: {
        resultType: 'complete',
        _meta: { [idKey]: 1, 'io.modelcontextprotocol/serverInfo': { name: 'changing', version: '1.0.0' } },
      },
    });
    registry.tool('new', {}, () => 'new');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(methodsOf(outbox)).toEqual(['notifications/subscriptions/acknowledged']);
    expect(server.dispatcher.endpoint.changes.size).toBe(0);
  });
});
