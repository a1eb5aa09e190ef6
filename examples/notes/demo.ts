// npm run demo [-- <url of an MCP endpoint>]: the official client goes the whole way, and every step is checked.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import { ClientSession } from './client-session.js';
import { confirmedSignIn } from './mcp.js';
import { Person } from './person.js';
import { startNotes } from './start.js';
import { Transcript } from './transcript.js';

const [given] = process.argv.slice(2);
const folder = given === undefined ? await mkdtemp(path.join(tmpdir(), 'express-mcp-demo-')) : undefined;
const notes = folder === undefined ? undefined : await startNotes(path.join(folder, 'notes'), 0);
const endpoint = notes?.endpoint ?? new URL(given ?? '');

const transcript = new Transcript();
const session = new ClientSession(new Person({ name: 'ada', onStep: transcript.showPerson }));
const transportOptions = { authProvider: session, fetch: session.fetchWith(transcript.fetch) };

/** Ends the demo when something was not as it should be. */
function check(isSo: boolean, what: string): void {
  if (isSo) {
    transcript.result(what);
    return;
  }
  transcript.failure(`This did not happen: ${what}`);
  process.exit(1);
}

const newClient = (): Client =>
  new Client({ name: 'demo', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });

const last = () => transcript.exchanges.at(-1);
const seen = (status: number, ending: string): boolean =>
  transcript.exchanges.some((exchange) => exchange.status === status && exchange.url.pathname.includes(ending));

console.log(`\n  The official MCP client 2.x against ${endpoint.href}`);

transcript.title('Without a token: 401, and from there to the authorization server');
const firstTransport = new StreamableHTTPClientTransport(endpoint, transportOptions);
const refused = await newClient()
  .connect(firstTransport)
  .then(() => undefined)
  .catch((error: unknown) => error);
check(refused instanceof UnauthorizedError, 'the client was refused and sent its user to sign in');
check(seen(401, '/mcp'), 'the endpoint answered 401 with a challenge');
check(seen(200, '/.well-known/oauth-protected-resource'), 'the challenge led to the protected resource metadata');
check(seen(200, '/.well-known/oauth-authorization-server'), 'which led to the authorization server');

transcript.title('Sign-in: authorization code with PKCE');
const challengeMethod = session.authorizations[0]?.searchParams.get('code_challenge_method');
check(challengeMethod === 'S256', 'the authorization request carried a PKCE challenge');
await firstTransport.finishAuth(session.takeCallback());
check(last()?.status === 200, `the client holds a token for "${session.tokens()?.scope ?? ''}"`);

transcript.title('A call that works');
const client = newClient();
const transport = new StreamableHTTPClientTransport(endpoint, transportOptions);
await client.connect(transport);
const found = await client.callTool({ name: 'search_notes', arguments: {} });
check(last()?.status === 200 && found.isError !== true, 'search_notes needs notes:read, which the token has');

transcript.title('The same token at the REST routes of the app: auth.protect');
const routes = new URL('/api/notes', endpoint);
const headers = { authorization: `Bearer ${session.tokens()?.access_token ?? ''}`, 'content-type': 'application/json' };
const listed = await transcript.fetch(routes, { headers });
check(listed.status === 200, 'GET /api/notes needs notes:read, which the token has');
const body = JSON.stringify({ text: 'Written around the tool' });
const posted = await transcript.fetch(routes, { method: 'POST', headers, body });
check(posted.status === 403, 'POST /api/notes needs notes:write: nobody gets around a scope by way of the route');
check(
  last()?.challenge?.includes('insufficient_scope') === true,
  'the route answered with the challenge of the endpoint',
);
const anonymous = await transcript.fetch(routes);
check(anonymous.status === 401, 'without a token the route answers 401, and says where tokens come from');

transcript.title('A call that needs more: 403 insufficient_scope, and the step-up that it leads to');
const addNote = { name: 'add_note', arguments: { text: 'Written after the step-up' } };
const denied = await client.callTool(addNote).then(
  () => undefined,
  (error: unknown) => error,
);
check(denied instanceof UnauthorizedError, 'the client did not give up, but sent its user to ask for more');
check(seen(403, '/mcp'), 'the endpoint answered 403 with the scopes that the tool needs');
check(session.authorizations.length === 2, 'the user consented to what was missing');

transcript.title('Step-up: the new token');
await transport.finishAuth(session.takeCallback());
check(last()?.status === 200, `the client holds a token for "${session.tokens()?.scope ?? ''}"`);

transcript.title('The same call once more');
const added = await client.callTool(addNote);
check(last()?.status === 200 && added.isError !== true, 'the note is written');

transcript.title('A call that needs a stronger sign-in: 401 insufficient_user_authentication (RFC 9470)');
const exportNotes = { name: 'export_notes', arguments: {} };
const unconfirmed = await client.callTool(exportNotes).then(
  () => undefined,
  (error: unknown) => error,
);
check(unconfirmed instanceof UnauthorizedError, 'the token is good, but of a sign-in that is not strong enough');
const demanded = session.authorizations.at(-1)?.searchParams;
check(
  demanded?.get('acr_values') === confirmedSignIn && demanded.get('max_age') === '300',
  'the authorization request asked for what the challenge names: acr_values and max_age',
);
await transport.finishAuth(session.takeCallback());
const exported = await client.callTool(exportNotes);
check(last()?.status === 200 && exported.isError !== true, 'the same call once more: the notes are exported');

await client.close();
await notes?.close();
if (folder !== undefined) await rm(folder, { recursive: true });
console.log(
  '\n  That is all: 401, sign-in, a call, the same token at a REST route, 403, step-up, the same call, a stronger sign-in.\n',
);
