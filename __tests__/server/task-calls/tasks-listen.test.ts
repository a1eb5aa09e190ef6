import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../../lib/index.js';
import { TestServer, authWith, callerWith } from '../../support/dispatching.js';
import { RecordingOutbox } from '../../support/recording-outbox.js';
import { TaskClient, tasksExtension } from '../../support/task-client.js';

const meta = { 'io.modelcontextprotocol/subscriptionId': 1 };

async function settle(): Promise<void> {
  for (let turns = 0; turns < 30; turns++) await new Promise(setImmediate);
}

function start() {
  const events = new EventEmitter();
  const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
  const access = { mayHear: true };
  registry.tool('job', { task: 'optional', policy: () => access.mayHear }, async (_args, ctx) => {
    await ctx.log('error', 'not for who listens');
    await ctx.progress(1, 2, 'halfway');
    await once(events, 'finish');
    return 'done';
  });
  const server = new TestServer(registry);
  const outbox = new RecordingOutbox();
  const client = new TaskClient(server, { caller: callerWith(), outbox });
  const listen = async (...taskIds: readonly unknown[]) => {
    const listening = client.send('subscriptions/listen', { notifications: { taskIds } });
    await settle();
    return listening;
  };
  return { access, client, events, listen, outbox, server };
}

describe('subscriptions/listen with taskIds', () => {
  it('hears the task as tasks/get gives it, and nothing of ctx.progress and ctx.log', async () => {
    const { client, events, listen, outbox } = start();
    const taskId = await client.begin('job');
    await client.until(taskId, ({ statusMessage }) => statusMessage === 'halfway');
    const working = await client.get(taskId);
    const listening = listen(taskId, 'unknown');
    await settle();
    events.emit('finish');
    const completed = await client.untilStatus(taskId, 'completed');
    await settle();
    outbox.bringToEnd();
    await listening;
    const asTold = ({ resultType: _type, _meta, ...task }: Readonly<Record<string, unknown>>) => ({
      jsonrpc: '2.0',
      method: 'notifications/tasks',
      params: { _meta: meta, ...task },
    });
    expect(outbox.messages).toEqual([
      {
        jsonrpc: '2.0',
        method: 'notifications/subscriptions/acknowledged',
        params: { _meta: meta, notifications: { taskIds: [taskId] } },
      },
      asTold({ ...working }),
      asTold({ ...completed }),
    ]);
  });

  it('gets -32021 by a client without the extension', async () => {
    const { client, server } = start();
    const taskId = await client.begin('job');
    const params = { notifications: { taskIds: [taskId] } };
    const { body } = await server.call('2026-07-28', 'subscriptions/listen', params, { caller: callerWith() });
    expect(body?.error).toMatchObject({
      code: -32021,
      data: { requiredCapabilities: { extensions: { [tasksExtension]: {} } } },
    });
  });

  it('acknowledges no task of somebody else', async () => {
    const { client, server } = start();
    const taskId = await client.begin('job');
    const outbox = new RecordingOutbox();
    outbox.bringToEnd();
    const caller = { auth: authWith([], { subject: 'user-2' }), endpoint: undefined };
    const stranger = new TaskClient(server, { caller, outbox });
    await stranger.send('subscriptions/listen', { notifications: { taskIds: [taskId] } });
    expect(outbox.messages).toMatchObject([{ params: { notifications: {} } }]);
    expect(JSON.stringify(outbox.messages)).not.toContain(taskId);
  });

  it('decides before every notification whether the caller may still hear it', async () => {
    const { access, client, events, listen, outbox } = start();
    const taskId = await client.begin('job');
    const listening = listen(taskId);
    await settle();
    const before = outbox.messages.length;
    access.mayHear = false;
    events.emit('finish');
    await settle();
    outbox.bringToEnd();
    await listening;
    expect(before).toBeGreaterThan(1);
    expect(outbox.messages).toHaveLength(before);
  });

  it('gives -32602 for taskIds that are no list of texts', async () => {
    const { client } = start();
    const { body } = await client.send('subscriptions/listen', { notifications: { taskIds: [7] } });
    expect(body?.error).toEqual({
      code: -32602,
      message: 'Invalid params: notifications.taskIds must be an array of at most 100 strings',
    });
  });
});
