// A client that is its own metadata document (draft-ietf-oauth-client-id-metadata-document), published on this machine.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:https';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { PersonStep } from '../../examples/notes/person.js';
import { Person } from '../../examples/notes/person.js';
import { freePort } from '../../tools/free-port.mjs';
import { AuthorizationClient } from '../support/authorization-client.js';
import { BundledPrograms } from '../support/bundled-programs.js';
import { selfSigned } from '../support/certificate.js';

const program = '__tests__/support/dev-app.ts';
let programs: BundledPrograms;
let child: ChildProcess;
let folder: string;
let resource: string;
let client: AuthorizationClient;
let publisher: Server;
let origin: string;
const fetched: (string | undefined)[] = [];
let document: Record<string, unknown>;

beforeAll(async () => {
  programs = await BundledPrograms.of(program);
  folder = mkdtempSync(path.join(tmpdir(), 'express-mcp-cimd-'));
  const { pem, key } = selfSigned('localhost');
  const certificate = path.join(folder, 'certificate.pem');
  writeFileSync(certificate, pem);
  publisher = createServer({ cert: pem, key }, (request, response) => {
    fetched.push(request.url);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  });
  publisher.listen(0, '127.0.0.1');
  await once(publisher, 'listening');
  origin = `https://localhost:${String((publisher.address() as AddressInfo).port)}`;
  const port = String(await freePort());
  resource = `http://localhost:${port}/mcp`;
  // A process of its own, which trusts the certificate as a developer's machine does that has made it.
  const env = { ...process.env, NODE_ENV: 'test', NODE_OPTIONS: '', NODE_EXTRA_CA_CERTS: certificate };
  child = spawn(process.execPath, [programs.fileOf(program), port], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('The process has no output');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  client = new AuthorizationClient(String((await lines.next()).value), resource);
});

afterAll(async () => {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
  publisher.closeAllConnections();
  await new Promise((resolve) => publisher.close(resolve));
  programs.remove();
  rmSync(folder, { recursive: true });
});

function documentOf(clientId: string): Record<string, unknown> {
  return {
    client_id: clientId,
    client_name: 'Notes on my desk',
    redirect_uris: ['http://127.0.0.1:33333/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    application_type: 'native',
  };
}

describe('a client ID metadata document on this machine', () => {
  it('is fetched, its name is shown with its host, and the token names its URL as the client', async () => {
    const clientId = `${origin}/client.json`;
    document = documentOf(clientId);
    const steps: PersonStep[] = [];
    const person = new Person({ name: 'ada', onStep: (step) => steps.push(step) });
    const { tokens } = await client.authorize({ clientId, scope: 'notes:read', person });
    expect(fetched).toEqual(['/client.json']);
    expect(steps.at(-1)?.html).toContain(`Notes on my desk (${new URL(origin).host})`);
    expect(decodeJwt(String(tokens['access_token']))).toMatchObject({
      client_id: clientId,
      aud: resource,
      scope: 'notes:read',
    });
  });

  it('that names another client is refused', async () => {
    document = documentOf(`${origin}/another.json`);
    const { url } = client.authorizationUrl({ clientId: `${origin}/forged.json`, scope: 'notes:read' });
    const response = await client.openPage(url);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('This does not work');
  });
});
