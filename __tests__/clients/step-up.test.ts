import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import { UnauthorizedError as OldUnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import type { OAuthClientProvider as OldProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ClientSession } from '../../examples/notes/client-session.js';
import { Person } from '../../examples/notes/person.js';
import type { ProtectedApp } from '../support/protected-app.js';
import { startProtectedApp } from '../support/protected-app.js';

let app: ProtectedApp;

beforeAll(async () => {
  app = await startProtectedApp();
});

afterAll(async () => {
  await app.close();
});

beforeEach(() => {
  app.answers.length = 0;
});

/** The little that is common to the clients of both generations. */
interface AnyClient {
  callTool(params: { readonly name: string }): Promise<{ readonly content?: unknown }>;
  close(): Promise<void>;
}

/** Signs in and gives back a client that is connected, as an application would: connect, be sent away, come back. */
type SignIn = (session: ClientSession) => Promise<{ readonly client: AnyClient; finish(): Promise<void> }>;

const modern =
  (mode: 'auto' | 'legacy'): SignIn =>
  async (session) => {
    const options = { versionNegotiation: { mode } };
    const transport = () => new StreamableHTTPClientTransport(app.url, { authProvider: session });
    const first = transport();
    const connecting = new Client({ name: 'test', version: '1.0.0' }, options).connect(first);
    await expect(connecting).rejects.toThrow(UnauthorizedError);
    await first.finishAuth(session.takeCallback());
    const client = new Client({ name: 'test', version: '1.0.0' }, options);
    const second = transport();
    await client.connect(second);
    return { client, finish: () => second.finishAuth(session.takeCallback()) };
  };

const old: SignIn = async (session) => {
  const authProvider = session as unknown as OldProvider;
  const first = new OldTransport(app.url, { authProvider });
  const asTransport = (transport: OldTransport) => transport as unknown as Parameters<OldClient['connect']>[0];
  const connecting = new OldClient({ name: 'test', version: '1.0.0' }).connect(asTransport(first));
  await expect(connecting).rejects.toThrow(OldUnauthorizedError);
  await first.finishAuth(codeOf(session));
  const client = new OldClient({ name: 'test', version: '1.0.0' });
  const second = new OldTransport(app.url, { authProvider });
  await client.connect(asTransport(second));
  return { client: client as AnyClient, finish: () => second.finishAuth(codeOf(session)) };
};

function codeOf(session: ClientSession): string {
  const callback = session.takeCallback();
  const code = callback.get('code');
  if (code === null) throw new Error(`There is no code: ${String(callback)}`);
  return code;
}

describe.each([
  ['2.x in legacy mode', modern('legacy'), ['authorization_code', 'refresh_token']],
  ['2.x in auto mode', modern('auto'), ['authorization_code', 'refresh_token']],
  // With a refresh token in hand the old client refreshes, which cannot widen the scopes, and gives up.
  ['1.x', old, ['authorization_code']],
])('the official client %s, with its own OAuth flow', (_name, signIn, grantTypes) => {
  it('gets 401, signs in, is refused with 403, steps up once, and succeeds', async () => {
    const session = new ClientSession(new Person({ name: 'ada' }), grantTypes);
    const { client, finish } = await signIn(session);
    const metadata = `http://localhost:${app.url.port}/.well-known/oauth-protected-resource/mcp`;
    expect(app.answers[0]).toEqual({
      status: 401,
      challenge: `Bearer resource_metadata="${metadata}", scope="mcp"`,
    });
    expect((await client.callTool({ name: 'whoami' })).content).toEqual([{ type: 'text', text: 'ada' }]);

    await expect(client.callTool({ name: 'write' })).rejects.toThrow();
    expect(app.answers.at(-1)).toEqual({
      status: 403,
      challenge:
        `Bearer resource_metadata="${metadata}", error="insufficient_scope", scope="mcp notes:read notes:write", ` +
        `error_description="Insufficient scope for tool 'write': requires mcp notes:read notes:write"`,
    });
    const asked = session.authorizations.map((url) => url.searchParams.get('scope')?.split(' ').sort());
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(['mcp', 'notes:read', 'notes:write']);

    await finish();
    expect((await client.callTool({ name: 'write' })).content).toEqual([{ type: 'text', text: 'written' }]);
    expect((await client.callTool({ name: 'whoami' })).content).toEqual([{ type: 'text', text: 'ada' }]);
    await client.close();
  });
});
