import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import * as client from '@modelcontextprotocol/sdk/client/index.js';
import * as transport from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import * as types from '@modelcontextprotocol/sdk/types.js';
import * as oldClient from 'sdk-1.10/client/index.js';
import * as oldTransport from 'sdk-1.10/client/streamableHttp.js';
import * as oldTypes from 'sdk-1.10/types.js';
import { ClientSession } from '../../../../examples/notes/client-session.js';
import { Person } from '../../../../examples/notes/person.js';
import type { CallResult, ClientKind, DrivenClient, SignInOutcome } from '../driven-client.js';
import { elicited } from '../driven-client.js';
import type { Endpoint } from '../endpoint.js';
import { textOf } from '../probes.js';
import { askedScopes } from './client-2.js';
import { installedVersion } from './installed-version.js';

type Client = client.Client;
type Transport = transport.StreamableHTTPClientTransport;

/** One release of the SDK. All releases of the first generation have the same interface, but incompatible types. */
interface Sdk {
  readonly Client: typeof client.Client;
  readonly Transport: typeof transport.StreamableHTTPClientTransport;
  /** Schemas of the notifications to wait for. */
  readonly schemas: Pick<
    typeof types,
    'LoggingMessageNotificationSchema' | 'ResourceUpdatedNotificationSchema' | 'ToolListChangedNotificationSchema'
  >;
  /** Undefined in releases without elicitation. */
  readonly elicitation: typeof types.ElicitRequestSchema | undefined;
}

const current: Sdk = {
  Client: client.Client,
  Transport: transport.StreamableHTTPClientTransport,
  schemas: types,
  elicitation: types.ElicitRequestSchema,
};
const old = {
  Client: oldClient.Client,
  Transport: oldTransport.StreamableHTTPClientTransport,
  schemas: oldTypes,
  elicitation: undefined,
} as unknown as Sdk;

const knowsNoMetadata = 'looks for the authorization server at the origin of the endpoint only, as 2025-03-26 has it';

/** The official SDK of the first generation: today's release and an early one with Streamable HTTP. */
export const sdks1: readonly ClientKind[] = [
  kindOf('1.x', '@modelcontextprotocol/sdk', 'as it is without options', current, {}),
  kindOf('1.10', 'sdk-1.10', 'as it is; calls its revision 2024-11-05', old, {
    structured: 'older than structured content: it reads the same as text',
    elicitation: 'older than questions from tools',
    signIn: knowsNoMetadata,
    stepUp: knowsNoMetadata,
    stepUpScopes: knowsNoMetadata,
  }),
];

function kindOf(heading: string, folder: string, how: string, sdk: Sdk, lacks: ClientKind['lacks']): ClientKind {
  return {
    name: heading,
    package: '@modelcontextprotocol/sdk',
    version: installedVersion(folder),
    how,
    lacks,
    connect: async (endpoint, token) => {
      const client = create(sdk);
      const transport = new sdk.Transport(endpoint.url, {
        requestInit: { headers: { Authorization: `Bearer ${token}` } },
        reconnectionOptions: {
          initialReconnectionDelay: 20,
          maxReconnectionDelay: 1000,
          reconnectionDelayGrowFactor: 2,
          maxRetries: 5,
        },
      });
      await connect(client, transport);
      return drive1(client, sdk, () => transport.terminateSession());
    },
    signIn: (endpoint) => signIn(endpoint, sdk),
  };
}

function create({ Client, elicitation }: Sdk): Client {
  const capabilities = elicitation === undefined ? {} : { elicitation: {} };
  const client = new Client({ name: 'compatibility', version: '1.0.0' }, { capabilities });
  if (elicitation !== undefined) client.setRequestHandler(elicitation, () => elicited);
  return client;
}

/** The transport's own type is not written for exactOptionalPropertyTypes. */
async function connect(client: Client, transport: Transport): Promise<void> {
  await client.connect(transport);
}

function drive1(client: Client, { schemas }: Sdk, endSession: () => Promise<void>): DrivenClient {
  return {
    call: async (name, args = {}, options = {}) =>
      (await client.callTool({ name, arguments: { ...args } }, undefined, options)) as CallResult,
    list: async () => ({
      tools: await allTools(client),
      prompts: (await client.listPrompts()).prompts.map(({ name }) => name),
      resources: (await client.listResources()).resources.map(({ uri }) => uri),
    }),
    promptText: async (name, args) => {
      const { messages } = await client.getPrompt({ name, arguments: { ...args } });
      return textOf({ content: messages.map(({ content }) => content) });
    },
    resourceText: async (uri) => textOf({ content: (await client.readResource({ uri })).contents }),
    completions: async (prompt, argument, value) => {
      const ref = { type: 'ref/prompt' as const, name: prompt };
      return (await client.complete({ ref, argument: { name: argument, value } })).completion.values;
    },
    on: (method, handler) => {
      if (method === 'notifications/message') {
        client.setNotificationHandler(schemas.LoggingMessageNotificationSchema, handler);
      } else if (method === 'notifications/resources/updated') {
        client.setNotificationHandler(schemas.ResourceUpdatedNotificationSchema, handler);
      } else {
        client.setNotificationHandler(schemas.ToolListChangedNotificationSchema, handler);
      }
    },
    callWithLogs: async (name) => {
      await client.setLoggingLevel('info');
      return client.callTool({ name });
    },
    subscribe: (uri) => client.subscribeResource({ uri }),
    // It opens the stream by itself.
    listen: () => Promise.resolve(),
    endSession,
    close: () => client.close(),
  };
}

async function allTools(client: Client): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listTools(cursor === undefined ? {} : { cursor });
    names.push(...page.tools.map(({ name }) => name));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return names;
}

async function signIn(endpoint: Endpoint, sdk: Sdk): Promise<SignInOutcome> {
  // With a refresh token this client refreshes, which cannot widen the scopes, and gives up.
  const session = new ClientSession(new Person({ name: 'ada' }), ['authorization_code']);
  const authProvider = session as unknown as OAuthClientProvider;
  const first = new sdk.Transport(endpoint.url, { authProvider });
  await connect(create(sdk), first).catch(() => undefined);
  await first.finishAuth(session.takeCallback().get('code') ?? '');
  const client = create(sdk);
  const transport = new sdk.Transport(endpoint.url, { authProvider });
  await connect(client, transport);
  await client.callTool({ name: 'write' }).catch(() => undefined);
  await transport.finishAuth(session.takeCallback().get('code') ?? '');
  const written = textOf((await client.callTool({ name: 'write' })) as CallResult);
  await client.close();
  return { asked: askedScopes(session.authorizations), written };
}
