import { setTimeout as pause } from 'node:timers/promises';
import { createRegistry } from 'express-mcp';

/** URIs for subscriptions. Each changes rarely enough to tell which change a notification belongs to. */
export const tickUris = Array.from({ length: 32 }, (_, index) => `ticks://all/${index}`);

const idOnly = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] };
const scopes = ['use'];

/**
 * The tools of the nodes. Every handler logs its call and principal, and then that it did its work.
 *
 * @param {import('./ledger.mjs').Ledger} ledger
 * @param {string} node - its name
 * @param {number} ttlSeconds - how long tasks are kept
 */
export function createTools(ledger, node, ttlSeconds) {
  const registry = createRegistry({ name: 'endurance', version: '1.0.0' });
  const tool = (name, definition, work) => {
    registry.tool(name, { inputSchema: idOnly, scopes, ...definition }, async (args, ctx) => {
      const principal = `${ctx.auth.subject}/${ctx.auth.clientId}`;
      ledger.write('began', args.id, principal);
      await work(args, ctx);
      ledger.write('effect', args.id, principal);
      return JSON.stringify({ id: args.id, principal, node });
    });
  };

  tool('look', { annotations: { readOnlyHint: true, idempotentHint: true } }, () => pause(2));
  tool('post', {}, () => pause(20));
  tool('report', {}, async (_args, ctx) => {
    for (let step = 1; step <= 5; step++) {
      await pause(40);
      ctx.signal.throwIfAborted();
      await ctx.progress(step, 5);
    }
  });
  // Stops when it is cancelled, so that no effect is logged for work that was left to others.
  const work = (_args, ctx) => pause(300, undefined, { signal: ctx.signal });
  tool('job', { task: { support: 'optional', ttlSeconds, repeatable: true } }, work);
  tool('charge', { task: { support: 'optional', ttlSeconds, repeatable: false } }, work);
  tool('flood', { inputSchema: flood }, async ({ messages, characters }, ctx) => {
    const text = 'x'.repeat(characters);
    for (let count = 1; count <= messages && !ctx.signal.aborted; count++) {
      // Not awaited, like a handler whose author did not read the documentation.
      void ctx.progress(count, messages, text);
      await new Promise(setImmediate);
    }
  });
  const touched = { type: 'object', properties: { id: { type: 'string' }, uri: { type: 'string' } } };
  tool('touch', { inputSchema: { ...touched, required: ['id', 'uri'] } }, ({ uri }) => registry.resourceUpdated(uri));
  for (const uri of tickUris) registry.resource(uri, { scopes }, () => 'tick');
  return registry;
}

const flood = {
  type: 'object',
  properties: { id: { type: 'string' }, messages: { type: 'integer' }, characters: { type: 'integer' } },
  required: ['id', 'messages', 'characters'],
};
