import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';
import type { RedisStores } from '../../lib/redis/index.js';
import { redisStores } from '../../lib/redis/index.js';
import { letTasksAge } from '../support/ageing-tasks.js';
import { TestServer } from '../support/dispatching.js';
import type { OpenClient } from '../support/redis-clients.js';
import { clientsOfServer } from '../support/redis-clients.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { until } from '../support/running-endpoint.js';
import { TaskClient, answerOf, askFor } from '../support/task-client.js';

// These servers take a while to start on a slow machine.
jest.setTimeout(120_000);

const text = (value: string) => [{ type: 'text', text: value }];

// docs/redis.md describes this case.
describeWithRedis('tasks whose Redis goes away', () => {
  describe.each(clientsOfServer)('by way of the package %s', (_name, openClient) => {
    let server: RedisServer;
    let opened: OpenClient;
    let stores: RedisStores;
    let endpoint: TestServer;
    let client: TaskClient;
    let events: EventEmitter;
    /** The handlers' actions, in order. */
    let done: string[];
    /** Whether Redis confirms the change of a task too late. */
    let answersTooLate = false;

    beforeEach(async () => {
      server = await RedisServer.start({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
      opened = await openClient(server.port);
      stores = redisStores(opened.client, { commandTimeoutMs: 1500 });
      events = new EventEmitter();
      done = [];
      const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
      registry.tool('job', { task: { support: 'required', repeatable: true } }, async (_args, ctx) => {
        done.push('begun');
        ctx.signal.addEventListener('abort', () => {
          done.push('aborted');
          events.emit('finish');
        });
        events.emit('begun');
        await once(events, 'finish');
        done.push('ended');
        return 'done';
      });
      registry.tool('ask', { task: 'required' }, (_args, ctx) => {
        if (ctx.inputResponses === undefined) return ctx.inputRequired({ requests: { who: askFor('Who?') } });
        done.push('went on');
        return 'answered';
      });
      const { bus, tasks } = stores;
      const change: typeof tasks.change = async (...args) => {
        const isChanged = await tasks.change(...args);
        if (answersTooLate) throw new Error('Redis did not answer');
        return isChanged;
      };
      endpoint = new TestServer(registry, { bus, taskStore: { ...tasks, change } });
      client = new TaskClient(endpoint);
    });
    afterEach(async () => {
      server.thaw();
      events.emit('finish');
      await endpoint.dispatcher.close();
      await stores.close();
      opened.close();
      await server.stop();
    });

    const begin = async (): Promise<string> => {
      const begun = once(events, 'begun');
      const id = await client.begin('job');
      await begun;
      return id;
    };
    const works = async (act: () => Promise<unknown>): Promise<boolean> => {
      const [outcome] = await Promise.allSettled([act()]);
      return outcome.status === 'fulfilled';
    };
    const untilIs = (id: string, status: string) =>
      until(`it is ${status}`, async () => {
        const { body } = await client.send('tasks/get', { taskId: id });
        return body?.result?.['status'] === status;
      });

    it.each<[string, (redis: RedisServer) => unknown, (redis: RedisServer) => unknown]>([
      [
        'answers nobody',
        (redis) => {
          redis.freeze();
        },
        (redis) => {
          redis.thaw();
        },
      ],
      ['is gone', (redis) => redis.kill(), (redis) => redis.begin()],
    ])('keep what they did meanwhile when it %s, and are done once', async (_what, leave, comeBack) => {
      const id = await begin();
      await leave(server);
      events.emit('finish');
      await until('it is noticed', () => endpoint.reports.length > 0);
      await comeBack(server);
      await untilIs(id, 'completed');
      expect((await client.get(id)).result?.content).toEqual(text('done'));
      expect(done).toEqual(['begun', 'ended']);
    });

    it('are neither begun nor shown nor changed while it is gone, and clients are told nothing of it', async () => {
      const id = await begin();
      const waiting = await client.begin('ask');
      await client.untilStatus(waiting, 'input_required');
      await server.kill();
      const answers = [
        await client.call('job'),
        await client.send('tasks/get', { taskId: id }),
        await client.update(waiting, { who: answerOf('Ada') }),
        await client.cancel(id),
      ];
      for (const { body, status, text: answer } of answers) {
        expect(status).toBe(503);
        expect(body?.error).toMatchObject({
          code: -32603,
          message: 'The server cannot reach its storage at the moment',
          data: { retryAfterSeconds: 5 },
        });
        expect(answer).not.toMatch(/redis|127\.0\.0\.1/i);
      }
      // The operator finds the reason by the reference.
      const [first] = endpoint.reports;
      expect(first?.method).toBe('tools/call');
      expect(answers[0]?.body?.error?.data?.['reference']).toBe(first?.reference);
      await server.begin();
      await until('it is back', () => works(() => client.get(id)));
      expect(await client.get(id)).toMatchObject({ status: 'working' });
      expect(await client.get(waiting)).toMatchObject({ status: 'input_required' });
      expect(done).toEqual(['begun']);
      await client.update(waiting, { who: answerOf('Ada') });
      await client.untilStatus(waiting, 'completed');
      expect(done).toEqual(['begun', 'went on']);
    });

    it('are called off and never run when Redis began them without an answer in time, and take no place', async () => {
      const known = await begin();
      await client.cancel(known);
      await until('the first has ended', () => done.includes('ended'));
      done.splice(0);
      const unknown = () =>
        server
          .ask('KEYS', '*:task:*')
          .split('\n')
          .filter((key) => key !== '' && !key.endsWith(known));
      // The command takes effect after its caller gave up: there is a task that the client does not know. On a slow machine, Redis may
      // already have been known to be down, and no command was sent.
      await until('a task began all the same', async () => {
        server.freeze();
        const { status, body } = await client.call('job');
        server.thaw();
        expect(status).toBe(503);
        expect(body?.error).toMatchObject({ data: { retryAfterSeconds: 5 } });
        await until('Redis answers', () => works(() => client.get(known)));
        return unknown().length === 1;
      });
      const { doubtful } = endpoint.dispatcher.endpoint.tasks.records;
      await until('it is called off', () => doubtful.size === 0);
      const [key = ''] = unknown();
      expect(server.ask('HMGET', key, 'isOver', 'owner')).toBe('1');
      expect(server.ask('KEYS', '*:running:*')).toBe('');
      letTasksAge([server], 60);
      await endpoint.dispatcher.taskKeeper.search();
      expect(done).toEqual([]);
    });

    it('go on once with answers that Redis took without saying so in time, though their client was refused', async () => {
      const id = await client.begin('ask');
      await client.untilStatus(id, 'input_required');
      answersTooLate = true;
      const refused = await client.update(id, { who: answerOf('Ada') });
      answersTooLate = false;
      expect(refused.status).toBe(503);
      const { doubtful } = endpoint.dispatcher.endpoint.tasks.records;
      expect([doubtful.size, done]).toEqual([1, []]);
      // As the 503 told it.
      await until('it comes again', async () => (await client.update(id, { who: answerOf('Ada') })).status === 200);
      await untilIs(id, 'completed');
      expect((await client.get(id)).result?.content).toEqual(text('answered'));
      expect([doubtful.size, done]).toEqual([0, ['went on']]);
    });

    it('keep their lease when it is away for less than that', async () => {
      const id = await begin();
      const { running } = endpoint.dispatcher.endpoint.tasks;
      await server.kill();
      await running.renewAll();
      await server.begin();
      await until('it is back', () => works(() => client.get(id)));
      await running.renewAll();
      await endpoint.dispatcher.taskKeeper.search();
      expect(done).toEqual(['begun']);
      events.emit('finish');
      await untilIs(id, 'completed');
    });

    it('are called off, and unknown, when it comes back without them', async () => {
      const id = await begin();
      const { running } = endpoint.dispatcher.endpoint.tasks;
      server.ask('FLUSHALL');
      await running.renewAll();
      await until('the handler has ended', () => done.includes('ended'));
      expect(done).toEqual(['begun', 'aborted', 'ended']);
      const { body } = await client.send('tasks/get', { taskId: id });
      expect(body?.error).toMatchObject({ code: -32602 });
      // The handler's result has no task to be stored in, and makes none.
      expect(server.ask('DBSIZE')).toBe('0');
    });
  });
});
