import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Person } from '../../examples/notes/person.js';
import type { DevAuthorizationServer, DevAuthorizationServerOptions } from '../../lib/dev/index.js';
import { devAuthorizationServer } from '../../lib/dev/index.js';
import { ProviderRecords } from '../../lib/dev/state/provider-records.js';
import { AuthorizationClient } from '../support/authorization-client.js';

const resource = 'http://localhost:4000/mcp';
const scopes = ['notes:read'];
const started: DevAuthorizationServer[] = [];
let folder: string;

const file = (): string => path.join(folder, 'state', 'dev.json');

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'express-mcp-state-'));
});

afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

async function run(options: Partial<DevAuthorizationServerOptions> = {}): Promise<AuthorizationClient> {
  const server = await devAuthorizationServer({ resource, scopes, stateFile: file(), ...options });
  started.push(server);
  return new AuthorizationClient(server.issuer, resource);
}

async function stop(): Promise<void> {
  await Promise.all(started.splice(0).map((server) => server.close()));
  // fetch keeps connections, and reads in its next turn that they ended. Before, it would send on them to the port's next server.
  await setImmediate();
  await setImmediate();
}

const keysOf = async (client: AuthorizationClient): Promise<unknown> => (await client.fetchJson('/jwks')).body;

/** The port of a server that has just stopped. */
async function unusedPort(): Promise<number> {
  const { issuer } = await run({ stateFile: false });
  await stop();
  return Number(new URL(issuer).port);
}

