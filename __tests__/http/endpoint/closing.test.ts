import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { createRegistry, mcpErrorHandler, mcpRouter } from '../../../lib/index.js';
import { modern } from '../../support/mcp-app.js';
import { RunningEndpoint } from '../../support/running-endpoint.js';

/** A tool that says when it began, and ends when it is told to. */
function slowRegistry() {
  const events = new EventEmitter();
  const registry = createRegistry({ name: 'notes', version: '1' });
  registry.tool('slow', {}, async () => {
    events.emit('begun');
    await once(events, 'finish');
    return 'finished';
  });
  return { events, registry };
}

describe('close()', () => {
  it('lets what runs finish, and refuses what comes after with 503 and Retry-After', async () => {
    const { events, registry } = slowRegistry();
    const router = mcpRouter(registry);
    const app = express().use(router, mcpErrorHandler());

    const begun = once(events, 'begun');
    const running = modern(app, 'tools/call', { name: 'slow' }).then((response) => response);
    await begun;
    let isClosed = false;
    const closing = router.close().then(() => (isClosed = true));
    const refused = await modern(app, 'tools/list');
    expect(refused.status).toBe(503);
    expect(refused.headers).toMatchObject({ 'retry-after': '1' });
    expect(refused.body).toMatchObject({ error: { message: 'The server is shutting down' } });
    expect(isClosed).toBe(false);

    events.emit('finish');
    expect((await running).text).toContain('finished');
    await closing;
    await router.close();
    expect(isClosed).toBe(true);
  });

  it('ends connections that clients would keep, so that the server can close and the next request goes elsewhere', async () => {
    const { events, registry } = slowRegistry();
    const endpoint = await RunningEndpoint.start(registry);
    // fetch keeps connections, and so does the server.
    expect((await endpoint.modern('tools/list')).headers.get('connection')).toBe('keep-alive');
    const begun = once(events, 'begun');
    const running = endpoint.modern('tools/call', { name: 'slow' });
    await begun;
    const closing = endpoint.router.close();
    expect((await endpoint.modern('tools/list')).headers.get('connection')).toBe('close');
    events.emit('finish');
    expect((await running).headers.get('connection')).toBe('close');
    await closing;
    await endpoint.close();
  });
});
