import { describe, expect, it } from '@jest/globals';
import express from 'express';
import type { ReplayStore } from '../../lib/index.js';
import { createRegistry, mcpErrorHandler, mcpRouter, memoryReplayStore } from '../../lib/index.js';
import type { Door } from '../support/doors.js';
import { modern } from '../support/mcp-app.js';

const requestStateKey = new Uint8Array(32).fill(3);
const form = {
  method: 'elicitation/create',
  params: { message: 'Sure?', requestedSchema: { type: 'object' } },
} as const;
const _meta = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } };

/** An endpoint whose one tool asks before it transfers, and what it transferred. */
function bank(replay?: ReplayStore): {
  readonly app: Door;
  readonly transfers: unknown[];
  readonly reports: unknown[];
} {
  const registry = createRegistry({ name: 'bank', version: '1.0.0' });
  const transfers: unknown[] = [];
  registry.tool('transfer', { inputSchema: { type: 'object' } }, (_args, ctx) => {
    if (ctx.requestState === undefined) return ctx.inputRequired({ requests: { sure: form }, state: { amount: 10 } });
    transfers.push(ctx.requestState);
    return 'done';
  });
  const reports: unknown[] = [];
  const router = mcpRouter(registry, {
    requestStateKey,
    onError: (error) => void reports.push(error),
    ...(replay === undefined ? {} : { stores: { replay } }),
  });
  return { app: express().use(router, mcpErrorHandler()), transfers, reports };
}

async function ask(app: Door): Promise<unknown> {
  const response = await modern(app, 'tools/call', { name: 'transfer', arguments: {}, _meta });
  return (response.body as { result: { requestState: unknown } }).result.requestState;
}

function answer(app: Door, requestState: unknown) {
  const inputResponses = { sure: { action: 'accept' } };
  return modern(app, 'tools/call', { name: 'transfer', arguments: {}, _meta, inputResponses, requestState });
}

const usedBefore = {
  error: { code: -32602, message: 'Invalid params: requestState was used before; start again without it' },
};

/** A store that answers something else. */
const storeThat = (markUsed: () => unknown): ReplayStore => ({
  markUsed: markUsed as ReplayStore['markUsed'],
  close: () => Promise.resolve(),
});

describe('a requestState that was brought back before', () => {
  it('is good again where no replay store counts it', async () => {
    const { app, transfers } = bank();
    const state = await ask(app);
    expect((await answer(app, state)).status).toBe(200);
    expect((await answer(app, state)).status).toBe(200);
    expect(transfers).toHaveLength(2);
  });

  it('gets -32602 where one does, and reaches no handler, at another process that shares the store either', async () => {
    const replay = memoryReplayStore();
    const [first, second] = [bank(replay), bank(replay)];
    const state = await ask(first.app);
    expect((await answer(first.app, state)).body).toMatchObject({ result: { resultType: 'complete' } });
    expect((await answer(first.app, state)).body).toMatchObject(usedBefore);
    expect((await answer(second.app, state)).body).toMatchObject(usedBefore);
    expect([first.transfers, second.transfers]).toEqual([[{ amount: 10 }], []]);
  });

  it('gets -32602 for all but one of ten at once', async () => {
    const { app, transfers } = bank(memoryReplayStore());
    const state = await ask(app);
    const answers = await Promise.all(Array.from({ length: 10 }, () => answer(app, state)));
    expect(answers.filter(({ body }) => 'result' in (body as object))).toHaveLength(1);
    expect(transfers).toHaveLength(1);
  });

  it('is another one each time that the same is sealed', async () => {
    const { app, transfers } = bank(memoryReplayStore());
    for (const state of [await ask(app), await ask(app)]) expect((await answer(app, state)).status).toBe(200);
    expect(transfers).toHaveLength(2);
  });

  it('is not spent by somebody for whom it is not good', async () => {
    const { app, transfers } = bank(memoryReplayStore());
    const state = await ask(app);
    const wrong = { name: 'transfer', arguments: { other: 1 }, _meta, requestState: state };
    expect((await modern(app, 'tools/call', wrong)).body).toMatchObject({ error: { code: -32602 } });
    expect((await answer(app, state)).status).toBe(200);
    expect(transfers).toHaveLength(1);
  });

  const unavailable = { error: { code: -32603 } };
  it.each<[string, () => unknown, number, object]>([
    [
      'throws',
      () => {
        throw new Error('away');
      },
      503,
      unavailable,
    ],
    ['rejects', () => Promise.reject(new Error('away')), 503, unavailable],
    ['answers 1', () => 1, 503, unavailable],
    ['answers with a promise of nothing', () => Promise.resolve(), 503, unavailable],
  ])('runs nothing where the store %s', async (_how, markUsed, status, body) => {
    const { app, transfers, reports } = bank(storeThat(markUsed));
    const response = await answer(app, await ask(app));
    expect([response.status, response.body]).toMatchObject([status, body]);
    expect(response.text).not.toContain('away');
    expect([transfers, reports.length]).toEqual([[], 1]);
  });

  it('needs a store that can mark something as used', () => {
    const wrong = { replay: {} } as never;
    expect(() => mcpRouter(createRegistry({ name: 'bank', version: '1' }), { stores: wrong })).toThrow(
      'mcpRouter: stores.replay must have the method markUsed and close; see docs/redis.md for ready ones.',
    );
  });
});
