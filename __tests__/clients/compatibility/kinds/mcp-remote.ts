import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Person } from '../../../../examples/notes/person.js';
import type { ClientKind, DrivenClient, SignInOutcome } from '../driven-client.js';
import { elicited } from '../driven-client.js';
import type { Endpoint } from '../endpoint.js';
import { textOf, until } from '../probes.js';
import { callBack } from './call-back.js';
import { askedScopes, drive2 } from './client-2.js';
import { installedVersion } from './installed-version.js';

const program = path.join(import.meta.dirname, '../../../../node_modules/mcp-remote/dist/proxy.js');
const lacksAlways = {
  refusal: 'signs in instead, and sends its fixed header to the authorization server as well, which refuses that',
  endSession: 'leaves without a word',
};
const modernLacks = {
  ...lacksAlways,
  cancel: 'sends notifications/cancelled; 2026-07-28 wants the stream closed',
  resume: '2026-07-28 has no streams that can be resumed: a client sends the request again',
  endSession: '2026-07-28 has no sessions',
};

/** The proxy by which clients of stdio reach endpoints; such a client drives it. */
export const mcpRemotes: readonly ClientKind[] = [
  kindOf('mcp-remote', [], lacksAlways),
  kindOf('mcp-remote, auto', ['--protocol', 'auto'], modernLacks),
];

function kindOf(heading: string, flags: readonly string[], lacks: ClientKind['lacks']): ClientKind {
  return {
    name: heading,
    package: 'mcp-remote',
    version: installedVersion('mcp-remote'),
    how: ['a child process', ...flags].join(' '),
    lacks,
    connect: async (endpoint, token) => {
      const { client } = await start(endpoint, [...flags, '--header', `Authorization: Bearer ${token}`]);
      return client;
    },
    signIn: (endpoint) => signIn(endpoint, flags),
  };
}

interface Started {
  readonly client: DrivenClient;
  /** Addresses that the user was sent to. */
  readonly authorizations: readonly URL[];
}

/** @param flags - of mcp-remote */
async function start(endpoint: Endpoint, flags: readonly string[]): Promise<Started> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mcp-remote-'));
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, endpoint.url.href, '--transport', 'http-only', ...flags],
    // It gets none of this machine's stored data; and without a PATH it finds no browser to open.
    env: { MCP_REMOTE_CONFIG_DIR: folder, HOME: folder, PATH: folder },
    stderr: 'pipe',
  });
  const authorizations = sendUser(transport.stderr as Readable);
  const client = new Client({ name: 'compatibility', version: '1.0.0' }, { capabilities: { elicitation: {} } });
  client.setRequestHandler('elicitation/create', () => elicited);
  await client.connect(transport);
  const close = async (): Promise<void> => {
    await client.close();
    await rm(folder, { recursive: true, force: true });
  };
  // It has no command for that: it ends the session when its own client leaves.
  return { client: { ...drive2(client, close), close }, authorizations };
}

/** Opens each address that it prints, and the redirects, as a user does. */
function sendUser(messages: Readable): readonly URL[] {
  const authorizations: URL[] = [];
  const person = new Person({ name: 'ada' });
  createInterface({ input: messages }).on('line', (line) => {
    if (!/^https?:\S*[?&]code_challenge=\S*$/.test(line)) return;
    const url = new URL(line);
    authorizations.push(url);
    // A user who is redirected while the endpoint closes gets an error.
    person
      .visit(url)
      .then(callBack)
      .catch(() => undefined);
  });
  return authorizations;
}

async function signIn(endpoint: Endpoint, flags: readonly string[]): Promise<SignInOutcome> {
  const { client, authorizations } = await start(endpoint, flags);
  try {
    const first = await client.call('write').catch(() => ({}));
    await until(() => authorizations.length > 1).catch(() => undefined);
    const written = textOf(first) ?? textOf(await client.call('write'));
    return { asked: askedScopes(authorizations), written };
  } finally {
    await client.close();
  }
}
