import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createTokenProxy } from './fixture/token-proxy.js';

const servers: Server[] = [];

async function listen(server: Server): Promise<URL> {
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
}

async function proxyTo(listener: RequestListener): Promise<URL> {
  return listen(createTokenProxy(await listen(createServer(listener)), 'the-token'));
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('the proxy that adds a token', () => {
  it('adds the token, and hands on method, path, headers, body, status and answer', async () => {
    const proxy = await proxyTo((request, response) => {
      const { authorization, host, origin } = request.headers;
      request.setEncoding('utf8').on('data', (body: string) => {
        response.writeHead(403, { 'X-Answer': 'yes' });
        response.end([request.method, request.url, authorization, host, origin, body].join(' '));
      });
    });
    const answer = await fetch(proxy, { method: 'PUT', headers: { Origin: 'http://evil.example.com' }, body: 'hello' });
    expect([answer.status, answer.headers.get('x-answer')]).toEqual([403, 'yes']);
    expect(await answer.text()).toBe(`PUT /mcp Bearer the-token ${proxy.host} http://evil.example.com hello`);
  });

  it('leaves a token alone that was sent', async () => {
    const proxy = await proxyTo((request, response) => response.end(request.headers.authorization));
    const answer = await fetch(proxy, { headers: { Authorization: 'Bearer another' } });
    expect(await answer.text()).toBe('Bearer another');
  });

  it('hands on an answer while it is still being written, and lets the server see that the client left', async () => {
    let seesLeaving: () => void;
    const left = new Promise<void>((resolve) => (seesLeaving = resolve));
    const proxy = await proxyTo((_request, response) => {
      response.write('first');
      response.on('close', () => {
        seesLeaving();
      });
    });
    const controller = new AbortController();
    const answer = await fetch(proxy, { signal: controller.signal });
    const first = await answer.body?.getReader().read();
    expect(new TextDecoder().decode(first?.value as Uint8Array)).toBe('first');
    controller.abort();
    await left;
  });

  it('answers 502 when the server behind is gone', async () => {
    const proxy = await listen(createTokenProxy(new URL('http://127.0.0.1:1/mcp'), 'the-token'));
    expect((await fetch(proxy)).status).toBe(502);
  });
});
