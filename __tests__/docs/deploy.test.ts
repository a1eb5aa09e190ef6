import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, Server } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import express from 'express';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { createTestIssuer } from '../../lib/testing/index.js';
import { freePort } from '../../tools/free-port.mjs';
import { findProgram } from '../../tools/programs.mjs';
import { selfSigned } from '../support/certificate.js';
import { describeWithPrograms } from '../support/programs.js';

const page = readFileSync(path.join(import.meta.dirname, '../../docs/deploy.md'), 'utf8');
const certificate = selfSigned('localhost');

/** The `server` block of the page, for other ports and with a certificate of the test. */
function serverBlock(folder: string, port: number, appPort: number): string {
  const [, block = ''] = /^```text\n(server \{\n[\s\S]*?\n\})\n```$/m.exec(page) ?? [];
  return block
    .replace('listen 443 ssl', `listen 127.0.0.1:${String(port)} ssl`)
    .replaceAll('http://127.0.0.1:3000', `http://127.0.0.1:${String(appPort)}`)
    .replaceAll(/\/etc\/nginx\/api\.example\.com\.(pem|key)/g, `${folder}/$1`);
}

describeWithPrograms(['nginx'], 'the nginx block of docs/deploy.md', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'express-mcp-nginx-'));
  let nginx: ChildProcess;
  let app: Server;
  let port = 0;
  let authorization = '';
  let goOn = (): void => undefined;

  beforeAll(async () => {
    port = await freePort();
    const resource = `https://localhost:${String(port)}/mcp`;
    const issuer = await createTestIssuer({ audience: resource });
    authorization = `Bearer ${await issuer.token({ subject: 'ada' })}`;
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
    registry.tool('slow', {}, async (_args, ctx) => {
      await ctx.progress(1, 2, 'Half of it');
      await mayGoOn;
      return 'All of it';
    });
    const host = express();
    host.use(
      mcpAuth({ resource, issuers: [{ issuer: issuer.issuer, jwks: issuer.jwks }] }),
      mcpRouter(registry),
      mcpErrorHandler(),
    );
    app = host.listen(0, '127.0.0.1');
    await once(app, 'listening');
    const { port: appPort } = app.address() as { port: number };
    // If root starts nginx, its workers belong to an ordinary user.
    chmodSync(folder, 0o755);
    writeFileSync(path.join(folder, 'pem'), certificate.pem);
    writeFileSync(path.join(folder, 'key'), certificate.key);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/${name};`)
      .join('\n');
    writeFileSync(
      path.join(folder, 'nginx.conf'),
      `daemon off;\npid ${folder}/pid;\nevents {}\nhttp {\naccess_log off;\n${temporary}\n${serverBlock(folder, port, appPort)}\n}\n`,
    );
    const program = findProgram('nginx') ?? 'nginx';
    nginx = spawn(program, ['-p', folder, '-c', 'nginx.conf', '-e', 'error.log'], { stdio: 'ignore' });
    for (let tries = 0; ; tries += 1) {
      const isUp = await send('GET', '/').then(
        () => true,
        () => false,
      );
      if (isUp) break;
      if (tries === 200) throw new Error(readFileSync(path.join(folder, 'error.log'), 'utf8'));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }, 60_000);

  afterAll(async () => {
    nginx.kill('SIGTERM');
    await once(nginx, 'exit');
    app.closeAllConnections();
    await new Promise((resolve) => app.close(resolve));
    rmSync(folder, { recursive: true });
  });

  function send(method: string, target: string, body?: string, more: object = {}): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', ...more };
      const options = {
        host: '127.0.0.1',
        port,
        servername: 'localhost',
        ca: certificate.pem,
        method,
        path: target,
        headers,
      };
      const outgoing = request(options, resolve);
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  async function textOf(response: IncomingMessage): Promise<string> {
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return text;
  }

  it('lets clients find the authorization server', async () => {
    const refused = await send('POST', '/mcp', '{}');
    expect(refused.statusCode).toBe(401);
    const place = `/.well-known/oauth-protected-resource/mcp`;
    expect(refused.headers['www-authenticate']).toContain(
      `resource_metadata="https://localhost:${String(port)}${place}"`,
    );
    const metadata = await send('GET', place);
    expect(metadata.statusCode).toBe(200);
    expect(JSON.parse(await textOf(metadata))).toMatchObject({ resource: `https://localhost:${String(port)}/mcp` });
  });

  it('passes on each event of a stream at once', async () => {
    const params = { name: 'slow', arguments: {}, _meta: { progressToken: 'p' } };
    const response = await send(
      'POST',
      '/mcp',
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
      {
        Authorization: authorization,
        'MCP-Protocol-Version': '2025-11-25',
      },
    );
    expect(response.headers['content-type']).toBe('text/event-stream');
    let text = '';
    for await (const chunk of response) {
      text += String(chunk);
      // The tool waits for this: without the event it would never end.
      if (text.includes('Half of it')) goOn();
    }
    expect(text).toContain('All of it');
  });

  it('leaves the answer to a body that is too large to the endpoint', async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params: { filler: 'x'.repeat(4_300_000) } });
    const response = await send('POST', '/mcp', body, { Authorization: authorization });
    expect(response.statusCode).toBe(413);
    expect(await textOf(response)).toContain('jsonrpc');
  });
});
