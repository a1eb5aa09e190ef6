import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { letTasksAge } from '../support/ageing-tasks.js';
import { BundledPrograms } from '../support/bundled-programs.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import type { JsonRpcMessage } from '../support/running-endpoint.js';
import { streamOf } from '../support/running-endpoint.js';
import type { SeenTask } from '../support/task-client.js';
import { answerOf } from '../support/task-client.js';
import { TaskFolder, TaskProcess, taskServer } from '../support/task-process.js';

// These processes take a while to start, and regularly search for abandoned tasks.
jest.setTimeout(180_000);

const text = (value: string) => [{ type: 'text', text: value }];

/** Waits for the work of another process, however slow the machine. */
async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 120_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describeWithRedis('tasks of processes of their own on one Redis', () => {
  let server: RedisServer;
  let folder: TaskFolder;
  let programs: BundledPrograms;
  let [a, b, c] = [] as unknown as [TaskProcess, TaskProcess, TaskProcess];

  const start = (client: string): Promise<TaskProcess> => TaskProcess.start(programs, server.port, client, folder.path);

  beforeAll(async () => {
    [server, programs] = await Promise.all([RedisServer.start(), BundledPrograms.of(taskServer)]);
    folder = new TaskFolder();
    [a, b, c] = await Promise.all([start('redis'), start('ioredis'), start('redis')]);
  });
  beforeEach(async () => {
    if (!a.isAlive) a = await start('redis');
  });
  afterAll(async () => {
    a.thaw();
    await Promise.all([a, b, c].map((each) => each.kill()));
    folder.remove();
    programs.remove();
    await server.stop();
  });

  const hasBegun = (key: string, { pid }: TaskProcess) =>
    until(`${key} has begun`, () => folder.effects(key).some(([what, by]) => what === 'begun' && by === pid));
  const untilStatus = async ({ client }: TaskProcess, id: string, status: string): Promise<SeenTask> => {
    await until(`the task is ${status}`, async () => (await client.get(id)).status === status);
    return client.get(id);
  };
  /** A process's notifications about tasks; ends with the first that is the last expected one. */
  const listenTo = async (to: TaskProcess, taskIds: readonly string[]) => {
    const stream = streamOf(await to.post('subscriptions/listen', { notifications: { taskIds } }));
    const heard: (JsonRpcMessage | undefined)[] = [];
    const hearUntil = async (isLast: (task: SeenTask) => boolean): Promise<readonly SeenTask[]> => {
      do heard.push(await stream.next());
      while (heard.at(-1) !== undefined && !isLast((heard.at(-1)?.params ?? {}) as unknown as SeenTask));
      const tasks = heard.filter((message) => message?.method === 'notifications/tasks');
      return tasks.map((message) => message?.params as unknown as SeenTask);
    };
    return { hearUntil, stop: () => stream.cancel() };
  };

  it('are read in one while they run in another, and done once', async () => {
    const id = await a.client.begin('once', { key: 'read' });
    await hasBegun('read', a);
    expect(await b.client.get(id)).toMatchObject({ status: 'working' });
    const { hearUntil, stop } = await listenTo(b, [id]);
    folder.letEnd('read', a);
    const told = await hearUntil(({ status }) => status === 'completed');
    expect(told.at(-1)).toMatchObject({ taskId: id, result: { content: text(`done in ${a.pid}`) } });
    expect(await c.client.get(id)).toMatchObject({ status: 'completed' });
    expect(folder.effects('read')).toEqual([
      ['begun', a.pid],
      ['ended', a.pid],
    ]);
    await stop();
  });

  it('are fed in one what they ask in another, though that one is gone by then', async () => {
    const id = await a.client.begin('ask', { key: 'fed' });
    expect(await untilStatus(b, id, 'input_required')).toMatchObject({ inputRequests: { who: { params: {} } } });
    await a.kill();
    expect((await b.client.update(id, { who: answerOf('Ada') })).body?.result).toMatchObject({});
    const { result } = await untilStatus(c, id, 'completed');
    const answer = JSON.stringify(answerOf('Ada'));
    expect(result?.content).toEqual(text(`${answer} asked in ${a.pid}, answered in ${b.pid}`));
  });

  it('are fed from two at once, and go on once', async () => {
    const id = await a.client.begin('ask', { key: 'fed twice' });
    await untilStatus(b, id, 'input_required');
    await Promise.all([b, c].map(({ client }) => client.update(id, { who: answerOf('Ada') })));
    const { result } = await untilStatus(a, id, 'completed');
    const [answered, ...more] = folder.effects('fed twice');
    expect(more).toEqual([]);
    expect(result?.content).toEqual(
      text(`${JSON.stringify(answerOf('Ada'))} asked in ${a.pid}, answered in ${String(answered?.[1])}`),
    );
  });

  it('are called off in the one where they run by the other where they are cancelled', async () => {
    const id = await a.client.begin('once', { key: 'cancelled' });
    await hasBegun('cancelled', a);
    expect((await b.client.cancel(id)).body?.result).toMatchObject({});
    await until('the handler is told', () => folder.effects('cancelled').some(([what]) => what === 'aborted'));
    await until('the handler has ended', () => folder.effects('cancelled').some(([what]) => what === 'ended'));
    for (const { client } of [a, b, c]) expect(await client.get(id)).toMatchObject({ status: 'cancelled' });
  });

  it('are taken up once, or fail once and say why, when their process is killed', async () => {
    const once = await a.client.begin('once', { key: 'once killed' });
    const again = await a.client.begin('again', { key: 'again killed' });
    await hasBegun('once killed', a);
    await hasBegun('again killed', a);
    const { hearUntil, stop } = await listenTo(b, [once, again]);
    await a.kill();
    letTasksAge([server], 60);

    await until('it is taken up', () => folder.effects('again killed').length > 1);
    const pid = folder.effects('again killed')[1]?.[1] ?? 0;
    expect([b.pid, c.pid]).toContain(pid);
    const failed = await untilStatus(c, once, 'failed');
    // No other process takes them while their owner lives.
    for (const each of [b, c]) folder.letEnd('again killed', each);
    const told = await hearUntil(({ taskId, status }) => taskId === again && status === 'completed');
    const message = 'The process that worked on this task is gone, and the work cannot be repeated';
    expect(failed).toMatchObject({ statusMessage: message, error: { code: -32603, message } });
    expect(told.filter(({ taskId, status }) => taskId === once && status === 'failed')).toMatchObject([
      { error: { message } },
    ]);
    expect(told.at(-1)?.result?.content).toEqual(text(`done in ${pid}`));
    expect(folder.effects('once killed')).toEqual([['begun', a.pid]]);
    expect(folder.effects('again killed')).toEqual([
      ['begun', a.pid],
      ['begun', pid],
      ['ended', pid],
    ]);
    await stop();
  });

  it('are not changed any more by a process that stood still for so long that it lost them', async () => {
    const once = await a.client.begin('once', { key: 'once frozen' });
    const again = await a.client.begin('again', { key: 'again frozen' });
    await hasBegun('once frozen', a);
    await hasBegun('again frozen', a);
    a.freeze();
    letTasksAge([server], 60);
    await until('it is taken up', () => folder.effects('again frozen').length > 1);
    const pid = folder.effects('again frozen')[1]?.[1] ?? 0;
    const failed = await untilStatus(b, once, 'failed');

    // It wakes, finishes, and believes that it still owns the tasks.
    for (const key of ['once frozen', 'again frozen']) folder.letEnd(key, a);
    a.thaw();
    await until('it came to its end', () =>
      ['once frozen', 'again frozen'].every((key) =>
        folder.effects(key).some(([what, by]) => what === 'ended' && by === a.pid),
      ),
    );
    expect(await a.client.get(again)).toMatchObject({ status: 'working' });
    for (const each of [b, c]) folder.letEnd('again frozen', each);
    expect((await untilStatus(a, again, 'completed')).result?.content).toEqual(text(`done in ${pid}`));
    expect(await a.client.get(once)).toEqual(failed);
  });
});
