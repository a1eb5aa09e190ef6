// Mistakes that only JavaScript lets through: a promise for its value, a wrong order, names of claims, a call that lacks its first argument.
import express from 'express';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpListener, mcpRouter } from '../../lib/index.js';
import { mcpPage } from '../../lib/page/index.js';
import { serveStdio } from '../../lib/stdio/index.js';
import { accessMatrix, createTestIssuer, expectChallenge, testClient } from '../../lib/testing/index.js';
import type { Stumble } from './messages.js';

const resource = 'https://api.example.com/mcp';
const issuer = 'https://login.example.com';
const handler = (): string => 'done';

/** Calls a function without type checks, as JavaScript allows. */
function call(callee: unknown, ...args: readonly unknown[]): unknown {
  return (callee as (...all: readonly unknown[]) => unknown)(...args);
}

function registry() {
  return createRegistry({ name: 'notes', version: '1.0.0' });
}

function define(method: 'prompt' | 'resource' | 'tool', ...args: readonly unknown[]): unknown {
  const made = registry();
  return call((made[method] as (...all: unknown[]) => unknown).bind(made), ...args);
}

async function token(options: unknown): Promise<unknown> {
  const made = await createTestIssuer();
  return call(made.token, options);
}

async function refusal(...expected: readonly unknown[]): Promise<unknown> {
  const made = registry();
  made.tool('remove', { scopes: ['notes:write'] }, handler);
  const client = await testClient(made, { scopes: [] });
  return call(client.expectRefused.bind(client), 'remove', ...expected);
}

async function clientCall(...args: readonly unknown[]): Promise<unknown> {
  const client = await testClient(registry());
  return call(client.call.bind(client), ...args);
}

const guard = () => mcpAuth({ resource, issuer });

type Case = readonly [title: string, write: () => unknown, says: string, help: string];

const option = 'errors.md#invalid_option';
const missing = 'errors.md#missing_option';
const auth = 'reference.md#mcpauth';

const wrongValues: readonly Case[] = [
  [
    'a promise of options',
    () => call(mcpAuth, Promise.resolve({ resource, issuer })),
    'mcpAuth: write an object here, such as {}, not a promise. Write await in front of it.',
    auth,
  ],
  [
    'the arguments of bearerAuth of mcp-auth',
    () => call(mcpAuth, 'jwt', { resource }),
    'mcpAuth: write an object here, such as {}, not "jwt".',
    auth,
  ],
  [
    'a promise of an issuer',
    () => call(mcpAuth, { resource, issuer: Promise.resolve(issuer) }),
    'not a promise. Write await in front of it.',
    option,
  ],
  [
    'a promise as one of issuers',
    () => call(mcpAuth, { resource, issuers: [createTestIssuer()] }),
    'mcpAuth issuers: write an object here, such as {}, not a promise. Write await in front of it.',
    auth,
  ],
  [
    'a whole development server as issuer',
    () => call(mcpAuth, { resource, issuer: { issuer, close: handler } }),
    'issuer must be a URL with https (http on localhost only), not an object. Write the issuer of this object.',
    option,
  ],
  [
    'a text as size of bodies',
    () => call(mcpRouter, registry(), { maxBodyBytes: '4mb' }),
    'mcpRouter: maxBodyBytes must be a whole number from 1, not "4mb".',
    option,
  ],
  [
    'a text as sessions',
    () => call(mcpRouter, registry(), { sessions: 'redis' }),
    'mcpRouter: sessions must be true, or an object such as { idleSeconds: 1800 }, not "redis".',
    option,
  ],
  [
    'a registry as options of the error handler',
    () => call(mcpErrorHandler, registry()),
    'mcpErrorHandler: write an object here, such as {}, not an object of the class Registry.',
    'reference.md#mcperrorhandler',
  ],
  [
    'options of the error handler that belong to the router',
    () => call(mcpErrorHandler, { onError: handler }),
    'mcpErrorHandler: there is no "onError". Write it into mcpRouter: mcpRouter(registry, { onError }).',
    'reference.md#mcperrorhandler',
  ],
  [
    'a promise of scopes',
    () => define('tool', 'remove', { scopes: Promise.resolve(['notes:write']) }, handler),
    'scopes must be a scope, an array of scopes, anyOf(…) or allOf(…), not a promise. Write await in front of it.',
    'errors.md#invalid_scope',
  ],
];

const wrongRegistries: readonly Case[] = [
  [
    'a promise of a registry',
    () => call(mcpRouter, Promise.resolve(registry())),
    'mcpRouter(createRegistry({ … })). This is a promise. Write await in front of it.',
    missing,
  ],
  [
    'a registry among options',
    () => call(mcpRouter, { registry: registry() }),
    'Write the registry itself: mcpRouter(registry, { … }).',
    missing,
  ],
  [
    'a server of the official SDK',
    () => call(mcpRouter, { connect: handler }),
    'A server of the official SDK stays as it is: put mcpScopes({ … }) in front of its handler.',
    missing,
  ],
  ['the function in place of what it makes', () => call(mcpPage, createRegistry), 'This is a function.', missing],
  [
    'a router in place of the registry, on stdio',
    () => call(serveStdio, mcpRouter(registry())),
    'serveStdio needs a registry: serveStdio(createRegistry({ … })). This is a function.',
    missing,
  ],
  [
    'a token on stdio',
    () => call(serveStdio, registry(), { token: 'secret' }),
    `there is no "token". Write scopes: ['notes:read'], which its user holds`,
    'reference.md#servestdio',
  ],
  [
    'no server info',
    () => call(createRegistry),
    'createRegistry needs a name and a version',
    'reference.md#createregistry',
  ],
  [
    'scopes of all items beside defaults',
    () => call(createRegistry, { name: 'notes', version: '1' }, { scopes: ['a'] }),
    'Write defaults: { scopes: ["notes:read"] }, for every item that does not say.',
    'reference.md#createregistry',
  ],
  [
    'a prefix as a text',
    () => {
      const made = registry();
      return call(made.include.bind(made), registry(), 'billing_');
    },
    'registry.include: write the prefix as an option: { prefix: "billing_" }.',
    option,
  ],
];

