import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { Agent, createServer, request as requestTo } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { mcpAuth, mcpErrorHandler, mcpRouter } from '../../../lib/index.js';
import { notesRegistry, protectedApp, resource } from '../../support/mcp-app.js';

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const statusLine = 'HTTP/1.1 ';

describe('invented opaque tokens', () => {
  it('open a bounded number of connections to the authorization server, and the rest is refused at once', async () => {
    const requests = 1500;
    let [open, most, asked] = [0, 0, 0];
    const authorizationServer = createServer((request, response) => {
      asked += 1;
      request.resume().on('end', () => {
        setTimeout(() => response.end('{"active":false}'), 20);
      });
    });
    authorizationServer.on('connection', (socket) => {
      most = Math.max(most, (open += 1));
      socket.on('close', () => (open -= 1));
    });
    const issuer = `http://127.0.0.1:${String(await listen(authorizationServer))}`;
    const introspection = { clientId: 'api', clientSecret: 'secret', endpoint: `${issuer}/introspect` };
    const server = createServer(protectedApp({ auth: { resource, issuers: [{ issuer, introspection }] } }));
    const socket = connect(await listen(server), '127.0.0.1');
    try {
      const request = (count: number) =>
        `POST /mcp HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: Bearer invented-${String(count)}\r\nContent-Length: 0\r\n\r\n`;
      let [text, counted, from] = ['', 0, 0];
      const done = new Promise<void>((resolve) => {
        socket.on('data', (chunk) => {
          text += String(chunk);
          for (let at = text.indexOf(statusLine, from); at !== -1; at = text.indexOf(statusLine, from)) {
            counted += 1;
            from = at + statusLine.length;
          }
          if (counted === requests) resolve();
        });
      });
      socket.write(Array.from({ length: requests }, (_none, count) => request(count)).join(''));
      await done;
      const answers = text.split(statusLine).slice(1);
      const unavailable = answers.filter((answer) => answer.startsWith('503'));
      expect(answers.filter((answer) => answer.startsWith('401')).length + unavailable.length).toBe(requests);
      expect(unavailable.every((answer) => answer.includes('Retry-After: '))).toBe(true);
      // On a busy machine a question may be asked and not be answered in time: that one is told to wait for longer.
      const refused = unavailable.filter((answer) => answer.includes('Retry-After: 1\r\n'));
      expect(refused.length).toBeGreaterThan(0);
      // Node may open the next one while that of the last answer is not free yet.
      expect(most).toBeLessThanOrEqual(2 * 16);
      // Sixteen at a time, and sixteen times as many that wait.
      expect(asked + refused.length).toBe(requests);
    } finally {
      socket.destroy();
      server.closeAllConnections();
      authorizationServer.closeAllConnections();
      server.close();
      authorizationServer.close();
    }
  }, 120_000);

  it('from one address do not keep the tokens of others from being asked about', async () => {
    const authorizationServer = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        const isHonest = body.includes('honest');
        const answer = { active: isHonest, sub: 'ada', client_id: 'cli', aud: resource, scope: '' };
        setTimeout(() => response.end(JSON.stringify(isHonest ? answer : { active: false })), 400);
      });
    });
    const issuer = `http://127.0.0.1:${String(await listen(authorizationServer))}`;
    const introspection = { clientId: 'api', clientSecret: 'secret', endpoint: `${issuer}/introspect` };
    const app = express().set('trust proxy', true);
    app.use(mcpAuth({ resource, issuers: [{ issuer, introspection }], onProblem: () => undefined }));
    app.use(mcpRouter(notesRegistry()), mcpErrorHandler());
    const server = createServer(app);
    const port = await listen(server);
    const agent = new Agent({ keepAlive: true, maxSockets: 500 });
    const ask = async (token: string, address: string): Promise<number> => {
      const request = requestTo(`http://127.0.0.1:${String(port)}/mcp`, {
        agent,
        method: 'POST',
        headers: {
          'X-Forwarded-For': address,
          Authorization: `Bearer ${token}`,
          Accept: 'application/json, text/event-stream',
          'Content-Type': 'application/json',
        },
      });
      request.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }));
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode ?? 0;
    };
    try {
      let refused = 0;
      let isFull: () => void = () => undefined;
      const full = new Promise<void>((resolve) => (isFull = resolve));
      const flood = Array.from({ length: 450 }, async (_none, count) => {
        const status = await ask(`invented-${String(count)}`, '192.0.2.1');
        if (status === 503 && (refused += 1) === 20) isFull();
      });
      await full;
      const honest = await Promise.all(['a', 'b', 'c'].map((name) => ask(`honest-${name}`, '192.0.2.2')));
      expect(honest).toEqual([200, 200, 200]);
      await Promise.all(flood);
    } finally {
      agent.destroy();
      server.closeAllConnections();
      authorizationServer.closeAllConnections();
      server.close();
      authorizationServer.close();
    }
  });
});
