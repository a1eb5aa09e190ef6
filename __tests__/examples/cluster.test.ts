import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { ClientSession } from '../../examples/notes/client-session.js';
import { Person } from '../../examples/notes/person.js';
import { describeWithPrograms } from '../support/programs.js';
import { until } from '../support/running-endpoint.js';

// Six processes are started, which takes long on a slow machine.
jest.setTimeout(180_000);

let program: ChildProcess;
let output = '';
let endpoint: URL;
let pids: ReadonlyMap<string, number>;
/** The signed-in user, with both scopes; all clients here are theirs. */
let session: ClientSession;

/** A client's answers, by request. */
interface Answer {
  readonly method: string;
  readonly rpc: string | undefined;
  readonly status: number;
  readonly by: string | null;
}

class Witness {
  readonly answers: Answer[] = [];

  readonly fetch = async (input: Request | URL | string, init?: RequestInit): Promise<Response> => {
    const response = await fetch(input, init);
    const { method: rpc } = (typeof init?.body === 'string' ? JSON.parse(init.body) : {}) as { method?: string };
    const { status, headers } = response;
    this.answers.push({ method: init?.method ?? 'GET', rpc, status, by: headers.get('x-served-by') });
    return response;
  };
}

async function signIn(): Promise<ClientSession> {
  const signedIn = new ClientSession(new Person({ name: 'ada' }));
  // First with the scopes of the endpoint, then with those for writing.
  for (const name of ['search_notes', 'add_note']) {
    const transport = new StreamableHTTPClientTransport(endpoint, { authProvider: signedIn });
    const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
    const refused = await client
      .connect(transport)
      .then(() => client.callTool({ name, arguments: name === 'add_note' ? { text: 'The first note' } : {} }))
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Error);
    await transport.finishAuth(signedIn.takeCallback());
    await client.close();
  }
  return signedIn;
}

async function connect(mode: 'legacy' | { pin: '2026-07-28' }): Promise<{ client: Client; witness: Witness }> {
  const witness = new Witness();
  const client = new Client(
    { name: 'test', version: '1.0.0' },
    { versionNegotiation: { mode }, capabilities: { elicitation: { form: {} } } },
  );
  await client.connect(new StreamableHTTPClientTransport(endpoint, { authProvider: session, fetch: witness.fetch }));
  return { client, witness };
}

const modern = { pin: '2026-07-28' } as const;
const served = ({ answers }: Witness): ReadonlySet<string | null> => new Set(answers.map(({ by }) => by));

async function stop(): Promise<number | null> {
  if (program.exitCode !== null) return program.exitCode;
  const exited = once(program, 'exit') as Promise<[number | null]>;
  program.kill('SIGTERM');
  const [code] = await exited;
  return code;
}

