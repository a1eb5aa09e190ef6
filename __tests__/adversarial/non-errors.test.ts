// JavaScript can throw any value. Express treats next(undefined), next(null), next(0), next('route') and next('router') as no error at
// all.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { requestOf } from '../support/dispatching.js';
import { express4 } from '../support/express-4.js';
import { authOptions } from '../support/mcp-app.js';
import type { Hook, Place } from './hook-places.js';
import { askPlace, hookPlaces, json, takeRuns } from './hook-places.js';

const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

/** The values to throw. */
const values: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  'the word route': () => 'route',
  'the word router': () => 'router',
  'nothing as text': () => '',
  zero: () => 0,
  false: () => false,
  'a text': () => 'password=hunter2',
  'an object with a status': () => ({
    status: 200,
    statusCode: 200,
    message: 'password=hunter2',
    headers: { 'X-Own': '1' },
  }),
  'an object with the code of ours': () => ({
    code: 'insufficient_scope',
    requiredScopes: ['x'],
    message: 'password=hunter2',
  }),
  'a revoked Proxy': revoked,
  'getters that throw': () =>
    Object.defineProperties(new Error('x'), {
      message: {
        get: () => {
          throw new Error('password=hunter2');
        },
      },
      stack: {
        get: () => {
          throw new Error('password=hunter2');
        },
      },
      cause: {
        get: () => {
          throw new Error('password=hunter2');
        },
      },
    }),
  'an object without a prototype': () => Object.create(null) as unknown,
  'a frozen error': () => Object.freeze(new Error('password=hunter2')),
  'a function': () => () => 'ran',
  'a symbol': () => Symbol('password=hunter2'),
};

/** Throws a value, or rejects with it. */
function failing(value: () => unknown, how: 'rejects' | 'throws'): Hook {
  return (() => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is the point.
    if (how === 'rejects') return Promise.reject(value());

    throw value();
  }) as Hook;
}

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push([reason]);
beforeAll(() => {
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
});
afterAll(() => {
  process.off('unhandledRejection', note);
  process.off('uncaughtException', note);
});

describe.each([
  ['5', express],
  ['4.21', express4],
])('in Express %s', (version, make) => {
  // Values that Express itself treats as no error are tried in both versions; the others do not depend on it.
  const names = Object.keys(values).slice(0, version === '5' ? undefined : 6);
  describe.each(Object.keys(hookPlaces))('%s', (hookName) => {
    const placeOf = hookPlaces[hookName] ?? ((): Place => ({}));
    it.each(names.flatMap((name) => (['throws', 'rejects'] as const).map((how) => [how, name] as const)))(
      'that %s %s lets nothing pass, and shows nothing',
      async (how, name) => {
        const value = values[name] ?? revoked;
        takeRuns();
        const response = await askPlace(placeOf(failing(value, how)), make);
        expect(takeRuns()).toBe(0);
        const { error, result } = response.body as {
          error?: unknown;
          result?: { isError?: boolean; resources?: unknown };
        };
        expect([response.status, error !== undefined || result?.isError]).toEqual([expect.any(Number), true]);
        expect(response.text).not.toContain('hunter2');
        expect(response.text).not.toMatch(/\.ts:\d+|node_modules/);
        expect(response.headers).not.toHaveProperty('x-own');
        await new Promise(setImmediate);
        expect(unhandled).toEqual([]);
      },
    );
  });
});

it('what is asked is answered where nothing fails', async () => {
  const app = express();
  const registry = createRegistry({ name: 'test', version: '1.0.0' });
  registry.tool('guarded', { scopes: ['notes:read'] }, () => 'ran');
  app.use(mcpAuth(authOptions()), mcpRouter(registry), mcpErrorHandler());
  const response = await request(app)
    .post('/mcp')
    .set({ ...json, 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'guarded' })
    .send(requestOf('2026-07-28', 'tools/call', { name: 'guarded' }));
  expect(response.text).toContain('ran');
});
