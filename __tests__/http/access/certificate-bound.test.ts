import { once } from 'node:events';
import { createServer, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import type { Door } from '../../support/doors.js';
import type { IncomingMessage } from 'node:http';
import { selfSigned } from '../../support/certificate.js';
import { requestOf } from '../../support/dispatching.js';
import { sendRaw } from '../../support/listening.js';
import { issuer, modern, protectedApp } from '../../support/mcp-app.js';

const [client, other, server] = [selfSigned('client'), selfSigned('other'), selfSigned('server')];
const boundTo = async (x5t: string): Promise<string> => issuer.token({ claims: { cnf: { 'x5t#S256': x5t } } });

describe('a token that is bound to a client certificate (RFC 8705)', () => {
  const header = 'Client-Cert';
  const app = protectedApp({ auth: { clientCertificateHeader: header } });
  const statusWith = async (fields: Readonly<Record<string, string>>, to: Door = app): Promise<number> => {
    const Authorization = `Bearer ${await boundTo(client.x5t)}`;
    return (await modern(to, 'tools/list', {}, { Authorization, ...fields })).status;
  };

  it.each([
    ['as RFC 9440 says', `:${client.der.toString('base64')}:`],
    ['as escaped PEM', encodeURIComponent(client.pem)],
    ['as Base64', client.der.toString('base64')],
  ])('is good with the certificate that the proxy writes %s', async (_how, value) => {
    expect(await statusWith({ [header]: value })).toBe(200);
  });

  it.each([
    ['another certificate', `:${other.der.toString('base64')}:`],
    ['something else', 'nonsense!'],
    ['broken escapes', '%E0%A4%A'],
    ['nothing', ''],
  ])('is refused with %s', async (_what, value) => {
    expect(await statusWith({ [header]: value })).toBe(401);
  });

  it('is refused with two certificates, one of which is right', async () => {
    const field = `${header}: :${client.der.toString('base64')}:\r\n`;
    const token = await boundTo(client.x5t);
    const answer = await sendRaw(
      app,
      `POST /mcp HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${field}${field}Connection: close\r\n\r\n`,
    );
    expect(answer).toContain('401 Unauthorized');
    expect(answer).toContain('bound to a client certificate, and none was shown');
  });

  it('is refused with a header that nobody said a proxy writes', async () => {
    expect(await statusWith({ [header]: `:${client.der.toString('base64')}:` }, protectedApp())).toBe(401);
  });

  it('is good on a TLS connection on which its certificate was shown, and on no other', async () => {
    const https = createServer(
      { key: server.key, cert: server.pem, requestCert: true, rejectUnauthorized: false },
      protectedApp(),
    );
    https.listen(0, '127.0.0.1');
    await once(https, 'listening');
    const { port } = https.address() as AddressInfo;
    const statusShowing = async (shown?: typeof client): Promise<number | undefined> => {
      const sending = httpsRequest({
        port,
        host: '127.0.0.1',
        path: '/mcp',
        method: 'POST',
        ca: server.pem,
        agent: false,
        ...(shown === undefined ? {} : { key: shown.key, cert: shown.pem }),
        headers: {
          Authorization: `Bearer ${await boundTo(client.x5t)}`,
          'Content-Type': 'application/json',
          'MCP-Protocol-Version': '2026-07-28',
          'Mcp-Method': 'tools/list',
        },
      });
      sending.end(JSON.stringify(requestOf('2026-07-28', 'tools/list')));
      const [response] = (await once(sending, 'response')) as [IncomingMessage];
      await text(response);
      return response.statusCode;
    };
    try {
      expect(await statusShowing(client)).toBe(200);
      expect(await statusShowing(other)).toBe(401);
      expect(await statusShowing()).toBe(401);
    } finally {
      https.close();
    }
  });
});
