import { equal, ok, rejects } from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClientKind, DrivenClient, Watched } from './driven-client.js';
import { elicited } from './driven-client.js';
import type { Endpoint } from './endpoint.js';
import type { Feature } from './features.js';

/** Services for a probe. */
export interface Bench {
  readonly kind: ClientKind;
  readonly endpoint: Endpoint;
  readonly client: DrivenClient;
  /** How long to wait for an event that may not happen, in milliseconds. */
  readonly patienceMs: number;
}

const defaultPatienceMs = 10_000;

/** Tries a feature with a connected client, and throws if it fails. In this order. */
export const probes: Readonly<Partial<Record<Feature, (bench: Bench) => Promise<void>>>> = {
  list: async ({ client }) => {
    const { tools, prompts, resources } = await client.list();
    same(tools, ['revision', 'add', 'write', 'steps', 'talk', 'ask', 'wait', 'break', 'changing']);
    same(prompts, ['greet']);
    same(resources, ['example://note']);
  },
  call: async ({ client }) => {
    equal(textOf(await client.call('write')), 'written');
  },
  structured: async ({ client }) => {
    same((await client.call('add', { a: 1, b: 2 })).structuredContent, { sum: 3 });
  },
  prompt: async ({ client }) => {
    equal(await client.promptText('greet', { name: 'Ada' }), 'Greet Ada');
  },
  resource: async ({ client }) => {
    equal(await client.resourceText('example://note'), 'a note');
  },
  completion: async ({ client }) => {
    same(await client.completions('greet', 'name', 'al'), ['alan']);
  },
  progress: async ({ client }) => {
    const seen: number[] = [];
    await client.call('steps', {}, { onprogress: ({ progress }) => seen.push(progress) });
    same(seen, [1, 2, 3]);
  },
  logging: async ({ client, patienceMs }) => {
    let messages = 0;
    client.on('notifications/message', () => messages++);
    await client.callWithLogs('talk');
    await until(() => messages === 1, patienceMs);
  },
  elicitation: async ({ client }) => {
    same(JSON.parse(String(textOf(await client.call('ask')))), elicited);
  },
  cancel: async ({ client, endpoint, patienceMs }) => {
    const controller = new AbortController();
    // A call can only be cancelled while the tool works.
    const call = client.call(
      'wait',
      { name: 'one' },
      {
        signal: controller.signal,
        onprogress: () => {
          controller.abort();
        },
      },
    );
    await rejects(call);
    await until(() => endpoint.calledOff.has('one'), patienceMs);
  },
  listChanged: async ({ client, endpoint, patienceMs }) => {
    const listen = (): Promise<unknown> => client.listen();
    await hears(client, 'notifications/tools/list_changed', { listen, change: endpoint.changeTools, patienceMs });
  },
  subscribe: async ({ client, endpoint, patienceMs }) => {
    const listen = (): Promise<unknown> => client.subscribe('example://note');
    await hears(client, 'notifications/resources/updated', { listen, change: endpoint.changeNote, patienceMs });
  },
  resume: async ({ client, endpoint }) => {
    equal(textOf(await client.call('break', {}, { onprogress: () => undefined })), 'came back');
    ok(endpoint.requests.some(({ lastEventId }) => lastEventId !== undefined));
  },
  endSession: async ({ client, endpoint, patienceMs }) => {
    const session = endpoint.requests.find(({ session }) => session !== undefined)?.session;
    ok(session !== undefined, 'There is no session');
    await client.endSession();
    await until(
      () => endpoint.requests.some((seen) => seen.httpMethod === 'DELETE' && seen.status === 204),
      patienceMs,
    );
  },
};

/** A client with a fixed token can only report the reason of the refusal. */
export async function probeRefusal(kind: ClientKind, endpoint: Endpoint): Promise<void> {
  const client = await kind.connect(endpoint, await endpoint.token('mcp'));
  try {
    await rejects(client.call('write'), /insufficient.?scope|notes:write|403/i);
  } finally {
    await client.close();
  }
}

/** Compares JSON values. Under Jest those of a client may come from another realm, which node:assert would reject. */
export function same(actual: unknown, expected: unknown, message?: string): void {
  equal(JSON.stringify(actual), JSON.stringify(expected), message);
}

/** The text of the first block of a result. */
export function textOf({ content }: { readonly content?: unknown }): unknown {
  return Array.isArray(content) ? (content[0] as { readonly text?: unknown } | undefined)?.text : undefined;
}

async function hears(
  client: DrivenClient,
  method: Watched,
  { listen, change, patienceMs }: { listen(): Promise<unknown>; change(): void; readonly patienceMs: number },
): Promise<void> {
  let heard = 0;
  client.on(method, () => heard++);
  await listen();
  // A stream that the client opens by itself may not be open yet, so the change is repeated.
  await until(() => {
    change();
    return heard > 0;
  }, patienceMs);
}

/** Waits for a condition. */
export async function until(condition: () => boolean, patienceMs = defaultPatienceMs): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error('It did not come about in time');
    await wait(20);
  }
}
