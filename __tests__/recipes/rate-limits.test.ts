// The recipe of docs/operations.md for failed attempts counts refusals, and no call that is still running.
import { EventEmitter, once } from 'node:events';
import { expect, it } from '@jest/globals';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import express from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { authOptions, issuer, modern } from '../support/mcp-app.js';
import { whileListening } from '../support/listening.js';

const limit = 30;

/** The app of the recipe, with a tool that waits. */
function limitedApp() {
  const refusals = rateLimit({ windowMs: 60_000, limit });
  const refuseWhoFails: RequestHandler = async (req, res, next) => {
    const counted = await refusals.getKey(ipKeyGenerator(req.ip ?? ''));
    if (counted === undefined || counted.totalHits < limit) next();
    else res.status(429).set('Retry-After', '60').end();
  };
  const countRefusals: ErrorRequestHandler = (error: { readonly status?: number }, req, res, next) => {
    if (error.status === 401 || error.status === 403) {
      void refusals(req, res, () => {
        next(error);
      });
    } else next(error);
  };
  const events = new EventEmitter().setMaxListeners(0);
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  let running = 0;
  registry.tool('wait', {}, async () => {
    running += 1;
    if (running === 45) events.emit('all');
    await once(events, 'finish');
    return 'done';
  });
  registry.tool('quick', {}, () => 'quick');
  const app = express();
  app.use('/mcp', refuseWhoFails);
  app.use(mcpAuth(authOptions()), mcpRouter(registry), countRefusals, mcpErrorHandler());
  return { app, events };
}

it('45 slow calls of one user keep nobody behind the same address out, and 30 refusals do', async () => {
  const { app, events } = limitedApp();
  const good = { Authorization: `Bearer ${await issuer.token({ subject: 'ada' })}` };
  await whileListening(app, async (port) => {
    const origin = `http://127.0.0.1:${String(port)}`;
    const call = (name: string, headers: Readonly<Record<string, string>>) =>
      modern(origin, 'tools/call', { name }, headers).then(({ status }) => status);
    const all = once(events, 'all');
    const slow = Promise.all(Array.from({ length: 45 }, async () => call('wait', good)));
    await all;
    expect(await call('quick', good)).toBe(200);
    events.emit('finish');
    expect(new Set(await slow)).toEqual(new Set([200]));
    const bad = { Authorization: 'Bearer forged' };
    for (let count = 0; count < limit; count += 1) expect(await call('quick', bad)).toBe(401);
    expect(await call('quick', bad)).toBe(429);
  });
});
