import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../../lib/index.js';
import { Cancelling, neverCancelled } from '../../../lib/server/cancellation/cancellation.js';
import type { IncomingDelivery } from '../../../lib/server/transport/incoming-message.js';
import type { LastingStream, Reply } from '../../../lib/server/transport/outgoing-reply.js';
import { TestServer, nobody, requestOf } from '../../support/dispatching.js';
import { RecordingOutbox } from '../../support/recording-outbox.js';

const idKey = 'io.modelcontextprotocol/subscriptionId';

/** An outbox whose client takes the next message when the test tells it to. */
class SlowOutbox extends RecordingOutbox {
  readonly #takers: ((error?: Error) => void)[] = [];

  override async send(message: string): Promise<void> {
    await super.send(message);
    await new Promise<void>((resolve, reject) => {
      this.#takers.push((error) => {
        if (error === undefined) resolve();
        else reject(error);
      });
    });
  }

  /** The client takes the waiting message, or fails. */
  async take(error?: Error): Promise<void> {
    for (const taken of this.#takers.splice(0)) taken(error);
    await turns();
  }

  get methods(): readonly unknown[] {
    return this.messages.map((message) => (message as { readonly method?: string }).method);
  }
}

async function turns(): Promise<void> {
  for (let count = 0; count < 5; count++) await new Promise(setImmediate);
}

function start() {
  const registry = createRegistry({ name: 'changes', version: '1.0.0' });
  registry.tool('tool', {}, () => 'tool');
  registry.resource('notes://one', {}, () => 'one');
  const server = new TestServer(registry);
  const { endpoint } = server.dispatcher;
  const notifications = { toolsListChanged: true, resourceSubscriptions: ['notes://one'] };
  const listen = async (delivery: Partial<IncomingDelivery>): Promise<Reply> =>
    server.dispatcher.dispatch(requestOf('2026-07-28', 'subscriptions/listen', { notifications }, 'sub-1'), {
      caller: nobody,
      versions: { header: '2026-07-28', assumed: '2026-07-28' },
      disconnect: neverCancelled,
      outbox: new RecordingOutbox(),
      refusalsAre: 'thrown',
      letsStreamsLast: true,
      ...delivery,
    });
  /** Remains of streams: occupied places, and listeners. */
  const left = () => [endpoint.limits.streams?.size, endpoint.changes.size];
  return { left, listen, registry, server };
}

function streamIn(reply: Reply): LastingStream {
  if (reply.kind !== 'lasting') throw new Error(`Not a stream: ${JSON.stringify(reply)}`);
  return reply.stream;
}

/** How often a stream reported its end. */
function endsOf(stream: LastingStream): { count: number } {
  const ends = { count: 0 };
  stream.whenOver(() => (ends.count += 1));
  return ends;
}