describeWithPrograms(['nginx', 'redis-server'], 'the cluster', () => {
  beforeAll(async () => {
    program = spawn(process.execPath, ['--import', 'tsx', 'examples/cluster/main.ts'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PORT: undefined, NODE_OPTIONS: '' },
    });
    for (const stream of [program.stdout, program.stderr]) {
      stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    }
    while (!output.includes('Ctrl-C stops')) {
      if (program.exitCode !== null) throw new Error(`It ended with ${String(program.exitCode)}: ${output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    endpoint = new URL(/MCP endpoint +(\S+)/.exec(output)?.[1] ?? '');
    pids = new Map(
      [...output.matchAll(/([abc]) {2}127\.0\.0\.1:\d+ {2}pid (\d+)/g)].map(([, n = '', p]) => [n, +(p ?? 0)]),
    );
    session = await signIn();
  });
  afterAll(stop);

  it('lets the calls of one modern client be answered by all three processes', async () => {
    const { client, witness } = await connect(modern);
    for (let call = 0; call < 6; call++) {
      expect((await client.callTool({ name: 'whoami' })).content).toEqual([{ type: 'text', text: 'ada' }]);
    }
    expect([...served(witness)].sort()).toEqual(['a', 'b', 'c']);
    await client.close();
  });

  it('finds in every process what was written in one', async () => {
    const { client, witness } = await connect(modern);
    await client.callTool({ name: 'add_note', arguments: { text: 'Seen everywhere' } });
    witness.answers.length = 0;
    for (let call = 0; call < 3; call++) {
      const found = await client.callTool({ name: 'search_notes', arguments: { words: 'everywhere' } });
      expect(found.structuredContent).toMatchObject({ notes: [{ text: 'Seen everywhere' }] });
    }
    expect(served(witness).size).toBe(3);
    await client.close();
  });

  it('brings the answer that one process gets to the call that another one holds, in a legacy session', async () => {
    const { client, witness } = await connect('legacy');
    const asked: unknown[] = [];
    client.setRequestHandler('elicitation/create', ({ params }) => {
      asked.push(params.message);
      return { action: 'accept', content: { sure: false } };
    });
    const roundTrips: (readonly [string | null | undefined, string | null | undefined])[] = [];
    for (let round = 0; round < 3; round++) {
      witness.answers.length = 0;
      const result = await client.callTool({ name: 'delete_all_notes' });
      expect(result.content).toEqual([{ type: 'text', text: 'Kept every note' }]);
      const call = witness.answers.find(({ rpc }) => rpc === 'tools/call');
      const findAnswer = () => witness.answers.find(({ method, rpc }) => method === 'POST' && rpc === undefined);
      // The call may be answered before the client hears that its own answer has arrived.
      await until('the answer has arrived', () => findAnswer() !== undefined);
      const answer = findAnswer();
      expect([call?.status, answer?.status]).toEqual([200, 202]);
      roundTrips.push([call?.by, answer?.by]);
    }
    expect(asked).toHaveLength(3);
    // Two requests that follow each other never go to the same process.
    expect(roundTrips.filter(([call, answer]) => call !== answer)).toHaveLength(3);
    await client.close();
  });

  it('opens in one process what another one asked a modern client', async () => {
    const { client, witness } = await connect(modern);
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { sure: false } }));
    witness.answers.length = 0;
    expect((await client.callTool({ name: 'delete_all_notes' })).content).toEqual([
      { type: 'text', text: 'Kept every note' },
    ]);
    const rounds = witness.answers.filter(({ rpc }) => rpc === 'tools/call').map(({ by }) => by);
    expect(rounds).toHaveLength(2);
    expect(new Set(rounds).size).toBe(2);
    await client.close();
  });

  it('tells subscribers at every process of a change that was made at one', async () => {
    const all = await Promise.all([0, 1, 2].map(() => connect(modern)));
    const heard = all.map(() => 0);
    const heldBy = new Set<string | null | undefined>();
    for (const [index, { client, witness }] of all.entries()) {
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
        if (params.uri === 'notes://all') heard[index] = (heard[index] ?? 0) + 1;
      });
      // Until each process has one: clients may send any number of requests before.
      for (;;) {
        const subscription = await client.listen({ resourceSubscriptions: ['notes://all'] });
        const by = witness.answers.findLast(({ rpc }) => rpc === 'subscriptions/listen')?.by;
        if (!heldBy.has(by)) {
          heldBy.add(by);
          break;
        }
        await subscription.close();
        await client.callTool({ name: 'whoami' });
      }
    }
    expect([...heldBy].sort()).toEqual(['a', 'b', 'c']);
    await all[0]?.client.callTool({ name: 'add_note', arguments: { text: 'Something new' } });
    await until('all have heard of it', () => heard.every((count) => count > 0));
    await Promise.all(all.map(({ client }) => client.close()));
  });

  it('hands on what a stream says at once', async () => {
    const { client } = await connect(modern);
    const firsts: number[] = [];
    const begun = performance.now();
    await client.callTool(
      { name: 'read_aloud', arguments: { secondsPerNote: 1 } },
      { onprogress: () => firsts.push(performance.now() - begun) },
    );
    const whole = performance.now() - begun;
    // The first note arrives before the pause behind it, and the answer after.
    expect(firsts.length).toBeGreaterThan(0);
    expect(whole - (firsts[0] ?? whole)).toBeGreaterThan(900);
    await client.close();
  });

  it('answers at every process for a task that one of them works on', async () => {
    const seen: (string | null)[] = [];
    const { access_token: token = '' } = session.tokens() ?? {};
    const send = async (method: string, params: Readonly<Record<string, unknown>>, name: string) => {
      const _meta = {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
      };
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
          'MCP-Protocol-Version': '2026-07-28',
          'Mcp-Method': method,
          'Mcp-Name': name,
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
      });
      seen.push(response.headers.get('x-served-by'));
      return ((await response.json()) as { result: Readonly<Record<string, unknown>> }).result;
    };
    const task = await send('tools/call', { name: 'read_aloud', arguments: { secondsPerNote: 0 } }, 'read_aloud');
    const taskId = String(task['taskId']);
    seen.length = 0;
    const get = () => send('tasks/get', { taskId }, taskId);
    await until('it is done', async () => (await get())['status'] === 'completed');
    const results = [await get(), await get(), await get()];
    expect([...new Set(seen)].sort()).toEqual(['a', 'b', 'c']);
    for (const { result } of results) {
      expect(result).toMatchObject({ content: [{ type: 'text', text: expect.stringMatching(/^Read \d notes$/) }] });
    }
  });

  it('goes on without a process that was killed, and takes it in again', async () => {
    const { client, witness } = await connect(modern);
    const legacy = await connect('legacy');
    process.kill(pids.get('b') ?? 0, 'SIGKILL');
    await until('the supervisor has seen it', () => output.includes('b died (SIGKILL)'));
    witness.answers.length = 0;
    legacy.witness.answers.length = 0;
    for (let call = 0; call < 10; call++) {
      expect((await client.callTool({ name: 'whoami' })).content).toEqual([{ type: 'text', text: 'ada' }]);
      expect((await legacy.client.callTool({ name: 'whoami' })).content).toEqual([{ type: 'text', text: 'ada' }]);
    }
    const answers = [...witness.answers, ...legacy.witness.answers].filter(({ rpc }) => rpc === 'tools/call');
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    // Counts both clients: with two processes left in turn, each client may always reach the same one.
    expect(new Set(answers.map(({ by }) => by))).toEqual(new Set(['a', 'c']));
    await until('it is back', () => output.includes('b is back'));
    witness.answers.length = 0;
    await until('it answers again', async () => {
      await client.callTool({ name: 'whoami' });
      return served(witness).has('b');
    });
    await client.close();
    await legacy.client.close();
  });

  it('answers what runs before it stops, in order, and leaves nothing behind', async () => {
    const { client } = await connect(modern);
    let isReading: () => void = () => undefined;
    const reading = new Promise<void>((resolve) => (isReading = resolve));
    const running = client.callTool(
      { name: 'read_aloud', arguments: { secondsPerNote: 1 } },
      { onprogress: isReading },
    );
    await reading;
    const [code, result] = await Promise.all([stop(), running]);
    expect(result.content).toEqual([{ type: 'text', text: expect.stringMatching(/^Read \d notes$/) }]);
    expect(code).toBe(0);
    const steps = [
      ...output.matchAll(/^ {2}(nginx takes no|[abc] is drained: status 0|nginx has|Redis has|Everything)/gm),
    ];
    expect(steps.map(([, step]) => step)).toEqual([
      'nginx takes no',
      'a is drained: status 0',
      'b is drained: status 0',
      'c is drained: status 0',
      'nginx has',
      'Redis has',
      'Everything',
    ]);
    await expect(fetch(endpoint)).rejects.toThrow();
  });
});