interface State {
  readonly records: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const readState = (): State => JSON.parse(readFileSync(file(), 'utf8')) as State;

describe('the state file', () => {
  it('has port, keys, clients, grants and the session of the browser', async () => {
    const before = await run();
    const clientId = await before.registerId();
    const steps: (string | undefined)[] = [];
    const person = new Person({ name: 'ada', onStep: ({ title }) => steps.push(title) });
    const { tokens } = await before.authorize({ clientId, scope: 'notes:read', person });
    const keys = await keysOf(before);
    await stop();
    const after = await run();
    expect(after.issuer).toBe(before.issuer);
    expect(await keysOf(after)).toEqual(keys);
    await after.authorize({ clientId, scope: 'notes:read', person });
    expect(steps).toEqual(['Sign in', 'Allow access?', 'Go on?']);
    const refreshed = {
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: String(tokens['refresh_token']),
    };
    expect(await after.token(refreshed)).toMatchObject({ scope: 'notes:read' });
    // RFC 9700 §4.14.2: a refresh token is good once, also when the server restarted in between.
    await stop();
    expect(await (await run()).token(refreshed)).toMatchObject({ error: 'invalid_grant' });
  });

  it('lets a sign-in that was under way be finished', async () => {
    const before = await run();
    const clientId = await before.registerId();
    const person = new Person({ name: 'ada' });
    const { url } = before.authorizationUrl({ clientId, scope: 'notes:read' });
    expect(await person.look(url)).toContain('<h1>Sign in</h1>');
    await stop();
    await run();
    const callback = await person.visit(url);
    expect(callback.searchParams.has('code')).toBe(true);
  });

  it('is not read or written when it is false', async () => {
    const before = await run({ stateFile: false });
    const clientId = await before.registerId();
    const { port } = new URL(before.issuer);
    await stop();
    const after = await run({ stateFile: false, port: Number(port) });
    expect(await after.token({ grant_type: 'refresh_token', client_id: clientId, refresh_token: 'x' })).toMatchObject({
      error: 'invalid_client',
    });
    expect(existsSync(file())).toBe(false);
  });

  it('gives way to a port that is named', async () => {
    const before = await run();
    const keys = await keysOf(before);
    const port = await unusedPort();
    await stop();
    const after = await run({ port });
    expect(new URL(after.issuer).port).toBe(String(port));
    expect(await keysOf(after)).toEqual(keys);
  });

  it('belongs to one server at a time: a second one gets another port, keys of its own, and warns', async () => {
    const warning = jest.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    const first = await run();
    const clientId = await first.registerId();
    const second = await run();
    const warnings = warning.mock.calls;
    warning.mockRestore();
    expect(second.issuer).not.toBe(first.issuer);
    expect(await keysOf(second)).not.toEqual(await keysOf(first));
    expect(warnings).toEqual([
      [
        `devAuthorizationServer forgets its clients when it stops: port ${new URL(first.issuer).port} of its last run is taken, perhaps by a second one for the same resource.`,
        { code: 'EXPRESS_MCP_DEV_STATE' },
      ],
    ]);
    await second.registerId();
    expect(Object.keys(readState().records['Client'] ?? {})).toEqual([clientId]);
  });

  it('waits for the port while the process before is about to end', async () => {
    const before = await run();
    const [ending] = started;
    setTimeout(() => void ending?.close(), 300);
    const after = await run();
    started.shift();
    expect(after.issuer).toBe(before.issuer);
  });

  it('is replaced as a whole, with the rights of its owner only', async () => {
    mkdirSync(path.dirname(file()));
    await run();
    await stop();
    chmodSync(file(), 0o644);
    await run();
    expect((statSync(file()).mode & 0o777).toString(8)).toBe('600');
    expect(readdirSync(path.dirname(file()))).toEqual(['dev.json']);
  });

  it.each([
    ['no JSON', 'PORT=3000'],
    ['JSON of something else', '{"name":"my-app","version":"1.0.0"}'],
    ['nothing', ''],
  ])('is refused and left alone when it holds %s', async (_what, text) => {
    mkdirSync(path.dirname(file()));
    writeFileSync(file(), text);
    await expect(run()).rejects.toMatchObject({ code: 'invalid_option', message: expect.stringContaining(file()) });
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });

  it('is refused when it cannot be written, and no server stays behind', async () => {
    const port = await unusedPort();
    writeFileSync(path.join(folder, 'state'), 'a file, not a folder');
    await expect(run({ port })).rejects.toMatchObject({ code: 'invalid_option' });
    await run({ port, stateFile: false });
  });

  it('of another version of the package is begun anew', async () => {
    const keys = await keysOf(await run());
    await stop();
    writeFileSync(file(), JSON.stringify({ ...readState(), version: 0 }));
    expect(await keysOf(await run())).not.toEqual(keys);
  });

  it('that cannot be written any more is warned of once, and the server goes on', async () => {
    const client = await run();
    rmSync(path.dirname(file()), { recursive: true });
    writeFileSync(path.join(folder, 'state'), 'a file, not a folder');
    const warning = jest.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    const clientId = await client.registerId();
    const { tokens } = await client.authorize({ clientId, scope: 'notes:read' });
    const warnings = warning.mock.calls;
    warning.mockRestore();
    expect(tokens['scope']).toBe('notes:read');
    expect(warnings).toHaveLength(1);
  });
});

describe('the records of the provider', () => {
  it('are at most 500 of a kind: the oldest make room, and those that ended before them', async () => {
    const records = new ProviderRecords({}, () => undefined);
    const clients = records.adapterFor('Client');
    const grants = records.adapterFor('Grant');
    await grants.upsert('untouched', { accountId: 'ada' }, 60);
    for (let index = 0; index < 500; index++) {
      // Every second one has ended as soon as it is there.
      await clients.upsert(
        `client-${String(index)}`,
        { client_id: `client-${String(index)}` },
        index % 2 === 0 ? 60 : 0,
      );
    }
    await clients.upsert('another', { client_id: 'another' });
    expect(await clients.find('client-0')).toEqual({ client_id: 'client-0' });
    expect(await clients.find('client-1')).toBeUndefined();
    for (let index = 0; index < 250; index++) await clients.upsert(`more-${String(index)}`, {});
    expect(await clients.find('client-0')).toBeUndefined();
    expect(await clients.find('client-2')).toEqual({ client_id: 'client-2' });
    expect(Object.keys(records.toJSON()['Client'] ?? {})).toHaveLength(500);
    expect(await grants.find('untouched')).toEqual({ accountId: 'ada' });
  });

  it('are copies: a record changes only when it is written', async () => {
    const adapter = new ProviderRecords({}, () => undefined).adapterFor('Session');
    const payload = { accountId: 'ada', uid: 'u' };
    await adapter.upsert('s', payload, 60);
    payload.accountId = 'eve';
    const found = (await adapter.findByUid('u')) ?? {};
    expect(found).toEqual({ accountId: 'ada', uid: 'u' });
    Object.assign(found, { accountId: 'eve' });
    expect(await adapter.find('s')).toEqual({ accountId: 'ada', uid: 'u' });
    expect(await adapter.findByUserCode('u')).toBeUndefined();
  });

  it('of a grant go with it, and each change is told', async () => {
    let changes = 0;
    const adapter = new ProviderRecords({}, () => (changes += 1)).adapterFor('RefreshToken');
    await adapter.upsert('a', { grantId: 'g' }, 60);
    await adapter.upsert('b', { grantId: 'h' }, 60);
    await adapter.consume('b');
    await adapter.consume('unknown');
    expect(await adapter.find('b')).toMatchObject({ consumed: expect.any(Number) });
    await adapter.revokeByGrantId('g');
    expect(await adapter.find('a')).toBeUndefined();
    await adapter.destroy('b');
    expect(await adapter.find('b')).toBeUndefined();
    expect(changes).toBe(6);
  });
});
