// Some schema libraries fill in defaults or coerce in the object that they are given, as ajv does with useDefaults. Scopes and policies
// decide about the values that the handler gets.
import { expect, it } from '@jest/globals';
import express from 'express';
import type { Registry } from '../../lib/index.js';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { withTasks } from '../support/task-client.js';
import { authOptions, issuer, modern } from '../support/mcp-app.js';

interface Place {
  area?: string;
  within?: { area?: string };
}

/** A Standard Schema that lets a function change the value, and answers at once or later. */
function libraryThat(change: (value: Place) => unknown, isAsync: boolean): never {
  const properties = { area: { type: 'string' } };
  return {
    '~standard': {
      version: 1,
      vendor: 'own',
      validate: (value: Place) => {
        const answer = { value: change(value) };
        return isAsync ? Promise.resolve(answer) : answer;
      },
      jsonSchema: { input: () => ({ type: 'object', properties }), output: () => ({ type: 'object' }) },
    },
  } as never;
}

const changes: readonly (readonly [string, (value: Place) => unknown])[] = [
  [
    'fills in a default',
    (value) => {
      value.area ??= 'tax';
      return value;
    },
  ],
  [
    'changes a value',
    (value) => {
      value.area = 'tax';
      return value;
    },
  ],
  [
    'changes what stands deeper',
    (value) => {
      value.within = { area: 'tax' };
      return value;
    },
  ],
  ['returns another object', (value) => ({ ...value, area: 'tax' })],
];

const areaOf = ({ area, within }: Place): string => within?.area ?? area ?? 'open';

const runs: unknown[] = [];
const run = (args: unknown): string => {
  runs.push(args);
  return 'ran';
};

/** An endpoint with items that a caller may use for the area `open`, which the library changes to `tax`. */
function appWith(library: never): express.Express {
  const registry = createRegistry({ name: 'areas', version: '1.0.0' }) as Registry;
  const scopes = (args: object): string => `area:${areaOf(args)}`;
  registry.tool('byScope', { inputSchema: library, scopes }, run);
  registry.tool('byPolicy', { inputSchema: library, policy: (args: object) => areaOf(args) === 'open' }, run);
  registry.tool('asTask', { inputSchema: library, scopes, task: 'required' }, run);
  registry.prompt('prompt', { argumentsSchema: library, scopes }, run);
  return express().use(mcpAuth(authOptions()), mcpRouter(registry), mcpErrorHandler());
}

const calls = [
  ['tools/call', 'byScope', {}],
  ['tools/call', 'byPolicy', {}],
  ['tools/call', 'asTask', { _meta: withTasks }],
  ['prompts/get', 'prompt', {}],
] as const;

it.each(changes.flatMap(([name, change]) => [false, true].map((isAsync) => ({ name, change, isAsync }))))(
  'a library that $name (async: $isAsync) lets nobody get around the decision',
  async ({ change, isAsync }) => {
    const app = appWith(libraryThat(change, isAsync));
    const may = { Authorization: `Bearer ${await issuer.token({ scope: 'area:open' })}` };
    const statuses: unknown[] = [];
    runs.length = 0;
    for (const [method, name, params] of calls) {
      const { status } = await modern(app, method, { name, arguments: {}, ...params }, may);
      statuses.push([name, status]);
    }
    expect(statuses).toEqual([
      ['byScope', 403],
      ['byPolicy', 403],
      ['asTask', 403],
      ['prompt', 403],
    ]);
    expect(runs).toEqual([]);
  },
);

it('such a library lets a caller with the scope of the changed value pass', async () => {
  for (const [, change] of changes) {
    const app = appWith(libraryThat(change, false));
    const bearer = { Authorization: `Bearer ${await issuer.token({ scope: 'area:open area:tax' })}` };
    const response = await modern(app, 'tools/call', { name: 'byScope', arguments: {} }, bearer);
    expect(response.body).toMatchObject({ result: { content: [{ text: 'ran' }] } });
  }
});
