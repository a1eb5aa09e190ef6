// Walks the table of docs/operations.md: every hook, with each way to misbehave, gives what the table says.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Hook, Seen } from './hook-places.js';
import { askPlace, hookPlaces, quietHookPlaces, takeRuns } from './hook-places.js';

const secret = 'password=hunter2';
const places = { ...hookPlaces, ...quietHookPlaces };

const thrower: ProxyHandler<object> = Object.fromEntries(
  ['get', 'has', 'ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf'].map((trap) => [
    trap,
    () => {
      throw new Error(secret);
    },
  ]),
);
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const unreadable = (): object => new Proxy({}, thrower);
const hiddenMembers = (): object =>
  Object.defineProperties(
    {},
    Object.fromEntries(
      [
        'subject',
        'scopes',
        'values',
        'content',
        'contents',
        'events',
        'messages',
        'id',
        'isComplete',
        'issuer',
        'value',
      ].map((name) => [
        name,
        {
          enumerable: true,
          get: () => {
            throw new Error(secret);
          },
        },
      ]),
    ),
  );

const later = (make: () => unknown) => () =>
  new Promise((resolve) =>
    setImmediate(() => {
      resolve(make());
    }),
  );

/** The columns of the table, and what a hook does in each: all ways of one column have the same outcome. */
const columns: Readonly<Record<string, readonly (() => unknown)[]>> = {
  'throws, rejects': [
    () => {
      throw new Error(secret);
    },
    () => Promise.reject(new Error(secret)),
    () => ({
      then: () => {
        throw new Error(secret);
      },
    }),
    () => ({
      get then(): never {
        throw new Error(secret);
      },
    }),
  ],
  'never settles': [() => new Promise(() => undefined), () => ({ then: () => undefined })],
  'another type': [
    () => 7,
    later(() => 7),
    () => Symbol('s'),
    () => new Date(0),
    later(() => new Map([[1, 2]])),
    () => [[7]],
  ],
  nothing: [() => undefined, later(() => undefined), () => null, later(() => null)],
  'cannot be read': [revoked, later(revoked), unreadable, hiddenMembers, later(hiddenMembers)],
};

function outcomeOf({ status, text, body }: Seen, runs: number): string {
  const { error, result } = body as {
    error?: unknown;
    result?: { isError?: boolean; content?: { text: string }[]; tools?: unknown[]; resources?: unknown[] };
  };
  if (status !== 200) return String(status);
  if (text.startsWith('event:') || text.startsWith('id:') || text.startsWith('data:')) {
    return text.includes('"ran"') ? 'no effect' : 'stream';
  }
  if (typeof error === 'object' && error !== null) {
    const { code, message } = error as { code: number; message: string };
    return message.startsWith('Unknown') ? 'unknown' : String(code);
  }
  if (result?.isError === true) return 'failed result';
  if (result?.tools !== undefined) return result.tools.length === 0 ? 'not listed' : 'no effect';
  if (result?.resources !== undefined) return result.resources.length === 0 ? 'not listed' : 'no effect';
  return runs > 0 ? 'no effect' : 'result';
}

/** Waits with our limits passing by: a minute of theirs takes some milliseconds. */
async function soon<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let visits = 0;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setInterval(() => {
      jest.advanceTimersByTime(5_000);
      visits += 1;
      if (visits > 500) resolve(undefined);
    }, 20);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearInterval(timer);
  }
}

/** The table of the docs: hook, column, outcome. */
function readTable(): readonly (readonly [string, string, string])[] {
  const text = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const part = /<!-- hooks: begin -->([^]*)<!-- hooks: end -->/.exec(text)?.[1] ?? '';
  const [head = [], , ...rows] = part
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.replaceAll('`', '').trim()),
    );
  return rows.flatMap(([hook = '', ...cells]) => cells.map((cell, at) => [hook, head[at + 1] ?? '', cell] as const));
}

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);

beforeAll(() => {
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
  // Node's own timers go on; only our limits pass at once.
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
    ],
  });
});
afterAll(() => {
  jest.useRealTimers();
  process.off('unhandledRejection', note);
  process.off('uncaughtException', note);
});

const table = readTable();

it('the table has every hook and every way to misbehave', () => {
  expect([...new Set(table.map(([hook]) => hook))].sort()).toEqual(Object.keys(places).sort());
  expect([...new Set(table.map(([, column]) => column))]).toEqual(Object.keys(columns));
});

describe('a hook', () => {
  it.each(table.map(([hook, column, outcome]) => ({ hook, column, outcome })))(
    '$hook, $column: $outcome',
    async ({ hook, column, outcome }) => {
      const ways = columns[column] ?? [];
      const outcomes: string[] = [];
      for (const way of ways) {
        takeRuns();
        const place = places[hook];
        if (place === undefined) throw new Error(`There is no hook ${hook}`);
        const response = await soon(askPlace(place(way as Hook)));
        if (response === undefined) {
          outcomes.push('hangs');
          continue;
        }
        expect(response.text).not.toContain('hunter2');
        outcomes.push(outcomeOf(response, takeRuns()));
        await new Promise(setImmediate);
      }
      expect([...new Set(outcomes)].join(' or ')).toBe(outcome);
      expect(unhandled).toEqual([]);
    },
  );
});
