import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ClientSession } from '../../examples/notes/client-session.js';
import { Person } from '../../examples/notes/person.js';
import { BundledPrograms } from '../support/bundled-programs.js';

const program = '__tests__/support/dev-app.ts';
const tsx = path.resolve('node_modules/tsx/dist/cli.mjs');

let programs: BundledPrograms;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  programs = await BundledPrograms.of(program);
});

afterAll(() => {
  programs.remove();
});

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'express-mcp-dev-'));
});

afterEach(async () => {
  await Promise.all(children.splice(0).map(end));
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<string> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return String(port);
}

/** A process in the folder, and its lines: the issuer, each time that the app listens. */
function start(...args: readonly string[]) {
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'development', NODE_OPTIONS: '' };
  delete env['NODE_TEST_CONTEXT'];
  const child = spawn(process.execPath, [...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const issuer = async (): Promise<string> => {
    for (;;) {
      const line: IteratorResult<string, undefined> = await lines.next();
      if (line.done === true) throw new Error(`The process ended before it listened: ${warnings}`);
      if (line.value.startsWith('http://')) return line.value;
    }
  };
  let warnings = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (warnings += text));
  return { issuer, warnings: () => warnings };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

/** Signs in with the official client, as an application would. */
async function signIn(port: string) {
  const endpoint = new URL(`http://localhost:${port}/mcp`);
  const session = new ClientSession(new Person({ name: 'ada' }));
  const newTransport = () => new StreamableHTTPClientTransport(endpoint, { authProvider: session });
  const newClient = () => new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  const first = newTransport();
  await expect(newClient().connect(first)).rejects.toThrow(UnauthorizedError);
  await first.finishAuth(session.takeCallback());
  const client = newClient();
  await client.connect(newTransport());
  const call = async (name: string): Promise<unknown> => {
    const { content } = await client.callTool({ name });
    return (content as readonly { readonly text?: unknown }[])[0]?.text;
  };
  return { session, client, call };
}

function known(session: ClientSession): NonNullable<ReturnType<ClientSession['tokens']>> {
  const tokens = session.tokens();
  if (tokens === undefined) throw new Error('The client is not signed in');
  return tokens;
}

const stateFiles = (): string[] => readdirSync(path.join(folder, 'node_modules/.cache/express-mcp'));

describe('an app whose authorization server for development restarts with it', () => {
  it('keeps its issuer, and the official client refreshes its token and goes on without its user', async () => {
    const port = await freePort();
    const args = [programs.fileOf(program), port];
    const first = start(...args);
    const issuer = await first.issuer();
    const { session, client, call } = await signIn(port);
    expect(await call('whoami')).toBe('ada');
    const { refresh_token: refreshToken } = known(session);
    for (let restart = 0; restart < 2; restart++) {
      await Promise.all(children.splice(0).map(end));
      const again = start(...args);
      expect(await again.issuer()).toBe(issuer);
      // A token that is refused is refreshed, which takes the registered client and the grant.
      session.saveTokens({ ...known(session), access_token: 'ended' });
      expect(await call('whoami')).toBe('ada');
    }
    expect(known(session).refresh_token).not.toBe(refreshToken);
    expect(session.authorizations).toHaveLength(1);
    await client.close();
  });

  it('accepts the tokens of the run before', async () => {
    const port = await freePort();
    const args = [programs.fileOf(program), port];
    await start(...args).issuer();
    const { session, client, call } = await signIn(port);
    const tokens = session.tokens();
    await Promise.all(children.splice(0).map(end));
    await start(...args).issuer();
    expect(await call('whoami')).toBe('ada');
    expect(session.tokens()).toEqual(tokens);
    await client.close();
  });

  it('goes on under `tsx watch`, through every save', async () => {
    const port = await freePort();
    const entry = path.join(folder, 'app.mts');
    const save = (text: string): void => {
      writeFileSync(entry, `import ${JSON.stringify(programs.fileOf(program))};\n// ${text}\n`);
    };
    save('first');
    const { issuer } = start(tsx, 'watch', entry, port);
    const before = await issuer();
    const { session, client, call } = await signIn(port);
    const pids = [await call('pid')];
    for (const text of ['second', 'third']) {
      save(text);
      expect(await issuer()).toBe(before);
      pids.push(await call('pid'));
    }
    expect(new Set(pids).size).toBe(3);
    expect(session.authorizations).toHaveLength(1);
    await client.close();
  });

  it('keeps its state in one file that only its owner reads and Git does not see', async () => {
    const port = await freePort();
    await start(programs.fileOf(program), port).issuer();
    const files = stateFiles();
    expect(files).toEqual([expect.stringMatching(/^dev-[0-9a-f]{16}\.json$/)]);
    const file = path.join(folder, 'node_modules/.cache/express-mcp', files[0] ?? '');
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    expect((statSync(path.dirname(file)).mode & 0o777).toString(8)).toBe('700');
    expect(readFileSync('.gitignore', 'utf8').split('\n')).toContain('node_modules/');
  });

  it('does without, and says so once, where the folder cannot be written', async () => {
    mkdirSync(path.join(folder, 'node_modules'));
    writeFileSync(path.join(folder, 'node_modules/.cache'), 'a file, not a folder');
    const { issuer, warnings } = start(programs.fileOf(program), await freePort());
    expect(await issuer()).toMatch(/^http:\/\/localhost:\d+$/);
    expect(warnings()).toContain('[EXPRESS_MCP_DEV_STATE]');
    expect(warnings().match(/forgets its clients when it stops/g)).toHaveLength(1);
  });
});
