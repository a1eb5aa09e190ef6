import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import express from 'express';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpListener, mcpRouter } from '../../../lib/index.js';
import { express4 } from '../../support/express-4.js';
import { authOptions, issuer } from '../../support/mcp-app.js';

const chunk = Buffer.alloc(64 * 1024, 'a');
const frame = Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
/** The kernels' buffers of both sides for one connection, and one read before the answer. */
const maxInFlight = 12 * 1024 * 1024;

/** Sends a body that never ends, as fast as the server takes it, until the connection is over. */
async function sendEndlessly(port: number, head: readonly string[]) {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (data: string) => (text += data));
  socket.on('error', () => undefined);
  socket.write([...head, 'Host: localhost', 'Transfer-Encoding: chunked', '', ''].join('\r\n'));
  const began = performance.now();
  const push = (): void => {
    while (!socket.destroyed && socket.writable && socket.write(frame));
  };
  socket.on('drain', push);
  push();
  const timer = setTimeout(() => socket.destroy(), 30_000);
  // Not `once`, which would reject with the error of a late write.
  await new Promise((resolve) => socket.on('close', resolve));
  clearTimeout(timer);
  return { text, bytes: socket.bytesWritten, ms: performance.now() - began };
}

const post = ['POST /mcp HTTP/1.1', 'Content-Type: application/json', 'Accept: application/json, text/event-stream'];

describe.each([
  ['Express 5', express, false],
  ['Express 4', express4, false],
  ['the listener before Express 5', express, true],
  ['the listener before Express 4', express4, true],
] as const)('a body that never ends, through %s', (_name, framework, isListener) => {
  let server: Server;
  let port: number;
  let close: () => Promise<void>;

  beforeEach(async () => {
    const app = framework();
    const auth = mcpAuth(authOptions({ requiredScopes: ['mcp'] }));
    const router = mcpRouter(createRegistry({ name: 'notes', version: '1.0.0' }), { onError: () => undefined });
    app.use(auth, router);
    app.get('/api', auth.protect('notes:read'), (_req, res) => void res.send('notes'));
    app.use(mcpErrorHandler());
    close = () => router.close();
    server = createServer(isListener ? mcpListener(app, auth, router) : app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const bearer = async (scope: string) => `Authorization: Bearer ${await issuer.token({ scope })}`;

  it('is answered and not read on', async () => {
    const cases: readonly (readonly [string, number, readonly string[]])[] = [
      ['without a token', 401, post],
      ['with a forged token', 401, [...post, 'Authorization: Bearer forged']],
      ['without the scopes', 403, [...post, await bearer('other')]],
      ['above the largest message', 413, [...post, await bearer('mcp')]],
      ['of another type', 415, ['POST /mcp HTTP/1.1', 'Content-Type: text/plain', await bearer('mcp')]],
      ['with a method that is not there', 405, ['GET /mcp HTTP/1.1', await bearer('mcp')]],
      ['to a route of the app', 401, ['GET /api HTTP/1.1']],
      ['for the metadata document', 200, ['GET /.well-known/oauth-protected-resource/mcp HTTP/1.1']],
    ];
    const answers = await Promise.all(
      cases.map(async ([what, , head]) => ({ what, ...(await sendEndlessly(port, head)) })),
    );
    expect(answers.map(({ what, text }) => [what, Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1])])).toEqual(
      cases.map(([what, status]) => [what, status]),
    );
    for (const { text, bytes, ms } of answers) {
      expect(text).toMatch(/^connection: close\r$/im);
      // The whole answer arrives, its body included.
      expect(text).toMatch(/\}$/);
      expect(bytes).toBeLessThan(maxInFlight);
      expect(ms).toBeLessThan(20_000);
    }
  });

  it('is answered by a router that shuts down and not read on', async () => {
    await close();
    const { text, bytes } = await sendEndlessly(port, [...post, await bearer('mcp')]);
    expect(text).toMatch(/^HTTP\/1.1 503 /);
    expect(bytes).toBeLessThan(maxInFlight);
  });

  it('keeps a connection for the next request behind a short body', async () => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1').on('data', (data: string) => (text += data));
    const request = [...post, 'Host: localhost', 'Content-Length: 2', '', '{}'].join('\r\n');
    socket.write(request + request);
    while ((text.match(/HTTP\/1.1 401/g) ?? []).length < 2) await once(socket, 'data');
    expect(text).not.toMatch(/^connection: close/im);
    socket.destroy();
  });
});
