// The replay store in memory is full, and never forgets what is alive. The caller who filled it waits; others are served.
import { expect, it } from '@jest/globals';
import express from 'express';
import type { Response } from 'supertest';
import type { ReplayStore } from '../../lib/index.js';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter, memoryReplayStore } from '../../lib/index.js';
import { DpopClient } from '../support/dpop-client.js';
import type { Door } from '../support/doors.js';
import { authOptions, challengeOf, issuer, modern, protectedApp } from '../support/mcp-app.js';

const client = await DpopClient.create();

function appWith(replay: ReplayStore): Door {
  return protectedApp({ auth: { dpop: 'required', stores: { replay }, onProblem: () => undefined } });
}

interface Sender {
  readonly subject: string;
  readonly clientId?: string;
}

/** Header fields of a request; they are a replay when they are sent twice. */
async function fieldsOf({ subject, clientId = 'cli' }: Sender): Promise<Record<string, string>> {
  const token = await issuer.token({ subject, clientId, claims: { cnf: { jkt: client.thumbprint } } });
  return { Authorization: `DPoP ${token}`, DPoP: await client.proof(token) };
}

const send = (app: Door, fields: Record<string, string>): Promise<Response> =>
  Promise.resolve(modern(app, 'tools/call', { name: 'open' }, fields));
const call = async (app: Door, sender: Sender): Promise<Response> => send(app, await fieldsOf(sender));

const served = (subject: string) => [200, undefined, expect.stringContaining(`Hello ${subject}`)];
const seen = (response: Response) => [response.status, response.headers['retry-after'], response.text];
const busy = [503, '5', expect.stringContaining('"error":"temporarily_unavailable"')];

it('one caller fills it to its edge, and waits from then on, while another works', async () => {
  const app = appWith(memoryReplayStore(20));
  for (let count = 0; count < 20; count += 1) expect((await call(app, { subject: 'mallory' })).status).toBe(200);
  const refused = await call(app, { subject: 'mallory' });
  expect(seen(refused)).toEqual(busy);
  expect(challengeOf(refused)).toBeUndefined();
  for (let count = 0; count < 9; count += 1) {
    expect(seen(await call(app, { subject: 'ada' }))).toEqual(served('ada'));
    expect(seen(await call(app, { subject: 'mallory' }))).toEqual(busy);
  }
});

it('a proof that made room is not taken again, by whoever has it', async () => {
  const app = appWith(memoryReplayStore(5));
  const first = await fieldsOf({ subject: 'mallory' });
  expect((await send(app, first)).status).toBe(200);
  for (let count = 0; count < 4; count += 1) await call(app, { subject: 'mallory' });
  expect((await call(app, { subject: 'ada' })).status).toBe(200);
  expect(seen(await send(app, first))).toEqual(busy);
});

it('a thousand callers fill it, each with what they get, while another works', async () => {
  const replay = memoryReplayStore(3000);
  const app = appWith(replay);
  // The first takes all there is through the store itself, as the guard would, since 3,000 signatures take long.
  for (let count = 0; count < 3000; count += 1) await replay.markUsed(`proof ${String(count)}`, 71, 'mallory');
  for (let each = 0; each < 1000; each += 1) {
    for (let count = 0; count < 3; count += 1) {
      await replay.markUsed(`${String(each)} ${String(count)}`, 71, `crowd ${String(each)}`).catch(() => false);
    }
  }
  expect(seen(await call(app, { subject: 'ada' }))).toEqual(served('ada'));
  expect(seen(await call(app, { subject: 'grace' }))).toEqual(served('grace'));
});

it('a user with ever new clients takes what is free, and room at the cost of those with more than one proof', async () => {
  const app = appWith(memoryReplayStore(10));
  for (let count = 0; count < 4; count += 1) await call(app, { subject: 'ada' });
  for (let each = 0; each < 6; each += 1) {
    expect((await call(app, { subject: 'mallory', clientId: `client ${String(each)}` })).status).toBe(200);
  }
  // Dynamic registration multiplies principals. Each new one takes from the owner with the most, here ada.
  for (let each = 6; each < 9; each += 1) {
    expect((await call(app, { subject: 'mallory', clientId: `client ${String(each)}` })).status).toBe(200);
  }
  expect(seen(await call(app, { subject: 'ada' }))).toEqual(busy);
  // The bound: as many principals at once as the store has places. From then on, it refuses each new one.
  expect(seen(await call(app, { subject: 'mallory', clientId: 'client 9' }))).toEqual(busy);
  expect(seen(await call(app, { subject: 'grace' }))).toEqual(busy);
});

it('names the principal to the store by a digest: another for each user and client, the same for each of their tokens', async () => {
  const owners: unknown[] = [];
  const app = appWith({
    ...memoryReplayStore(),
    markUsed: (...[, , owner]) => {
      owners.push(owner);
      return Promise.resolve(true);
    },
  });
  const senders = [
    { subject: 'ada' },
    { subject: 'ada' },
    { subject: 'ada', clientId: 'other' },
    { subject: 'grace' },
  ] as const;
  for (const sender of senders) await call(app, sender);
  const [ada, again, other, grace] = owners as string[];
  expect(again).toBe(ada);
  expect(new Set([ada, other, grace]).size).toBe(3);
  for (const owner of owners) expect(owner).toMatch(/^[\w-]{43}$/);
});

it('fills with the states of one caller, and takes those of another', async () => {
  const registry = createRegistry({ name: 'bank', version: '1.0.0' });
  registry.tool('transfer', {}, (_args, ctx) =>
    ctx.requestState === undefined ? ctx.inputRequired({ requests: {}, state: 1 }) : 'transferred',
  );
  const router = mcpRouter(registry, { stores: { replay: memoryReplayStore(4) }, onError: () => undefined });
  const app = express().use(mcpAuth(authOptions()), router, mcpErrorHandler());
  const round = async (subject: string): Promise<unknown> => {
    const bearer = { Authorization: `Bearer ${await issuer.token({ subject })}` };
    const asked = await modern(app, 'tools/call', { name: 'transfer' }, bearer);
    const { requestState } = (asked.body as { result: { requestState: string } }).result;
    const brought = await modern(app, 'tools/call', { name: 'transfer', requestState }, bearer);
    const { result, error } = brought.body as { result?: { content: unknown }; error?: { message: string } };
    return [brought.status, result?.content ?? error?.message];
  };
  const done = [200, [{ type: 'text', text: 'transferred' }]];
  for (let count = 0; count < 4; count += 1) expect(await round('mallory')).toEqual(done);
  expect(await round('mallory')).toEqual([503, 'The server cannot reach its storage at the moment']);
  expect(await round('ada')).toEqual(done);
});
