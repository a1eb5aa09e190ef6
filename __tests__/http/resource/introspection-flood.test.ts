import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { protectedApp, resource } from '../../support/mcp-app.js';

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
});
