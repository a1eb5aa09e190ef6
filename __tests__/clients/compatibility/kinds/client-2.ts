import type { VersionNegotiationMode } from '@modelcontextprotocol/client';
import { Client, LOG_LEVEL_META_KEY, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { ClientSession } from '../../../../examples/notes/client-session.js';
import { Person } from '../../../../examples/notes/person.js';
import type { ClientKind, DrivenClient, SignInOutcome } from '../driven-client.js';
import { elicited } from '../driven-client.js';
import type { Endpoint } from '../endpoint.js';
import { textOf } from '../probes.js';
import { installedVersion } from './installed-version.js';

const name = '@modelcontextprotocol/client';
const notInModern = {
  resume: '2026-07-28 has no streams that can be resumed: a client sends the request again',
  endSession: '2026-07-28 has no sessions',
};

/** The official client of the second generation. */
export const clients2: readonly ClientKind[] = [
  kindOf('2.x, modern', { pin: '2026-07-28' }, 'pinned to 2026-07-28', notInModern),
  kindOf('2.x, auto', 'auto', 'finds out which revision', notInModern),
  kindOf('2.x, legacy', 'legacy', 'as it is without options', {}),
];

function kindOf(heading: string, mode: VersionNegotiationMode, how: string, lacks: ClientKind['lacks']): ClientKind {
  return {
    name: heading,
    package: name,
    version: installedVersion(name),
    how,
    lacks,
    connect: async (endpoint, token) => {
      const client = create(mode);
      const transport = new StreamableHTTPClientTransport(endpoint.url, {
        requestInit: { headers: { Authorization: `Bearer ${token}` } },
        reconnectionOptions: {
          initialReconnectionDelay: 20,
          maxReconnectionDelay: 1000,
          reconnectionDelayGrowFactor: 2,
          maxRetries: 5,
        },
      });
      await client.connect(transport);
      return drive2(client, () => transport.terminateSession());
    },
    signIn: (endpoint) => signIn(endpoint, mode),
  };
}

function create(mode: VersionNegotiationMode): Client {
  const client = new Client(
    { name: 'compatibility', version: '1.0.0' },
    { versionNegotiation: { mode }, capabilities: { elicitation: {} } },
  );
  client.setRequestHandler('elicitation/create', () => elicited);
  return client;
}

/**
 * Drives a client of the second generation for the probes.
 *
 * @param client - is connected
 * @param endSession - ends its session at the server
 */
export function drive2(client: Client, endSession: () => Promise<void>): DrivenClient {
  const isModern = client.getProtocolEra() === 'modern';
  return {
    call: (tool, args = {}, options = {}) => client.callTool({ name: tool, arguments: { ...args } }, options),
    list: async () => ({
      tools: (await client.listTools()).tools.map((tool) => tool.name),
      prompts: (await client.listPrompts()).prompts.map((prompt) => prompt.name),
      resources: (await client.listResources()).resources.map(({ uri }) => uri),
    }),
    promptText: async (prompt, args) => {
      const { messages } = await client.getPrompt({ name: prompt, arguments: { ...args } });
      return textOf({ content: messages.map(({ content }) => content) });
    },
    resourceText: async (uri) => textOf({ content: (await client.readResource({ uri })).contents }),
    completions: async (prompt, argument, value) => {
      const ref = { type: 'ref/prompt' as const, name: prompt };
      return (await client.complete({ ref, argument: { name: argument, value } })).completion.values;
    },
    on: (method, handler) => {
      client.setNotificationHandler(method, handler);
    },
    callWithLogs: async (tool) => {
      if (isModern) return client.callTool({ name: tool, _meta: { [LOG_LEVEL_META_KEY]: 'info' } });
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- the way to ask in the legacy revisions
      await client.setLoggingLevel('info');
      return client.callTool({ name: tool });
    },
    subscribe: (uri) =>
      isModern ? client.listen({ resourceSubscriptions: [uri] }) : client.subscribeResource({ uri }),
    listen: async () => {
      if (isModern) await client.listen({ toolsListChanged: true });
    },
    endSession,
    close: () => client.close(),
  };
}

async function signIn(endpoint: Endpoint, mode: VersionNegotiationMode): Promise<SignInOutcome> {
  const session = new ClientSession(new Person({ name: 'ada' }));
  const first = new StreamableHTTPClientTransport(endpoint.url, { authProvider: session });
  // It sends the user away, and connects when they come back.
  await create(mode)
    .connect(first)
    .catch(() => undefined);
  await first.finishAuth(session.takeCallback());
  const client = create(mode);
  const transport = new StreamableHTTPClientTransport(endpoint.url, { authProvider: session });
  await client.connect(transport);
  await client.callTool({ name: 'write' }).catch(() => undefined);
  await transport.finishAuth(session.takeCallback());
  const written = textOf(await client.callTool({ name: 'write' }));
  await client.close();
  return { asked: askedScopes(session.authorizations), written };
}

/** The scopes of authorization requests. */
export function askedScopes(authorizations: readonly URL[]): readonly (readonly string[])[] {
  return authorizations.map((url) => url.searchParams.get('scope')?.split(' ').sort() ?? []);
}