const wrongItems: readonly Case[] = [
  [
    'one object for a tool',
    () => define('tool', { name: 'remove', execute: handler }),
    `The first argument is the name of the tool, not an object. Write registry.tool('name', { … }, handler).`,
    'errors.md#invalid_name',
  ],
  [
    'a tool without its handler',
    () => define('tool', 'remove', { description: 'Deletes a note' }),
    'tool "remove": the handler must be a function, as the last argument behind the definition, not undefined.',
    option,
  ],
  [
    'roles of a tool',
    () => define('tool', 'remove', { roles: ['admin'] }, handler),
    `there is no "roles". Write scopes: ['notes:write'], or policy: (args, auth) => boolean.`,
    'reference.md#tool',
  ],
  [
    'the schema of a tool in a prompt',
    () => define('prompt', 'ask', { inputSchema: {} }, handler),
    'there is no "inputSchema". Write argumentsSchema for a prompt.',
    'reference.md#prompt',
  ],
  [
    'a template in place of a URI',
    () => define('resource', 'notes://{id}', {}, handler),
    'For a URI with variables, write registry.resourceTemplate("notes://{id}", { … }, read).',
    'errors.md#invalid_name',
  ],
  [
    'the name of a resource before its URI',
    () => define('resource', 'notes', 'notes://all', {}, handler),
    'The URI comes first, and the name goes into the definition.',
    'errors.md#invalid_name',
  ],
];

const wrongGuards: readonly Case[] = [
  [
    'scopes of a route as several arguments',
    () => call(guard().protect, 'notes:read', 'notes:write'),
    "auth.protect: several scopes are one array: auth.protect(['notes:read', 'notes:write']).",
    option,
  ],
  [
    'options of a route in place of its scopes',
    () => call(guard().protect, { requiredScopes: ['notes:read'] }),
    "auth.protect: write the scopes first, then options: auth.protect(['notes:read'], { policy }).",
    option,
  ],
  [
    'mcpListener without what serves the endpoint',
    () => call(mcpListener, express()),
    'mcpListener needs what serves the endpoint: mcpListener(app, auth, router)',
    missing,
  ],
];

const wrongTests: readonly Case[] = [
  [
    'middleware in place of an app',
    () => call(testClient, mcpRouter(registry()), { scopes: ['notes:read'] }),
    'testClient: put the middleware into an app first: testClient(express().use(auth, router)).',
    option,
  ],
  ['a URL in place of an app', () => call(testClient, resource), `not "${resource}".`, option],
  [
    'a user of a test',
    () => call(testClient, registry(), { user: 'ada' }),
    `there is no "user". Write subject: 'ada'.`,
    'reference.md#testclient',
  ],
  ['an object for call', () => clientCall({ name: 'read' }), 'call takes the name of the tool first', option],
  [
    'scopes that a refusal must name',
    () => refusal({ scopes: ['notes:write'] }),
    'testClient expectRefused: there is no "scopes". Write scope: "notes:write".',
    'reference.md#testclient',
  ],
  [
    'the scope of a refusal as a text',
    () => refusal('notes:write'),
    'testClient expectRefused: write an object here, such as {}, not "notes:write".',
    'reference.md#testclient',
  ],
  [
    'scopes of a token',
    () => token({ scopes: ['notes:read'] }),
    'createTestIssuer token: there is no "scopes". Write scope: "notes:read".',
    'reference.md#createtestissuer',
  ],
  [
    'the exp of a token',
    () => token({ exp: 1 }),
    'there is no "exp". Write expiresIn: 300, in seconds from now.',
    'reference.md#createtestissuer',
  ],
  [
    'the scope of a token at its issuer',
    () => call(createTestIssuer, { scope: 'notes:read' }),
    'Write it for each token: await token({ scope: "notes:read", subject: "ada" }).',
    'reference.md#createtestissuer',
  ],
  [
    'a matrix without roles',
    () => call(accessMatrix, registry()),
    "accessMatrix: the second argument is an object of roles, such as { reader: ['notes:read'], guest: null }.",
    option,
  ],
  [
    'a matrix of a router',
    () => call(accessMatrix, mcpRouter(registry()), {}),
    'accessMatrix needs a registry: accessMatrix(createRegistry({ … })). This is a function.',
    missing,
  ],
  [
    'a role as a text',
    () => call(accessMatrix, registry(), { reader: 'notes:read' }),
    'accessMatrix: role "reader" must be an array of scopes, or null, not "notes:read".',
    option,
  ],
  [
    'a response that is not awaited',
    () => call(expectChallenge, Promise.resolve({}), { error: 'insufficient_scope' }),
    'expectChallenge: the response is a promise. Write await in front of it.',
    option,
  ],
  [
    'an expected challenge that would compare nothing',
    () => call(expectChallenge, { status: 403, headers: {} }, { scopes: 'notes:write' }),
    'expectChallenge: there is no "scopes". Write scope: "notes:write".',
    option.replace('invalid_option', 'unknown_option'),
  ],
];

/** All of them, with the message for each. */
export const untypedStumbles: readonly Stumble[] = [
  ...[...wrongValues, ...wrongRegistries, ...wrongItems, ...wrongGuards, ...wrongTests].map(
    ([title, write, says, help]) => ({ title, write, says, help }),
  ),
];