describe('a stream of changes', () => {
  it('acknowledges first, and tells what happens until the client has taken that only then', async () => {
    const { listen, registry } = start();
    const outbox = new SlowOutbox();
    const listening = listen({ outbox });
    await turns();
    for (let count = 0; count < 3; count++) {
      registry.resourceUpdated('notes://one');
      await turns();
    }
    expect(outbox.methods).toEqual(['notifications/subscriptions/acknowledged']);
    await outbox.take();
    await listening;
    await turns();
    await outbox.take();
    expect(outbox.methods.slice(1, 3)).toEqual(['notifications/resources/updated', 'notifications/resources/updated']);
    await outbox.take();
    // The first was on its way to the client; the other two are one.
    expect(outbox.methods).toHaveLength(3);
  });

  it('has one message on its way to a client that is slow, and one entry for each thing beside it', async () => {
    const { listen, registry } = start();
    const outbox = new SlowOutbox();
    const listening = listen({ outbox });
    await turns();
    await outbox.take();
    await listening;
    for (let count = 0; count < 100; count++) {
      registry.resourceUpdated('notes://one');
      registry.tool(`tool-${count}`, {}, () => 'new');
      await turns();
    }
    expect(outbox.messages).toHaveLength(2);
    for (let count = 0; count < 10; count++) await outbox.take();
    // The first was on its way, the second waited for it; then one of each kind that happened meanwhile.
    expect(outbox.methods.slice(2).sort()).toEqual([
      'notifications/resources/updated',
      'notifications/tools/list_changed',
      'notifications/tools/list_changed',
    ]);
  });

  it('is the reply, which holds its place until the client goes away, and then says so once and answers nothing', async () => {
    const { left, listen, registry } = start();
    const disconnect = new Cancelling();
    const outbox = new RecordingOutbox();
    const stream = streamIn(await listen({ outbox, disconnect }));
    const ends = endsOf(stream);
    expect([left(), ends.count]).toEqual([[1, 1], 0]);
    disconnect.cancel();
    outbox.bringToEnd();
    expect([left(), ends.count, outbox.listeners]).toEqual([[0, 0], 1, 0]);
    expect(await stream.answer()).toEqual({ kind: 'cancelled' });
    registry.resourceUpdated('notes://one');
    await turns();
    expect(outbox.messages).toHaveLength(1);
  });

  it('answers with its id when the server ends it, also to who asks for the end only then', async () => {
    const { left, listen } = start();
    const outbox = new RecordingOutbox();
    const stream = streamIn(await listen({ outbox }));
    outbox.bringToEnd();
    expect([left(), endsOf(stream).count]).toEqual([[0, 0], 1]);
    const reply = await stream.answer();
    if (reply.kind !== 'message') throw new Error('There is no answer');
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.text)).toMatchObject({
      id: 'sub-1',
      result: { resultType: 'complete', _meta: { [idKey]: 'sub-1' } },
    });
  });

  it('says farewell where the transport has that, but not to who has gone away', async () => {
    const { listen } = start();
    for (const isGone of [false, true]) {
      const farewells: unknown[] = [];
      const disconnect = new Cancelling();
      const outbox = Object.assign(new RecordingOutbox(), {
        farewell: (id: unknown): Promise<void> => {
          farewells.push(id);
          return Promise.resolve();
        },
      });
      const stream = streamIn(await listen({ outbox, disconnect }));
      if (isGone) disconnect.cancel();
      else outbox.bringToEnd();
      const { kind } = await stream.answer();
      expect([kind, farewells]).toEqual(isGone ? ['cancelled', []] : ['message', ['sub-1']]);
    }
  });

  it('leaves nothing behind when the acknowledgement cannot be sent', async () => {
    const { left, listen } = start();
    const outbox = new SlowOutbox();
    const listening = listen({ outbox });
    await turns();
    expect(left()).toEqual([1, 1]);
    await outbox.take(new Error('broken pipe'));
    const reply = await listening;
    expect(reply).toMatchObject({ kind: 'message', status: 200 });
    expect([left(), outbox.listeners]).toEqual([[0, 0], 0]);
  });

  it('leaves nothing behind when the client goes away, or the server closes, before the acknowledgement is taken', async () => {
    for (const isServer of [false, true]) {
      const { left, listen } = start();
      const outbox = new SlowOutbox();
      const disconnect = new Cancelling();
      const listening = listen({ outbox, disconnect });
      await turns();
      if (isServer) outbox.bringToEnd();
      else disconnect.cancel();
      await outbox.take();
      const stream = streamIn(await listening);
      expect([left(), endsOf(stream).count, outbox.listeners]).toEqual([[0, 0], 1, 0]);
    }
  });

  it('is waited for where a transport lets no stream be the reply', async () => {
    const { left, listen } = start();
    const outbox = new RecordingOutbox();
    let reply: Reply | undefined;
    const listening = listen({ outbox, letsStreamsLast: false }).then((given) => (reply = given));
    await turns();
    expect([reply, left()]).toEqual([undefined, [1, 1]]);
    outbox.bringToEnd();
    await listening;
    expect([reply?.kind, left()]).toEqual(['message', [0, 0]]);
  });
});
